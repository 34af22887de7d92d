"""A forecast of each match, or an honest abstention.

In this order, and the answer says which: from the match's prices and what is known of the clubs (the prices, moved to
where the line is expected to close); from its prices alone, where no scale spans both clubs, as in Europe; from what
is known of the clubs alone, where nobody asks a price; nothing. Where a scale spans the clubs, the forecast comes with
what moved it and with how far from the close it may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.closing_line_bounds import bounds, is_newcomer
from shared.forecasting.factors import GROUPS, effects
from shared.forecasting.features import features
from shared.forecasting.grid import RHO, outcome_probabilities, outcomes, score_grid
from shared.forecasting.line_movement_features import Lines, line_features
from shared.forecasting.markets import Markets, markets
from shared.forecasting.strengths import Strengths
from shared.forecasting.temperature_scaling import Temper, tempered

Floats = NDArray[np.float64]
Outcome = tuple[float, float, float]
"""Of home win, draw, away win."""


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

    @property
    def average_match(self) -> Floats:
        """The average match that the past lines were learned from, home side and away side: (2, columns)."""
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
        ratings_bounds: low and high of each of these, between which the line closes in 95 matches of 100.
        factors: what home win, draw, away win are in the average match (`start`), and what each of `factors.GROUPS`,
            the match's `prices` and their expected `move` add; they sum to the forecast. None off one scale.
        newcomers: ids of the clubs of which too little has been seen.
    """

    match_id: int
    basis: str
    home_rate: float
    away_rate: float
    rho: float
    markets: Markets
    by_ratings: Outcome | None
    ratings_bounds: tuple[tuple[float, float], ...] | None
    factors: dict[str, Outcome] | None
    newcomers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the clubs of a match, and what it says.

    Attributes:
        rows: the outcome model's: (2, columns).
        expected: its log goal rates: (2,).
        goals: log goal rates and rho, corrected: (3,).
        bounds: low and high of home win, draw, away win: (3, 2).
        factors: the start and the groups.
        newcomers: ids.
    """

    rows: Floats
    expected: Floats
    goals: Floats
    bounds: Floats
    factors: dict[str, Outcome]
    newcomers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Log goal rates and rho that a match's prices imply, and those of where they are expected to close: (3,) each."""

    today: Floats
    close: Floats


def forecast(questions: Sequence[Question], strengths: Strengths, model: OutcomeModel) -> list[Forecast]:
    """Forecasts of the matches that can be forecast, in their order; the others are left out."""
    known = _by_clubs([q for q in questions if q.on_one_scale], strengths, model)
    asked = _by_prices([q for q in questions if q.prices is not None], known, model)
    found: list[Forecast] = []
    for q in questions:
        clubs, prices = known.get(q.match_id), asked.get(q.match_id)
        if prices is not None:
            found.append(_forecast(q, "prices", prices.close, clubs, prices))
        elif clubs is not None:
            found.append(_forecast(q, "ratings", clubs.goals, clubs, None))
    return found


def _by_clubs(rated: Sequence[Question], strengths: Strengths, model: OutcomeModel) -> dict[int, _Known]:
    if not rated:
        return {}
    rows = np.array(
        [features(strengths, q.competition, q.season, q.day, q.home_team_id, q.away_team_id) for q in rated]
    )

    def goals_of(expected: Floats) -> Floats:
        return tempered(np.column_stack([expected, np.full(len(expected), RHO)]), model.tempers["past_lines"])

    expected = model.past_lines.predict(rows)
    goals = goals_of(expected)
    new = [tuple(t for t in (q.home_team_id, q.away_team_id) if is_newcomer(strengths, t)) for q in rated]
    between = bounds(goals, np.array([len(clubs) for clubs in new]))
    start, added = effects(rows, model.average_match, lambda asked: outcomes(goals_of(model.past_lines.predict(asked))))
    return {
        q.match_id: _Known(
            rows=rows[i],
            expected=expected[i],
            goals=goals[i],
            bounds=between[i],
            factors={"start": _outcome(start)} | {key: _outcome(added[i, of]) for of, key in enumerate(GROUPS)},
            newcomers=new[i],
        )
        for i, q in enumerate(rated)
    }


def _by_prices(priced: Sequence[Question], known: Mapping[int, _Known], model: OutcomeModel) -> dict[int, _Asked]:
    asked = [q.prices for q in priced if q.prices is not None]
    goals = np.array([prices.goals for prices in asked]).reshape(-1, 3)
    close = goals.copy()
    if spanned := [i for i, q in enumerate(priced) if q.match_id in known]:
        of = [known[priced[i].match_id] for i in spanned]
        lines = Lines(
            goals=goals[spanned],
            pinnacle=np.array([asked[i].pinnacle for i in spanned]),
            bet365=np.array([asked[i].bet365 for i in spanned]),
            best=np.array([asked[i].best for i in spanned]),
            best_overround=np.array([asked[i].best_overround for i in spanned]),
        )
        expected, rows = np.array([clubs.expected for clubs in of]), np.array([clubs.rows for clubs in of])
        weekday = np.array([float(priced[i].day.weekday()) for i in spanned])
        close[spanned, :2] += model.line_move.predict(line_features(lines, expected, rows, weekday))
    today, close = (tempered(of, model.tempers["anchored"]) for of in (goals, close))
    return {q.match_id: _Asked(today[i], close[i]) for i, q in enumerate(priced)}


def _forecast(q: Question, basis: str, said: Floats, clubs: _Known | None, prices: _Asked | None) -> Forecast:
    home_rate, away_rate, rho = float(np.exp(said[0])), float(np.exp(said[1])), float(said[2])
    return Forecast(
        match_id=q.match_id,
        basis=basis,
        home_rate=home_rate,
        away_rate=away_rate,
        rho=rho,
        markets=markets(score_grid(home_rate, away_rate, rho)),
        by_ratings=_outcome(_shares(clubs.goals)) if clubs else None,
        ratings_bounds=tuple((float(low), float(high)) for low, high in clubs.bounds) if clubs else None,
        factors=_factors(clubs, prices) if clubs else None,
        newcomers=clubs.newcomers if clubs else (),
    )


def _factors(clubs: _Known, prices: _Asked | None) -> dict[str, Outcome]:
    if prices is None:
        return clubs.factors
    alone, today, close = (_shares(goals) for goals in (clubs.goals, prices.today, prices.close))
    return clubs.factors | {"prices": _outcome(today - alone), "move": _outcome(close - today)}


def _shares(goals: Floats) -> Floats:
    return outcome_probabilities(score_grid(np.exp(goals[0]), np.exp(goals[1]), goals[2]))


def _outcome(figures: Floats) -> Outcome:
    home, draw, away = (float(figure) for figure in figures)
    return home, draw, away
