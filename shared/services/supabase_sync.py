"""Supabase's copies of people's roles and names, which pages read past our API. Ours are those that count.

A copy is written right after each change. One that fails stays due in our database, and `reconcile_subscriptions`
writes it. Nothing that we allow is ever read back from them: people can write parts of them.
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
from shared.stores.database import Connection, DatabaseUnavailable
from shared.stores.people import accounts, users

if TYPE_CHECKING:
    from shared.clients.identity.supabase_admin import SupabaseAdmin

Copy = Callable[[Connection, "SupabaseAdmin", UUID], None]


def role(db: Connection, admin: "SupabaseAdmin", user_id: UUID) -> None:
    """Write a person's role to Supabase, unless it has it.

    Raises:
        UpstreamError: it was not written; it stays due.
    """
    with db.transaction():
        due = accounts.role_to_copy(db, user_id)
        if due is not None:
            admin.give_role(user_id, due, PROFILE_ROLES[due])
            accounts.role_copied(db, user_id, due)


def name(db: Connection, admin: "SupabaseAdmin", user_id: UUID) -> None:
    """Write a person's name to Supabase, unless it has it.

    Raises:
        UpstreamError: it was not written; it stays due.
    """
    with db.transaction():
        due = users.name_to_copy(db, user_id)
        if due is not None:
            admin.name(user_id, *due)
            users.name_copied(db, user_id)


def at_once(copy: Copy, user_id: UUID) -> None:
    """Write a copy after what it copies was committed. A failure is logged and fails nothing: the copy stays due."""
    try:
        admin = wiring.supabase_admin()
        if admin is not None:
            copy(wiring.database(), admin, user_id)
    except (UpstreamError, DatabaseError, DatabaseUnavailable, SettingsError) as error:
        logs.write(logging.WARNING, "a copy at Supabase is written later", error=repr(error))
