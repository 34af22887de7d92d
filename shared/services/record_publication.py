"""Publication of the record: openings, checkpoints, and the immutable files of the log in public storage.

Layout: C2SP tlog-tiles below `PREFIX`; `history.json` has every checkpoint with the signatures of witnesses, and `keys`
the public keys. Files are uploaded before the checkpoint that needs them, which is uploaded last.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shared.ledger import entries
from shared.ledger.checkpoint import Checkpoint, parse_checkpoint
from shared.ledger.publication import new_files
from shared.ledger.signed_note import InvalidNote, Signature, parse_note, sign_note
from shared.ledger.tiles import CHECKPOINT, TileReader, root
from shared.runtime import clock
from shared.services.signing_keys import SigningKey
from shared.stores.database import Connection
from shared.stores.record import checkpoints, commitments, log
from shared.stores.record.checkpoints import CheckpointRow
from shared.stores.record.log import NewEntry

PREFIX = "record/"
HISTORY, KEYS = "history.json", "keys"
IMMUTABLE = "public, max-age=31536000, immutable"
"""Cache headers of files that never change."""
MUTABLE = "public, max-age=60"
PAGE = 200
"""Commitments opened in one transaction."""


class RecordForked(Exception):
    """The published log has entries that the database has not or has otherwise; nothing was published.

    The database was probably restored from a backup (docs/operate/runbook.md).
    """


class Storage(Protocol):
    """Public storage of files by key."""

    def put(self, key: str, body: bytes, *, content_type: str = "", cache_control: str = "") -> None:
        """Write a file."""
        ...

    def read(self, key: str) -> bytes | None:
        """Read a file; None if it is missing."""
        ...


def open_commitments(db: Connection, now: datetime) -> int:
    """Open a page of the commitments whose match has begun, in the caller's transaction; returns their number."""
    due = commitments.take_due(db, now, PAGE)
    if due:
        head = log.lock(db, clock.now())
        opened = [
            NewEntry(
                entries.opening(head.at, each.entry_index, each.commitment, each.salt, json.loads(each.content)),
                each.match_id,
            )
            for each in due
        ]
        log.append(db, head, opened)
    return len(due)


def sign_checkpoint(db: Connection, keys: Sequence[SigningKey], now: datetime) -> CheckpointRow | None:
    """The checkpoint of the present size, signed in the caller's transaction if it is new; None of an empty log."""
    size, newest = log.size(db), checkpoints.newest(db)
    if size == 0 or (newest is not None and newest.size == size):
        return newest
    head = root(tile_reader(db), size)
    text = str(Checkpoint(keys[0].public.name, size, head))
    checkpoints.add(db, size, head, _signed(sign_note(text, keys[0].public, keys[0].sign), keys), now)
    return checkpoints.newest(db)


def upload_files(db: Connection, storage: Storage, size: int) -> int:
    """Upload the files of the log that those published before lack; returns their number.

    Raises:
        RecordForked: the storage has another log.
    """
    _check_published(db, storage, size)
    published = checkpoints.published_size(db)
    if published == size:
        return 0
    count = 0
    for path, data in new_files(published, size, tile_reader(db), lambda start, end: log.between(db, start, end)):
        storage.put(PREFIX + path, data, content_type="application/octet-stream", cache_control=IMMUTABLE)
        count += 1
    return count


def upload_checkpoint(db: Connection, storage: Storage, keys: Sequence[SigningKey], size: int) -> None:
    """Upload the history, the public keys and, last, the checkpoint; then note that this size is published."""
    notes = [_signed(row.note, keys) + "".join(row.cosignatures) for row in checkpoints.history(db) if row.size <= size]
    _put_mutable(storage, HISTORY, json.dumps(notes, ensure_ascii=False), "application/json")
    _put_mutable(storage, KEYS, "".join(f"{key.public}\n" for key in keys), "text/plain; charset=utf-8")
    _put_mutable(storage, CHECKPOINT, notes[-1], "text/plain; charset=utf-8")
    checkpoints.mark_published(db, size)


def tile_reader(db: Connection) -> TileReader:
    """Reads the tiles of the log."""
    return lambda level, index: log.tile(db, level, index)


def _check_published(db: Connection, storage: Storage, size: int) -> None:
    published = storage.read(PREFIX + CHECKPOINT)
    if published is None:
        return
    try:
        found, _ = parse_checkpoint(published.decode())
    except (InvalidNote, UnicodeDecodeError) as error:
        raise RecordForked(f"the published checkpoint is malformed: {error}") from error
    if found.size > size or root(tile_reader(db), found.size) != found.root:
        raise RecordForked(f"the published log has other entries than the first {found.size} of the {size} here")


def _put_mutable(storage: Storage, name: str, text: str, content_type: str) -> None:
    storage.put(PREFIX + name, text.encode(), content_type=content_type, cache_control=MUTABLE)


def _signed(note: str, keys: Sequence[SigningKey]) -> str:
    """A note signed by all these keys: after a rotation earlier checkpoints are signed by the new key too."""
    text, signatures = parse_note(note)
    missing = [key for key in keys if not any(each.is_by(key.public) for each in signatures)]
    return note + "".join(str(Signature(k.public.name, k.public.key_id, k.sign(text.encode()))) for k in missing)
