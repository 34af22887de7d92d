"""Directory of all users for administrators."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all, fetch_value


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A user: plan or `Plan.ADMIN`, and when first seen."""

    user_id: UUID
    status: Plan
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
    """A page of users who are not deleted, latest first."""
    return fetch_all(db, DirectoryRow, PAGE, {"limit": limit, "offset": offset})


COUNT = "SELECT count(*) FROM users p FULL JOIN accounts a USING (user_id) WHERE a.deleted_at IS NULL"


def count(db: Connection) -> int:
    """The number of users."""
    return fetch_value(db, COUNT)


EXISTS = """
    SELECT EXISTS (SELECT FROM users WHERE user_id = %(user_id)s)
        OR EXISTS (SELECT FROM accounts WHERE user_id = %(user_id)s AND deleted_at IS NULL)
"""


def exists(db: Connection, user_id: UUID) -> bool:
    """Whether a user is known or has an account, and is not deleted."""
    return fetch_value(db, EXISTS, {"user_id": user_id})


STATUSES = "SELECT user_id, status FROM accounts WHERE user_id = ANY(%(user_ids)s)"


def statuses(db: Connection, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Account status by user, of users with an account: a plan, `admin` or `deleted`."""
    return dict(db.execute(STATUSES, {"user_ids": list(user_ids)}).fetchall())
