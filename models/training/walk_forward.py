"""Walk-forward forecasts: each season by models trained on earlier seasons only."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training import outcome
from models.training.dataset import Matches, results, rows_before
from models.training.outcome import Floats, TrainedTrees
from shared.football.competition import COMPETITIONS
from shared.forecasting import features, line_movement_features
from shared.forecasting.grid import RHO
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.line_movement_features import Lines, line_features
from shared.forecasting.temperature_scaling import Calibration, calibrate

FIRST_SEASON = 2008
"""Earlier seasons only warm up the ratings."""
FIRST_LINE_SEASON = 2013
"""Closing prices begin in 2012-13, and a season of out-of-sample forecasts is needed first."""
CALIBRATION_SEASONS = 5
"""Number of earlier seasons, forecast out of sample, that a calibration is fitted on. The targets are closing prices,
which have the same mean as results with far less noise."""
TOP_FIVE = tuple(c.code for c in COMPETITIONS.values() if c.trains)
NAMES = ("no_odds", "past_lines", "anchored")

_NO_ODDS = [features.COLUMNS.index(name) for name in features.NO_ODDS]


@dataclass(frozen=True)
class PreparedMatches:
    """Past matches with features and targets.

    Attributes:
        matches: the matches.
        top_five: which belong to the five leagues, on which models are trained: (n,).
        forecast: which belong to the competitions that are forecast: (n,).
        rows: features of the outcome model: (n, 2, columns).
        closing: log goal rates and rho implied by closing prices, else by opening prices: (n, 3).
        moved: closing log goal rates minus opening ones: (n, 2); NaN where either is unknown.
        lines: the opening prices.
    """

    matches: Matches
    top_five: NDArray[np.bool_]
    forecast: NDArray[np.bool_]
    rows: Floats
    closing: Floats
    moved: Floats
    lines: Lines


@dataclass(frozen=True)
class Model:
    """The models of a season: three sets of trees and a calibration of each forecast."""

    no_odds: TrainedTrees
    past_lines: TrainedTrees
    line_move: TrainedTrees | None
    calibrations: dict[str, Calibration]


class TrainingSet(NamedTuple):
    """Training data and parameters of one set of trees.

    Attributes:
        rows: (n, 2, columns).
        targets: (n, 2).
        columns: names of the columns.
        parameters: of XGBoost.
        rounds: number of trees.
        base: the column that half of the forecast starts from, or None.
    """

    rows: Floats
    targets: Floats
    columns: tuple[str, ...]
    parameters: dict[str, object]
    rounds: int
    base: str | None = None


class Walk(NamedTuple):
    """Forecasts of past seasons, and their models.

    Attributes:
        raw: uncalibrated, by name: log goal rates and rho (n, 3), NaN elsewhere.
        forecasts: calibrated.
        models: by season.
    """

    raw: dict[str, Floats]
    forecasts: dict[str, Floats]
    models: dict[int, Model]


def prepare(matches: Matches, competitions: Collection[str] = TOP_FIVE, frozen: date | None = None) -> PreparedMatches:
    """Computes features and targets of all matches.

    Args:
        matches: past matches.
        competitions: codes of those that are forecast.
        frozen: the day from which the ratings learn nothing, if any.
    """
    closing = implied_log_goals(matches.closing, matches.closing_over)
    opening = implied_log_goals(matches.opening, matches.opening_over)
    top_five: NDArray[np.bool_] = np.isin(matches.competition, TOP_FIVE)
    forecast: NDArray[np.bool_] = np.isin(matches.competition, list(competitions))
    played = results(matches, closing, opening)
    rows, _ = rows_before(played, ((top_five | forecast) & (matches.season >= FIRST_SEASON)).tolist(), frozen)
    return PreparedMatches(
        matches=matches,
        top_five=top_five,
        forecast=forecast,
        rows=rows,
        closing=np.where(np.isnan(closing), opening, closing).round(features.DECIMALS),
        moved=(closing[:, :2] - opening[:, :2]).round(features.DECIMALS),
        lines=price_lines(matches, opening),
    )


def price_lines(matches: Matches, opening: Floats) -> Lines:
    """The opening prices of each match as model input."""
    best = matches.numbers["best"]
    with np.errstate(invalid="ignore"):
        return Lines(
            goals=opening,
            pinnacle=implied_log_goals(matches.fair["pinnacle"], matches.opening_over)[:, :2],
            bet365=implied_log_goals(matches.fair["bet365"], matches.opening_over)[:, :2],
            best=np.log(best * matches.opening),
            best_overround=np.log((1 / best).sum(axis=1)),
        )


def training_sets(
    prepared: PreparedMatches, before: int, forecasts: dict[str, Floats], frozen: date | None = None
) -> dict[str, TrainingSet]:
    """Training sets of the trees that forecast a given season, by name; arguments as for `train`."""
    season = prepared.matches.season
    past = _known(prepared, before, frozen) & (season >= FIRST_SEASON) & ~np.isnan(prepared.closing[:, 0])
    rows, targets = prepared.rows[past], prepared.closing[past, :2]
    expected = forecasts["past_lines"]
    has_move = past & (season >= FIRST_LINE_SEASON) & ~np.isnan(prepared.moved[:, 0]) & ~np.isnan(expected[:, 0])
    parameters = (outcome.OUTCOME, outcome.OUTCOME_ROUNDS)
    sets = {
        "no_odds": TrainingSet(rows[:, :, _NO_ODDS], targets, features.NO_ODDS, *parameters),
        "past_lines": TrainingSet(rows, targets, features.COLUMNS, *parameters, base="market_joint_for"),
    }
    if has_move.any():
        line_rows = _line_rows(prepared, has_move, expected[:, :2])
        parameters = (outcome.LINE_MOVE, outcome.LINE_MOVE_ROUNDS)
        sets["line_move"] = TrainingSet(
            line_rows, prepared.moved[has_move], line_movement_features.COLUMNS, *parameters
        )
    return sets


def train(prepared: PreparedMatches, before: int, forecasts: dict[str, Floats], frozen: date | None = None) -> Model:
    """Trains the models of a season on earlier seasons.

    Args:
        prepared: past matches.
        before: the season to forecast.
        forecasts: earlier out-of-sample forecasts by name, uncalibrated: (n, 3), NaN elsewhere.
        frozen: the day from which no match is used, if any.
    """
    season = prepared.matches.season
    sets = training_sets(prepared, before, forecasts, frozen)
    # A thread per set of trees: XGBoost releases the GIL, and its own threads would synchronize at every tree level.
    with ThreadPoolExecutor(2) as threads:
        trees = dict(zip(sets, threads.map(lambda of: outcome.train(*of), sets.values()), strict=True))
    closing = prepared.matches.closing
    past = _known(prepared, before, frozen) & ~np.isnan(closing[:, 0])
    calibrations: dict[str, Calibration] = {}
    for name, goals in forecasts.items():
        fit = past & (season >= before - CALIBRATION_SEASONS) & ~np.isnan(goals[:, 0])
        calibrations[name] = outcome.fit_calibration(goals[fit], closing[fit]) if fit.any() else Calibration()
    return Model(trees["no_odds"], trees["past_lines"], trees.get("line_move"), calibrations)


def forecast(prepared: PreparedMatches, model: Model, selected: NDArray[np.bool_]) -> dict[str, Floats]:
    """Uncalibrated forecasts of the selected matches: log goal rates and rho by name, NaN elsewhere: (n, 3)."""
    forecasts = {name: np.full((len(prepared.matches), 3), np.nan) for name in NAMES}
    rows = prepared.rows[selected]
    rho = np.full((int(selected.sum()), 1), RHO)
    forecasts["no_odds"][selected] = np.hstack([model.no_odds.predict(rows[:, :, _NO_ODDS]), rho])
    forecasts["past_lines"][selected] = np.hstack([model.past_lines.predict(rows), rho])
    goals = prepared.lines.goals[selected].copy()
    if model.line_move is not None:
        move = model.line_move.predict(_line_rows(prepared, selected, forecasts["past_lines"][:, :2]))
        goals[:, :2] += move
    forecasts["anchored"][selected] = goals
    return forecasts


def first_forecast(prepared: PreparedMatches) -> int:
    """The first season with a season of prices before it."""
    priced = prepared.top_five & (prepared.matches.season >= FIRST_SEASON) & ~np.isnan(prepared.closing[:, 0])
    begun = int(prepared.matches.season[priced].min()) if priced.any() else max(prepared.matches.season)
    return max(FIRST_SEASON + 4, begun + 1)


def walk(
    prepared: PreparedMatches,
    last: int,
    on_season: Callable[[int], None] = lambda _: None,
    frozen: date | None = None,
) -> Walk:
    """Forecasts all seasons up to the last, each with its own models.

    It always starts at the first season, so that a forecast does not depend on the requested range. The last season may
    have no matches yet; then only its model is of use. With a frozen day, one model of what was played before it
    forecasts everything from it on.

    Args:
        prepared: past matches.
        last: the last season to forecast.
        on_season: called after each season.
        frozen: the day from which nothing is learned, if any; the same as for `prepare`.
    """
    raw = {name: np.full((len(prepared.matches), 3), np.nan) for name in NAMES}
    final = {name: np.full((len(prepared.matches), 3), np.nan) for name in NAMES}
    models: dict[int, Model] = {}
    season, later = prepared.matches.season, np.zeros(len(prepared.matches), dtype=np.bool_)
    if frozen is not None:
        later = prepared.matches.day >= frozen.toordinal()
    walked = last if not later.any() else min(last, int(season[later].min()))

    def add(model: Model, selected: NDArray[np.bool_]) -> None:
        for name, goals in forecast(prepared, model, selected).items():
            raw[name][selected] = goals[selected]
            final[name][selected] = calibrate(goals[selected], model.calibrations[name])

    for year in range(first_forecast(prepared), walked + 1):
        models[year] = train(prepared, year, raw)
        add(models[year], _to_forecast(prepared) & (season == year) & ~later)
        on_season(year)
    if later.any():
        models[last] = train(prepared, walked + 1, raw, frozen)
        add(models[last], _to_forecast(prepared) & (season <= last) & later)
    return Walk(raw, final, models)


def _to_forecast(prepared: PreparedMatches) -> NDArray[np.bool_]:
    """Matches of the five leagues, whose forecasts later models learn from, and of the competitions that are scored."""
    return prepared.top_five | prepared.forecast


def _known(prepared: PreparedMatches, before: int, frozen: date | None) -> NDArray[np.bool_]:
    """Which matches of the five leagues a model may learn from."""
    matches = prepared.matches
    if frozen is None:
        return prepared.top_five & (matches.season < before)
    return prepared.top_five & (matches.day < frozen.toordinal())


def _line_rows(prepared: PreparedMatches, selected: NDArray[np.bool_], expected: Floats) -> Floats:
    weekday = (prepared.matches.day[selected] - 1) % 7
    lines = Lines(*(values[selected] for values in prepared.lines))
    return line_features(lines, expected[selected], prepared.rows[selected], weekday.astype(np.float64))
