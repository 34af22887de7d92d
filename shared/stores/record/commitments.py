"""Commitments of the record that are not opened yet: their salts and contents, secret until kick-off."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from shared.betting.settlement import MAX_POSTPONEMENT
from shared.stores.database import Connection, by_column, fetch_all, fetch_value


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment with what opens it."""

    entry_index: int  # the entry that published it
    place: int  # among the commitments of that entry, from 1
    match_id: int
    kick_off: datetime  # as known when it was published
    commitment: str
    salt: bytes
    content: str  # canonical JSON


ADD = """
    INSERT INTO ledger_commitments (entry_index, place, match_id, kick_off, commitment, salt, content)
    SELECT entry_index, place, match_id, kick_off, commitment, salt, content
    FROM unnest(
        %(entry_index)s::bigint[], %(place)s::smallint[], %(match_id)s::bigint[], %(kick_off)s::timestamptz[],
        %(commitment)s::text[], %(salt)s::bytea[], %(content)s::text[]
    ) AS given (entry_index, place, match_id, kick_off, commitment, salt, content)
"""


def add(db: Connection, commitments: Sequence[Commitment]) -> None:
    """Store commitments in the transaction that publishes them."""
    if commitments:
        names = [field.name for field in fields(Commitment)]
        db.execute(ADD, by_column([{name: getattr(each, name) for name in names} for each in commitments]))


TAKE_DUE = """
    WITH due AS (
        SELECT c.entry_index, c.place
        FROM ledger_commitments c
        JOIN matches m ON m.match_id = c.match_id
        JOIN ledger_entries e ON e.index = c.entry_index
        WHERE c.kick_off <= %(now)s AND (m.kick_off <= %(now)s OR (e.type = 'picks' AND c.kick_off <= %(void)s))
        ORDER BY c.entry_index, c.place
        LIMIT %(limit)s
        FOR UPDATE OF c SKIP LOCKED
    ), taken AS (
        DELETE FROM ledger_commitments c USING due
        WHERE c.entry_index = due.entry_index AND c.place = due.place
        RETURNING c.entry_index, c.place, c.match_id, c.kick_off, c.commitment, c.salt, c.content
    )
    SELECT entry_index, place, match_id, kick_off, commitment, salt, content FROM taken ORDER BY entry_index, place
"""


def take_due(db: Connection, now: datetime, limit: int) -> list[Commitment]:
    """Remove the commitments whose match has begun, to open them in the same transaction.

    A match that was moved has begun when it begins at its present kick-off. A pick on a match that was moved by so much
    that it is void hides nothing any more; it is opened too.
    """
    return fetch_all(db, Commitment, TAKE_DUE, _times(now) | {"limit": limit})


COUNT_DUE = """
    SELECT count(*)
    FROM ledger_commitments c
    JOIN matches m ON m.match_id = c.match_id
    JOIN ledger_entries e ON e.index = c.entry_index
    WHERE c.kick_off <= %(now)s AND (m.kick_off <= %(now)s OR (e.type = 'picks' AND c.kick_off <= %(void)s))
"""


def count_due(db: Connection, now: datetime) -> int:
    """The number of commitments whose match has begun."""
    return fetch_value(db, COUNT_DUE, _times(now))


def _times(now: datetime) -> dict[str, object]:
    return {"now": now, "void": now - MAX_POSTPONEMENT}
