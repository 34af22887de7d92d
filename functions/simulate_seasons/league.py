"""A league's season from its rows: what is played, what is left, and when. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from shared.football.calendar import paris_day
from shared.football.final_order import Goals
from shared.football.match import Status
from shared.football.standings import TableRow
from shared.forecasting.season_simulation import Floats
from shared.stores.football.matches import MatchRow

NEXT_DAYS = timedelta(days=10)
"""How far ahead a club's next match may be to be listed with what it changes."""
_SEASON_END = (5, 25)
"""Month and day around which leagues end; matches without a day are expected halfway until then."""
_COUNTED = (Status.FINISHED, Status.AWARDED)


@dataclass(frozen=True, slots=True)
class League:
    """A season whose clubs are all known; arrays follow the order of the clubs."""

    clubs: list[int]  # ids
    played: NDArray[np.bool_]  # (clubs, clubs)
    goals: Goals  # (clubs, clubs, 2)
    days: Floats  # days until each match that is left: (clubs, clubs)
    next_matches: list[MatchRow]  # one for each club, where it is soon
    matches_left: int


def league(rows: Sequence[MatchRow], season: int, size: int, today: date) -> League | None:
    """The season of these matches, or None where clubs are missing or unknown, as before all fixtures are published."""
    clubs = sorted({team_id for row in rows for team_id in (row.home_team_id, row.away_team_id)})
    if len(clubs) != size:
        return None
    halfway = max((date(season + 1, *_SEASON_END) - today) / timedelta(days=2), 1.0)
    played = np.zeros((size, size), dtype=np.bool_)
    goals = np.zeros((size, size, 2), dtype=np.int8)
    days = np.full((size, size), halfway)
    upcoming: list[MatchRow] = []
    busy: set[int] = set()
    for row in rows:
        pair = clubs.index(row.home_team_id), clubs.index(row.away_team_id)
        if row.status in _COUNTED and row.score is not None:
            played[pair], goals[pair] = True, (row.score.home, row.score.away)
            continue
        ahead = (paris_day(row.kick_off) - today).days
        if row.status is not Status.SCHEDULED or ahead < 0:
            continue
        days[pair] = ahead
        sides = {row.home_team_id, row.away_team_id}
        if timedelta(days=ahead) <= NEXT_DAYS and not sides & busy:
            upcoming.append(row)
        busy |= sides
    left = size * (size - 1) - int(played.sum())
    return League(clubs, played, goals, days, upcoming, left)


def deductions(table: Sequence[TableRow]) -> Mapping[int, int]:
    """What a stored table deducts: its points beyond those of its wins and draws."""
    return {row.team_id: row.points - 3 * row.won - row.drawn for row in table}
