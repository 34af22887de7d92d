from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.stores.database import Connection
from shared.stores.people import users
from shared.stores.people.users import PersonRow
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def test_a_person_is_written_down_when_they_first_come(db: Connection) -> None:
    assert users.meet(db, ALICE, NOW) == PersonRow(None, False, None, None, NOW)
    assert users.meet(db, ALICE, LATER) == PersonRow(None, False, None, None, NOW)


def test_a_name_is_its_persons_and_may_be_taken_back(db: Connection) -> None:
    for user in (ALICE, BOB):
        users.meet(db, user, NOW)
    users.name(db, ALICE, "Alice")
    assert users.meet(db, ALICE, NOW).full_name == "Alice"
    assert users.meet(db, BOB, NOW).full_name is None
    users.name(db, ALICE, None)
    assert users.meet(db, ALICE, NOW).full_name is None
    with pytest.raises(psycopg.errors.CheckViolation):
        users.name(db, ALICE, "")


def test_the_first_declaration_to_be_of_age_counts(db: Connection) -> None:
    users.meet(db, ALICE, NOW)
    users.declare_adult(db, ALICE, NOW)
    users.declare_adult(db, ALICE, LATER)
    assert users.meet(db, ALICE, LATER).adult_declared_at == NOW


def test_to_whom_it_was_declared_first_is_known(db: Connection) -> None:
    users.meet(db, ALICE, NOW)
    users.declare_adult(db, ALICE, NOW, "sign_up")
    users.declare_adult(db, ALICE, LATER)
    assert users.held_about(db, ALICE)["people"][0]["adult_declared_by"] == "sign_up"


def test_a_name_is_due_until_it_is_copied(db: Connection) -> None:
    users.meet(db, ALICE, NOW)
    assert users.name_to_copy(db, ALICE) is None
    assert users.names_to_copy(db) == []
    users.name(db, ALICE, None)
    assert users.name_to_copy(db, ALICE) == (None,), "also that they take it back"
    assert users.names_to_copy(db) == [ALICE]
    users.name_copied(db, ALICE)
    assert users.names_to_copy(db) == []
