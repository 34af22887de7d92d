"""The log of the record: entries with indices without gaps, and the tree of their hashes.

An entry is committed exactly with what it records, since it is appended in the same transaction.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.ledger.entries import EntryType, instant
from shared.ledger.merkle_tree import leaf_hash
from shared.ledger.tiles import Tile, appended
from shared.stores.database import Connection, by_column, fetch_all, fetch_one, fetch_value

MUST_PRECEDE_KICK_OFF = frozenset({EntryType.FORECAST, EntryType.ABSTENTION})


class LateEntry(Exception):
    """A forecast or an abstention is written after the kick-off of its match; nothing was written."""


@dataclass(frozen=True, slots=True)
class Head:
    """The right edge of the log, locked until the end of the transaction."""

    size: int  # entries
    at: datetime  # time of the next entries, never before that of the last one


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to append."""

    body: bytes  # canonical JSON, written at `Head.at`
    match_id: int | None = None  # the match that it is about, if one alone
    day: date | None = None  # the day in Paris of a universe or of picks


LOCK = "SELECT size, greatest(at, %(now)s) AS at FROM ledger_head FOR UPDATE"


def lock(db: Connection, now: datetime) -> Head:
    """Lock the log for an append in this transaction. Lock it last: other writers wait until the transaction ends."""
    head = fetch_one(db, Head, LOCK, {"now": now})
    if head is None:
        raise LookupError("the log has no head; it is in migrations/0009_record.sql")
    return head


LAST_TILES = "SELECT DISTINCT ON (level) level, index, hashes FROM ledger_tiles ORDER BY level, index DESC"
ADD_ENTRIES = """
    INSERT INTO ledger_entries (index, type, match_id, day, entry)
    SELECT index, type, match_id, day, entry
    FROM unnest(%(index)s::bigint[], %(type)s::text[], %(match_id)s::bigint[], %(day)s::date[], %(entry)s::text[])
        AS given (index, type, match_id, day, entry)
"""
PUT_TILES = """
    INSERT INTO ledger_tiles (level, index, hashes)
    SELECT level, index, hashes
    FROM unnest(%(level)s::smallint[], %(index)s::bigint[], %(hashes)s::bytea[]) AS given (level, index, hashes)
    ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes
"""
MOVE_HEAD = "UPDATE ledger_head SET size = %(size)s, at = %(at)s"


def append(db: Connection, head: Head, entries: Sequence[NewEntry]) -> Head:
    """Append entries in the caller's transaction; returns the new head.

    Args:
        db: the connection.
        head: of `lock` in this transaction, or of the last append in it.
        entries: in their order.

    Raises:
        LateEntry: a forecast or an abstention does not precede its kick-off.
        ValueError: an entry has another time than `head.at`.
    """
    if not entries:
        return head
    rows = [_row(head.size + place, entry, head.at) for place, entry in enumerate(entries)]
    last_tiles = {tile.level: tile for tile in fetch_all(db, Tile, LAST_TILES)}
    tiles = appended(last_tiles, [leaf_hash(entry.body) for entry in entries])
    grown = Head(head.size + len(entries), head.at)
    db.execute(ADD_ENTRIES, by_column(rows))
    db.execute(PUT_TILES, by_column([{"level": t.level, "index": t.index, "hashes": t.hashes} for t in tiles]))
    db.execute(MOVE_HEAD, {"size": grown.size, "at": grown.at})
    return grown


def _row(index: int, entry: NewEntry, at: datetime) -> dict[str, object]:
    members: dict[str, Any] = json.loads(entry.body)
    if members["at"] != instant(at):
        raise ValueError(f"an entry of {members['at']} cannot be appended at {instant(at)}")
    if members["type"] in MUST_PRECEDE_KICK_OFF and members["at"] >= members["kick_off"]:
        raise LateEntry(f"match {members['match']} began at {members['kick_off']}, before {members['at']}")
    return {
        "index": index,
        "type": members["type"],
        "match_id": entry.match_id,
        "day": entry.day,
        "entry": entry.body.decode(),
    }


SIZE = "SELECT size FROM ledger_head"


def size(db: Connection) -> int:
    """The number of committed entries."""
    return fetch_value(db, SIZE)


BETWEEN = "SELECT entry FROM ledger_entries WHERE index >= %(start)s AND index < %(end)s ORDER BY index"


def between(db: Connection, start: int, end: int) -> list[bytes]:
    """The entries from the first index (included) to the second (excluded)."""
    return [entry.encode() for (entry,) in db.execute(BETWEEN, {"start": start, "end": end})]


TILE = "SELECT hashes FROM ledger_tiles WHERE level = %(level)s AND index = %(index)s"


def tile(db: Connection, level: int, index: int) -> bytes:
    """The hashes of a tile, as they are now; a reader of an older size takes the first ones."""
    return fetch_value(db, TILE, {"level": level, "index": index})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the log."""

    index: int
    entry: str  # canonical JSON


OF_MATCH = """
    SELECT index, entry FROM ledger_entries
    WHERE match_id = %(match_id)s AND index < %(size)s
    ORDER BY index
"""


def of_match(db: Connection, match_id: int, size: int) -> list[EntryRow]:
    """The entries about one match, among the first ones up to a size."""
    return fetch_all(db, EntryRow, OF_MATCH, {"match_id": match_id, "size": size})


OF_DAYS = """
    SELECT index, entry FROM ledger_entries
    WHERE day = ANY(%(days)s) AND type = ANY(%(types)s)
    ORDER BY index
"""


def of_days(db: Connection, days: Iterable[date], *types: EntryType) -> list[EntryRow]:
    """The entries of these types about these days in Paris."""
    return fetch_all(db, EntryRow, OF_DAYS, {"days": list(days), "types": [str(each) for each in types]})
