"""Events that webhooks deliver: committed days, settlements of picks, publications of predictions."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.betting.settlement import BetResult
from shared.stores.betting.picks import REVERSED
from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class CommittedDay:
    """A day with committed picks, and their number."""

    day: date
    committed_at: datetime
    picks: int


@dataclass(frozen=True, slots=True)
class SettledPick:
    """A settlement of a pick; a correction is a separate entry."""

    day: date
    rank: int
    entry: int
    match_id: int
    result: BetResult
    score: str | None
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """The matches with predictions published at an instant."""

    published_at: datetime
    match_ids: list[int]


COMMITTED_DAYS = """
    SELECT d.day, d.committed_at, count(p.rank) AS picks
    FROM pick_days d
    LEFT JOIN picks p ON p.day = d.day
    WHERE d.committed_at > %(since)s
    GROUP BY d.day
    ORDER BY d.day
"""


def committed_days(db: Connection, since: datetime) -> list[CommittedDay]:
    """Days committed after an instant."""
    return fetch_all(db, CommittedDay, COMMITTED_DAYS, {"since": since})


SETTLEMENTS = """
    SELECT e.day, e.rank, e.entry, p.match_id, e.result, e.score, e.settled_at
    FROM pick_settlements e
    JOIN picks p ON p.day = e.day AND p.rank = e.rank
    WHERE e.settled_at > %(since)s AND e.result <> %(reversed)s
    ORDER BY e.settled_at, e.day, e.rank, e.entry
"""


def settlements(db: Connection, since: datetime) -> list[SettledPick]:
    """Settlements of picks after an instant, without reversals."""
    return fetch_all(db, SettledPick, SETTLEMENTS, {"since": since, "reversed": REVERSED})


PUBLICATIONS = """
    SELECT published_at, array_agg(match_id ORDER BY match_id) AS match_ids
    FROM predictions
    WHERE published_at > %(since)s
    GROUP BY published_at
    ORDER BY published_at
"""


def publications(db: Connection, since: datetime) -> list[Publication]:
    """Publications after an instant."""
    return fetch_all(db, Publication, PUBLICATIONS, {"since": since})
