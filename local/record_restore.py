"""Append the published entries that a restored database lacks: `python -m local.record_restore <log> <verifier key>`.

The log is its address or a folder; the database is that of DATABASE_URL, which no job uses yet. All or nothing is
written, and only if the published log is signed, whole, and begins with the entries of the database. Salts of
commitments from after the backup are lost: these stay unopened (docs/operate/record.md).
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx

from local.errors import LocalError
from shared.ledger.checkpoint import is_signed, parse_checkpoint
from shared.ledger.entries import EntryType
from shared.ledger.signed_note import VerifierKey, parse_note, parse_verifier_key
from shared.ledger.tiles import CHECKPOINT, WIDTH, bundle_path, parse_bundle, root
from shared.services.record_publication import HISTORY, tile_reader
from shared.services.signing_keys import verify
from shared.stores.database import Connection, connect
from shared.stores.record import checkpoints, log
from shared.stores.record.log import NewEntry

Reader = Callable[[str], bytes]


def main(arguments: list[str]) -> int:
    """Restore, and print how many entries were appended."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with connect(os.environ["DATABASE_URL"], "paris-sportif restore") as db:
            appended = restore(db, reader(arguments[0]), parse_verifier_key(arguments[1]))
    except (LocalError, ValueError, KeyError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{appended} entries were appended.")
    return 0


def reader(place: str) -> Reader:
    """Reads the files of a log by path."""
    if not place.startswith(("https://", "http://")):
        return lambda path: (Path(place) / path).read_bytes()
    return lambda path: httpx.get(f"{place.rstrip('/')}/{path}", timeout=60).raise_for_status().content


def restore(db: Connection, read: Reader, key: VerifierKey) -> int:
    """Append what a log has beyond the database's entries, with its checkpoints; returns the number of entries.

    Raises:
        LocalError: the log is not signed by this key, is damaged, or has other entries than the database.
    """
    note = read(CHECKPOINT).decode()
    if not is_signed(note, key, verify):
        raise LocalError("The checkpoint is not signed by this key.")
    head, _ = parse_checkpoint(note)
    bodies = [
        body
        for first in range(0, head.size, WIDTH)
        for body in parse_bundle(read(bundle_path(first // WIDTH, min(WIDTH, head.size - first))))
    ]
    with db.transaction():
        size = log.size(db)
        if log.between(db, 0, size) != bodies[:size]:
            raise LocalError("The database has other entries than the published log.")
        for at, step in groupby(_entries(bodies, size), key=lambda entry: _time(entry.body)):
            log.append(db, log.lock(db, at), list(step))
        if log.size(db) != head.size or root(tile_reader(db), head.size) != head.root:
            raise LocalError("The entries of the published log do not lead to its root.")
        for each in json.loads(read(HISTORY)):
            _add_checkpoint(db, each, key, bodies)
        checkpoints.mark_published(db, head.size)
    return head.size - size


def _entries(bodies: list[bytes], start: int) -> Iterator[NewEntry]:
    """Entries from an index on, with the keys by which they are found."""
    members: list[dict[str, Any]] = [json.loads(body) for body in bodies]
    picks = {
        (each["of"], members[each["of"]]["commitments"].index(each["commitment"]) + 1): each["content"]["match"]
        for each in members
        if each["type"] == EntryType.OPENING and members[each["of"]]["type"] == EntryType.PICKS
    }

    def match_of(each: dict[str, Any]) -> int | None:
        if each["type"] == EntryType.CORRECTION:
            return match_of(members[each["of"]])
        return each.get("match", each.get("content", {}).get("match", picks.get((each.get("of"), each.get("rank")))))

    for body, each in zip(bodies[start:], members[start:], strict=True):
        yield NewEntry(body, match_of(each), date.fromisoformat(each["day"]) if "day" in each else None)


def _add_checkpoint(db: Connection, note: str, key: VerifierKey, bodies: list[bytes]) -> None:
    text, signatures = parse_note(note)
    head, _ = parse_checkpoint(note)
    own = "".join(str(each) for each in signatures if each.name == key.name)
    checkpoints.add(db, head.size, head.root, f"{text}\n{own}", _time(bodies[head.size - 1]))
    for each in signatures:
        if each.name != key.name:
            checkpoints.add_cosignature(db, head.size, each.name, str(each))


def _time(body: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(body)["at"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
