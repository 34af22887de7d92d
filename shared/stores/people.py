"""People as they told us to call them. Their addresses and passwords are Supabase's to know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row

from shared.stores.database import Connection

MEET = """
    WITH met AS (
        INSERT INTO people (user_id, created_at) VALUES (%(user_id)s, %(now)s)
        ON CONFLICT (user_id) DO NOTHING
        RETURNING full_name, adult_declared_at, created_at
    )
    SELECT full_name, adult_declared_at, created_at FROM met
    UNION ALL
    SELECT full_name, adult_declared_at, created_at FROM people WHERE user_id = %(user_id)s
"""
NAME = "UPDATE people SET full_name = %(full_name)s WHERE user_id = %(user_id)s"
DECLARE_ADULT = """
    UPDATE people SET adult_declared_at = coalesce(adult_declared_at, %(now)s)
    WHERE user_id = %(user_id)s
"""
HELD_ABOUT = "SELECT full_name, adult_declared_at, created_at FROM people WHERE user_id = %(user_id)s"
FORGET = "DELETE FROM people WHERE user_id = %(user_id)s"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person.

    Attributes:
        full_name: what they are called; None where they have not said.
        adult_declared_at: when they declared to be of age.
        created_at: when they were first here.
    """

    full_name: str | None
    adult_declared_at: datetime | None
    created_at: datetime


def meet(db: Connection, user_id: UUID, now: datetime) -> PersonRow:
    """A person, who is written down when they come for the first time."""
    with db.cursor(row_factory=class_row(PersonRow)) as cursor:
        row = cursor.execute(MEET, {"user_id": user_id, "now": now}).fetchone()
    # None only where another request wrote the first row after this statement began; the next one sees it.
    return row or meet(db, user_id, now)


def name(db: Connection, user_id: UUID, full_name: str | None) -> None:
    """Write what a person whom we have met is called; None for nothing."""
    db.execute(NAME, {"user_id": user_id, "full_name": full_name})


def declare_adult(db: Connection, user_id: UUID, now: datetime) -> None:
    """Write that a person whom we have met declares to be of age; the first time counts."""
    db.execute(DECLARE_ADULT, {"user_id": user_id, "now": now})


def held_about(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"people": cursor.execute(HELD_ABOUT, {"user_id": user_id}).fetchall()}


def forget(db: Connection, user_id: UUID) -> None:
    """Remove what is held about a person."""
    db.execute(FORGET, {"user_id": user_id})
