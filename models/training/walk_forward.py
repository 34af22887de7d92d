"""Forecasts of past seasons, each by models that were trained on earlier seasons only."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training import outcome
from models.training.dataset import Matches, results, rows_before
from models.training.outcome import Floats, Trees
from shared.football.competition import COMPETITIONS
from shared.forecasting import features, line_movement_features
from shared.forecasting.grid import RHO
from shared.forecasting.implied_goals import log_goals_of
from shared.forecasting.line_movement_features import Lines, line_features
from shared.forecasting.temperature_scaling import Temper, tempered

FIRST_SEASON = 2008
"""Seasons before it only warm up the ratings."""
FIRST_LINE_SEASON = 2013
"""Closing prices begin in 2012-13; the outcome model must have been out of sample for a season before."""
TEMPER_SEASONS = 5
"""How many earlier seasons, forecast out of sample, a correction is fitted on: to their closing prices, which tell the
same as results with far less luck."""
FIVE = tuple(c.code for c in COMPETITIONS.values() if c.forecast and c.division and c.code != "DEMO")
NAMES = ("no_odds", "past_lines", "anchored")

_NO_ODDS = [features.COLUMNS.index(name) for name in features.NO_ODDS]


@dataclass(frozen=True)
class Known:
    """Past matches with everything that models are trained on or told.

    Attributes:
        matches: the matches.
        five: which belong to the five leagues: (n,).
        rows: the outcome model's rows before each match: (n, 2, columns).
        closing: log goal rates and rho of the close, of the days before where nothing later is known: (n, 3).
        moved: log goal rates at the close less those of the days before: (n, 2); NaN where either is unknown.
        lines: what the prices of the days before say.
    """

    matches: Matches
    five: NDArray[np.bool_]
    rows: Floats
    closing: Floats
    moved: Floats
    lines: Lines


@dataclass(frozen=True)
class Model:
    """All that is needed to forecast a season: three sets of trees and a correction of each forecast."""

    no_odds: Trees
    past_lines: Trees
    line_move: Trees | None
    tempers: dict[str, Temper]


class TrainingSet(NamedTuple):
    """What one set of trees is trained on.

    Attributes:
        rows: (n, 2, columns).
        targets: (n, 2).
        columns: names of the columns.
        parameters: of XGBoost.
        rounds: how many trees.
    """

    rows: Floats
    targets: Floats
    columns: tuple[str, ...]
    parameters: dict[str, object]
    rounds: int


class Walk(NamedTuple):
    """Forecasts of past seasons, and what made them.

    Attributes:
        raw: uncorrected, by name: log goal rates and rho (n, 3), NaN elsewhere.
        forecasts: the same, corrected.
        models: by season.
    """

    raw: dict[str, Floats]
    forecasts: dict[str, Floats]
    models: dict[int, Model]


def know(matches: Matches) -> Known:
    """Fold the matches, and gather what was known before each."""
    closing = log_goals_of(matches.closing, matches.closing_over)
    opening = log_goals_of(matches.opening, matches.opening_over)
    five: NDArray[np.bool_] = np.isin(matches.competition, FIVE)
    played = results(matches, closing, opening)
    rows, _ = rows_before(played, (five & (matches.season >= FIRST_SEASON)).tolist())
    return Known(
        matches=matches,
        five=five,
        rows=rows,
        closing=np.where(np.isnan(closing), opening, closing),
        moved=closing[:, :2] - opening[:, :2],
        lines=lines_of(matches, opening),
    )


def lines_of(matches: Matches, opening: Floats) -> Lines:
    """What the prices of the days before say of each match."""
    best = matches.numbers["best"]
    with np.errstate(invalid="ignore"):
        return Lines(
            goals=opening,
            pinnacle=log_goals_of(matches.fair["pinnacle"], matches.opening_over)[:, :2],
            bet365=log_goals_of(matches.fair["bet365"], matches.opening_over)[:, :2],
            best=np.log(best * matches.opening),
            best_overround=np.log((1 / best).sum(axis=1)),
        )


def training_sets(known: Known, before: int, forecasts: dict[str, Floats]) -> dict[str, TrainingSet]:
    """What the trees are trained on that forecast a given season, by name; arguments as of `train`."""
    season = known.matches.season
    past = known.five & (season >= FIRST_SEASON) & (season < before) & ~np.isnan(known.closing[:, 0])
    rows, targets = known.rows[past], known.closing[past, :2]
    expected = forecasts["past_lines"]
    told = past & (season >= FIRST_LINE_SEASON) & ~np.isnan(known.moved[:, 0]) & ~np.isnan(expected[:, 0])
    of = (outcome.OUTCOME, outcome.OUTCOME_ROUNDS)
    sets = {
        "no_odds": TrainingSet(rows[:, :, _NO_ODDS], targets, features.NO_ODDS, *of),
        "past_lines": TrainingSet(rows, targets, features.COLUMNS, *of),
    }
    if told.any():
        of_lines = _line_rows(known, told, expected[:, :2])
        of = (outcome.LINE_MOVE, outcome.LINE_MOVE_ROUNDS)
        sets["line_move"] = TrainingSet(of_lines, known.moved[told], line_movement_features.COLUMNS, *of)
    return sets


def train(known: Known, before: int, forecasts: dict[str, Floats]) -> Model:
    """Models from the seasons before a given one.

    Args:
        known: past matches.
        before: the season that must not be seen.
        forecasts: earlier out-of-sample forecasts by name, uncorrected: (n, 3), NaN elsewhere.
    """
    season = known.matches.season
    sets = training_sets(known, before, forecasts)
    # A thread each: the trees release Python's lock, and threads of their own wait for one another at every level.
    with ThreadPoolExecutor(2) as threads:
        trees = dict(zip(sets, threads.map(lambda of: outcome.train(*of), sets.values()), strict=True))
    closing = known.matches.closing
    past = known.five & (season < before) & ~np.isnan(closing[:, 0])
    tempers: dict[str, Temper] = {}
    for name, goals in forecasts.items():
        fit = past & (season >= before - TEMPER_SEASONS) & ~np.isnan(goals[:, 0])
        tempers[name] = outcome.fit_temper(goals[fit], closing[fit]) if fit.any() else Temper()
    return Model(trees["no_odds"], trees["past_lines"], trees.get("line_move"), tempers)


def forecast(known: Known, model: Model, wanted: NDArray[np.bool_]) -> dict[str, Floats]:
    """Uncorrected forecasts of the wanted matches: log goal rates and rho by name, NaN elsewhere: (n, 3)."""
    told = {name: np.full((len(known.matches), 3), np.nan) for name in NAMES}
    rows = known.rows[wanted]
    rho = np.full((int(wanted.sum()), 1), RHO)
    told["no_odds"][wanted] = np.hstack([model.no_odds.predict(rows[:, :, _NO_ODDS]), rho])
    told["past_lines"][wanted] = np.hstack([model.past_lines.predict(rows), rho])
    goals = known.lines.goals[wanted].copy()
    if model.line_move is not None:
        move = model.line_move.predict(_line_rows(known, wanted, told["past_lines"][:, :2]))
        goals[:, :2] += move
    told["anchored"][wanted] = goals
    return told


def first_forecast(known: Known) -> int:
    """The first season that can be forecast: one with a season of prices before it."""
    priced = known.five & (known.matches.season >= FIRST_SEASON) & ~np.isnan(known.closing[:, 0])
    begun = int(known.matches.season[priced].min()) if priced.any() else max(known.matches.season)
    return max(FIRST_SEASON + 4, begun + 1)


def walk(known: Known, last: int, told: Callable[[int], None] = lambda _: None) -> Walk:
    """Forecasts of all seasons up to the last, in order, each by models of its own.

    Always from the first, so that the forecast of a season does not depend on which others are asked for. The last may
    be one of which nothing is known yet: then only its model matters.
    """
    raw = {name: np.full((len(known.matches), 3), np.nan) for name in NAMES}
    final = {name: np.full((len(known.matches), 3), np.nan) for name in NAMES}
    models: dict[int, Model] = {}
    for season in range(first_forecast(known), last + 1):
        wanted = known.five & (known.matches.season == season)
        model = train(known, season, raw)
        for name, goals in forecast(known, model, wanted).items():
            raw[name][wanted] = goals[wanted]
            final[name][wanted] = tempered(goals[wanted], model.tempers[name])
        models[season] = model
        told(season)
    return Walk(raw, final, models)


def _line_rows(known: Known, wanted: NDArray[np.bool_], expected: Floats) -> Floats:
    weekday = (known.matches.day[wanted] - 1) % 7
    of_wanted = Lines(*(values[wanted] for values in known.lines))
    return line_features(of_wanted, expected[wanted], known.rows[wanted], weekday.astype(np.float64))
