"""What people pay for, and how they stand. A row decides from the moment it is written, whatever a token still says."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.account_status import AccountStatus
from shared.accounts.plans import Plan
from shared.stores.database import Connection

STATUS = """
    SELECT coalesce(a.status, 'none'), c.ends_at
    FROM (SELECT %(user_id)s::uuid AS user_id) AS person
    LEFT JOIN accounts a USING (user_id)
    LEFT JOIN cool_offs c USING (user_id)
"""


def account_status(db: Connection, user_id: UUID) -> AccountStatus:
    """How a person stands with us, known or not."""
    (row,) = db.execute(STATUS, {"user_id": user_id}).fetchall()
    return AccountStatus(*row)


SET_PLAN = """
    INSERT INTO accounts (user_id, plan, updated_at)
    VALUES (%(user_id)s, %(plan)s, %(now)s)
    ON CONFLICT (user_id) DO UPDATE SET plan = excluded.plan, updated_at = excluded.updated_at
"""


def set_plan(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Write what a person pays for; whoever calls this calls `standing.changed` after the commit."""
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
    """Give a person a plan, or make them an administrator, who keeps the plan that they have.

    Whoever calls this calls `standing.changed` after the commit.

    Returns:
        False, and nothing is changed, where the person is gone.
    """
    is_admin = role is Plan.ADMIN
    params = {"user_id": user_id, "plan": Plan.FREE if is_admin else role, "is_admin": is_admin, "now": now}
    return db.execute(SET_ROLE, params).rowcount > 0


OPEN = """
    INSERT INTO accounts (user_id, plan, is_admin, updated_at)
    VALUES (%(user_id)s, %(plan)s, %(is_admin)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""
LOCK = "SELECT FROM accounts WHERE user_id = %(user_id)s FOR UPDATE"


def lock(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Keep others from changing a person's account until the transaction ends; a missing row is written first."""
    is_admin = plan is Plan.ADMIN
    params = {"user_id": user_id, "plan": Plan.ELITE if is_admin else plan, "is_admin": is_admin, "now": now}
    db.execute(OPEN, params)
    db.execute(LOCK, {"user_id": user_id})


PREVENT_DELETION = "SELECT prevent_user_deletion(%(user_id)s)"


def prevent_deletion(db: Connection, user_id: UUID) -> None:
    """Keep a person from leaving until the transaction ends; to be called before any row of theirs is locked.

    The tables of `personal.FORGOTTEN` do so themselves when a row is inserted (migration 0052).

    Raises:
        psycopg.errors.ForeignKeyViolation: they have left.
    """
    db.execute(PREVENT_DELETION, {"user_id": user_id})


LOCK_FOR_DELETION = "SELECT pg_advisory_xact_lock(user_lock(%(user_id)s))"
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
    """Refuse a person from now on, for good; whoever calls this calls `standing.forget` too.

    Whatever is being written about them is waited for, and nothing more is written until the transaction ends.
    """
    db.execute(LOCK_FOR_DELETION, {"user_id": user_id})
    db.execute(CLOSE, {"user_id": user_id, "now": now})


UNSYNCED_ROLE = """
    SELECT status FROM accounts
    WHERE user_id = %(user_id)s AND deleted_at IS NULL AND synced_role IS DISTINCT FROM status
    FOR NO KEY UPDATE
"""


def unsynced_role(db: Connection, user_id: UUID) -> Plan | None:
    """The role that Supabase does not have yet; None where it has it, or the person is gone.

    Nobody else changes or copies it until the transaction ends, so that of two changes the later is copied last.
    """
    row = db.execute(UNSYNCED_ROLE, {"user_id": user_id}).fetchone()
    return None if row is None else Plan(row[0])


MARK_ROLE_SYNCED = "UPDATE accounts SET synced_role = %(role)s WHERE user_id = %(user_id)s"


def mark_role_synced(db: Connection, user_id: UUID, role: Plan) -> None:
    """Write down that Supabase has a person's role."""
    db.execute(MARK_ROLE_SYNCED, {"user_id": user_id, "role": role})


UNSYNCED_ROLES = """
    SELECT user_id FROM accounts
    WHERE deleted_at IS NULL AND synced_role IS DISTINCT FROM status
    ORDER BY updated_at, user_id
"""


def unsynced_roles(db: Connection) -> list[UUID]:
    """Whose role Supabase does not have yet, the longest ago first."""
    return [user_id for (user_id,) in db.execute(UNSYNCED_ROLES)]


EXPORT: dict[str, LiteralString] = {
    "accounts": "SELECT plan, is_admin, deleted_at, updated_at, synced_role FROM accounts WHERE user_id = %(user_id)s",
}
