"""Replication of roles and names to Supabase, where the frontend reads them directly. Our database is authoritative.

A copy is written after each change. A failed one (`UpstreamError`) stays marked as due in our database, and
`reconcile_subscriptions` retries it. Permissions are never read back from Supabase, as people can write parts of it.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from psycopg import Error as DatabaseError

from shared.accounts.plans import PROFILE_ROLES
from shared.clients.errors import UpstreamError
from shared.runtime import logs, wiring
from shared.runtime.settings import SettingsError
from shared.services import redis_backed
from shared.stores.database import Connection
from shared.stores.errors import DatabaseUnavailable
from shared.stores.people import accounts, users

if TYPE_CHECKING:
    from shared.clients.identity.supabase_admin import SupabaseAdmin

SyncFunction = Callable[[Connection, "SupabaseAdmin", UUID], None]


def sync_role(db: Connection, admin: "SupabaseAdmin", user_id: UUID) -> None:
    """Copy a person's role to Supabase if it is due."""
    with db.transaction():
        due = accounts.unsynced_role(db, user_id)
        if due is not None:
            admin.set_role(user_id, due, PROFILE_ROLES[due])
            accounts.mark_role_synced(db, user_id, due)


def sync_name(db: Connection, admin: "SupabaseAdmin", user_id: UUID) -> None:
    """Copy a person's name to Supabase if it is due."""
    with db.transaction():
        due = users.unsynced_name(db, user_id)
        if due is not None:
            admin.set_name(user_id, *due)
            users.mark_name_synced(db, user_id)


def sync_after_commit(sync: SyncFunction, user_id: UUID) -> None:
    """Run a copy after its commit. A failure is only logged: the copy stays due."""
    try:
        admin = wiring.supabase_admin()
        if admin is not None:
            sync(wiring.database(), admin, user_id)
    except (UpstreamError, DatabaseError, DatabaseUnavailable, SettingsError) as error:
        logs.write(logging.WARNING, "a copy at Supabase is written later", error=repr(error))


def publish_plan(user_id: UUID) -> None:
    """Invalidate a person's cached plan and copy their role to Supabase; call it after the commit of a change."""
    redis_backed.invalidate_plan(user_id)
    sync_after_commit(sync_role, user_id)
