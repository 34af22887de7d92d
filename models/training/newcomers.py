"""Accuracy of forecasts of newcomers: `python -m models.training.newcomers --data DIR --seasons 1213,1314`.

Unknown clubs are rare in the five leagues, because promoted clubs have played a season in the division below. So the
state of each promoted club is deleted on the day of its first match. Its next forecasts are compared with those that
know the club, and with the closing line. Nothing is trained on these states.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training import dataset, walk_forward
from models.training.backtest import probabilities
from models.training.dataset import Floats
from models.training.progress import Stages
from models.training.walk_forward import PreparedMatches, Walk
from shared.football.calendar import season_from_label
from shared.football.competition import COMPETITIONS
from shared.forecasting import metrics
from shared.forecasting.closing_line_bounds import bounds, is_newcomer
from shared.forecasting.features import COLUMNS, features
from shared.forecasting.grid import RHO
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.joint_filter import retain_clubs
from shared.forecasting.result import Result
from shared.forecasting.strengths import Strengths, learn
from shared.forecasting.temperature_scaling import calibrate

SEEN_RANGES = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 37), (38, 10**7))
"""Ranges of matches of the less known club since its state was deleted; the last range is matches of other clubs."""
NEVER = 10**6
_HEAD = """\
                   RPS above closing   error of log lead   share that closed within bounds   mean width
seen       n  new   known  forgotten    known  forgotten     home   draw   away              home win"""


class ForgottenMatches(NamedTuple):
    """Matches after the states of promoted clubs were deleted.

    Attributes:
        rows: features of the outcome model, NaN for other matches: (n, 2, columns).
        matches_seen: matches of the less known club since its state was deleted, `NEVER` for others: (n,).
        newcomers: number of newcomers among the two clubs: (n,).
    """

    rows: Floats
    matches_seen: NDArray[np.int64]
    newcomers: NDArray[np.int64]


def main(arguments: list[str] | None = None) -> None:
    """Prints the accuracy of newcomers' forecasts.

    Raises:
        SystemExit: the data or the seasons are missing.
    """
    parser = argparse.ArgumentParser(prog="newcomers", description="Score forecasts of clubs that were never seen.")
    parser.add_argument("--data", type=Path, required=True, help="a mirror of football-data.co.uk")
    parser.add_argument("--seasons", required=True, help="seasons to score, as in 2122,2223")
    args = parser.parse_args(arguments)
    try:
        seasons = [season_from_label(label) for label in args.seasons.split(",")]
        sys.stdout.write("\n".join(measure(args.data, seasons)) + "\n")
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))


def measure(directory: Path, seasons: Sequence[int]) -> list[str]:
    """The lines of a table.

    Raises:
        FileNotFoundError: the directory is not a mirror.
    """
    history = [season for season in dataset.seasons_in(directory) if season <= max(seasons)]
    with Stages() as stages:
        with stages.stage("read", len(history)) as advance:
            matches = dataset.read(directory, history, lambda _: advance())
        with stages.stage("prepare"):
            prepared = walk_forward.prepare(matches)
        with stages.stage("walk", max(seasons) + 1 - walk_forward.first_forecast(prepared)) as advance:
            walk = walk_forward.walk(prepared, max(seasons), lambda _: advance())
        with stages.stage("forget"):
            closing = implied_log_goals(matches.closing, matches.closing_over)
            opening = implied_log_goals(matches.opening, matches.opening_over)
            forgotten = forget_promoted(dataset.results(matches, closing, opening), set(seasons))
    return [_HEAD, *_lines(prepared, walk, forgotten, closing)]


def forget_promoted(played: Sequence[Result], seasons: set[int]) -> ForgottenMatches:
    """Features of some seasons' matches after deleting the state of each club promoted in one of them."""
    forgotten = ForgottenMatches(
        rows=np.full((len(played), 2, len(COLUMNS)), np.nan),
        matches_seen=np.full(len(played), NEVER),
        newcomers=np.zeros(len(played), dtype=np.int64),
    )
    strengths, since, place = Strengths(), dict[int, int](), 0
    for _, day_results in groupby(played, key=lambda result: result.day):
        matches = list(day_results)
        for i, match in enumerate(matches, start=place):
            if match.season not in seasons or not COMPETITIONS[match.competition].trains:
                continue
            clubs = (match.home_team_id, match.away_team_id)
            for club in clubs:
                if club in strengths.clubs and strengths.clubs[club].tier > COMPETITIONS[match.competition].tier:
                    del strengths.clubs[club]
                    joint = strengths.joint_state(COMPETITIONS[match.competition].nation)
                    retain_clubs(joint, [other for other in joint.places if other != club])
                    since[club] = 0
            forgotten.rows[i] = features(strengths, match.competition, match.season, match.day, *clubs)
            forgotten.matches_seen[i] = min(since.get(club, NEVER) for club in clubs)
            forgotten.newcomers[i] = sum(is_newcomer(strengths, club) for club in clubs)
        learn(strengths, matches)
        since |= {c: since[c] + 1 for m in matches for c in (m.home_team_id, m.away_team_id) if c in since}
        place += len(matches)
    return forgotten


def _lines(prepared: PreparedMatches, walk: Walk, forgotten: ForgottenMatches, closing: Floats) -> Iterator[str]:
    matches = prepared.matches
    goals = {"known": walk.forecasts["past_lines"], "forgotten": np.full((len(matches), 3), np.nan)}
    usable = ~np.isnan(forgotten.rows[:, 0, 0]) & ~np.isnan(closing[:, 0])
    for season in np.unique(matches.season[usable]):
        selected, model = usable & (matches.season == season), walk.models[int(season)]
        expected = model.past_lines.predict(forgotten.rows[selected])
        season_goals = np.column_stack([expected, np.full(len(expected), RHO)])
        goals["forgotten"][selected] = calibrate(season_goals, model.calibrations["past_lines"])
    for first, last in SEEN_RANGES:
        selected = usable & (forgotten.matches_seen >= first) & (forgotten.matches_seen <= last)
        if not selected.any():
            continue
        close, actual = matches.closing[selected], matches.outcome[selected]
        gaps = [
            metrics.rps(probabilities(goals[name][selected])[0], actual).mean() - metrics.rps(close, actual).mean()
            for name in goals
        ]
        leads = [np.subtract(*(goals[name][selected] - closing[selected])[:, :2].T) for name in goals]
        errors = [np.sqrt(np.square(lead).mean()) for lead in leads]
        between = bounds(goals["forgotten"][selected], forgotten.newcomers[selected])
        within = ((between[..., 0] <= close) & (close <= between[..., 1])).mean(axis=0)
        yield (
            f"{first:>2}-{last if last < NEVER else '':<3}{selected.sum():>6}"
            f"{forgotten.newcomers[selected].mean():>5.2f}"
            f"{gaps[0]:>+9.4f}{gaps[1]:>+10.4f}{errors[0]:>10.3f}{errors[1]:>10.3f}"
            f"{within[0]:>11.3f}{within[1]:>7.3f}{within[2]:>7.3f}{np.ptp(between[:, 0], axis=1).mean():>20.3f}"
        )


if __name__ == "__main__":
    main()
