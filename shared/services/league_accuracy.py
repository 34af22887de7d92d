"""How near the served model's forecasts of each league were to the closing line in past seasons.

`make train` writes the figures into the model's metadata. A league whose gap is above the bound that stands there, or
that was not measured, has forecasts that say so, and no picks (docs/decisions/leagues-without-picks.md).
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.football.competition import DEMO
from shared.forecasting.basis import Basis

FILE = Path(__file__).resolve().parents[2] / "models" / "outcome" / "metadata.json"


@dataclass(frozen=True, slots=True)
class LeagueAccuracy:
    """The measured gap of a league's forecasts."""

    n: int = 0  # matches of past seasons, each forecast by models trained before it
    gap: float | None = None  # mean difference in RPS to the closing line; None if not measured against it
    max_gap: float | None = None  # the highest gap with which a league has picks; None for a basis without measures

    @property
    def is_sufficient(self) -> bool:
        """Whether the league was measured and its gap is within the bound."""
        return self.gap is not None and self.max_gap is not None and self.gap <= self.max_gap


def league_accuracy(competition: str, basis: Basis, file: Path = FILE) -> LeagueAccuracy | None:
    """The accuracy of a competition's forecasts of one basis; None in the demonstration league, which is invented.

    Where past seasons had no closing prices the metadata have the gap to opening prices, which says less: such a league
    counts as not measured.
    """
    if competition == DEMO:
        return None
    metadata = _metadata(file)
    max_gap, league = metadata["gap_bounds"].get(basis), metadata["leagues"].get(competition)
    if league is None or league["reference"] != "closing" or basis not in league:
        return LeagueAccuracy(max_gap=max_gap)
    return LeagueAccuracy(league["n"], league[basis]["gap"], max_gap)


def may_have_picks(competition: str) -> bool:
    """Whether forecasts of a competition that start from prices were near enough to closing prices."""
    accuracy = league_accuracy(competition, "prices")
    return accuracy is None or accuracy.is_sufficient


@cache
def _metadata(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class MeasuredLeague:
    """Scores (RPS) of a league's past forecasts from prices, and of the market on the same matches."""

    competition: str
    n: int
    reference: str  # `closing` or `opening`: the market's prices that they are held against
    market_rps: float
    rps: float
    # gap, low, high: the difference of the two, with its 95 % interval.
    gap: float
    low: float
    high: float


def measured_leagues(file: Path = FILE) -> list[MeasuredLeague]:
    """The scores of the leagues that were measured."""
    return [
        MeasuredLeague(
            competition,
            league["n"],
            league["reference"],
            league["rps"],
            *(league["prices"][name] for name in ("rps", "gap", "low", "high")),
        )
        for competition, league in _metadata(file)["leagues"].items()
        if "prices" in league
    ]
