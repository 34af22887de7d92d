"""All that is held about one person, over all tables: to be told to them, and to be forgotten.

A table whose rows are a person's stands in one of the two lists, with the module that reads it; a test holds them
against the database's own list of columns.
"""

from typing import Any, Protocol
from uuid import UUID

from shared.stores.betting import bankrolls, play_limits
from shared.stores.database import Connection
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
    """A module of ours that can tell what its tables hold about a person."""

    def export(self, db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
        """What is held about a person, by table."""
        ...


class ErasableStore(UserDataStore, Protocol):
    """One that can remove it, too."""

    def erase(self, db: Connection, user_id: UUID) -> None:
        """Remove what is held about a person."""
        ...


RETAINED: tuple[UserDataStore, ...] = (accounts, admin_actions, broadcasts, deletions, job_starts)
"""Why so: an account that is closed refuses the tokens that live on; who did what with an administrator's power must be
known whoever leaves; and a deletion removes its own row when it is done. Nothing but a random id tells who it was."""
ERASED_LAST: tuple[ErasableStore, ...] = (customers,)
"""Forgotten when the others who know the person have done so: without these rows nobody could tell them."""
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


def export_user(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that is held about a person, by table."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for store in (*RETAINED, *ERASED_LAST, *ERASED):
        tables |= store.export(db, user_id)
    return tables


def erase(db: Connection, user_id: UUID) -> None:
    """Remove at once what need not be kept about a person."""
    for store in ERASED:
        store.erase(db, user_id)


def erase_last(db: Connection, user_id: UUID) -> None:
    """Remove what was kept until the person was gone from the systems of others."""
    for store in ERASED_LAST:
        store.erase(db, user_id)
    deletions.finish(db, user_id)
