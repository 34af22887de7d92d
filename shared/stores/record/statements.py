"""What the record states of matches and picks already, so that nothing is written twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.football.match import Status
from shared.stores.database import Connection, fetch_all, fetch_value, fetch_values


@dataclass(frozen=True, slots=True)
class Listing:
    """A match as the universe lists it."""

    match_id: int
    kick_off: datetime
    hour_known: bool


LISTED = """
    SELECT DISTINCT ON (listed.match) listed.match AS match_id, listed.kick_off, listed.hour_known
    FROM ledger_entries e
    CROSS JOIN jsonb_to_recordset(e.entry::jsonb -> 'matches') AS listed (
        match bigint, kick_off timestamptz, hour_known boolean
    )
    WHERE e.day = ANY(%(days)s) AND e.type = 'universe'
    ORDER BY listed.match, e.index DESC
"""


def listed(db: Connection, days: Iterable[date]) -> dict[int, Listing]:
    """The latest listing of each match in the universes of some days in Paris."""
    return {row.match_id: row for row in fetch_all(db, Listing, LISTED, {"days": list(days)})}


SOURCES = "SELECT match_id, source FROM matches WHERE match_id = ANY(%(match_ids)s)"


def sources(db: Connection, match_ids: Iterable[int]) -> dict[int, str]:
    """The source that each match was last read from."""
    rows = db.execute(SOURCES, {"match_ids": list(match_ids)}).fetchall()
    return {int(match_id): str(source) for match_id, source in rows}


STATED = """
    SELECT DISTINCT ON (match_id) match_id, (entry::jsonb ->> 'kick_off')::timestamptz
    FROM ledger_entries
    WHERE match_id = ANY(%(match_ids)s) AND type IN ('forecast', 'abstention')
    ORDER BY match_id, index DESC
"""


def stated(db: Connection, match_ids: Iterable[int]) -> dict[int, datetime]:
    """The kick-off in the latest forecast or abstention of each match that has one."""
    rows = db.execute(STATED, {"match_ids": list(match_ids)}).fetchall()
    return {int(match_id): kick_off for match_id, kick_off in rows}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result that the record lacks, or has otherwise."""

    match_id: int
    kick_off: datetime
    status: Status
    home_goals: int | None
    away_goals: int | None
    recorded: int | None  # index of the entry with the earlier result
    had_goals: bool  # whether that entry has a score


RESULTS = """
    SELECT m.match_id, m.kick_off, m.status, m.home_goals, m.away_goals, r.index AS recorded,
        coalesce(r.goals <> 'null'::jsonb, false) AS had_goals
    FROM matches m
    LEFT JOIN LATERAL (
        SELECT index, entry::jsonb ->> 'status' AS status, entry::jsonb -> 'goals' AS goals,
            (entry::jsonb ->> 'kick_off')::timestamptz AS kick_off
        FROM ledger_entries
        WHERE match_id = m.match_id AND type = 'result'
        ORDER BY index DESC
        LIMIT 1
    ) r ON true
    WHERE m.kick_off >= %(since)s AND (m.review IS NULL OR m.status <> 'finished')
        AND m.status IN ('finished', 'awarded', 'postponed', 'cancelled', 'suspended')
        AND EXISTS (
            SELECT FROM ledger_entries s WHERE s.match_id = m.match_id AND s.type IN ('forecast', 'abstention')
        )
        AND (r.status, r.kick_off, r.goals) IS DISTINCT FROM (
            m.status,
            m.kick_off,
            CASE WHEN m.status <> 'finished' OR m.home_goals IS NULL THEN 'null'::jsonb
                ELSE jsonb_build_array(m.home_goals, m.away_goals) END
        )
    ORDER BY m.kick_off, m.match_id
"""


def results(db: Connection, since: datetime) -> list[ResultRow]:
    """The results, of matches since a kick-off that the record is about, that it lacks or has otherwise.

    A match that was awarded or broke off has no score in the record, whatever score its source states.
    """
    return fetch_all(db, ResultRow, RESULTS, {"since": since})


PICKS = """
    SELECT day, index FROM ledger_entries
    WHERE day = ANY(%(days)s) AND type = 'picks'
"""


def picks(db: Connection, days: Iterable[date]) -> dict[date, int]:
    """The index of the picks of each day that has them."""
    return dict(db.execute(PICKS, {"days": list(days)}).fetchall())


LAST_SETTLEMENT = """
    SELECT max(index) FROM ledger_entries
    WHERE match_id = %(match_id)s AND type = 'settlement' AND (entry::jsonb ->> 'of')::bigint = %(picks)s
"""


def last_settlement(db: Connection, match_id: int, picks: int) -> int | None:
    """The index of the latest settlement of the pick on a match that entry `picks` published."""
    return fetch_value(db, LAST_SETTLEMENT, {"match_id": match_id, "picks": picks})


OF_ANNOUNCED = """
    WITH universes AS (
        SELECT index, entry FROM ledger_entries WHERE day = ANY(%(days)s) AND type = 'universe'
    ), announced AS (
        SELECT DISTINCT listed.match
        FROM universes
        CROSS JOIN jsonb_to_recordset(universes.entry::jsonb -> 'matches') AS listed (match bigint)
    )
    SELECT entry FROM (
        SELECT index, entry FROM universes
        UNION ALL
        SELECT e.index, e.entry
        FROM announced a
        JOIN ledger_entries e ON e.match_id = a.match
        WHERE e.type IN ('forecast', 'abstention')
    ) AS found
    ORDER BY index
"""


def of_matches_announced_on(db: Connection, days: Iterable[date]) -> list[bytes]:
    """The universes of some days in Paris, and the forecasts and abstentions of their matches, in order."""
    return [entry.encode() for (entry,) in db.execute(OF_ANNOUNCED, {"days": list(days)})]


UNANNOUNCED = """
    SELECT m.match_id
    FROM matches m
    WHERE m.kick_off >= %(start)s AND m.kick_off < %(end)s
        AND m.competition = ANY(%(competitions)s)
        AND m.status IN ('in_play', 'finished', 'suspended', 'awarded')
        AND m.kick_off > (SELECT (entry::jsonb ->> 'at')::timestamptz FROM ledger_entries WHERE index = 0)
        AND NOT EXISTS (
            SELECT FROM ledger_entries e WHERE e.match_id = m.match_id AND e.type IN ('forecast', 'abstention')
        )
    ORDER BY m.kick_off, m.match_id
"""


def unannounced(db: Connection, competitions: Sequence[str], start: datetime, end: datetime) -> list[int]:
    """The played matches with kick-off from `start` to before `end`, since the log began, that the record lacks."""
    return fetch_values(db, UNANNOUNCED, {"competitions": list(competitions), "start": start, "end": end})
