"""Data quality checks: missing, out-of-range and inconsistent data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_all, fetch_one

MAX_ROWS = 20


@dataclass(frozen=True, slots=True)
class Completeness:
    """Number of finished matches with a score, and of upcoming matches with a prediction."""

    finished: int
    scored: int
    coming: int
    forecast: int


@dataclass(frozen=True, slots=True)
class DataFault:
    """A fault and the row it concerns."""

    what: str
    about: str


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """Reports of one kind: number, time of the latest, and the latest three messages."""

    kind: str
    n: int
    newest_at: datetime
    examples: list[str]


COMPLETENESS = """
    SELECT count(*) FILTER (WHERE m.status = 'finished') AS finished,
        count(m.home_goals) FILTER (WHERE m.status = 'finished') AS scored,
        count(*) FILTER (WHERE c.is_coming) AS coming,
        count(*) FILTER (
            WHERE c.is_coming AND EXISTS (SELECT FROM predictions p WHERE p.match_id = m.match_id)
        ) AS forecast
    FROM matches m
    CROSS JOIN LATERAL (
        SELECT m.status = 'scheduled' AND m.competition = ANY(%(competitions)s)
            AND m.kick_off >= %(now)s AND m.kick_off < %(until)s AS is_coming
    ) c
"""


def completeness(db: Connection, competitions: Sequence[str], now: datetime, until: datetime) -> Completeness:
    """Completeness of finished matches, and of upcoming ones in some competitions before an instant."""
    params = {"competitions": list(competitions), "now": now, "until": until}
    row = fetch_one(db, Completeness, COMPLETENESS, params)
    assert row is not None  # noqa: S101  # aggregates always yield a row
    return row


# Each part is limited, as more examples would add no information.
OUT_OF_RANGE = """
    (
        SELECT 'the probabilities do not sum to 1' AS what,
            concat_ws(' ', 'match', match_id, home, draw, away) AS about
        FROM predictions
        WHERE abs(home + draw + away - 1) > 0.01
        ORDER BY published_at DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'a probability is not between 0 and 1', concat_ws(' ', 'match', match_id, home, draw, away)
        FROM predictions
        WHERE NOT (home BETWEEN 0 AND 1 AND draw BETWEEN 0 AND 1 AND away BETWEEN 0 AND 1)
        ORDER BY published_at DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'more than 15 goals', concat_ws(' ', 'match', match_id, home_goals, away_goals)
        FROM matches
        WHERE greatest(home_goals, away_goals) > 15
        ORDER BY kick_off DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'a price of 1 or less', concat_ws(' ', 'match', m.match_id, o.bookmaker, o.market)
        FROM offers o
        JOIN matches m ON m.match_id = o.match_id
        WHERE m.kick_off >= %(now)s AND 1 >= ANY(o.prices)
        ORDER BY m.kick_off, m.match_id
        LIMIT %(most)s
    )
"""


def out_of_range(db: Connection, now: datetime) -> list[DataFault]:
    """Impossible values, at most 20 of each type; prices only of upcoming matches."""
    return fetch_all(db, DataFault, OUT_OF_RANGE, {"now": now, "most": MAX_ROWS})


INCONSISTENT = """
    (
        SELECT 'one match under two ids' AS what,
            concat_ws(' ', competition, 'match', string_agg(match_id::text, ' ' ORDER BY match_id)) AS about
        FROM matches
        GROUP BY competition, home_team_id, away_team_id, (kick_off AT TIME ZONE 'Europe/Paris')::date
        HAVING count(*) > 1
        ORDER BY max(kick_off) DESC
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'two clubs of one name', concat_ws(' ', min(name), string_agg(team_id::text, ' ' ORDER BY team_id))
        FROM teams
        GROUP BY lower(name), country
        HAVING count(*) > 1
        ORDER BY min(name)
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'finished without a score', concat_ws(' ', competition, 'match', match_id)
        FROM matches
        WHERE status = 'finished' AND home_goals IS NULL
        ORDER BY kick_off DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'in play for hours', concat_ws(' ', competition, 'match', match_id)
        FROM matches
        WHERE status = 'in_play' AND kick_off < %(in_play_since)s
        ORDER BY kick_off DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'over for days without a result', concat_ws(' ', competition, 'match', match_id)
        FROM matches
        WHERE status = 'scheduled' AND kick_off < %(awaited_since)s
        ORDER BY kick_off DESC, match_id
        LIMIT %(most)s
    )
    UNION ALL
    (
        SELECT 'waits for a person', concat_ws(' ', competition, 'match', match_id, review)
        FROM matches
        WHERE (status = 'unknown' OR review IS NOT NULL) AND kick_off >= %(seen_since)s
        ORDER BY kick_off DESC, match_id
        LIMIT %(most)s
    )
"""


def inconsistent(
    db: Connection, in_play_since: datetime, awaited_since: datetime, seen_since: datetime
) -> list[DataFault]:
    """Inconsistent or overdue rows, at most 20 of each type.

    Args:
        in_play_since: matches that started earlier cannot be in play any more.
        awaited_since: matches that started earlier must have a result.
        seen_since: matches that started earlier need no review any more.
    """
    params = {
        "in_play_since": in_play_since,
        "awaited_since": awaited_since,
        "seen_since": seen_since,
        "most": MAX_ROWS,
    }
    return fetch_all(db, DataFault, INCONSISTENT, params)


REPORT_SUMMARIES = """
    SELECT kind, count(*) AS n, max(first_seen_at) AS newest_at,
        (array_agg(about || ': ' || what ORDER BY first_seen_at DESC, about, what))[1:3] AS examples
    FROM reports
    WHERE first_seen_at >= %(since)s
    GROUP BY kind
    ORDER BY kind
"""


def report_summaries(db: Connection, since: datetime) -> list[ReportSummary]:
    """Summaries of reports first seen after an instant."""
    return fetch_all(db, ReportSummary, REPORT_SUMMARIES, {"since": since})
