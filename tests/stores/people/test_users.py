from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from shared.stores.database import Connection
from shared.stores.people import gdpr, users
from shared.stores.people.users import UserRow
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
SYSTEM = UUID(int=0)


def test_a_user_row_is_created_on_first_access(db: Connection) -> None:
    assert users.get_or_create(db, ALICE, NOW) == UserRow(None, False, None, None, NOW)
    assert users.get_or_create(db, ALICE, LATER) == UserRow(None, False, None, None, NOW)


def test_a_name_can_be_set_and_cleared_per_person(db: Connection) -> None:
    for user in (ALICE, BOB):
        users.get_or_create(db, user, NOW)
    users.set_name(db, ALICE, "Alice")
    assert users.get_or_create(db, ALICE, NOW).full_name == "Alice"
    assert users.get_or_create(db, BOB, NOW).full_name is None
    users.set_name(db, ALICE, None)
    assert users.get_or_create(db, ALICE, NOW).full_name is None
    with pytest.raises(psycopg.errors.CheckViolation):
        users.set_name(db, ALICE, "")


def test_the_first_declaration_to_be_of_age_counts(db: Connection) -> None:
    users.get_or_create(db, ALICE, NOW)
    users.declare_adult(db, ALICE, NOW)
    users.declare_adult(db, ALICE, LATER)
    assert users.get_or_create(db, ALICE, LATER).adult_declared_at == NOW


def test_the_first_source_of_an_age_declaration_is_stored(db: Connection) -> None:
    users.get_or_create(db, ALICE, NOW)
    users.declare_adult(db, ALICE, NOW, "sign_up")
    users.declare_adult(db, ALICE, LATER)
    assert gdpr.export_user(db, ALICE, [users])["users"][0]["adult_declared_by"] == "sign_up"


def test_a_name_is_unsynced_until_it_is_copied(db: Connection) -> None:
    users.get_or_create(db, ALICE, NOW)
    assert users.unsynced_name(db, ALICE) is None
    assert users.count_unsynced_names(db) == 0
    users.set_name(db, ALICE, None)
    assert users.unsynced_name(db, ALICE) == (None,), "also a cleared name"
    assert users.count_unsynced_names(db) == 1
    assert users.take_unsynced_name(db, SYSTEM) == ALICE
    assert users.take_unsynced_name(db, ALICE) is None, "it was the last"
    users.mark_name_synced(db, ALICE)
    assert users.count_unsynced_names(db) == 0
    assert users.take_unsynced_name(db, SYSTEM) is None
