"""Past seasons as the season simulation would have seen them: inputs at each horizon, and how they ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from shared.football.calendar import season_of
from shared.football.final_order import places, table
from shared.football.league_rules import CURTAILED, LeagueRules, rules_of
from shared.football.points_deductions import deducted
from shared.football.team import Source
from shared.football.teams import find
from shared.forecasting.result import Result
from shared.forecasting.season_ratings import season_input
from shared.forecasting.season_simulation import SeasonInput
from shared.forecasting.strengths import Strengths, learn

AWARDED = (
    (date(2012, 9, 23), "SA", "Cagliari", "Roma", (0, 3)),
    (date(2016, 8, 28), "SA", "Sassuolo", "Pescara", (0, 3)),
    (date(2017, 4, 16), "FL1", "Bastia", "Lyon", (0, 3)),
    (date(2020, 9, 19), "SA", "Verona", "Roma", (3, 0)),
)
"""Scores that a jury set: they count in the table and teach the ratings nothing. The last match was played."""
ROUNDS_LEFT = {"ten rounds": 10, "five rounds": 5, "two rounds": 2}
HORIZONS = ("August", "winter", *ROUNDS_LEFT)
"""August is before the first match, winter the first of January, the others so many rounds before the end."""


@dataclass(frozen=True, slots=True)
class PastSeason:
    """A league's season as known at a horizon, and its end."""

    competition: str
    season: int  # year in which it began
    horizon: str
    rules: LeagueRules
    clubs: tuple[int, ...]  # ids
    input: SeasonInput
    places: NDArray[np.int8]  # final place of each club, from 1: (clubs,)


def past_seasons(played: Sequence[Result], competitions: Sequence[str], first: int) -> Iterator[PastSeason]:
    """The seasons from a first one on at each horizon, in order of day; seasons that ended early are left out.

    Args:
        played: all results in order of day, which the ratings learn from.
        competitions: codes.
        first: season.
    """
    pairs: dict[tuple[str, int], dict[tuple[int, int], Result]] = {}
    for result in (*played, *_awarded()):
        key = (result.competition, result.season)
        if result.competition in competitions and result.season >= first and key not in CURTAILED:
            pairs.setdefault(key, {})[result.home_team_id, result.away_team_id] = result
    leagues = {key: sorted(of.values(), key=lambda result: result.day) for key, of in pairs.items()}
    due: dict[date, list[tuple[tuple[str, int], str]]] = {}
    for key, results in leagues.items():
        for horizon in HORIZONS:
            due.setdefault(_day(results, horizon), []).append((key, horizon))
    strengths = Strengths()
    for day, results in groupby(played, key=lambda result: result.day):
        for past in sorted(each for each in due if each <= day):
            for (competition, season), horizon in due.pop(past):
                yield _past_season(strengths, leagues[competition, season], competition, season, horizon, past)
        learn(strengths, results)


def _awarded() -> Iterator[Result]:
    for day, competition, host, guest, goals in AWARDED:
        home, away = find(Source.FOOTBALL_DATA_UK, host), find(Source.FOOTBALL_DATA_UK, guest)
        if home is not None and away is not None:
            yield Result(day, competition, season_of(day), home.team_id, away.team_id, goals)


def _day(results: Sequence[Result], horizon: str) -> date:
    """The day before whose matches a horizon lies."""
    if horizon == "August":
        return results[0].day
    if horizon == "winter":
        return date(results[0].season + 1, 1, 1)
    clubs = len({result.home_team_id for result in results})
    return results[len(results) - ROUNDS_LEFT[horizon] * clubs // 2].day


def _past_season(
    strengths: Strengths, results: Sequence[Result], competition: str, season: int, horizon: str, day: date
) -> PastSeason:
    clubs = sorted({result.home_team_id for result in results})
    position = {team_id: place for place, team_id in enumerate(clubs)}
    final = np.zeros((len(clubs), len(clubs), 2), dtype=np.int8)
    played = np.zeros((len(clubs), len(clubs)), dtype=np.bool_)
    days = np.zeros((len(clubs), len(clubs)))
    for result in results:
        pair = position[result.home_team_id], position[result.away_team_id]
        final[pair], played[pair], days[pair] = result.goals, result.day < day, (result.day - day).days
    rules = rules_of(competition, season)
    if rules is None or len(results) != len(clubs) * (len(clubs) - 1):
        raise ValueError(f"{competition} {season} has {len(results)} results of {len(clubs)} clubs")
    points = deducted(competition, season, date(season + 1, 8, 1))
    finished = table(final[..., None], [points.get(team_id, 0) for team_id in clubs])
    order = places(finished, rules, np.zeros((len(clubs), 1), dtype=np.int64))[:, 0]
    goals = np.where(played[..., None], final, 0).astype(np.int8)
    known = deducted(competition, season, day)
    given = season_input(strengths, competition, season, day, clubs, played, goals, np.maximum(days, 0), known, {})
    return PastSeason(competition, season, horizon, rules, tuple(clubs), given, order)
