"""API keys, stored as hashes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as shown to its owner after creation."""

    key_id: UUID
    name: str
    scopes: list[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Owner of a key, its scopes, and the owner's plan or `Plan.ADMIN`."""

    user_id: UUID
    scopes: list[str]
    plan: Plan
    paused_until: datetime | None


ADD = """
    INSERT INTO api_keys (key_id, user_id, fingerprint, name, scopes, created_at)
    VALUES (%(key_id)s, %(user_id)s, %(fingerprint)s, %(name)s, %(scopes)s, %(created_at)s)
"""


def add(db: Connection, user_id: UUID, fingerprint: bytes, key: ApiKeyRow) -> None:
    """Add a key of a user with an account."""
    db.execute(ADD, {"user_id": user_id, "fingerprint": fingerprint, **asdict(key)})


OF_PERSON = """
    SELECT key_id, name, scopes, created_at
    FROM api_keys
    WHERE user_id = %(user_id)s AND revoked_at IS NULL
    ORDER BY created_at, key_id
"""


def of_person(db: Connection, user_id: UUID) -> list[ApiKeyRow]:
    """A user's active keys, oldest first."""
    return fetch_all(db, ApiKeyRow, OF_PERSON, {"user_id": user_id})


REVOKE = """
    UPDATE api_keys SET revoked_at = %(now)s
    WHERE key_id = %(key_id)s AND user_id = %(user_id)s AND revoked_at IS NULL
"""


def revoke(db: Connection, user_id: UUID, key_id: UUID, now: datetime) -> bool:
    """Revoke a key; False if the user has no such key."""
    return db.execute(REVOKE, {"user_id": user_id, "key_id": key_id, "now": now}).rowcount > 0


OWNER = """
    SELECT k.user_id, k.scopes, a.status AS plan, c.ends_at AS paused_until
    FROM api_keys k
    JOIN accounts a ON a.user_id = k.user_id
    LEFT JOIN cool_offs c ON c.user_id = k.user_id
    WHERE k.fingerprint = %(fingerprint)s AND k.revoked_at IS NULL AND a.deleted_at IS NULL
"""


def owner(db: Connection, fingerprint: bytes) -> KeyOwner | None:
    """The owner of a key; None if unknown or revoked, or if the account is deleted."""
    return fetch_one(db, KeyOwner, OWNER, {"fingerprint": fingerprint})


EXPORT: dict[str, LiteralString] = {
    "api_keys": """
        SELECT key_id, name, scopes, created_at, revoked_at
        FROM api_keys
        WHERE user_id = %(user_id)s
        ORDER BY created_at, key_id
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM api_keys WHERE user_id = %(user_id)s",)
