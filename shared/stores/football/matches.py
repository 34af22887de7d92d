"""Queries for matches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.football.calendar import paris_bounds, paris_day
from shared.football.match import Hour, Score, Status
from shared.football.team import Source
from shared.stores.database import Connection, fetch_all, fetch_one, fetch_value

COLUMNS = """
    SELECT m.match_id, m.competition, m.season, m.stage, m.matchday, m.kick_off, m.hour, m.status,
        m.home_goals, m.away_goals, m.review, m.source_updated_at,
        m.home_team_id, h.name AS home_name, h.short_name AS home_short_name, h.crest_url AS home_crest_url,
        m.away_team_id, a.name AS away_name, a.short_name AS away_short_name, a.crest_url AS away_crest_url,
        h.matched AND a.matched AS matched
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
"""
"""Common part of all queries for `MatchRow`."""
BETWEEN = f"""{COLUMNS}
    WHERE m.kick_off >= %(start)s AND m.kick_off < %(end)s
        AND m.competition = ANY(%(competitions)s)
        AND m.status = ANY(%(statuses)s)
    ORDER BY m.kick_off, m.match_id
"""
"""Matches with kick-off in a time range."""
PAGE = f"""{BETWEEN}
    LIMIT %(limit)s OFFSET %(offset)s
"""
ALL_STATUSES = tuple(str(status) for status in Status)


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A match with the names of its clubs. `matched` is false if one of them is unmatched.

    If `hour` is UNKNOWN, `kick_off` is the last minute of the day, a placeholder for ordering and for deciding that the
    match must have started.
    """

    match_id: int
    competition: str
    season: int
    stage: str
    matchday: int | None
    kick_off: datetime
    status: Status
    home_goals: int | None
    away_goals: int | None
    review: str | None
    source_updated_at: datetime
    home_team_id: int
    home_name: str
    home_short_name: str
    home_crest_url: str | None
    away_team_id: int
    away_name: str
    away_short_name: str
    away_crest_url: str | None
    matched: bool
    hour: Hour = Hour.KNOWN

    @property
    def hour_known(self) -> bool:
        """Whether the kick-off time is known; otherwise only its date is."""
        return self.hour != Hour.UNKNOWN

    @property
    def earliest(self) -> datetime:
        """The earliest possible kick-off: the start of the day if the time is unknown."""
        return self.kick_off if self.hour_known else paris_bounds(paris_day(self.kick_off))[0]

    @property
    def score(self) -> Score | None:
        """Score after 90 minutes."""
        return None if self.home_goals is None or self.away_goals is None else Score(self.home_goals, self.away_goals)

    def goals_of(self, team_id: int) -> tuple[int, int]:
        """Goals scored and conceded by a club; 0 if unknown."""
        home, away = self.home_goals or 0, self.away_goals or 0
        return (home, away) if self.home_team_id == team_id else (away, home)


def page(
    db: Connection,
    start: datetime,
    end: datetime,
    competitions: Sequence[str],
    statuses: Sequence[str] = ALL_STATUSES,
    limit: int | None = None,
    offset: int = 0,
) -> list[MatchRow]:
    """Matches with kick-off from `start` to before `end`, in order of kick-off."""
    params: Mapping[str, object] = {
        "start": start,
        "end": end,
        "competitions": list(competitions),
        "statuses": list(statuses),
        "limit": limit,
        "offset": offset,
    }
    return fetch_all(db, MatchRow, PAGE, params)


COUNT = """
    SELECT count(*)
    FROM matches m
    WHERE m.kick_off >= %(start)s AND m.kick_off < %(end)s
        AND m.competition = ANY(%(competitions)s)
        AND m.status = ANY(%(statuses)s)
"""


def count(
    db: Connection, start: datetime, end: datetime, competitions: Sequence[str], statuses: Sequence[str] = ALL_STATUSES
) -> int:
    """The number of matches that `page` returns without a limit."""
    params = {"start": start, "end": end, "competitions": list(competitions), "statuses": list(statuses)}
    return fetch_value(db, COUNT, params)


GET = f"""{COLUMNS}
    WHERE m.match_id = %(match_id)s
"""


def get(db: Connection, match_id: int) -> MatchRow | None:
    """A match by id."""
    return fetch_one(db, MatchRow, GET, {"match_id": match_id})


BY_IDS = f"""{COLUMNS}
    WHERE m.match_id = ANY(%(match_ids)s)
    ORDER BY m.kick_off, m.match_id
"""


def by_ids(db: Connection, match_ids: Iterable[int]) -> dict[int, MatchRow]:
    """Matches by id."""
    rows = fetch_all(db, MatchRow, BY_IDS, {"match_ids": list(match_ids)})
    return {row.match_id: row for row in rows}


GET_BY_OUTSIDE_ID = f"""{COLUMNS}
    JOIN external_ids o ON o.match_id = m.match_id
    WHERE o.source = %(source)s AND o.external_id = %(external_id)s
"""


def get_by_external_id(db: Connection, source: Source, external_id: str) -> MatchRow | None:
    """A match by its id at a source."""
    return fetch_one(db, MatchRow, GET_BY_OUTSIDE_ID, {"source": source, "external_id": external_id})


OUTSIDE_IDS = """
    SELECT match_id, external_id
    FROM external_ids
    WHERE source = 'football_data_org' AND match_id = ANY(%(match_ids)s)
"""


def external_ids(db: Connection, match_ids: Iterable[int]) -> dict[int, str]:
    """football-data.org's ids by match id, if known."""
    rows = db.execute(OUTSIDE_IDS, {"match_ids": list(match_ids)}).fetchall()
    return {int(match_id): str(external_id) for match_id, external_id in rows}


HEAD_TO_HEAD = f"""{COLUMNS}
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL AND m.kick_off < %(before)s
        AND ((m.home_team_id = %(one)s AND m.away_team_id = %(other)s)
            OR (m.home_team_id = %(other)s AND m.away_team_id = %(one)s))
        AND (%(competition)s::text IS NULL OR m.competition = %(competition)s)
    ORDER BY m.kick_off DESC
    LIMIT %(limit)s
"""


def head_to_head(
    db: Connection, one: int, other: int, before: datetime, limit: int, competition: str | None = None
) -> list[MatchRow]:
    """Finished matches of two clubs against each other, newest first, optionally of one competition."""
    params = {"one": one, "other": other, "before": before, "limit": limit, "competition": competition}
    return fetch_all(db, MatchRow, HEAD_TO_HEAD, params)


LATEST_OF_TEAM = f"""{COLUMNS}
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL AND m.kick_off < %(before)s
        AND (m.home_team_id = %(team_id)s OR m.away_team_id = %(team_id)s)
        AND (%(competition)s::text IS NULL OR m.competition = %(competition)s)
    ORDER BY m.kick_off DESC
    LIMIT %(limit)s
"""


def latest_of_team(
    db: Connection, team_id: int, before: datetime, limit: int, competition: str | None = None
) -> list[MatchRow]:
    """A club's finished matches, newest first, optionally of one competition."""
    params = {"team_id": team_id, "before": before, "limit": limit, "competition": competition}
    return fetch_all(db, MatchRow, LATEST_OF_TEAM, params)


AT_HOME = f"""{COLUMNS}
    WHERE m.home_team_id = %(team_id)s AND (%(guest)s::integer IS NULL OR m.away_team_id = %(guest)s)
        AND m.kick_off >= %(start)s AND m.kick_off < %(end)s
        AND m.competition = ANY(%(competitions)s)
    ORDER BY m.kick_off, m.match_id
"""


def at_home(
    db: Connection, team_id: int, guest: int | None, start: datetime, end: datetime, competitions: Sequence[str]
) -> list[MatchRow]:
    """A club's home matches in a time range, optionally against one guest, in order of kick-off."""
    params = {"team_id": team_id, "guest": guest, "start": start, "end": end, "competitions": list(competitions)}
    return fetch_all(db, MatchRow, AT_HOME, params)


STARTING_FROM = f"""{COLUMNS}
    WHERE m.kick_off >= %(start)s AND m.competition = ANY(%(competitions)s)
        AND (%(team_id)s::integer IS NULL OR %(team_id)s IN (m.home_team_id, m.away_team_id))
    ORDER BY m.kick_off, m.match_id
"""


def starting_from(
    db: Connection, start: datetime, competitions: Sequence[str], team_id: int | None = None
) -> list[MatchRow]:
    """All matches from an instant on, optionally of one club, in order of kick-off."""
    params = {"start": start, "competitions": list(competitions), "team_id": team_id}
    return fetch_all(db, MatchRow, STARTING_FROM, params)


KICK_OFFS = """
    SELECT home_team_id, away_team_id, kick_off
    FROM matches
    WHERE (home_team_id = ANY(%(team_ids)s) OR away_team_id = ANY(%(team_ids)s))
        AND kick_off >= %(start)s AND kick_off < %(end)s
        AND status IN ('scheduled', 'in_play', 'finished', 'suspended')
"""


def kick_offs(db: Connection, team_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, list[datetime]]:
    """Kick-offs by club in a time range, without postponed matches."""
    rows = db.execute(KICK_OFFS, {"team_ids": list(team_ids), "start": start, "end": end}).fetchall()
    return {team_id: [instant for home, away, instant in rows if team_id in {home, away}] for team_id in team_ids}


LATEST_SEASON = "SELECT max(season) FROM matches WHERE competition = %(competition)s AND kick_off < %(now)s"


def latest_season(db: Connection, competition: str, now: datetime) -> int | None:
    """The latest season of a competition that has started."""
    return fetch_value(db, LATEST_SEASON, {"competition": competition, "now": now})


RESULTS_OF_SEASON = """
    SELECT home_team_id, away_team_id, home_goals, away_goals
    FROM matches
    WHERE competition = %(competition)s AND season = %(season)s AND stage IN ('REGULAR_SEASON', 'LEAGUE_STAGE')
        AND status IN ('finished', 'awarded') AND home_goals IS NOT NULL
"""


def results_of_season(db: Connection, competition: str, season: int) -> list[tuple[int, int, Score]]:
    """Results that count for a league table: home team, away team, score."""
    rows = db.execute(RESULTS_OF_SEASON, {"competition": competition, "season": season}).fetchall()
    return [(int(h), int(a), Score(int(x), int(y))) for h, a, x, y in rows]


NEWEST_SEASON = "SELECT max(season) FROM matches WHERE competition = %(competition)s AND stage = 'REGULAR_SEASON'"


def newest_season(db: Connection, competition: str) -> int | None:
    """The newest season of a league of which matches are known; it may not have begun."""
    row = db.execute(NEWEST_SEASON, {"competition": competition}).fetchone()
    return None if row is None or row[0] is None else int(row[0])


OF_SEASON = (
    COLUMNS
    + """
    WHERE m.competition = %(competition)s AND m.season = %(season)s AND m.stage = 'REGULAR_SEASON'
    ORDER BY m.kick_off, m.match_id
"""
)


def of_season(db: Connection, competition: str, season: int) -> list[MatchRow]:
    """All known matches of a league's season, in order of kick-off."""
    return fetch_all(db, MatchRow, OF_SEASON, {"competition": competition, "season": season})
