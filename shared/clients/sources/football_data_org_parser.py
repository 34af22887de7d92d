"""Parsing of football-data.org's JSON into matches and tables. Payloads are stored as minified JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from shared.clients.errors import InvalidResponse
from shared.clients.sources.json_fields import InvalidField, field, minified, optional_field, parse_instant
from shared.football.calendar import last_minute
from shared.football.competition import COMPETITIONS
from shared.football.match import Club, Hour, MatchUpdate, Score, Status
from shared.football.standings import TableRow
from shared.football.team import Source
from shared.football.teams import find

_STATUSES = {
    "SCHEDULED": Status.SCHEDULED,
    "TIMED": Status.SCHEDULED,
    "IN_PLAY": Status.IN_PLAY,
    "PAUSED": Status.IN_PLAY,
    "EXTRA_TIME": Status.IN_PLAY,
    "PENALTY_SHOOTOUT": Status.IN_PLAY,
    "FINISHED": Status.FINISHED,
    "SUSPENDED": Status.SUSPENDED,
    "POSTPONED": Status.POSTPONED,
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,  # as v2 spelled it
    "AWARDED": Status.AWARDED,
}

_STATUSES_WITH_HOUR = {"TIMED", "IN_PLAY", "PAUSED", "EXTRA_TIME", "PENALTY_SHOOTOUT", "FINISHED"}
"""Statuses of matches with a known time. With others, midnight UTC means that the time is unknown."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A match that could not be parsed."""

    external_id: str | None
    reason: str
    payload: str  # the JSON, in ASCII


@dataclass(frozen=True, slots=True)
class MatchFeed:
    """The matches of some days."""

    updates: tuple[MatchUpdate, ...]  # one per match, in order of kick-off
    quarantined: tuple[Quarantined, ...]  # matches that could not be parsed
    undrawn: int  # the number of matches with an undetermined team, which are left out
    refused: tuple[str, ...]  # competitions excluded from our plan
    # Requested competitions that the response does not mention: outside the plan, or without a match.
    missing: tuple[str, ...]

    @property
    def alarms(self) -> tuple[str, ...]:
        """Warnings for operators."""
        return (
            *(f"{code} may not be read with our plan" for code in self.refused),
            *(f"{code} was left out of the answer, or has no match in these days" for code in self.missing),
            *(f"match {n.external_id} is under review: {n.review}" for n in self.updates if n.status is Status.UNKNOWN),
            *(f"a match was set aside: {q.reason}" for q in self.quarantined),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A league table with point deductions."""

    competition: str
    season: int
    clubs: tuple[Club, ...]  # the teams, in the order of the rows
    rows: tuple[TableRow, ...]
    payload: str


def parse_matches(items: Iterable[Any], refused: tuple[str, ...], missing: tuple[str, ...]) -> MatchFeed:
    """Parse the matches of one or several responses; of duplicates the latest update counts."""
    updates: dict[str, MatchUpdate] = {}
    quarantined: dict[str, Quarantined] = {}
    undrawn: set[str] = set()
    for item in items:
        try:
            update = _parse_match(item)
        except InvalidField as error:
            payload = json.dumps(item)
            match_id = item.get("id") if isinstance(item, dict) else None
            external_id = str(match_id) if isinstance(match_id, int) else None
            quarantined[payload] = Quarantined(external_id, str(error), payload)
            continue
        if update is None:
            undrawn.add(json.dumps(item))
        elif updates.setdefault(update.external_id, update).source_updated_at < update.source_updated_at:
            updates[update.external_id] = update
    return MatchFeed(
        tuple(sorted(updates.values(), key=lambda update: (update.kick_off, update.external_id))),
        tuple(quarantined.values()),
        len(undrawn),
        refused,
        missing,
    )


def parse_table(competition: str, body: dict[str, Any]) -> Table | None:
    """Parse the table of a response; None if it has none or several, as for cup groups."""
    try:
        tables = [t for t in field(body, "standings", list) if field(t, "type", str) == "TOTAL"]
        if len(tables) != 1:
            return None
        rows = field(tables[0], "table", list)
        clubs = tuple(_club(row, "team") for row in rows)
        standings = tuple(_standing(row, club) for row, club in zip(rows, clubs, strict=True))
        return Table(competition, _season(body), clubs, standings, minified(body))
    except InvalidField as error:
        raise InvalidResponse(f"football-data.org's table of {competition} cannot be read: {error}") from error


def _season(item: Any) -> int:
    day = field(item, "season.startDate", str)
    try:
        return date.fromisoformat(day).year
    except ValueError as error:
        raise InvalidField("season.startDate is no date") from error


def _is_drawn(item: Any, side: str) -> bool:
    club = field(item, side, dict)
    return any(club.get(key) is not None for key in ("id", "name", "shortName"))


def _club(item: Any, key: str) -> Club:
    name = field(item, f"{key}.name", str)
    short_name = optional_field(item, f"{key}.shortName", str)
    crest = optional_field(item, f"{key}.crest", str) or ""
    team = find(Source.FOOTBALL_DATA_ORG, name) or (find(Source.FOOTBALL_DATA_ORG, short_name) if short_name else None)
    return Club(team, Source.FOOTBALL_DATA_ORG, name, crest if crest.startswith("https://") else None)


def _parse_match(item: Any) -> MatchUpdate | None:
    """Parse a match; None while a team is undetermined."""
    if not (_is_drawn(item, "homeTeam") and _is_drawn(item, "awayTeam")):
        return None
    home, away = _club(item, "homeTeam"), _club(item, "awayTeam")
    if home.team_id == away.team_id:
        raise InvalidField("a club plays itself")
    competition = field(item, "competition.code", str)
    if competition not in COMPETITIONS:
        raise InvalidField(f"competition.code is {competition[:20]!r}, which is unknown")
    status_text = field(item, "status", str)
    status = _STATUSES.get(status_text, Status.UNKNOWN)
    score, half_time, review = None, None, None
    if status is Status.FINISHED:
        score, review = _after_90_minutes(item)
        half_time = _score(item, "score.halfTime")
    elif status is Status.UNKNOWN:
        review = f"its status is {status_text[:40]!r}, which is unknown"
    kick_off, hour = parse_instant(field(item, "utcDate", str), "utcDate"), Hour.KNOWN
    if kick_off.time() == time() and status_text not in _STATUSES_WITH_HOUR:
        kick_off, hour = last_minute(kick_off.date()), Hour.UNKNOWN
    return MatchUpdate(
        source=Source.FOOTBALL_DATA_ORG,
        external_id=str(field(item, "id", int)),
        source_updated_at=parse_instant(field(item, "lastUpdated", str), "lastUpdated"),
        competition=competition,
        season=_season(item),
        stage=field(item, "stage", str),
        matchday=optional_field(item, "matchday", int),
        home=home,
        away=away,
        kick_off=kick_off,
        status=status,
        score=score,
        half_time=half_time,
        review=review,
        payload=minified(item),
        hour=hour,
    )


def _after_90_minutes(item: Any) -> tuple[Score | None, str | None]:
    """The score after 90 minutes, or why it is unknown: `fullTime` may include extra time and the shoot-out."""
    full = _score(item, "score.fullTime")
    regular = _score(item, "score.regularTime")
    extra = _score(item, "score.extraTime")
    penalties = _score(item, "score.penalties")
    duration = optional_field(item, "score.duration", str) or "REGULAR"
    if regular is not None:
        return regular, None
    if full is None:
        return None, "it is over and has no score"
    if duration == "REGULAR":
        return full, None
    if extra is None or (penalties is None and duration != "EXTRA_TIME"):
        return None, f"it was decided by {duration[:40]} and the goals of 90 minutes are not separate"
    shoot_out = penalties or Score(0, 0)
    home, away = full.home - extra.home - shoot_out.home, full.away - extra.away - shoot_out.away
    if min(home, away) < 0:
        return None, "its goals do not add up"
    return Score(home, away), None


def _score(item: Any, path: str) -> Score | None:
    home, away = optional_field(item, f"{path}.home", int), optional_field(item, f"{path}.away", int)
    if home is None or away is None:
        return None
    if min(home, away) < 0:
        raise InvalidField(f"{path} is negative")
    return Score(home, away)


def _standing(row: Any, club: Club) -> TableRow:
    keys = ("playedGames", "won", "draw", "lost", "goalsFor", "goalsAgainst", "points")
    return TableRow(field(row, "position", int), club.team_id, *(field(row, key, int) for key in keys))
