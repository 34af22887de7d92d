"""Backtest of season forecasts: `python -m models.training.season_backtest --data DIR --seasons 0910,…,2324`.

Each season of the five leagues is simulated as of each horizon, with ratings of the results before it, and scored
beside naive forecasts. Frequencies come from all seasons before, in the mirror from 2006-07 on.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from models.training import dataset, season_naive, season_report
from models.training.progress import Stages
from models.training.season_history import PastSeason, past_seasons
from models.training.season_report import Scored
from models.training.walk_forward import TOP_FIVE
from shared.football.calendar import season_from_label
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.season_simulation import DEFAULT_RUNS, Floats, simulate

FIRST_SEASON = 2006
"""The season before is the first in the mirror."""


def main(arguments: list[str] | None = None) -> None:
    """Scores the given seasons, and prints the report.

    Raises:
        SystemExit: the data or the seasons are missing.
    """
    parser = argparse.ArgumentParser(prog="season_backtest", description="Score forecasts of past seasons' ends.")
    parser.add_argument("--data", type=Path, required=True, help="a mirror of football-data.co.uk")
    parser.add_argument("--seasons", required=True, help="seasons to score, as in 2223,2324")
    parser.add_argument("--plots", type=Path, help="a directory for a picture")
    args = parser.parse_args(arguments)
    try:
        scored = collect(args.data, [season_from_label(label) for label in args.seasons.split(",")])
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    sys.stdout.write(season_report.render(scored) + "\n")
    if args.plots is not None:
        season_report.draw(args.plots, scored)


def collect(directory: Path, seasons: Sequence[int]) -> list[Scored]:
    """The forecasts of these seasons at each horizon.

    Raises:
        FileNotFoundError: the directory is not a mirror, or lacks a season.
        ValueError: a season is incomplete.
    """
    history = dataset.seasons_until(directory, seasons)
    with Stages() as stages:
        with stages.stage("read", len(history)) as advance:
            matches = dataset.read(directory, history, lambda _: advance())
        with stages.stage("learn"):
            closing = implied_log_goals(matches.closing, matches.closing_over)
            opening = implied_log_goals(matches.opening, matches.opening_over)
            results = dataset.results(matches, closing, opening)
            past = list(past_seasons(results, TOP_FIVE, max(FIRST_SEASON, min(history) + 1)))
        wanted = sum(each.season in seasons for each in past)
        with stages.stage("simulate", wanted) as advance:
            return score(past, seasons, advance)


def score(
    past: Sequence[PastSeason], seasons: Sequence[int], advance: Callable[[], None] = lambda: None
) -> list[Scored]:
    """Simulated and naive forecasts of the given seasons."""
    scored: list[Scored] = []
    for each, forecasts in zip(past, season_naive.naive(past), strict=True):
        if each.season in seasons:
            scored.append(Scored(each, {"simulated": simulated_places(each)} | forecasts))
            advance()
    return scored


def simulated_places(past: PastSeason, runs: int = DEFAULT_RUNS) -> Floats:
    """Probabilities of each place by simulation: (clubs, places)."""
    places = simulate(past.input, past.rules, np.random.default_rng([past.season, len(past.clubs)]), runs).places
    return np.stack([(places == place).mean(axis=1) for place in range(1, len(places) + 1)], axis=1)


if __name__ == "__main__":
    main()
