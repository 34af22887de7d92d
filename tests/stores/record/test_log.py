"""The log in Postgres: written with what it records, by several writers at once, and never in part."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg
import pytest

from shared.ledger.entries import abstention
from shared.ledger.merkle_tree import inclusion_proof, leaf_hash, verify_inclusion
from shared.ledger.tiles import root, subtree_hashes
from shared.stores.database import Connection, connect
from shared.stores.record import log

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)
KICK_OFF = NOW + timedelta(hours=9)


def abstentions(at: datetime, *match_ids: int) -> list[log.NewEntry]:
    return [log.NewEntry(abstention(at, match, KICK_OFF, "club_unknown"), match) for match in match_ids]


def append(db: Connection, now: datetime, *match_ids: int) -> log.Head:
    with db.transaction():
        head = log.lock(db, now)
        return log.append(db, head, abstentions(head.at, *match_ids))


@pytest.fixture
def own(url: str) -> Iterator[Connection]:
    """A connection to a database of its own, where commits are seen."""
    with connect(url, "test") as db:
        yield db


def is_whole(db: Connection) -> bool:
    """Whether indices have no gap and every entry is in the tree of the head."""
    size = log.size(db)
    entries = log.between(db, 0, size)
    read = lambda level, index: log.tile(db, level, index)  # noqa: E731  # both uses want the same function
    head = root(read, size)
    return len(entries) == size and all(
        verify_inclusion(leaf_hash(entry), index, size, inclusion_proof(subtree_hashes(read), index, size), head)
        for index, entry in enumerate(entries)
    )


@pytest.mark.parametrize("sizes", [(1,), (3, 1), (255, 1, 1), (256, 300), (10, 600, 7)])
def test_entries_are_in_the_tree_however_they_came(db: Connection, sizes: tuple[int, ...]) -> None:
    for number, size in enumerate(sizes):
        append(db, NOW, *range(1000 * number, 1000 * number + size))
    assert log.size(db) == sum(sizes)
    assert is_whole(db)
    assert [row.index for row in log.of_match(db, 0, sum(sizes))] == [0]


def test_nothing_appended_writes_nothing(db: Connection) -> None:
    head = log.lock(db, NOW)
    assert log.append(db, head, []) == head
    assert log.size(db) == 0


def test_concurrent_writers_leave_no_gap(own: Connection, url: str) -> None:
    def write(first: int) -> None:
        with connect(url, "writer") as db:
            for number in range(10):
                append(db, NOW, first + number, first + number)

    writers = [Thread(target=write, args=(1000 * number,)) for number in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert log.size(own) == 80
    assert is_whole(own)


def test_a_writer_waits_for_the_one_before_it_and_continues_after_its_entries(own: Connection, url: str) -> None:
    with connect(url, "other") as other:
        with own.transaction():
            head = log.lock(own, NOW)
            with pytest.raises(psycopg.errors.QueryCanceled), other.transaction():
                other.execute("SET LOCAL statement_timeout = 50")
                log.lock(other, NOW)
            log.append(own, head, abstentions(head.at, 1))
        assert append(other, NOW, 2).size == 2


def test_time_never_goes_back(db: Connection) -> None:
    append(db, NOW + timedelta(seconds=30), 1)
    assert append(db, NOW, 2).at == NOW + timedelta(seconds=30)


def test_an_entry_of_another_time_than_the_heads_is_rejected(db: Connection) -> None:
    head = log.lock(db, NOW)
    with pytest.raises(ValueError, match="cannot be appended"):
        log.append(db, head, abstentions(NOW - timedelta(seconds=1), 1))


@pytest.mark.case("O4")
@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_a_statement_after_kick_off_is_rejected(db: Connection, late: timedelta) -> None:
    head = log.lock(db, KICK_OFF + late)
    with pytest.raises(log.LateEntry, match="match 7 began"):
        log.append(db, head, abstentions(head.at, 7))
    assert log.size(db) == 0


def test_what_is_rolled_back_leaves_neither_an_entry_nor_a_gap(own: Connection) -> None:
    append(own, NOW, 1)
    with pytest.raises(ZeroDivisionError), own.transaction():
        head = log.lock(own, NOW)
        log.append(own, head, abstentions(head.at, 2, 3))
        raise ZeroDivisionError
    assert append(own, NOW, 4).size == 2
    assert is_whole(own)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_entries SET entry = '{}'", "DELETE FROM ledger_entries", "TRUNCATE ledger_entries CASCADE"],
)
def test_entries_are_never_changed_or_removed(db: Connection, statement: str) -> None:
    append(db, NOW, 1)
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"), db.transaction():
        db.execute(statement.encode())
