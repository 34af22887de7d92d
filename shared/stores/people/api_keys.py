"""Keys of people's programs, by their fingerprints."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row

from shared.stores.database import Connection

ADD = """
    INSERT INTO api_keys (key_id, user_id, fingerprint, name, scopes, created_at)
    VALUES (%(key_id)s, %(user_id)s, %(fingerprint)s, %(name)s, %(scopes)s, %(created_at)s)
"""
OF_PERSON = """
    SELECT key_id, name, scopes, created_at
    FROM api_keys
    WHERE user_id = %(user_id)s AND revoked_at IS NULL
    ORDER BY created_at, key_id
"""
REVOKE = """
    UPDATE api_keys SET revoked_at = %(now)s
    WHERE key_id = %(key_id)s AND user_id = %(user_id)s AND revoked_at IS NULL
"""
OWNER = """
    SELECT k.user_id, k.scopes, a.status, c.ends_at AS paused_until
    FROM api_keys k
    JOIN accounts a ON a.user_id = k.user_id
    LEFT JOIN cool_offs c ON c.user_id = k.user_id
    WHERE k.fingerprint = %(fingerprint)s AND k.revoked_at IS NULL
"""
EXPORT = """
    SELECT key_id, name, scopes, created_at, revoked_at
    FROM api_keys
    WHERE user_id = %(user_id)s
    ORDER BY created_at, key_id
"""
ERASE = "DELETE FROM api_keys WHERE user_id = %(user_id)s"


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as its owner sees it afterwards."""

    key_id: UUID
    name: str
    scopes: list[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Who a key speaks for, what it may do, and the person's plan or `deleted`."""

    user_id: UUID
    scopes: list[str]
    status: str
    paused_until: datetime | None


def add(db: Connection, user_id: UUID, fingerprint: bytes, key: ApiKeyRow) -> None:
    """Add a key of a person who has an account."""
    db.execute(ADD, {"user_id": user_id, "fingerprint": fingerprint, **asdict(key)})


def of_person(db: Connection, user_id: UUID) -> list[ApiKeyRow]:
    """The keys that a person has and has not revoked, the oldest first."""
    with db.cursor(row_factory=class_row(ApiKeyRow)) as cursor:
        return cursor.execute(OF_PERSON, {"user_id": user_id}).fetchall()


def revoke(db: Connection, user_id: UUID, key_id: UUID, now: datetime) -> bool:
    """Revoke a key; False where this person has no such key."""
    return db.execute(REVOKE, {"user_id": user_id, "key_id": key_id, "now": now}).rowcount > 0


def owner(db: Connection, fingerprint: bytes) -> KeyOwner | None:
    """Who a key speaks for; None for one that is unknown or revoked."""
    with db.cursor(row_factory=class_row(KeyOwner)) as cursor:
        return cursor.execute(OWNER, {"fingerprint": fingerprint}).fetchone()


def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table; fingerprints, which only we can use, are left out."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"api_keys": cursor.execute(EXPORT, {"user_id": user_id}).fetchall()}


def erase(db: Connection, user_id: UUID) -> None:
    """Remove what is held about a person."""
    db.execute(ERASE, {"user_id": user_id})
