"""Backtest: `python -m models.training.backtest --data DIR --seasons 2324,2425 --out FILE.json`.

Every match of the given seasons is forecast from data before its day, by models trained on earlier seasons. The
forecasts and the baselines are scored on the same matches: those of the five leagues, or of other divisions, with
opening and closing prices; where a season of a league has no closing prices, against results alone. With
`--frozen DAY` the matches from that day on are scored, and ratings, trees and calibrations know nothing from it on;
only the baselines and the prices of the matches themselves do.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training import baselines, dataset, market_bets, plots, report, report_text, result_scores, walk_forward
from models.training.dataset import Floats, Ints, Matches
from models.training.progress import Stages
from models.training.report import Sample, at_most
from models.training.result_scores import ResultSample
from models.training.walk_forward import TOP_FIVE, PreparedMatches, Walk
from shared.football.calendar import season_from_label, season_label
from shared.football.competition import by_division
from shared.forecasting.grid import outcome_probabilities, over_probability, score_grid

ROW_RUNS = 2000


class Collected(NamedTuple):
    """Everything that a report is made from.

    Attributes:
        sample: the matches with closing prices; None without any.
        without_closing: those of leagues and seasons that have none; None without any.
        unscored: codes of the competitions that have no match with opening prices.
        speed: the duration of each stage, and goals of speed.
    """

    sample: Sample | None
    without_closing: ResultSample | None
    unscored: list[str]
    speed: dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Scores the given seasons, then writes and prints the report.

    Raises:
        SystemExit: the data or the seasons are missing.
    """
    args = _parser().parse_args(arguments)
    try:
        seasons = [season_from_label(label) for label in args.seasons.split(",")]
        competitions = [by_division()[name].code for name in args.divisions.split(",")] if args.divisions else TOP_FIVE
        collected = collect(args.data, seasons, competitions, args.frozen)
    except KeyError as error:
        sys.exit(f"{error} is no division that we know: {', '.join(by_division())}")
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    figures = evidence(collected)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(report_text.render(figures) + "\n")
    if args.plots is not None and collected.sample is not None:
        plots.draw(args.plots, collected.sample)


def collect(
    directory: Path, seasons: Sequence[int], competitions: Sequence[str] = TOP_FIVE, frozen: date | None = None
) -> Collected:
    """All forecasts of the seasons, and the duration of each stage.

    Args:
        directory: a mirror.
        seasons: years in which the scored seasons began.
        competitions: codes of those that are scored.
        frozen: the day from which nothing is learned and everything is scored, if any.

    Raises:
        FileNotFoundError: the directory is not a mirror, or lacks a season.
        ValueError: a season has too little history, or no match has opening prices.
    """
    history = dataset.seasons_until(directory, seasons)
    with Stages() as stages:
        with stages.stage("read", len(history)) as advance:
            matches = dataset.read(directory, history, lambda _: advance())
        stages.log(matches.left_out_summary)
        with stages.stage("prepare"):
            prepared = walk_forward.prepare(matches, competitions, frozen)
        first = walk_forward.first_forecast(prepared)
        if min(seasons) < first:
            raise ValueError(
                f"{season_label(min(seasons))} cannot be forecast: with the seasons in {directory}"
                f" the first that can is {season_label(first)}"
            )
        with stages.stage("walk", max(seasons) + 1 - first) as advance:
            walk = walk_forward.walk(prepared, max(seasons), lambda _: advance(), frozen)
        leagues = baselines.leagues(matches, seasons, competitions)
        with stages.stage("penaltyblog", len(leagues) * len(baselines.PENALTYBLOG)) as advance:
            benchmarks = baselines.penaltyblog(matches, leagues, advance)
        with stages.stage("baselines"):
            wanted = prepared.forecast & np.isin(matches.season, seasons) & ~np.isnan(matches.opening).any(axis=1)
            if frozen is not None:
                wanted &= matches.day >= frozen.toordinal()
            if not wanted.any():
                raise ValueError("no match of these seasons has opening prices")
            closed = wanted & ~np.isnan(matches.closing).any(axis=1)
            unclosed = wanted & without_any(closed, matches.competition, matches.season)
            sample, without_closing = None, None
            if closed.any():
                sample = _sample(prepared, walk, _forecasts(prepared, walk, benchmarks, seasons, closed), closed)
            if unclosed.any():
                forecasts = _forecasts(prepared, walk, benchmarks, seasons, unclosed)
                without_closing = _result_sample(matches, forecasts, unclosed)
    unscored = sorted(set(competitions) - set(matches.competition[closed | unclosed].tolist()))
    return Collected(sample, without_closing, unscored, _speed(prepared, walk, stages.seconds))


def evidence(collected: Collected) -> dict[str, Any]:
    """All figures that can be computed."""
    figures: dict[str, Any] = {"unscored": collected.unscored, "speed": collected.speed}
    if collected.sample is not None:
        figures |= report.evidence(collected.sample)
    if collected.without_closing is not None:
        figures["without_closing"] = report.rounded(result_scores.result_scores(collected.without_closing))
    return figures


def without_any(closed: NDArray[np.bool_], competition: NDArray[np.str_], season: Ints) -> NDArray[np.bool_]:
    """Which matches are of a season of a competition that has no closed match at all: (n,)."""
    league_season = np.char.add(competition, season.astype(np.str_))
    return ~np.isin(league_season, league_season[closed])


def probabilities(goals: Floats) -> tuple[Floats, Floats]:
    """Home win, draw and away win (n, 3) and over 2.5 (n,) from log goal rates and rho (n, 3), as when serving."""
    grid = score_grid(np.exp(goals[:, 0]), np.exp(goals[:, 1]), goals[:, 2])
    return outcome_probabilities(grid), over_probability(grid, 2.5)


def _forecasts(
    prepared: PreparedMatches,
    walk: Walk,
    benchmarks: dict[str, Floats],
    seasons: Sequence[int],
    selected: NDArray[np.bool_],
) -> dict[str, Floats]:
    """Home win, draw and away win of the n selected matches by the name of the forecast: (n, 3)."""
    matches = prepared.matches
    recalibrated = baselines.recalibrated(prepared, prepared.lines.goals, seasons)
    return {
        "uniform": baselines.uniform(matches)[selected],
        "base_rates": baselines.base_rates(matches, seasons)[selected],
        "elo": baselines.elo(prepared, seasons)[selected],
        **{name: forecast[selected] for name, forecast in benchmarks.items()},
        **{name: probabilities(goals[selected])[0] for name, goals in walk.forecasts.items()},
        "opening": matches.opening[selected],
        "opening_recalibrated": probabilities(recalibrated[selected])[0],
    }


def _sample(prepared: PreparedMatches, walk: Walk, forecasts: dict[str, Floats], selected: NDArray[np.bool_]) -> Sample:
    matches = prepared.matches
    totals = {
        **{name: probabilities(goals[selected])[1] for name, goals in walk.forecasts.items()},
        "opening": matches.opening_over[selected],
        "closing": np.where(_closing_totals(matches), matches.closing_over, np.nan)[selected],
    }
    return Sample(
        day=matches.day[selected],
        season=matches.season[selected],
        competition=matches.competition[selected],
        outcome=matches.outcome[selected],
        over=matches.numbers["goals"][selected].sum(axis=1) > 2.5,
        best=matches.numbers["best"][selected],
        market_bets=market_bets.by_price_and_market(
            walk.forecasts["anchored"][selected],
            market_bets.quotes(matches, prepared.lines.goals, selected),
            matches.numbers["goals"][selected].astype(np.int64),
        ),
        forecasts=forecasts | {"closing": matches.closing[selected]},
        totals=totals,
        expected_goals=bool((~np.isnan(matches.numbers["expected_goals"][selected, 0])).mean() > 0.5),
    )


def _result_sample(matches: Matches, forecasts: dict[str, Floats], selected: NDArray[np.bool_]) -> ResultSample:
    return ResultSample(
        season=matches.season[selected],
        competition=matches.competition[selected],
        outcome=matches.outcome[selected],
        forecasts={name: forecasts[name] for name in report.NAMES if name in forecasts},
    )


def _closing_totals(matches: Matches) -> NDArray[np.bool_]:
    """Which matches have closing prices of totals."""
    return np.logical_or.reduce([~np.isnan(matches.fair[f"{book}_totals_closing"][:, 0]) for book in dataset.BOOKS])


def _speed(prepared: PreparedMatches, walk: Walk, seconds: dict[str, float]) -> dict[str, Any]:
    trees = walk.models[max(walk.models)].past_lines
    rows = prepared.rows[prepared.forecast & (prepared.matches.season == max(walk.models))]
    started = perf_counter()
    for _ in range(ROW_RUNS):
        trees.predict(rows[:1])
    microseconds = (perf_counter() - started) / ROW_RUNS / 2 * 1e6  # a match is two rows
    ours = sum(seconds[stage] for stage in ("read", "prepare", "walk"))
    return {
        "seconds": seconds,
        "seasons_walked": len(walk.models),
        "microseconds_a_row": microseconds,
        "goals": [
            at_most("speed", "microseconds a row in onnxruntime", microseconds, 25.0),
            at_most("speed", "largest difference between ONNX and XGBoost", trees.parity(rows), 1e-5),
            at_most("speed", f"seconds to read and walk {len(walk.models)} seasons", ours, 180.0),
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="backtest", description="Score forecasts of past seasons on the same matches."
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="a mirror of football-data.co.uk (mmz4281/2324/E0.csv)"
    )
    parser.add_argument("--seasons", required=True, help="seasons to score, as in 2324,2425")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--divisions", help="divisions to score, as in E0,SP2; the five leagues without it")
    parser.add_argument(
        "--frozen", type=date.fromisoformat, help="score from this day on what a model knew before it (2023-04-13)"
    )
    parser.add_argument("--plots", type=Path, help="a directory for pictures")
    return parser


if __name__ == "__main__":
    main()
