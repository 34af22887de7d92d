"""Entity resolution of matches by kick-off, and of unmatched clubs by day and name similarity."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.football.calendar import days_apart, paris_day
from shared.football.match import MatchUpdate
from shared.football.team import Team, spelling
from shared.football.teams import by_id

MAX_KICK_OFF_DIFFERENCE = timedelta(hours=36)
MIN_SIMILARITY = 0.7
"""Minimum difflib ratio (0 to 1) of two spellings to suggest a match for manual review.

In the mirror's leagues 296 of 425 spellings of other sources reach it for the right club and one for another club; of
808 clubs new to a league, 56 reach it for a club that plays there.
"""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match between two known clubs: season, team ids and kick-off (UTC)."""

    season: int
    home_id: int
    away_id: int
    kick_off: datetime


def same_kick_off(reported: datetime, scheduled: datetime, *, by_day: bool = False) -> bool:
    """Whether two kick-offs are compatible: they differ by at most `MAX_KICK_OFF_DIFFERENCE`.

    If one of them is a date without a time (`by_day`), they may be at most one day apart.
    """
    if by_day:
        return days_apart(reported, scheduled) <= 1
    return abs(reported - scheduled) <= MAX_KICK_OFF_DIFFERENCE


def same_match(update: MatchUpdate, pairings: Sequence[Pairing], other_pairings: Collection[Pairing]) -> Pairing | None:
    """The only known match that an update with an unmatched club can refer to, else None.

    Candidates are on the same day of the same season with the matched club on the same side, as a club plays once a
    day. The unmatched club must not be more similar to another club of the league. If both clubs are unmatched, each
    needs at least `MIN_SIMILARITY` to its counterpart.

    Args:
        update: an update with at least one unmatched club.
        pairings: matches of the same competition.
        other_pairings: matches that the source lists separately under known names; these are excluded.
    """
    day, sides = paris_day(update.kick_off), (update.home, update.away)
    season = [pairing for pairing in pairings if pairing.season == update.season]
    clubs = _clubs(season)
    resolved = [club.team or most_similar(club.name, clubs) for club in sides]
    others = {(pairing.home_id, pairing.away_id) for pairing in other_pairings}
    unmatched = all(club.team is None for club in sides)

    def fits(place: int, team_id: int) -> bool:
        team = resolved[place]
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
    """The clubs that an unmatched club may be: those of the competition without another match on that day.

    Args:
        update: an update with at least one unmatched club.
        pairings: matches of the same competition in that season and the one before.
    """
    day = paris_day(update.kick_off)
    busy = _clubs([pairing for pairing in pairings if paris_day(pairing.kick_off) == day])
    sides = (update.home.team, update.away.team)
    return [team for team in _clubs(pairings) if team not in busy and team not in sides]


def most_similar(name: str, teams: Iterable[Team]) -> Team | None:
    """The club with the most similar name, if above `MIN_SIMILARITY`: a suggestion for manual review only."""
    similarity = {team: _similarity(name, team) for team in teams}
    best = max(similarity, key=lambda team: similarity[team], default=None)
    return best if best is not None and similarity[best] >= MIN_SIMILARITY else None


def _clubs(pairings: Iterable[Pairing]) -> list[Team]:
    ids = {team_id for pairing in pairings for team_id in (pairing.home_id, pairing.away_id)}
    return [team for team_id in sorted(ids) if (team := by_id(team_id)) is not None]


def _similarity(name: str, team: Team) -> float:
    from difflib import SequenceMatcher  # noqa: PLC0415  # few starts meet a club that matches none

    folded = spelling(name)
    names = {spelling(alias) for aliases in team.aliases.values() for alias in aliases}
    return max((SequenceMatcher(None, folded, each).ratio() for each in names), default=0)
