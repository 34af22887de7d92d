"""Answers to people's requests, by the keys that they sent with them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row

from shared.stores.database import Connection

# The person's lock first, as everywhere: whoever deletes them waits for this request, not this request for them.
LOCK = """
    SELECT pg_advisory_xact_lock_shared(user_lock(%(user_id)s)),
        pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'key', %(user_id)s::text, %(key)s::text), 0))
"""
GET = """
    SELECT route, request_hash, status, body, created_at
    FROM idempotency_keys
    WHERE user_id = %(user_id)s AND key = %(key)s
"""
ADD = """
    INSERT INTO idempotency_keys (user_id, key, route, request_hash, status, body, created_at)
    VALUES (%(user_id)s, %(key)s, %(route)s, %(request_hash)s, %(status)s, %(body)s, %(created_at)s)
"""
REMOVE_OLD = "DELETE FROM idempotency_keys WHERE user_id = %(user_id)s AND created_at < %(before)s"
EXPORT = """
    SELECT key, route, status, body, created_at
    FROM idempotency_keys
    WHERE user_id = %(user_id)s
    ORDER BY created_at, key
"""
ERASE = "DELETE FROM idempotency_keys WHERE user_id = %(user_id)s"


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What was answered when a key came first.

    Attributes:
        route: method and path, as the route is declared.
        request_hash: SHA-256 of what was asked.
        status: of the answer.
        body: of the answer.
        created_at: when it was given.
    """

    route: str
    request_hash: bytes
    status: int
    body: str
    created_at: datetime


def lock(db: Connection, user_id: UUID, key: str) -> bool:
    """Take a person's key until the transaction ends; False where another request holds it."""
    row = db.execute(LOCK, {"user_id": user_id, "key": key}).fetchone()
    return bool(row and row[1])


def get(db: Connection, user_id: UUID, key: str) -> StoredResponse | None:
    """What was answered to a person's key."""
    with db.cursor(row_factory=class_row(StoredResponse)) as cursor:
        return cursor.execute(GET, {"user_id": user_id, "key": key}).fetchone()


def add(db: Connection, user_id: UUID, key: str, response: StoredResponse) -> None:
    """Keep the answer to a person's key.

    Raises:
        psycopg.errors.UniqueViolation: there is one.
    """
    db.execute(ADD, {"user_id": user_id, "key": key, **asdict(response)})


def remove_old(db: Connection, user_id: UUID, before: datetime) -> None:
    """Remove a person's answers from before an instant."""
    db.execute(REMOVE_OLD, {"user_id": user_id, "before": before})


def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"idempotency_keys": cursor.execute(EXPORT, {"user_id": user_id}).fetchall()}


def erase(db: Connection, user_id: UUID) -> None:
    """Remove what is held about a person."""
    db.execute(ERASE, {"user_id": user_id})
