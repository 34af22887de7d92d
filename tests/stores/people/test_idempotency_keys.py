from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.stores.database import Connection
from shared.stores.people import gdpr, idempotency_keys
from shared.stores.people.idempotency_keys import StoredResponse
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ANSWER = StoredResponse("POST /things", b"1" * 32, 201, '{"a":1}', NOW)


@pytest.mark.case("F9")
def test_an_idempotent_response_is_stored_once_per_person(db: Connection) -> None:
    idempotency_keys.add(db, ALICE, "k", ANSWER)
    assert idempotency_keys.get(db, ALICE, "k") == ANSWER
    assert idempotency_keys.get(db, BOB, "k") is None
    with pytest.raises(psycopg.errors.UniqueViolation):
        idempotency_keys.add(db, ALICE, "k", ANSWER)


def test_old_idempotency_keys_are_removed_per_person(db: Connection) -> None:
    for user in (ALICE, BOB):
        idempotency_keys.add(db, user, "k", ANSWER)
    idempotency_keys.remove_old(db, ALICE, NOW)
    assert idempotency_keys.get(db, ALICE, "k") is not None
    idempotency_keys.remove_old(db, ALICE, NOW + timedelta(seconds=1))
    assert idempotency_keys.get(db, ALICE, "k") is None
    assert idempotency_keys.get(db, BOB, "k") is not None


@pytest.mark.case("P1", "P2")
def test_a_persons_rows_are_exported_and_erased(db: Connection) -> None:
    for user in (ALICE, BOB):
        idempotency_keys.add(db, user, "k", ANSWER)
    row = {"key": "k", "route": "POST /things", "status": 201, "body": '{"a":1}', "created_at": NOW}
    assert gdpr.export_user(db, ALICE, [idempotency_keys]) == {"idempotency_keys": [row]}
    gdpr.erase(db, ALICE, [idempotency_keys])
    assert gdpr.export_user(db, ALICE, [idempotency_keys]) == {"idempotency_keys": []}
    assert idempotency_keys.get(db, BOB, "k") is not None
