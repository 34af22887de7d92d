"""People as they told us to call them. Their addresses and passwords are Supabase's to know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person.

    Attributes:
        full_name: what they are called; None where they have not said.
        named: whether they told us what to call them, nothing included.
        adult_declared_at: when they declared to be of age.
        sign_up_read_at: when the age that their sign-up states was taken; None where it stated none yet.
        created_at: when they were first here.
    """

    full_name: str | None
    name_set: bool
    adult_declared_at: datetime | None
    sign_up_read_at: datetime | None
    created_at: datetime


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
    """A person, who is written down when they come for the first time."""
    row = fetch_one(db, UserRow, GET_OR_CREATE, {"user_id": user_id, "now": now})
    # None only where another request wrote the first row after this statement began; the next one sees it.
    return row or get_or_create(db, user_id, now)


SET_NAME = (
    "UPDATE users SET full_name = %(full_name)s, name_set = true, name_synced = false WHERE user_id = %(user_id)s"
)


def set_name(db: Connection, user_id: UUID, full_name: str | None) -> None:
    """Write what a person whom we have met is called, None for nothing; it is to be copied to Supabase."""
    db.execute(SET_NAME, {"user_id": user_id, "full_name": full_name})


UNSYNCED_NAME = "SELECT full_name FROM users WHERE user_id = %(user_id)s AND NOT name_synced FOR NO KEY UPDATE"


def unsynced_name(db: Connection, user_id: UUID) -> tuple[str | None] | None:
    """The name that Supabase does not have yet, in a tuple; None where it has it.

    Nobody else changes or copies it until the transaction ends.
    """
    return db.execute(UNSYNCED_NAME, {"user_id": user_id}).fetchone()


MARK_NAME_SYNCED = "UPDATE users SET name_synced = true WHERE user_id = %(user_id)s"


def mark_name_synced(db: Connection, user_id: UUID) -> None:
    """Write down that Supabase has a person's name."""
    db.execute(MARK_NAME_SYNCED, {"user_id": user_id})


UNSYNCED_NAMES = "SELECT user_id FROM users WHERE NOT name_synced ORDER BY user_id"


def unsynced_names(db: Connection) -> list[UUID]:
    """Whose name Supabase does not have yet."""
    return [user_id for (user_id,) in db.execute(UNSYNCED_NAMES)]


DECLARE_ADULT = """
    UPDATE users SET adult_declared_at = %(now)s, adult_declared_by = %(by)s
    WHERE user_id = %(user_id)s AND adult_declared_at IS NULL
"""


def declare_adult(db: Connection, user_id: UUID, now: datetime, by: Literal["person", "sign_up"] = "person") -> None:
    """Write that a person whom we have met declares to be of age, to us or in their sign-up; the first time counts."""
    db.execute(DECLARE_ADULT, {"user_id": user_id, "now": now, "by": by})


MARK_SIGN_UP_READ = "UPDATE users SET sign_up_read_at = %(now)s WHERE user_id = %(user_id)s AND sign_up_read_at IS NULL"


def mark_sign_up_read(db: Connection, user_id: UUID, now: datetime) -> None:
    """Write down that the age which a person's sign-up states was taken."""
    db.execute(MARK_SIGN_UP_READ, {"user_id": user_id, "now": now})


EXPORT: dict[str, LiteralString] = {
    "users": """
        SELECT full_name, name_set, name_synced, adult_declared_at, adult_declared_by, sign_up_read_at, created_at
        FROM users
        WHERE user_id = %(user_id)s
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM users WHERE user_id = %(user_id)s",)
