"""What a forecast is based on."""

from typing import Literal

Basis = Literal["prices", "ratings"]
"""The prices of the match itself, or the ratings of its clubs alone."""
