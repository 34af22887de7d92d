"""What a forecast is based on."""

from typing import Literal

Basis = Literal["prices", "consensus", "ratings"]
"""The prices of the match itself, moved by the model to where the line is expected to close; the consensus of its
prices as it is, where the ratings of the clubs are not comparable; or the ratings of its clubs alone."""
