"""News of matches: judged against what is held, and taken or not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from shared.football.kickoff_matching import Pairing
from shared.football.lifecycle import Known, judge
from shared.football.match import Hour, MatchNews, Score, Status
from shared.football.team import Source
from shared.stores.database import Connection, by_column

KNOWN = """
    SELECT match_id, told_by, told_at, kick_off, hour, status, home_goals, away_goals,
        home_goals_at_half_time, away_goals_at_half_time, matchday, review
    FROM matches
    WHERE match_id = ANY(%(match_ids)s)
"""
PUT = """
    INSERT INTO matches (
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_goals_at_half_time, away_goals_at_half_time, review, told_by, told_at
    )
    SELECT
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_half_time, away_half_time, review, told_by, told_at
    FROM unnest(
        %(match_id)s::bigint[], %(competition)s::text[], %(season)s::integer[],
        %(stage)s::text[], %(matchday)s::integer[], %(home_team_id)s::integer[],
        %(away_team_id)s::integer[], %(kick_off)s::timestamptz[], %(hour)s::text[], %(status)s::text[],
        %(home_goals)s::smallint[], %(away_goals)s::smallint[], %(home_half_time)s::smallint[],
        %(away_half_time)s::smallint[], %(review)s::text[], %(told_by)s::text[],
        %(told_at)s::timestamptz[]
    ) AS given (
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_half_time, away_half_time, review, told_by, told_at
    )
    ON CONFLICT (match_id) DO UPDATE SET
        matchday = coalesce(EXCLUDED.matchday, matches.matchday),
        kick_off = EXCLUDED.kick_off,
        hour = EXCLUDED.hour,
        status = EXCLUDED.status,
        home_goals = EXCLUDED.home_goals,
        away_goals = EXCLUDED.away_goals,
        home_goals_at_half_time = EXCLUDED.home_goals_at_half_time,
        away_goals_at_half_time = EXCLUDED.away_goals_at_half_time,
        review = EXCLUDED.review,
        told_by = EXCLUDED.told_by,
        told_at = EXCLUDED.told_at
"""
NAME = """
    INSERT INTO outside_ids (source, outside_id, match_id)
    SELECT source, outside_id, match_id
    FROM unnest(%(source)s::text[], %(outside_id)s::text[], %(match_id)s::bigint[])
        AS given (source, outside_id, match_id)
    ON CONFLICT (source, outside_id) DO UPDATE SET match_id = EXCLUDED.match_id
    WHERE outside_ids.match_id <> EXCLUDED.match_id
"""
BORROW = """
    UPDATE matches SET kick_off = given.kick_off, hour = 'borrowed'
    FROM unnest(%(match_ids)s::bigint[], %(kick_offs)s::timestamptz[]) AS given (match_id, kick_off)
    WHERE matches.match_id = given.match_id AND matches.hour = 'unknown' AND matches.status = 'scheduled'
        AND (matches.kick_off AT TIME ZONE 'Europe/Paris')::date = (given.kick_off AT TIME ZONE 'Europe/Paris')::date
"""
SEASONS_HELD = "SELECT DISTINCT competition, season FROM matches WHERE status = 'finished'"
OWED = """
    SELECT o.outside_id
    FROM outside_ids o
    JOIN matches m ON m.match_id = o.match_id
    WHERE o.source = %(source)s AND m.competition = %(competition)s AND m.season = %(season)s
        AND m.kick_off < %(now)s AND m.status NOT IN ('finished', 'awarded', 'cancelled')
"""
NAMED = "SELECT outside_id FROM outside_ids WHERE source = %(source)s AND outside_id = ANY(%(outside_ids)s)"
PAIRINGS = """
    SELECT m.season, m.home_team_id AS home_id, m.away_team_id AS away_id, m.kick_off
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE m.competition = %(competition)s AND m.season IN (%(season)s - 1, %(season)s) AND h.matched AND a.matched
        AND m.status NOT IN ('postponed', 'cancelled')
"""
END_UNLISTED = """
    UPDATE matches m SET status = 'cancelled'
    FROM teams h, teams a
    WHERE h.team_id = m.home_team_id AND a.team_id = m.away_team_id AND NOT (h.matched AND a.matched)
        AND m.status = 'scheduled' AND m.told_by = %(source)s AND m.kick_off > %(now)s
        AND NOT EXISTS (
            SELECT FROM outside_ids o
            WHERE o.match_id = m.match_id AND (o.source <> %(source)s OR o.outside_id = ANY(%(listed)s))
        )
    RETURNING m.match_id
"""
END_PAST = """
    UPDATE matches m SET status = CASE WHEN h.matched AND a.matched THEN 'postponed' ELSE 'cancelled' END
    FROM teams h, teams a
    WHERE h.team_id = m.home_team_id AND a.team_id = m.away_team_id AND m.status = 'scheduled' AND (
        m.kick_off < %(awaited_since)s
        OR NOT EXISTS (SELECT FROM outside_ids o WHERE o.match_id = m.match_id)
    )
    RETURNING m.match_id, m.status
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of news: how much of it met which verdict, what is odd (about what, what), what is held now."""

    verdicts: dict[str, int]
    alarms: tuple[tuple[str, str], ...]
    held: dict[int, Known]


@dataclass(frozen=True, slots=True)
class _KnownRow:
    match_id: int
    told_by: str
    told_at: datetime
    kick_off: datetime
    hour: str
    status: str
    home_goals: int | None
    away_goals: int | None
    home_goals_at_half_time: int | None
    away_goals_at_half_time: int | None
    matchday: int | None
    review: str | None


def known(db: Connection, match_ids: Iterable[int]) -> dict[int, Known]:
    """What is held of the given matches, by id."""
    with db.cursor(row_factory=class_row(_KnownRow)) as cursor:
        rows = cursor.execute(KNOWN, {"match_ids": list(match_ids)}).fetchall()
    return {
        row.match_id: Known(
            told_by=Source(row.told_by),
            told_at=row.told_at,
            kick_off=row.kick_off,
            status=Status(row.status),
            score=_score(row.home_goals, row.away_goals),
            half_time=_score(row.home_goals_at_half_time, row.away_goals_at_half_time),
            matchday=row.matchday,
            review=row.review,
            hour=Hour(row.hour),
        )
        for row in rows
    }


def take(db: Connection, news: Sequence[MatchNews], now: datetime) -> Taken:
    """Judge news and make what is taken of it the state of its matches. The clubs must be there."""
    held = known(db, {item.match_id for item in news})
    verdicts = Counter[str]()
    alarms: list[tuple[str, str]] = []
    taken: dict[int, MatchNews] = {}
    for item in news:
        judgement = judge(held.get(item.match_id), item, now)
        verdicts[judgement.verdict] += 1
        if judgement.alarm:
            alarms.append((f"{item.source}:{item.outside_id}", judgement.alarm))
        if judgement.taken is not None:
            taken[item.match_id] = judgement.taken
            held[item.match_id] = _as_known(judgement.taken)
    if taken:
        db.execute(PUT, by_column([_row(item) for item in taken.values()]))
    names = {(item.source, item.outside_id): item.match_id for item in news if item.match_id in held}
    if names:
        rows = [{"source": s, "outside_id": o, "match_id": match} for (s, o), match in names.items()]
        db.execute(NAME, by_column(rows))
    return Taken(dict(verdicts), tuple(alarms), held)


def borrow_hours(db: Connection, kick_offs: Mapping[int, datetime]) -> None:
    """Give coming matches without an hour the kick-off that a bookmaker names, where it is of the same day."""
    db.execute(BORROW, {"match_ids": list(kick_offs), "kick_offs": list(kick_offs.values())})


def seasons_held(db: Connection) -> set[tuple[str, int]]:
    """The competitions and seasons of which there are results."""
    return set(db.execute(SEASONS_HELD).fetchall())


def owed(db: Connection, source: Source, competition: str, season: int, now: datetime) -> set[str]:
    """A source's ids of the matches of a season that have begun and are not over as far as we know."""
    given = {"source": source, "competition": competition, "season": season, "now": now}
    return {outside_id for (outside_id,) in db.execute(OWED, given).fetchall()}


def named(db: Connection, source: Source, outside_ids: Iterable[str]) -> set[str]:
    """Those of a source's ids by which a match is known."""
    rows = db.execute(NAMED, {"source": source, "outside_ids": list(outside_ids)}).fetchall()
    return {outside_id for (outside_id,) in rows}


def pairings(db: Connection, competition: str, season: int) -> list[Pairing]:
    """The matches of a competition between clubs that we know, of a season and the one before, not those put off."""
    with db.cursor(row_factory=class_row(Pairing)) as cursor:
        return cursor.execute(PAIRINGS, {"competition": competition, "season": season}).fetchall()


def end_unlisted(db: Connection, source: Source, listed: Iterable[str], now: datetime) -> list[int]:
    """Call off the coming matches of unmatched clubs that their source alone told of and lists no more; their ids."""
    given = {"source": source, "listed": list(listed), "now": now}
    return [match_id for (match_id,) in db.execute(END_UNLISTED, given).fetchall()]


def end_past(db: Connection, awaited_since: datetime) -> list[tuple[int, str]]:
    """End what is still scheduled though it will bring no result: matches that began before an instant, and those that
    no source calls theirs, as its ids now name other matches.

    They count as put off, those of unmatched clubs as called off. A result that comes after all is taken.

    Returns:
        Their ids and what became of each.
    """
    return db.execute(END_PAST, {"awaited_since": awaited_since}).fetchall()


def _as_known(news: MatchNews) -> Known:
    return Known(
        told_by=news.source,
        told_at=news.told_at,
        kick_off=news.kick_off,
        status=news.status,
        score=news.score,
        half_time=news.half_time,
        matchday=news.matchday,
        review=news.review,
        hour=news.hour,
    )


def _score(home: int | None, away: int | None) -> Score | None:
    return None if home is None or away is None else Score(home, away)


def _row(news: MatchNews) -> dict[str, object]:
    return {
        "match_id": news.match_id,
        "competition": news.competition,
        "season": news.season,
        "stage": news.stage,
        "matchday": news.matchday,
        "home_team_id": news.home.team_id,
        "away_team_id": news.away.team_id,
        "kick_off": news.kick_off,
        "hour": news.hour,
        "status": news.status,
        "home_goals": news.score.home if news.score else None,
        "away_goals": news.score.away if news.score else None,
        "home_half_time": news.half_time.home if news.half_time else None,
        "away_half_time": news.half_time.away if news.half_time else None,
        "review": news.review,
        "told_by": news.source,
        "told_at": news.told_at,
    }
