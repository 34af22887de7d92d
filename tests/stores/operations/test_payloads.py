from datetime import timedelta

from shared.stores.database import Connection
from shared.stores.operations import payloads
from tests.factories import BEFORE

LATER = BEFORE + timedelta(hours=12)


def stored(db: Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT source, external_id, known_at, content FROM payloads ORDER BY 1, 2, 3").fetchall()


def test_payloads_are_stored_verbatim(db: Connection) -> None:
    content = '{"Div":"E0", "HomeTeam": "Nott\'m Forest",\n"é": "\\u0000" }  '
    assert payloads.store_changed(db, "uk", {"a": content}, BEFORE) == {"a"}
    assert stored(db) == [("uk", "a", BEFORE, content)]


def test_only_payloads_that_differ_from_the_last_are_stored(db: Connection) -> None:
    payloads.store_changed(db, "uk", {"a": "1", "b": "1"}, BEFORE)
    assert payloads.store_changed(db, "uk", {"a": "1", "b": "2", "c": "1"}, LATER) == {"b", "c"}
    assert payloads.store_changed(db, "uk", {"a": "1", "b": "2", "c": "1"}, LATER + timedelta(hours=12)) == set()
    assert [row[1:] for row in stored(db)] == [
        ("a", BEFORE, "1"),
        ("b", BEFORE, "1"),
        ("b", LATER, "2"),
        ("c", LATER, "1"),
    ]


def test_a_payload_that_changes_back_is_stored_again(db: Connection) -> None:
    for hours, content in enumerate("121"):
        assert payloads.store_changed(db, "uk", {"a": content}, BEFORE + timedelta(hours=hours)) == {"a"}
    assert len(stored(db)) == 3


def test_sources_do_not_mix(db: Connection) -> None:
    payloads.store_changed(db, "uk", {"a": "1"}, BEFORE)
    assert payloads.store_changed(db, "org", {"a": "1"}, BEFORE) == {"a"}


def test_empty_payloads_store_nothing(db: Connection) -> None:
    assert payloads.store_changed(db, "uk", {}, BEFORE) == set()
    assert stored(db) == []
