"""GDPR: export and erasure of all data of a user.

Every store with user data is in one of the lists below; a test compares them with the database's columns.
"""

from collections.abc import Iterable
from typing import Any, LiteralString, Protocol
from uuid import UUID

from shared.stores.betting import bankrolls, play_limits
from shared.stores.database import Connection, fetch_dicts
from shared.stores.messaging import broadcasts, push_deliveries, push_subscriptions, webhooks
from shared.stores.operations import admin_actions, job_starts
from shared.stores.people import (
    accounts,
    api_keys,
    customers,
    deletions,
    favourites,
    idempotency_keys,
    preferences,
    users,
)


class UserDataStore(Protocol):
    """A store with tables of user data."""

    EXPORT: dict[str, LiteralString]  # by table, the query that reads a user's rows


class ErasableStore(UserDataStore, Protocol):
    """A store whose user data are erased."""

    ERASE: tuple[LiteralString, ...]  # the statements that delete a user's rows, in order


RETAINED: tuple[UserDataStore, ...] = (accounts, admin_actions, broadcasts, deletions, job_starts)
"""Retained with nothing but a random id: closed accounts reject tokens that are still valid, administrators' actions
must remain auditable, and a deletion removes its own row when completed."""
ERASED_LAST: tuple[ErasableStore, ...] = (customers,)
"""Erased after the external systems, which need these rows."""
ERASED: tuple[ErasableStore, ...] = (
    api_keys,
    bankrolls,
    favourites,
    idempotency_keys,
    push_deliveries,
    users,
    play_limits,
    preferences,
    push_subscriptions,
    webhooks,
)


def export_user(
    db: Connection, user_id: UUID, stores: Iterable[UserDataStore] = (*RETAINED, *ERASED_LAST, *ERASED)
) -> dict[str, list[dict[str, Any]]]:
    """All stored data of a user, by table."""
    return {
        table: fetch_dicts(db, query, {"user_id": user_id}) for store in stores for table, query in store.EXPORT.items()
    }


def erase(db: Connection, user_id: UUID, stores: Iterable[ErasableStore] = ERASED) -> None:
    """Delete a user's data that need not be retained."""
    for store in stores:
        for statement in store.ERASE:
            db.execute(statement, {"user_id": user_id})


def erase_last(db: Connection, user_id: UUID) -> None:
    """Delete what was needed until the user was erased from external systems."""
    erase(db, user_id, ERASED_LAST)
    deletions.finish(db, user_id)
