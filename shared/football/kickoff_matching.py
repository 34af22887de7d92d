"""Whether what a source tells is of a match that is known: prices by their kick-off, unknown clubs by their day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from shared.football.calendar import days_apart, paris_day
from shared.football.match import MatchUpdate
from shared.football.team import Team, spelling
from shared.football.teams import by_id

MAX_KICK_OFF_DIFFERENCE = timedelta(hours=36)
MIN_SIMILARITY = 0.7
"""How like two spellings must be, from 0 to 1 (difflib's ratio), for a person to be asked whether they are one club's.

In the mirror's leagues 296 of 425 spellings of other sources are so near to the right club and one to another; of 808
clubs that are new to a league, 56 are so near to one that plays there.
"""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match of a competition between two clubs that we know: its season, the clubs' ids, its kick-off (UTC)."""

    season: int
    home_id: int
    away_id: int
    kick_off: datetime


def same_kick_off(reported: datetime, scheduled: datetime, *, by_day: bool = False) -> bool:
    """Whether two kick-offs can be those of one match: they differ by at most `WITHIN`.

    Where one of them is no hour but stands for a day (`by_day`), they are of one day or of two that follow each other.
    """
    if by_day:
        return days_apart(reported, scheduled) <= 1
    return abs(reported - scheduled) <= MAX_KICK_OFF_DIFFERENCE


def same_match(update: MatchUpdate, pairings: Sequence[Pairing], other_pairings: Collection[Pairing]) -> Pairing | None:
    """The known match that news is about of which a club is unmatched; None where none fits, or more than one.

    It is one of the same season and day in which the matched club is on the same side: a club plays once a day. The
    unmatched one may not be called more like another club of that league; where both are unmatched, each must be called
    nearly as the known one is.

    Args:
        news: one of its clubs at least is unmatched.
        known: matches of the same competition.
        listed: matches that its source lists beside this one, under names that we know: this is none of them.
    """
    day, sides = paris_day(update.kick_off), (update.home, update.away)
    season = [pairing for pairing in pairings if pairing.season == update.season]
    clubs = _clubs(season)
    likely = [club.team or most_similar(club.name, clubs) for club in sides]
    others = {(pairing.home_id, pairing.away_id) for pairing in other_pairings}
    unmatched = all(club.team is None for club in sides)

    def fits(place: int, team_id: int) -> bool:
        team = likely[place]
        return team.team_id == team_id if team is not None else not unmatched

    fitting = {
        (pairing.home_id, pairing.away_id): pairing
        for pairing in season
        if paris_day(pairing.kick_off) == day
        and (pairing.home_id, pairing.away_id) not in others
        and fits(0, pairing.home_id)
        and fits(1, pairing.away_id)
    }
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def candidates(update: MatchUpdate, pairings: Sequence[Pairing]) -> list[Team]:
    """The clubs that an unmatched club of some news may be: those of its competition that play no other match that day.

    Args:
        news: one of its clubs at least is unmatched.
        known: matches of the same competition, of that season and of the one before.
    """
    day = paris_day(update.kick_off)
    busy = _clubs([pairing for pairing in pairings if paris_day(pairing.kick_off) == day])
    sides = (update.home.team, update.away.team)
    return [team for team in _clubs(pairings) if team not in busy and team not in sides]


def most_similar(name: str, teams: Iterable[Team]) -> Team | None:
    """The club of some that is called most like a name, if one is like it enough to ask a person; never to be taken."""
    similarity = {team: _similarity(name, team) for team in teams}
    best = max(similarity, key=lambda team: similarity[team], default=None)
    return best if best is not None and similarity[best] >= MIN_SIMILARITY else None


def _clubs(pairings: Iterable[Pairing]) -> list[Team]:
    ids = {team_id for pairing in pairings for team_id in (pairing.home_id, pairing.away_id)}
    return [team for team_id in sorted(ids) if (team := by_id(team_id)) is not None]


def _similarity(name: str, team: Team) -> float:
    folded = spelling(name)
    names = {spelling(alias) for aliases in team.aliases.values() for alias in aliases}
    return max((SequenceMatcher(None, folded, each).ratio() for each in names), default=0)
