"""Status of the news feeds."""

from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_all, fetch_value

MAX_ERROR_LENGTH = 200
"""Characters."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Status of a feed."""

    outlet: str
    etag: str  # `ETag` of the last response, or empty
    last_modified: str
    read_at: datetime | None  # time of the last successful read
    failing_since: datetime | None  # first failure since then; None if the last read succeeded
    error: str | None


ALL = "SELECT outlet, etag, last_modified, read_at, failing_since, error FROM feeds"


def by_outlet(db: Connection) -> dict[str, FeedRow]:
    """Status of all feeds, by outlet."""
    return {row.outlet: row for row in fetch_all(db, FeedRow, ALL)}


def last_read(db: Connection) -> datetime | None:
    """Time of the last successful read of any feed."""
    return fetch_value(db, "SELECT max(read_at) FROM feeds")


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
    """Record a successful read."""
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
    """Record a failed read; returns the time of the first failure in a row."""
    return fetch_value(db, MARK_FAILED, {"outlet": outlet, "error": error[:MAX_ERROR_LENGTH], "now": now})
