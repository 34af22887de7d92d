"""Walk-forward forecasts: each season by models trained on earlier seasons only."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
TOP_FIVE = tuple(c.code for c in COMPETITIONS.values() if c.forecast and c.division and c.code != "DEMO")
NAMES = ("no_odds", "past_lines", "anchored")

_NO_ODDS = [features.COLUMNS.index(name) for name in features.NO_ODDS]


@dataclass(frozen=True)
class PreparedMatches:
    """Past matches with features and targets.

    Attributes:
        matches: the matches.
        top_five: which belong to the five leagues: (n,).
        rows: features of the outcome model: (n, 2, columns).
        closing: log goal rates and rho implied by closing prices, else by opening prices: (n, 3).
        moved: closing log goal rates minus opening ones: (n, 2); NaN where either is unknown.
        lines: the opening prices.
    """

    matches: Matches
    top_five: NDArray[np.bool_]
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


def prepare(matches: Matches) -> PreparedMatches:
    """Computes features and targets of all matches."""
    closing = implied_log_goals(matches.closing, matches.closing_over)
    opening = implied_log_goals(matches.opening, matches.opening_over)
    top_five: NDArray[np.bool_] = np.isin(matches.competition, TOP_FIVE)
    played = results(matches, closing, opening)
    rows, _ = rows_before(played, (top_five & (matches.season >= FIRST_SEASON)).tolist())
    return PreparedMatches(
        matches=matches,
        top_five=top_five,
        rows=rows,
        closing=np.where(np.isnan(closing), opening, closing),
        moved=closing[:, :2] - opening[:, :2],
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


def training_sets(prepared: PreparedMatches, before: int, forecasts: dict[str, Floats]) -> dict[str, TrainingSet]:
    """Training sets of the trees that forecast a given season, by name; arguments as for `train`."""
    season = prepared.matches.season
    past = prepared.top_five & (season >= FIRST_SEASON) & (season < before) & ~np.isnan(prepared.closing[:, 0])
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


def train(prepared: PreparedMatches, before: int, forecasts: dict[str, Floats]) -> Model:
    """Trains the models of a season on earlier seasons.

    Args:
        prepared: past matches.
        before: the season to forecast.
        forecasts: earlier out-of-sample forecasts by name, uncalibrated: (n, 3), NaN elsewhere.
    """
    season = prepared.matches.season
    sets = training_sets(prepared, before, forecasts)
    # A thread per set of trees: XGBoost releases the GIL, and its own threads would synchronize at every tree level.
    with ThreadPoolExecutor(2) as threads:
        trees = dict(zip(sets, threads.map(lambda of: outcome.train(*of), sets.values()), strict=True))
    closing = prepared.matches.closing
    past = prepared.top_five & (season < before) & ~np.isnan(closing[:, 0])
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


def walk(prepared: PreparedMatches, last: int, on_season: Callable[[int], None] = lambda _: None) -> Walk:
    """Forecasts all seasons up to the last, each with its own models.

    It always starts at the first season, so that a forecast does not depend on the requested range. The last season may
    have no matches yet; then only its model is of use.

    Args:
        prepared: past matches.
        last: the last season to forecast.
        on_season: called after each season.
    """
    raw = {name: np.full((len(prepared.matches), 3), np.nan) for name in NAMES}
    final = {name: np.full((len(prepared.matches), 3), np.nan) for name in NAMES}
    models: dict[int, Model] = {}
    for season in range(first_forecast(prepared), last + 1):
        selected = prepared.top_five & (prepared.matches.season == season)
        model = train(prepared, season, raw)
        for name, goals in forecast(prepared, model, selected).items():
            raw[name][selected] = goals[selected]
            final[name][selected] = calibrate(goals[selected], model.calibrations[name])
        models[season] = model
        on_season(season)
    return Walk(raw, final, models)


def _line_rows(prepared: PreparedMatches, selected: NDArray[np.bool_], expected: Floats) -> Floats:
    weekday = (prepared.matches.day[selected] - 1) % 7
    lines = Lines(*(values[selected] for values in prepared.lines))
    return line_features(lines, expected[selected], prepared.rows[selected], weekday.astype(np.float64))
