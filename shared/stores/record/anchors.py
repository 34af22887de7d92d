"""Checkpoints that OpenTimestamps calendars anchor, and the queue of those that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_all, fetch_value

LAST_QUEUED_AT = """
    SELECT max(c.signed_at)
    FROM ledger_anchors a
    JOIN ledger_checkpoints c ON c.size = a.size
"""


def last_queued_at(db: Connection) -> datetime | None:
    """When the newest checkpoint that was queued was signed."""
    return fetch_value(db, LAST_QUEUED_AT)


QUEUE = """
    INSERT INTO ledger_anchors (size, calendar)
    SELECT %(size)s, unnest(%(calendars)s::text[])
    ON CONFLICT (size, calendar) DO NOTHING
"""


def queue(db: Connection, size: int, calendars: Sequence[str]) -> None:
    """Queue a checkpoint for each calendar."""
    db.execute(QUEUE, {"size": size, "calendars": list(calendars)})


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """A checkpoint for a calendar."""

    size: int
    calendar: str
    note: str
    signed_at: datetime
    proof: bytes | None  # the content of its `.ots` file; None while it waits


COLUMNS = """
    SELECT a.size, a.calendar, c.note, c.signed_at, a.proof
    FROM ledger_anchors a
    JOIN ledger_checkpoints c ON c.size = a.size
"""
WAITING = f"""{COLUMNS}
    WHERE a.proof IS NULL AND a.calendar = ANY(%(calendars)s)
    ORDER BY a.size, a.calendar
"""


def waiting(db: Connection, calendars: Sequence[str]) -> list[AnchorRow]:
    """What waits for calendars, oldest first."""
    return fetch_all(db, AnchorRow, WAITING, {"calendars": list(calendars)})


ALL_WAITING = f"""{COLUMNS}
    WHERE a.proof IS NULL
    ORDER BY a.size, a.calendar
"""


def all_waiting(db: Connection) -> list[AnchorRow]:
    """What waits for any calendar, oldest first."""
    return fetch_all(db, AnchorRow, ALL_WAITING)


ALL = f"""{COLUMNS}
    ORDER BY a.size, a.calendar
"""


def all_anchors(db: Connection) -> list[AnchorRow]:
    """Everything that was queued, oldest first."""
    return fetch_all(db, AnchorRow, ALL)


PUT_PROOF = """
    UPDATE ledger_anchors SET proof = %(proof)s, attempts = attempts + 1
    WHERE size = %(size)s AND calendar = %(calendar)s
"""


def put_proof(db: Connection, row: AnchorRow, proof: bytes | None) -> None:
    """Store the proof of a calendar, or count an attempt that failed."""
    db.execute(PUT_PROOF, {"size": row.size, "calendar": row.calendar, "proof": proof})
