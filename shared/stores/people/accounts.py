"""Accounts: plan, role and deletion. A row takes precedence over the role in a token."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.account_status import AccountStatus
from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_value

STATUS = """
    SELECT coalesce(a.status, 'none'), c.ends_at
    FROM (SELECT %(user_id)s::uuid AS user_id) AS person
    LEFT JOIN accounts a USING (user_id)
    LEFT JOIN cool_offs c USING (user_id)
"""


def account_status(db: Connection, user_id: UUID) -> AccountStatus:
    """The account status of any user, with or without a row."""
    (row,) = db.execute(STATUS, {"user_id": user_id}).fetchall()
    return AccountStatus(*row)


SET_PLAN = """
    INSERT INTO accounts (user_id, plan, updated_at)
    VALUES (%(user_id)s, %(plan)s, %(now)s)
    ON CONFLICT (user_id) DO UPDATE SET plan = excluded.plan, updated_at = excluded.updated_at
"""


def set_plan(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Set a user's plan; the caller invalidates the plan cache after the commit."""
    db.execute(SET_PLAN, {"user_id": user_id, "plan": plan, "now": now})


SET_ROLE = """
    INSERT INTO accounts (user_id, plan, is_admin, updated_at)
    VALUES (%(user_id)s, %(plan)s, %(is_admin)s, %(now)s)
    ON CONFLICT (user_id) DO UPDATE SET
        plan = CASE WHEN excluded.is_admin THEN accounts.plan ELSE excluded.plan END,
        is_admin = excluded.is_admin,
        updated_at = excluded.updated_at
    WHERE accounts.deleted_at IS NULL
"""


def set_role(db: Connection, user_id: UUID, role: Plan, now: datetime) -> bool:
    """Set a user's plan, or make them an administrator without changing the plan.

    The caller invalidates the plan cache after the commit.

    Returns:
        False without effect if the user is deleted.
    """
    is_admin = role is Plan.ADMIN
    params = {"user_id": user_id, "plan": Plan.FREE if is_admin else role, "is_admin": is_admin, "now": now}
    return db.execute(SET_ROLE, params).rowcount > 0


OPEN = """
    INSERT INTO accounts (user_id, plan, is_admin, updated_at)
    VALUES (%(user_id)s, %(plan)s, %(is_admin)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""


def lock(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Lock a user's account until the end of the transaction, creating it if missing."""
    is_admin = plan is Plan.ADMIN
    params = {"user_id": user_id, "plan": Plan.ELITE if is_admin else plan, "is_admin": is_admin, "now": now}
    db.execute(OPEN, params)
    db.execute("SELECT FROM accounts WHERE user_id = %(user_id)s FOR UPDATE", {"user_id": user_id})


def prevent_deletion(db: Connection, user_id: UUID) -> None:
    """Prevent the deletion of a user until the end of the transaction; call it before locking any of their rows.

    Inserts into the tables of `gdpr.ERASED` do so by the trigger `reject_deleted_user`.

    Raises:
        psycopg.errors.ForeignKeyViolation: the user is deleted.
    """
    db.execute("SELECT prevent_user_deletion(%(user_id)s)", {"user_id": user_id})


CLOSE = """
    INSERT INTO accounts (user_id, plan, deleted_at, updated_at)
    VALUES (%(user_id)s, 'free', %(now)s, %(now)s)
    ON CONFLICT (user_id) DO UPDATE SET
        plan = 'free',
        is_admin = false,
        deleted_at = coalesce(accounts.deleted_at, excluded.deleted_at),
        updated_at = excluded.updated_at
"""


def close(db: Connection, user_id: UUID, now: datetime) -> None:
    """Close an account permanently; the caller also clears the plan cache.

    Waits for concurrent writes about the user and blocks further ones until the end of the transaction.
    """
    db.execute("SELECT pg_advisory_xact_lock(user_lock(%(user_id)s))", {"user_id": user_id})
    db.execute(CLOSE, {"user_id": user_id, "now": now})


UNSYNCED_ROLE = """
    SELECT status FROM accounts
    WHERE user_id = %(user_id)s AND deleted_at IS NULL AND synced_role IS DISTINCT FROM status
    FOR NO KEY UPDATE
"""


def unsynced_role(db: Connection, user_id: UUID) -> Plan | None:
    """The role that is not yet synced to Supabase; None if synced or the user is deleted.

    Locks the row until the end of the transaction, so that concurrent changes are synced in order.
    """
    role = fetch_value(db, UNSYNCED_ROLE, {"user_id": user_id})
    return None if role is None else Plan(role)


MARK_ROLE_SYNCED = "UPDATE accounts SET synced_role = %(role)s WHERE user_id = %(user_id)s"


def mark_role_synced(db: Connection, user_id: UUID, role: Plan) -> None:
    """Record the role synced to Supabase."""
    db.execute(MARK_ROLE_SYNCED, {"user_id": user_id, "role": role})


TAKE_UNSYNCED_ROLE = """
    SELECT user_id FROM accounts
    WHERE deleted_at IS NULL AND synced_role IS DISTINCT FROM status AND user_id > %(after)s
    ORDER BY user_id
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
"""


def take_unsynced_role(db: Connection, after: UUID) -> UUID | None:
    """Lock the next user whose role is not synced to Supabase; None if there is none that is not locked."""
    return fetch_value(db, TAKE_UNSYNCED_ROLE, {"after": after})


COUNT_UNSYNCED_ROLES = "SELECT count(*) FROM accounts WHERE deleted_at IS NULL AND synced_role IS DISTINCT FROM status"


def count_unsynced_roles(db: Connection) -> int:
    """Number of users whose role is not synced to Supabase."""
    return fetch_value(db, COUNT_UNSYNCED_ROLES)


EXPORT: dict[str, LiteralString] = {
    "accounts": "SELECT plan, is_admin, deleted_at, updated_at, synced_role FROM accounts WHERE user_id = %(user_id)s",
}
