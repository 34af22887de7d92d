"""The first page's matches: those of today and the next days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from functions.pages.lines import MatchLine, match_lines
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.web.params import shown_competitions

DAYS = 7
"""Days whose matches are shown, today included."""


@dataclass(frozen=True, slots=True)
class LeagueMatches:
    """Matches of one competition on one day."""

    code: str
    name: str
    lines: list[MatchLine]


@dataclass(frozen=True, slots=True)
class DayMatches:
    """Matches of one day in Paris."""

    day: date
    leagues: list[LeagueMatches]

    @property
    def count(self) -> int:
        """How many matches."""
        return sum(len(league.lines) for league in self.leagues)


@dataclass(frozen=True, slots=True)
class Today:
    """Days with their matches, and the competitions."""

    day: date
    days: list[DayMatches]
    leagues: list[tuple[str, str]]  # code and name


def today(db: Connection) -> Today:
    """The matches of today and the next days with their probabilities."""
    now = clock.now()
    day = paris_day(now)
    shown = shown_competitions()
    start, end = paris_bounds(day)[0], paris_bounds(day + timedelta(days=DAYS - 1))[1]
    lines = match_lines(db, matches.page(db, start, end, list(shown)), now)
    return Today(
        day=day,
        days=list(_by_day(lines, list(shown))),
        leagues=[(code, competition.name) for code, competition in shown.items()],
    )


def _by_day(lines: Sequence[MatchLine], codes: Sequence[str]) -> Iterator[DayMatches]:
    """Matches by day, and within a day by competition, the most important first."""

    def place(line: MatchLine) -> tuple[date, int, datetime]:
        return line.day, codes.index(line.competition_code), line.kick_off

    for day, of_day in groupby(sorted(lines, key=place), key=lambda line: line.day):
        by_league = groupby(of_day, key=lambda line: (line.competition_code, line.competition))
        yield DayMatches(day, [LeagueMatches(code, name, list(group)) for (code, name), group in by_league])
