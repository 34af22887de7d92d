"""A forecast of one match, or an honest abstention.

Where the match has prices, the forecast is what they say once the margin is out of them: measured on 2019-23, the
ratings add nothing to that (docs/decisions). Where it has none, the ratings speak.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.implied_goals import implied_goals
from shared.forecasting.markets import Markets, markets
from shared.forecasting.ratings import Strengths

MODEL = "matchday-1"
"""Name and version, told with every forecast."""


@dataclass(frozen=True, slots=True)
class Question:
    """A match to forecast.

    Attributes:
        match_id: the match.
        nation: whose ratings scale it is on; None where no scale spans both clubs, as in Europe.
        tier: of its competition.
        home_team_id, away_team_id: the clubs.
        outcome: fair probabilities of home win, draw, away win; None without prices.
        over_25: fair probability of three goals or more; None without totals.
    """

    match_id: int
    nation: str | None
    tier: int
    home_team_id: int
    away_team_id: int
    outcome: tuple[float, float, float] | None
    over_25: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is published of a match: the parameters of its score grid and every market read off it.

    Attributes:
        basis: `prices` or `ratings`.
        by_ratings: home win, draw, away win by the ratings alone; None where no scale spans both clubs.
    """

    match_id: int
    basis: str
    home_rate: float
    away_rate: float
    rho: float
    markets: Markets
    by_ratings: tuple[float, float, float] | None


def forecast(questions: Sequence[Question], strengths: Strengths) -> list[Forecast]:
    """Forecasts of the matches that can be forecast, in their order; the others are left out."""
    priced = [q for q in questions if q.outcome is not None]
    implied = implied_goals(
        np.array([q.outcome for q in priced]).reshape(-1, 3),
        np.array([np.nan if q.over_25 is None else q.over_25 for q in priced]),
    )
    of_market = {
        q.match_id: (float(h), float(a), float(r))
        for q, h, a, r in zip(priced, implied.home_rate, implied.away_rate, implied.rho, strict=True)
    }
    found: list[Forecast] = []
    for q in questions:
        rated = None if q.nation is None else strengths.goal_rates(q.nation, q.tier, q.home_team_id, q.away_team_id)
        said = of_market.get(q.match_id) or (None if rated is None else (*rated, RHO))
        if said is None:
            continue
        alone = None if rated is None else outcome_probabilities(score_grid(*rated, RHO))
        found.append(
            Forecast(
                match_id=q.match_id,
                basis="prices" if q.match_id in of_market else "ratings",
                home_rate=said[0],
                away_rate=said[1],
                rho=said[2],
                markets=markets(score_grid(*said)),
                by_ratings=None if alone is None else (float(alone[0]), float(alone[1]), float(alone[2])),
            )
        )
    return found
