"""How the reading of each publisher's feed last went."""

from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_all

MAX_ERROR_LENGTH = 200
"""Characters that are kept of what went wrong."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """How a feed stands.

    Attributes:
        outlet: its key.
        etag: what its last answer was called; empty for nothing.
        last_modified: when that was last changed, as it said.
        read_at: when it was last read well.
        failing_since: since when it fails; None where it does not.
        error: what went wrong last.
    """

    outlet: str
    etag: str
    last_modified: str
    read_at: datetime | None
    failing_since: datetime | None
    error: str | None


ALL = "SELECT outlet, etag, last_modified, read_at, failing_since, error FROM feeds"


def by_outlet(db: Connection) -> dict[str, FeedRow]:
    """How the feeds stand, by outlet."""
    return {row.outlet: row for row in fetch_all(db, FeedRow, ALL)}


LAST_READ = "SELECT max(read_at) FROM feeds"


def last_read(db: Connection) -> datetime | None:
    """When any feed was last read well."""
    row = db.execute(LAST_READ).fetchone()
    return row[0] if row else None


MARK_READ = """
    INSERT INTO feeds (outlet, etag, last_modified, read_at)
    VALUES (%(outlet)s, %(etag)s, %(last_modified)s, %(now)s)
    ON CONFLICT (outlet) DO UPDATE SET
        etag = EXCLUDED.etag,
        last_modified = EXCLUDED.last_modified,
        read_at = EXCLUDED.read_at,
        failing_since = NULL,
        error = NULL
"""


def mark_read(db: Connection, outlet: str, etag: str, last_modified: str, now: datetime) -> None:
    """A feed was read well."""
    db.execute(MARK_READ, {"outlet": outlet, "etag": etag, "last_modified": last_modified, "now": now})


MARK_FAILED = """
    INSERT INTO feeds (outlet, etag, last_modified, failing_since, error)
    VALUES (%(outlet)s, '', '', %(now)s, %(error)s)
    ON CONFLICT (outlet) DO UPDATE SET
        failing_since = coalesce(feeds.failing_since, EXCLUDED.failing_since),
        error = EXCLUDED.error
    RETURNING failing_since
"""


def mark_failed(db: Connection, outlet: str, error: str, now: datetime) -> datetime:
    """A feed could not be read; since when it cannot."""
    row = db.execute(MARK_FAILED, {"outlet": outlet, "error": error[:MAX_ERROR_LENGTH], "now": now}).fetchone()
    return row[0] if row else now
