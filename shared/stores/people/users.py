"""User profiles. Email addresses and passwords are stored at Supabase only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_one, fetch_value


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user profile."""

    full_name: str | None
    name_set: bool  # whether the user set the name here, possibly to none
    adult_declared_at: datetime | None  # when the user declared to be of legal age
    sign_up_read_at: datetime | None  # when the age in the sign-up data was read; None if it had none yet
    created_at: datetime  # time of the first request


GET_OR_CREATE = """
    WITH met AS (
        INSERT INTO users (user_id, created_at) VALUES (%(user_id)s, %(now)s)
        ON CONFLICT (user_id) DO NOTHING
        RETURNING full_name, name_set, adult_declared_at, sign_up_read_at, created_at
    )
    SELECT full_name, name_set, adult_declared_at, sign_up_read_at, created_at FROM met
    UNION ALL
    SELECT full_name, name_set, adult_declared_at, sign_up_read_at, created_at FROM users WHERE user_id = %(user_id)s
"""


def get_or_create(db: Connection, user_id: UUID, now: datetime) -> UserRow:
    """A user's profile, created on the first request."""
    row = fetch_one(db, UserRow, GET_OR_CREATE, {"user_id": user_id, "now": now})
    # None only if a concurrent request inserted the row after this statement started.
    return row or get_or_create(db, user_id, now)


SET_NAME = (
    "UPDATE users SET full_name = %(full_name)s, name_set = true, name_synced = false WHERE user_id = %(user_id)s"
)


def set_name(db: Connection, user_id: UUID, full_name: str | None) -> None:
    """Set the name of an existing user, None for no name; to be synced to Supabase."""
    db.execute(SET_NAME, {"user_id": user_id, "full_name": full_name})


UNSYNCED_NAME = "SELECT full_name FROM users WHERE user_id = %(user_id)s AND NOT name_synced FOR NO KEY UPDATE"


def unsynced_name(db: Connection, user_id: UUID) -> tuple[str | None] | None:
    """The name that is not yet synced to Supabase, in a tuple; None if synced. Locks the row."""
    return db.execute(UNSYNCED_NAME, {"user_id": user_id}).fetchone()


def mark_name_synced(db: Connection, user_id: UUID) -> None:
    """Record that the name is synced to Supabase."""
    db.execute("UPDATE users SET name_synced = true WHERE user_id = %(user_id)s", {"user_id": user_id})


TAKE_UNSYNCED_NAME = """
    SELECT user_id FROM users
    WHERE NOT name_synced AND user_id > %(after)s
    ORDER BY user_id
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
"""


def take_unsynced_name(db: Connection, after: UUID) -> UUID | None:
    """Lock the next user whose name is not synced to Supabase; None if there is none that is not locked."""
    return fetch_value(db, TAKE_UNSYNCED_NAME, {"after": after})


def count_unsynced_names(db: Connection) -> int:
    """Number of users whose name is not synced to Supabase."""
    return fetch_value(db, "SELECT count(*) FROM users WHERE NOT name_synced")


DECLARE_ADULT = """
    UPDATE users SET adult_declared_at = %(now)s, adult_declared_by = %(by)s
    WHERE user_id = %(user_id)s AND adult_declared_at IS NULL
"""


def declare_adult(db: Connection, user_id: UUID, now: datetime, by: Literal["person", "sign_up"] = "person") -> None:
    """Record that an existing user declares to be of legal age, here or at sign-up; the first declaration counts."""
    db.execute(DECLARE_ADULT, {"user_id": user_id, "now": now, "by": by})


MARK_SIGN_UP_READ = "UPDATE users SET sign_up_read_at = %(now)s WHERE user_id = %(user_id)s AND sign_up_read_at IS NULL"


def mark_sign_up_read(db: Connection, user_id: UUID, now: datetime) -> None:
    """Record that the age in the sign-up data was read."""
    db.execute(MARK_SIGN_UP_READ, {"user_id": user_id, "now": now})


EXPORT: dict[str, LiteralString] = {
    "users": """
        SELECT full_name, name_set, name_synced, adult_declared_at, adult_declared_by, sign_up_read_at, created_at
        FROM users
        WHERE user_id = %(user_id)s
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM users WHERE user_id = %(user_id)s",)
