"""What a forecast is based on."""

from typing import Literal

Basis = Literal["prices", "ratings", "consensus"]
"""The prices of the match itself with the ratings of its clubs; the ratings alone; or the prices alone: the bookmakers'
consensus, where the clubs are not rated on one scale. It is no forecast of ours."""
