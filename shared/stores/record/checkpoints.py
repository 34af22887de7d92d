"""Checkpoints of the record, the signatures of witnesses, and how much of the log is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_all, fetch_one, fetch_value


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint."""

    size: int
    root: bytes
    note: str  # with the log's own signatures alone
    cosignatures: list[str]  # lines of witnesses, in order of their names

    @property
    def signed_note(self) -> str:
        """The note with the signatures of witnesses."""
        return self.note + "".join(self.cosignatures)


COLUMNS = """
    SELECT c.size, c.root, c.note,
        coalesce((SELECT array_agg(line ORDER BY witness) FROM ledger_cosignatures s WHERE s.size = c.size), '{}')
            AS cosignatures
    FROM ledger_checkpoints c
"""
ADD = """
    INSERT INTO ledger_checkpoints (size, root, note, signed_at)
    VALUES (%(size)s, %(root)s, %(note)s, %(signed_at)s)
    ON CONFLICT (size) DO NOTHING
"""


def add(db: Connection, size: int, root: bytes, note: str, now: datetime) -> None:
    """Store a signed checkpoint."""
    db.execute(ADD, {"size": size, "root": root, "note": note, "signed_at": now})


NEWEST = f"""{COLUMNS}
    ORDER BY c.size DESC
    LIMIT 1
"""


def newest(db: Connection) -> CheckpointRow | None:
    """The newest checkpoint, if any; it may not be published yet."""
    return fetch_one(db, CheckpointRow, NEWEST)


PUBLISHED = f"""{COLUMNS}
    JOIN ledger_head h ON h.published_size = c.size
"""


def published(db: Connection) -> CheckpointRow | None:
    """The newest checkpoint that is published, if any."""
    return fetch_one(db, CheckpointRow, PUBLISHED)


HISTORY = f"""{COLUMNS}
    ORDER BY c.size
"""


def history(db: Connection) -> list[CheckpointRow]:
    """All checkpoints, oldest first."""
    return fetch_all(db, CheckpointRow, HISTORY)


COSIGN = """
    INSERT INTO ledger_cosignatures (size, witness, line)
    VALUES (%(size)s, %(witness)s, %(line)s)
    ON CONFLICT (size, witness) DO NOTHING
"""


def add_cosignature(db: Connection, size: int, witness: str, line: str) -> None:
    """Store the verified signature of a witness."""
    db.execute(COSIGN, {"size": size, "witness": witness, "line": line})


SEEN = "SELECT witness, max(size) FROM ledger_cosignatures GROUP BY witness"


def seen_by_witnesses(db: Connection) -> Mapping[str, int]:
    """The size of the newest checkpoint that each witness signed."""
    return dict(db.execute(SEEN).fetchall())


PUBLISHED_SIZE = "SELECT published_size FROM ledger_head"


def published_size(db: Connection) -> int:
    """The size of the newest checkpoint that is published."""
    return fetch_value(db, PUBLISHED_SIZE)


MARK_PUBLISHED = "UPDATE ledger_head SET published_size = %(size)s"


def mark_published(db: Connection, size: int) -> None:
    """Note that the files of this size and its checkpoint are in the bucket."""
    db.execute(MARK_PUBLISHED, {"size": size})
