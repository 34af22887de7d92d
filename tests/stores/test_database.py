from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest

from shared.accounts.plans import Plan
from shared.football.match import Status
from shared.stores.database import (
    Connection,
    connect,
    copy_into,
    fetch_all,
    fetch_one,
    is_alive,
    ping,
)
from shared.stores.errors import DatabaseUnavailable

UNREACHABLE = "postgresql://someone:a-secret@127.0.0.1:9/nowhere"


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^the database cannot be reached$"):
        connect(UNREACHABLE, "test")


@pytest.mark.parametrize("url", ["a-secret", "postgresql://user:a-secret/x@host:y/db", "postgresql://h/db?a-secret=1"])
def test_a_malformed_address_is_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL") as caught:
        connect(url, "test")
    assert "a-secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_it_works_behind_a_transaction_pooler(stores: str) -> None:
    with connect(stores, "my-function") as db:
        for _ in range(10):
            db.execute("SELECT %s", (1,))
        assert db.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
        assert db.execute("SHOW application_name").fetchone() == ("my-function",)
        assert db.autocommit


def test_a_failed_ping_raises_database_unavailable(stores: str) -> None:
    with connect(stores, "test") as db:
        ping(db)
        assert is_alive(db)
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert not is_alive(db)
        with pytest.raises(DatabaseUnavailable, match="does not answer"):
            ping(db)


def test_a_closed_or_cut_connection_does_not_answer(stores: str) -> None:
    with connect(stores, "test") as db:
        pass
    assert not is_alive(db)
    with connect(stores, "cut") as db, connect(stores, "cutter") as other:
        other.execute("SELECT pg_terminate_backend(%s)", (db.info.backend_pid,))
        assert not is_alive(db), "the server hung up, which the client has not noticed yet"


def test_rows_are_copied(db: Connection) -> None:
    db.execute("CREATE TEMPORARY TABLE numbers (n int, word text)")
    copy_into(db, "COPY numbers (n, word) FROM STDIN", [(1, "a\tb\n"), (2, None)])
    copy_into(db, "COPY numbers (n, word) FROM STDIN", [])
    assert db.execute("SELECT n, word FROM numbers ORDER BY n").fetchall() == [(1, "a\tb\n"), (2, None)]


def test_times_are_in_utc_regardless_of_the_session_zone(stores: str) -> None:
    with connect(stores, "tests") as db:
        db.execute("SET TimeZone TO 'Europe/Paris'")
        (instant,) = db.execute("SELECT '2026-06-01 12:00+02'::timestamptz").fetchone() or (None,)
    assert (instant, getattr(instant, "tzinfo", None)) == (datetime(2026, 6, 1, 10, tzinfo=UTC), UTC)


@dataclass(frozen=True)
class Row:
    name: str
    status: Status
    plan: Plan | None


def test_a_field_of_a_row_that_is_an_enum_holds_an_enum(db: Connection) -> None:
    both = "SELECT * FROM (VALUES ('a', 'finished', 'elite'), ('b', 'in_play', NULL)) AS given (name, status, plan)"
    first, second = fetch_all(db, Row, both)
    assert (first.name, first.status, first.plan) == ("a", Status.FINISHED, Plan.ELITE)
    assert (type(first.status), type(first.plan), second.plan) == (Status, Plan, None)
    assert fetch_one(db, Row, both) == first


def test_a_value_that_the_enum_lacks_is_an_error(db: Connection) -> None:
    with pytest.raises(ValueError, match="'replayed' is not a valid Status"):
        fetch_one(db, Row, "SELECT 'a' AS name, 'replayed' AS status, 'free' AS plan")
