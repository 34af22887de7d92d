"""Monitoring of prediction quality: inputs and metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from shared.stores.database import Connection, execute_many, fetch_all


@dataclass(frozen=True, slots=True)
class PlayedRow:
    """A finished match with closing prices, with its last prediction and the probabilities of the ratings alone."""

    match_id: int
    competition: str
    kick_off: datetime
    basis: str
    home: float
    draw: float
    away: float
    ratings_home: float | None
    ratings_draw: float | None
    ratings_away: float | None
    outcome: int


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A quality metric of a day; the columns are described in the table's comments."""

    day: date
    basis: str
    figure: str
    last_matches: int
    n: int
    value: float | None
    low: float | None
    high: float | None
    at_least: float
    at_most: float
    alarm: bool


PLAYED = """
    SELECT m.match_id, m.competition, m.kick_off, p.basis, p.home, p.draw, p.away,
        p.ratings_home, p.ratings_draw, p.ratings_away,
        CASE WHEN m.home_goals > m.away_goals THEN 0 WHEN m.home_goals = m.away_goals THEN 1 ELSE 2 END AS outcome
    FROM matches m
    JOIN LATERAL (
        SELECT basis, home, draw, away, ratings_home, ratings_draw, ratings_away
        FROM predictions
        WHERE match_id = m.match_id AND published_at < m.kick_off
        ORDER BY published_at DESC
        LIMIT 1
    ) p ON true
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL
        AND m.competition = ANY(%(competitions)s) AND m.kick_off >= %(start)s AND m.kick_off < %(end)s
        AND EXISTS (SELECT FROM offers o WHERE o.match_id = m.match_id AND o.closing AND o.market = 'h2h')
    ORDER BY m.kick_off DESC, m.match_id
    LIMIT %(most)s
"""


def played(db: Connection, competitions: Sequence[str], start: datetime, end: datetime, limit: int) -> list[PlayedRow]:
    """The last matches in a time range that can be evaluated, newest first."""
    params = {"competitions": list(competitions), "start": start, "end": end, "most": limit}
    return fetch_all(db, PlayedRow, PLAYED, params)


PUT = """
    INSERT INTO quality (day, basis, figure, last_matches, n, value, low, high, at_least, at_most, alarm)
    VALUES (
        %(day)s, %(basis)s, %(figure)s, %(last_matches)s, %(n)s, %(value)s, %(low)s, %(high)s, %(at_least)s,
        %(at_most)s, %(alarm)s
    )
    ON CONFLICT (day, basis, figure, last_matches) DO UPDATE SET
        n = EXCLUDED.n,
        value = EXCLUDED.value,
        low = EXCLUDED.low,
        high = EXCLUDED.high,
        at_least = EXCLUDED.at_least,
        at_most = EXCLUDED.at_most,
        alarm = EXCLUDED.alarm
"""


def put(db: Connection, rows: Iterable[QualityRow]) -> None:
    """Store the metrics of a day, replacing earlier ones."""
    execute_many(db, PUT, [asdict(row) for row in rows])


NEWEST = """
    SELECT day, basis, figure, last_matches, n, value, low, high, at_least, at_most, alarm
    FROM quality
    WHERE day = (SELECT max(day) FROM quality WHERE day <= %(day)s)
    ORDER BY basis, figure, last_matches
"""


def newest(db: Connection, day: date) -> list[QualityRow]:
    """The metrics of the latest evaluated day up to a given one."""
    return fetch_all(db, QualityRow, NEWEST, {"day": day})
