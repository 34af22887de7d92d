"""A forecast of each match, or an honest abstention.

In this order, and the answer says which: from the match's prices and what is known of the clubs (the prices, moved to
where the line is expected to close); from its prices alone, where no scale spans both clubs, as in Europe; from what
is known of the clubs alone, where nobody asks a price; nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.features import features
from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.lines import Lines, line_features
from shared.forecasting.markets import Markets, markets
from shared.forecasting.strengths import Strengths
from shared.forecasting.temper import Temper, tempered

Floats = NDArray[np.float64]


class Trees(Protocol):
    """A served regressor."""

    def predict(self, rows: Floats) -> Floats:
        """What it says of matches: (n, 2, columns) → (n, 2)."""
        ...


class OutcomeModel(Protocol):
    """The served model: see runtime.outcome_model."""

    @property
    def past_lines(self) -> Trees:
        """Log goal rates from the clubs' strengths."""
        ...

    @property
    def line_move(self) -> Trees:
        """How far log goal rates will have moved by the close."""
        ...

    @property
    def tempers(self) -> Mapping[str, Temper]:
        """The correction of each forecast, by name."""
        ...


@dataclass(frozen=True, slots=True)
class Prices:
    """What is asked on a match before it is played; NaN where nobody asks.

    Attributes:
        goals: log goal rates and rho that the most telling prices imply.
        pinnacle, bet365: log goal rates that these bookmakers' prices imply.
        best: logarithm of best price × fair probability of home win, draw, away win.
        best_overround: logarithm of the sum of the inverse best prices.
    """

    goals: tuple[float, float, float]
    pinnacle: tuple[float, float]
    bet365: tuple[float, float]
    best: tuple[float, float, float]
    best_overround: float


@dataclass(frozen=True, slots=True)
class Question:
    """A match to forecast.

    Attributes:
        match_id: the match.
        competition: its code.
        season: year in which it began.
        day: in Paris.
        home_team_id, away_team_id: the clubs.
        on_one_scale: whether the clubs' strengths can be compared: they play in one league.
        prices: what is asked; None where nobody asks.
    """

    match_id: int
    competition: str
    season: int
    day: date
    home_team_id: int
    away_team_id: int
    on_one_scale: bool
    prices: Prices | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is published of a match: the parameters of its score grid and every market read off it.

    Attributes:
        basis: `prices` or `ratings`.
        by_ratings: home win, draw, away win by what is known of the clubs alone; None off one scale.
    """

    match_id: int
    basis: str
    home_rate: float
    away_rate: float
    rho: float
    markets: Markets
    by_ratings: tuple[float, float, float] | None


def forecast(questions: Sequence[Question], strengths: Strengths, model: OutcomeModel) -> list[Forecast]:
    """Forecasts of the matches that can be forecast, in their order; the others are left out."""
    rated = [q for q in questions if q.on_one_scale]
    rows = np.array([_rows(q, strengths) for q in rated]) if rated else np.empty((0, 2, 0))
    expected = model.past_lines.predict(rows) if rated else np.empty((0, 2))
    by_ratings = tempered(np.column_stack([expected, np.full(len(rated), RHO)]), model.tempers["past_lines"])
    place = {q.match_id: i for i, q in enumerate(rated)}
    priced = [q for q in questions if q.prices is not None]
    by_prices = tempered(_moved(priced, place, rows, expected, model), model.tempers["anchored"])
    anchor = {q.match_id: i for i, q in enumerate(priced)}
    found: list[Forecast] = []
    for q in questions:
        alone = by_ratings[place[q.match_id]] if q.match_id in place else None
        said = by_prices[anchor[q.match_id]] if q.match_id in anchor else alone
        if said is not None:
            found.append(_forecast(q, said, alone, "prices" if q.match_id in anchor else "ratings"))
    return found


def _rows(q: Question, strengths: Strengths) -> tuple[list[float], list[float]]:
    return features(strengths, q.competition, q.season, q.day, q.home_team_id, q.away_team_id)


def _moved(
    priced: Sequence[Question], place: Mapping[int, int], rows: Floats, expected: Floats, model: OutcomeModel
) -> Floats:
    """The goals that prices imply, moved to where the line is expected to close where the clubs are known: (n, 3)."""
    asked = [q.prices for q in priced if q.prices is not None]
    goals = np.array([prices.goals for prices in asked]).reshape(-1, 3)
    known = [i for i, q in enumerate(priced) if q.match_id in place]
    if known:
        of = [place[priced[i].match_id] for i in known]
        lines = Lines(
            goals=goals[known],
            pinnacle=np.array([asked[i].pinnacle for i in known]),
            bet365=np.array([asked[i].bet365 for i in known]),
            best=np.array([asked[i].best for i in known]),
            best_overround=np.array([asked[i].best_overround for i in known]),
        )
        weekday = np.array([float(priced[i].day.weekday()) for i in known])
        goals[known, :2] += model.line_move.predict(line_features(lines, expected[of], rows[of], weekday))
    return goals


def _forecast(q: Question, said: Floats, alone: Floats | None, basis: str) -> Forecast:
    home_rate, away_rate, rho = float(np.exp(said[0])), float(np.exp(said[1])), float(said[2])
    by_ratings = None
    if alone is not None:
        shares = outcome_probabilities(score_grid(np.exp(alone[0]), np.exp(alone[1]), alone[2]))
        by_ratings = (float(shares[0]), float(shares[1]), float(shares[2]))
    return Forecast(
        match_id=q.match_id,
        basis=basis,
        home_rate=home_rate,
        away_rate=away_rate,
        rho=rho,
        markets=markets(score_grid(home_rate, away_rate, rho)),
        by_ratings=by_ratings,
    )
