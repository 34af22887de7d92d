from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from shared.accounts.plans import Plan
from shared.stores.database import Connection
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow, KeyOwner
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
PRINT, OTHER = b"1" * 32, b"2" * 32


def key(name: str = "my tool", *scopes: str, at: datetime = NOW) -> ApiKeyRow:
    return ApiKeyRow(uuid4(), name, list(scopes or ("read",)), at)


@pytest.fixture
def alice(db: Connection) -> Connection:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    accounts.set_plan(db, BOB, Plan.ELITE, NOW)
    return db


def test_an_api_key_resolves_to_its_owner_and_their_current_plan(alice: Connection) -> None:
    api_keys.add(alice, ALICE, PRINT, key("a", "read", "write"))
    assert api_keys.owner(alice, PRINT) == KeyOwner(ALICE, ["read", "write"], Plan.ELITE, None)
    assert api_keys.owner(alice, OTHER) is None
    accounts.set_plan(alice, ALICE, Plan.FREE, NOW)
    owner = api_keys.owner(alice, PRINT)
    assert owner is not None
    assert owner.plan is Plan.FREE
    alice.execute("UPDATE accounts SET deleted_at = now()")
    assert api_keys.owner(alice, PRINT) is None


def test_a_persons_own_keys_are_listed_oldest_first(alice: Connection) -> None:
    newer, older = key("newer", at=NOW), key("older", at=NOW - timedelta(days=1))
    api_keys.add(alice, ALICE, PRINT, newer)
    api_keys.add(alice, ALICE, OTHER, older)
    assert api_keys.of_person(alice, ALICE) == [older, newer]
    assert api_keys.of_person(alice, BOB) == []


@pytest.mark.case("A17", "A13")
def test_a_key_can_be_revoked_once_and_only_by_its_owner(alice: Connection) -> None:
    made = key()
    api_keys.add(alice, ALICE, PRINT, made)
    assert not api_keys.revoke(alice, BOB, made.key_id, NOW)
    assert api_keys.owner(alice, PRINT) is not None
    assert api_keys.revoke(alice, ALICE, made.key_id, NOW)
    assert api_keys.owner(alice, PRINT) is None
    assert api_keys.of_person(alice, ALICE) == []
    assert not api_keys.revoke(alice, ALICE, made.key_id, NOW)


@pytest.mark.parametrize(
    ("fault", "fingerprint"),
    [(key(""), PRINT), (key("a", "admin"), PRINT), (replace(key(), scopes=[]), PRINT), (key(), b"short")],
)
def test_invalid_input_is_rejected(alice: Connection, fault: ApiKeyRow, fingerprint: bytes) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        api_keys.add(alice, ALICE, fingerprint, fault)


def test_two_keys_are_never_the_same(alice: Connection) -> None:
    api_keys.add(alice, ALICE, PRINT, key())
    with pytest.raises(psycopg.errors.UniqueViolation):
        api_keys.add(alice, BOB, PRINT, key())


def test_a_key_needs_an_account(db: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        api_keys.add(db, ALICE, PRINT, key())
