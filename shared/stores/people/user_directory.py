"""Everybody whom we know, as administrators see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A person: their plan or `admin`, and since when we know them."""

    user_id: UUID
    status: str
    first_seen_at: datetime


PAGE = """
    SELECT user_id, coalesce(a.status, 'free') AS status, coalesce(p.created_at, a.updated_at) AS first_seen_at
    FROM users p
    FULL JOIN accounts a USING (user_id)
    WHERE a.deleted_at IS NULL
    ORDER BY first_seen_at DESC, user_id
    LIMIT %(limit)s OFFSET %(offset)s
"""


def page(db: Connection, limit: int, offset: int) -> list[DirectoryRow]:
    """Some of those who are not gone, whom we know shortest first."""
    return fetch_all(db, DirectoryRow, PAGE, {"limit": limit, "offset": offset})


COUNT = "SELECT count(*) FROM users p FULL JOIN accounts a USING (user_id) WHERE a.deleted_at IS NULL"


def count(db: Connection) -> int:
    """How many they are."""
    row = db.execute(COUNT).fetchone()
    return row[0] if row else 0


EXISTS = """
    SELECT EXISTS (SELECT FROM users WHERE user_id = %(user_id)s)
        OR EXISTS (SELECT FROM accounts WHERE user_id = %(user_id)s AND deleted_at IS NULL)
"""


def exists(db: Connection, user_id: UUID) -> bool:
    """Whether a person was ever here, or has an account, and is not gone."""
    row = db.execute(EXISTS, {"user_id": user_id}).fetchone()
    return bool(row and row[0])


STATUSES = "SELECT user_id, status FROM accounts WHERE user_id = ANY(%(user_ids)s)"


def statuses(db: Connection, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The plan of each of some people who have an account, `admin` or `deleted`."""
    return dict(db.execute(STATUSES, {"user_ids": list(user_ids)}).fetchall())
