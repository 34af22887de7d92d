"""Final goals of real seasons as arrays, from the mirror of football-data.co.uk."""

import csv
from functools import cache
from typing import NamedTuple

import numpy as np

from shared.football.calendar import season_label
from shared.football.competition import COMPETITIONS
from shared.football.final_order import Goals
from shared.football.team import Source
from shared.football.teams import find
from tests.season import real_seasons


class RealSeason(NamedTuple):
    """Clubs by id, and the goals of their matches: (clubs, clubs, 2, 1)."""

    clubs: list[int]
    goals: Goals
    played: int


def club(name: str) -> int:
    """A club by the name of the CSV service or of football-data.org."""
    team = find(Source.FOOTBALL_DATA_UK, name) or find(Source.FOOTBALL_DATA_ORG, name)
    assert team is not None, name
    return team.team_id


@cache
def real_season(competition: str, season: int) -> RealSeason:
    """A season with all results that stand in its file, awarded ones too."""
    file = real_seasons() / "mmz4281" / season_label(season) / f"{COMPETITIONS[competition].division}.csv"
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rows = csv.reader(lines)
        home, away, scored, conceded = map(next(rows).index, ("HomeTeam", "AwayTeam", "FTHG", "FTAG"))
        results = [(row[home], row[away], row[scored], row[conceded]) for row in rows if len(row) > 6 and row[scored]]
    clubs = sorted({club(result[0]) for result in results})
    goals = np.zeros((len(clubs), len(clubs), 2, 1), dtype=np.int8)
    for host, guest, *score in results:
        goals[clubs.index(club(host)), clubs.index(club(guest)), :, 0] = [int(each) for each in score]
    return RealSeason(clubs, goals, len(results))
