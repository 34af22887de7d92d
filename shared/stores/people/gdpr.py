"""All that is held about one person, over all tables: to be told to them, and to be forgotten.

A table whose rows are a person's stands in one of the two lists, with the module that reads it; a test holds them
against the database's own list of columns.
"""

from collections.abc import Iterable
from typing import Any, LiteralString, Protocol
from uuid import UUID

from psycopg.rows import dict_row

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
    """A store with tables of user data.

    Attributes:
        EXPORT: by table, the query that reads a user's rows.
    """

    EXPORT: dict[str, LiteralString]


class ErasableStore(UserDataStore, Protocol):
    """A store whose user data are erased.

    Attributes:
        ERASE: the statements that delete a user's rows, in order.
    """

    ERASE: tuple[LiteralString, ...]


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


def export_user(
    db: Connection, user_id: UUID, stores: Iterable[UserDataStore] = (*RETAINED, *ERASED_LAST, *ERASED)
) -> dict[str, list[dict[str, Any]]]:
    """All stored data of a user, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {
            table: cursor.execute(query, {"user_id": user_id}).fetchall()
            for store in stores
            for table, query in store.EXPORT.items()
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
