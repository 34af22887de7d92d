"""A forecast of each match, from the best available basis.

In this order: prices and ratings (the prices, moved to where the line is expected to close); prices alone, which is the
bookmakers' consensus, where the clubs are not rated on one scale, as most pairs in European cups; ratings alone,
without prices; else no forecast. With ratings on one scale the forecast has factors and bounds of the closing line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.basis import Basis
from shared.forecasting.closing_line_bounds import bounds, is_newcomer
from shared.forecasting.factors import GROUPS, effects
from shared.forecasting.features import DECIMALS, features
from shared.forecasting.grid import RHO, outcome_probabilities, outcomes, score_grid
from shared.forecasting.line_movement_features import Lines, line_features
from shared.forecasting.markets import Markets, markets
from shared.forecasting.strengths import Strengths
from shared.forecasting.temperature_scaling import Calibration, calibrate

Floats = NDArray[np.float64]
OutcomeProbabilities = tuple[float, float, float]
"""Of home win, draw, away win."""


class Regressor(Protocol):
    """A trained regressor."""

    def predict(self, rows: Floats) -> Floats:
        """Predictions of n matches: (n, 2, columns) → (n, 2)."""
        ...


class OutcomeModel(Protocol):
    """The served model: see services.outcome_model."""

    @property
    def past_lines(self) -> Regressor:
        """Log goal rates from the clubs' strengths."""
        ...

    @property
    def line_move(self) -> Regressor:
        """Expected movement of log goal rates from now to the close."""
        ...

    @property
    def calibrations(self) -> Mapping[str, Calibration]:
        """The calibration of each forecast, by name."""
        ...

    @property
    def average_match(self) -> Floats:
        """Mean features of the training matches, home side and away side: (2, columns)."""
        ...


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a match as features; NaN where missing."""

    goals: tuple[float, float, float]  # log goal rates and rho implied by the consensus
    # pinnacle, bet365: log goal rates implied by these bookmakers' prices.
    pinnacle: tuple[float, float]
    bet365: tuple[float, float]
    best: tuple[float, float, float]  # logarithm of best price × fair probability of home win, draw, away win
    best_overround: float  # logarithm of the sum of the inverse best prices


@dataclass(frozen=True, slots=True)
class ForecastInput:
    """A match to forecast."""

    match_id: int
    competition: str
    season: int  # year in which it began
    day: date  # in Paris
    home_team_id: int
    away_team_id: int
    rated_in: str | None  # the league on whose scale both clubs are rated (`rating_league`); None if there is none
    prices: Prices | None  # None without any


@dataclass(frozen=True, slots=True)
class Forecast:
    """A published forecast: the parameters of its score grid and every market derived from it."""

    match_id: int
    basis: Basis
    home_rate: float
    away_rate: float
    rho: float
    markets: Markets
    # Home win, draw, away win from ratings alone; None where the clubs are not rated on one scale.
    by_ratings: OutcomeProbabilities | None
    # Low and high of each of these: the line closes between them in 95 matches of 100.
    ratings_bounds: tuple[tuple[float, float], ...] | None
    # Home win, draw, away win of the average match (`start`) and the effects of each of `factors.GROUPS`, of the
    # match's `prices` and of their expected `move`; the sum is the forecast. None without ratings.
    factors: dict[str, OutcomeProbabilities] | None
    newcomers: tuple[int, ...]  # ids of the clubs with too few matches


@dataclass(frozen=True, slots=True)
class _RatingForecast:
    """A forecast from ratings alone."""

    rows: Floats  # features of the outcome model: (2, columns)
    expected: Floats  # predicted log goal rates: (2,)
    goals: Floats  # calibrated log goal rates and rho: (3,)
    bounds: Floats  # low and high of home win, draw, away win: (3, 2)
    factors: dict[str, OutcomeProbabilities]  # the start and the effects of the groups
    newcomers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _PriceForecast:
    """Calibrated log goal rates and rho implied by prices, today and at the expected close: (3,) each."""

    today: Floats
    close: Floats


def forecast(inputs: Sequence[ForecastInput], strengths: Strengths, model: OutcomeModel) -> list[Forecast]:
    """Forecasts, in the order of the inputs; matches with neither prices nor ratings on one scale are omitted."""
    by_ratings = _forecast_from_ratings([(q, q.rated_in) for q in inputs if q.rated_in], strengths, model)
    by_prices = _forecast_from_prices([q for q in inputs if q.prices is not None], by_ratings, model)
    forecasts: list[Forecast] = []
    for q in inputs:
        clubs, prices = by_ratings.get(q.match_id), by_prices.get(q.match_id)
        if prices is not None:
            forecasts.append(_forecast(q, "prices" if clubs else "consensus", prices.close, clubs, prices))
        elif clubs is not None:
            forecasts.append(_forecast(q, "ratings", clubs.goals, clubs, None))
    return forecasts


def _forecast_from_ratings(
    rated: Sequence[tuple[ForecastInput, str]], strengths: Strengths, model: OutcomeModel
) -> dict[int, _RatingForecast]:
    """By match id; each input comes with the league on whose scale its clubs are rated."""
    if not rated:
        return {}
    rows = np.array(
        [features(strengths, league, q.season, q.day, q.home_team_id, q.away_team_id) for q, league in rated]
    ).round(DECIMALS)

    def calibrated_goals(expected: Floats) -> Floats:
        return calibrate(np.column_stack([expected, np.full(len(expected), RHO)]), model.calibrations["past_lines"])

    expected = model.past_lines.predict(rows)
    goals = calibrated_goals(expected)
    newcomers = [tuple(t for t in (q.home_team_id, q.away_team_id) if is_newcomer(strengths, t)) for q, _ in rated]
    intervals = bounds(goals, np.array([len(clubs) for clubs in newcomers]))
    start, added = effects(
        rows, model.average_match, lambda inputs: outcomes(calibrated_goals(model.past_lines.predict(inputs)))
    )
    return {
        q.match_id: _RatingForecast(
            rows=rows[i],
            expected=expected[i],
            goals=goals[i],
            bounds=intervals[i],
            factors={"start": _as_tuple(start)} | {key: _as_tuple(added[i, of]) for of, key in enumerate(GROUPS)},
            newcomers=newcomers[i],
        )
        for i, (q, _) in enumerate(rated)
    }


def _forecast_from_prices(
    priced: Sequence[ForecastInput], by_ratings: Mapping[int, _RatingForecast], model: OutcomeModel
) -> dict[int, _PriceForecast]:
    quotes = [q.prices for q in priced if q.prices is not None]
    goals = np.array([prices.goals for prices in quotes]).reshape(-1, 3)
    close = goals.copy()
    if spanned := [i for i, q in enumerate(priced) if q.match_id in by_ratings]:
        rated = [by_ratings[priced[i].match_id] for i in spanned]
        lines = Lines(
            goals=goals[spanned],
            pinnacle=np.array([quotes[i].pinnacle for i in spanned]),
            bet365=np.array([quotes[i].bet365 for i in spanned]),
            best=np.array([quotes[i].best for i in spanned]),
            best_overround=np.array([quotes[i].best_overround for i in spanned]),
        )
        expected, rows = np.array([clubs.expected for clubs in rated]), np.array([clubs.rows for clubs in rated])
        weekday = np.array([float(priced[i].day.weekday()) for i in spanned])
        close[spanned, :2] += model.line_move.predict(line_features(lines, expected, rows, weekday))
    today, close = (calibrate(of, model.calibrations["anchored"]) for of in (goals, close))
    return {q.match_id: _PriceForecast(today[i], close[i]) for i, q in enumerate(priced)}


def _forecast(
    q: ForecastInput, basis: Basis, goals: Floats, clubs: _RatingForecast | None, prices: _PriceForecast | None
) -> Forecast:
    home_rate, away_rate, rho = float(np.exp(goals[0])), float(np.exp(goals[1])), float(goals[2])
    return Forecast(
        match_id=q.match_id,
        basis=basis,
        home_rate=home_rate,
        away_rate=away_rate,
        rho=rho,
        markets=markets(score_grid(home_rate, away_rate, rho)),
        by_ratings=_as_tuple(_probabilities(clubs.goals)) if clubs else None,
        ratings_bounds=tuple((float(low), float(high)) for low, high in clubs.bounds) if clubs else None,
        factors=_factors(clubs, prices) if clubs else None,
        newcomers=clubs.newcomers if clubs else (),
    )


def _factors(clubs: _RatingForecast, prices: _PriceForecast | None) -> dict[str, OutcomeProbabilities]:
    if prices is None:
        return clubs.factors
    alone, today, close = (_probabilities(goals) for goals in (clubs.goals, prices.today, prices.close))
    return clubs.factors | {"prices": _as_tuple(today - alone), "move": _as_tuple(close - today)}


def _probabilities(goals: Floats) -> Floats:
    return outcome_probabilities(score_grid(np.exp(goals[0]), np.exp(goals[1]), goals[2]))


def _as_tuple(figures: Floats) -> OutcomeProbabilities:
    home, draw, away = (float(figure) for figure in figures)
    return home, draw, away
