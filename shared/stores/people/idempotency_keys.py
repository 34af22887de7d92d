"""Stored responses by idempotency key."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """Response to the first request with a key."""

    route: str  # method and path template
    request_hash: bytes  # SHA-256 of the request
    status: int
    body: str
    created_at: datetime


# The user's lock comes first, as everywhere, so that a deletion waits for this request and not the reverse.
LOCK = """
    SELECT pg_advisory_xact_lock_shared(user_lock(%(user_id)s)),
        pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'key', %(user_id)s::text, %(key)s::text), 0))
"""


def lock(db: Connection, user_id: UUID, key: str) -> bool:
    """Lock a user's key until the end of the transaction; False if another request holds it."""
    row = db.execute(LOCK, {"user_id": user_id, "key": key}).fetchone()
    return bool(row and row[1])


GET = """
    SELECT route, request_hash, status, body, created_at
    FROM idempotency_keys
    WHERE user_id = %(user_id)s AND key = %(key)s
"""


def get(db: Connection, user_id: UUID, key: str) -> StoredResponse | None:
    """The stored response of a user's key."""
    return fetch_one(db, StoredResponse, GET, {"user_id": user_id, "key": key})


ADD = """
    INSERT INTO idempotency_keys (user_id, key, route, request_hash, status, body, created_at)
    VALUES (%(user_id)s, %(key)s, %(route)s, %(request_hash)s, %(status)s, %(body)s, %(created_at)s)
"""


def add(db: Connection, user_id: UUID, key: str, response: StoredResponse) -> None:
    """Store the response of a user's key.

    Raises:
        psycopg.errors.UniqueViolation: the key exists.
    """
    db.execute(ADD, {"user_id": user_id, "key": key, **asdict(response)})


REMOVE_OLD = "DELETE FROM idempotency_keys WHERE user_id = %(user_id)s AND created_at < %(before)s"


def remove_old(db: Connection, user_id: UUID, before: datetime) -> None:
    """Delete a user's responses from before an instant."""
    db.execute(REMOVE_OLD, {"user_id": user_id, "before": before})


EXPORT: dict[str, LiteralString] = {
    "idempotency_keys": """
        SELECT key, route, status, body, created_at
        FROM idempotency_keys
        WHERE user_id = %(user_id)s
        ORDER BY created_at, key
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM idempotency_keys WHERE user_id = %(user_id)s",)
