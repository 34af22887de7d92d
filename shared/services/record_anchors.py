"""Anchors of the record's checkpoints at OpenTimestamps calendars: a second proof of when they existed.

A checkpoint a day is anchored, as the file `anchors/<size>` with `anchors/<size>.<calendar>.ots` beside it. While a
calendar is down, checkpoints wait; `anchors.json` shows which.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from shared.clients.errors import UpstreamError
from shared.clients.transparency.calendar import Calendar
from shared.ledger.entries import instant
from shared.services.record_publication import IMMUTABLE, MUTABLE, PREFIX, Storage
from shared.stores.database import Connection
from shared.stores.record import anchors
from shared.stores.record.anchors import AnchorRow
from shared.stores.record.checkpoints import CheckpointRow

INTERVAL = timedelta(hours=20)
"""The least time between two anchored checkpoints: one a day, though runs are not on the minute."""
INDEX = "anchors.json"


def anchor(
    db: Connection,
    storage: Storage,
    calendars: Sequence[Calendar],
    newest: CheckpointRow,
    now: datetime,
    deadline: datetime,
) -> Iterator[tuple[str, str]]:
    """Queue the newest checkpoint if it is time, submit what waits, and publish the proofs.

    Yields:
        Name and fault of each calendar that failed; what waits for it stays queued.
    """
    names = [calendar.name for calendar in calendars]
    last = anchors.last_queued_at(db)
    if last is None or now - last >= INTERVAL:
        anchors.queue(db, newest.size, names)
    waiting = anchors.waiting(db, names)
    for calendar in calendars:
        for row in (row for row in waiting if row.calendar == calendar.name):
            try:
                proof = calendar.stamp(sha256(row.note.encode()).digest(), deadline=deadline)
            except UpstreamError as error:
                anchors.put_proof(db, row, None)
                yield calendar.name, str(error)
                break  # the next run tries again
            _publish(storage, row, proof)
            anchors.put_proof(db, row, proof)
    if waiting:
        index = [_shown(row) for row in anchors.all_anchors(db)]
        storage.put(
            f"{PREFIX}{INDEX}",
            json.dumps(index, indent=1).encode(),
            content_type="application/json",
            cache_control=MUTABLE,
        )


def _publish(storage: Storage, row: AnchorRow, proof: bytes) -> None:
    path, kind = f"{PREFIX}anchors/{row.size}", "application/octet-stream"
    storage.put(path, row.note.encode(), content_type="text/plain; charset=utf-8", cache_control=IMMUTABLE)
    storage.put(f"{path}.{row.calendar}.ots", proof, content_type=kind, cache_control=IMMUTABLE)


def _shown(row: AnchorRow) -> dict[str, object]:
    path = None if row.proof is None else f"anchors/{row.size}.{row.calendar}.ots"
    return {"size": row.size, "calendar": row.calendar, "signed_at": instant(row.signed_at), "proof": path}
