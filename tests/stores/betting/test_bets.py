from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared.accounts.responsible_gambling import DailyActivity
from shared.betting.bets import BetStatus, deletion_entry, stake_entry, transition
from shared.betting.prices import Market
from shared.stores.betting import bankrolls, bets
from shared.stores.betting.bankrolls import NewEntry
from shared.stores.betting.bets import BetRow, ClosingValue, NewBet, StatusTotal
from shared.stores.database import Connection
from shared.stores.people import gdpr
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.tokens import ALICE, BOB

D = Decimal
NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
DAY = date(2024, 4, 27)
NEW = NewBet(
    user_id=ALICE,
    match_id=0,
    kick_off=KICK_OFF,
    hour_known=True,
    market=Market.H2H,
    outcome="home",
    line=D(0),
    price=D("2.100"),
    amount=D("10.00"),
    confidence=D("61.50"),
    followed=True,
    placed_at=NOW,
    day=DAY,
)


@pytest.fixture
def match(db: Connection) -> int:
    for user in (ALICE, BOB):
        bankrolls.lock(db, user)
    [match_id] = insert_matches(db, match_update())
    return match_id


def place(db: Connection, match_id: int, **changes: Any) -> BetRow:
    new = replace(NEW, match_id=match_id, **changes)
    bet_id = bets.add(db, new)
    bankrolls.add(db, [NewEntry(new.user_id, bet_id, stake_entry(new.amount), "person")], new.placed_at)
    [row] = bets.by_ids(db, [bet_id])
    return row


def move(db: Connection, row: BetRow, to: BetStatus, score: str | None = None) -> BetRow:
    by = "person" if score is None else "result"
    bankrolls.add(db, [NewEntry(row.user_id, row.bet_id, entry, by, score) for entry in transition(row.bet, to)], NOW)
    [moved_row] = bets.by_ids(db, [row.bet_id])
    return moved_row


def test_a_bets_status_is_that_of_its_newest_entry(db: Connection, match: int) -> None:
    placed = place(db, match)
    assert (placed.status, placed.last_amount, placed.returned) == ("pending", D(-10), None)
    assert placed.first_entry == placed.last_entry
    won = move(db, placed, BetStatus.WON, "2-1")
    assert (won.status, won.returned, won.score, won.source) == ("won", D("21.00"), "2-1", "result")
    assert won.first_entry == placed.first_entry < won.last_entry
    reopened = move(db, won, BetStatus.PENDING)
    assert (reopened.status, reopened.last_amount, reopened.returned) == ("pending", D(-21), None)


@pytest.mark.case("J8", "F10")
def test_the_bankroll_is_the_sum_of_its_entries(db: Connection, match: int) -> None:
    bankrolls.set_up(db, ALICE, D(100), D(20), D(2), NOW)
    row = place(db, match)
    move(db, move(db, row, BetStatus.WON, "1-0"), BetStatus.LOST, "1-2")
    bankroll = bankrolls.get(db, ALICE)
    assert (bankroll.initial, bankroll.current) == (D(100), D(90))
    history = bankrolls.history(db, ALICE, 10, 0)
    assert [(entry.amount, entry.balance) for entry in history] == [
        (D(0), D(90)),
        (D(-21), D(90)),
        (D(21), D(111)),
        (D(-10), D(90)),
        (D(100), D(100)),
    ]
    assert [entry.balance for entry in bankrolls.history(db, ALICE, 2, 3)] == [D(90), D(100)]
    assert bankrolls.get(db, BOB) == bankrolls.get(db, uuid4()) == bankrolls.DEFAULT_BANKROLL


@pytest.mark.case("J8")
@pytest.mark.parametrize("table", ["bets", "bankroll_entries"])
def test_bets_and_entries_cannot_be_updated_or_truncated(db: Connection, match: int, table: str) -> None:
    place(db, match)
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"), db.transaction():
        db.execute(f"UPDATE {table} SET amount = amount + 1".encode())  # noqa: S608  # a constant name
    with pytest.raises(psycopg.errors.RaiseException, match="is a record"), db.transaction():
        db.execute(f"TRUNCATE {table} CASCADE".encode())


@pytest.mark.case("F9")
def test_an_entry_is_reversed_once_and_a_bet_is_staked_once(db: Connection, match: int) -> None:
    row = place(db, match)
    for again in (stake_entry(row.amount), deletion_entry(row.bet, begun=False)):
        with db.transaction(force_rollback=True), pytest.raises(psycopg.errors.UniqueViolation):
            bankrolls.add(db, [NewEntry(ALICE, row.bet_id, deletion_entry(row.bet, begun=False), "person")], NOW)
            bankrolls.add(db, [NewEntry(ALICE, row.bet_id, again, "person")], NOW)


@pytest.mark.case("H4", "H5")
@pytest.mark.parametrize(
    "fault",
    [
        {"price": D("1.009")},
        {"price": D("1000.001")},
        {"price": D("NaN")},
        {"amount": D(0)},
        {"amount": D(-1)},
        {"market": "1x2"},
        {"placed_at": KICK_OFF},
    ],
    ids=str,
)
def test_invalid_input_is_rejected(db: Connection, match: int, fault: dict[str, Any]) -> None:
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange)):
        bets.add(db, replace(NEW, match_id=match, **fault))


@pytest.mark.case("A13")
def test_a_bet_is_its_persons_and_a_deleted_one_is_gone(db: Connection, match: int) -> None:
    row = place(db, match)
    assert bets.get(db, ALICE, row.bet_id) == row
    assert bets.get(db, BOB, row.bet_id) is None
    bankrolls.add(db, [NewEntry(ALICE, row.bet_id, deletion_entry(row.bet, begun=False), "person")], NOW)
    assert bets.get(db, ALICE, row.bet_id) is None
    assert bets.of_person(db, ALICE, 10) == bets.totals(db, ALICE) == []
    assert bankrolls.get(db, ALICE).current == 0


def test_bets_are_listed_the_newest_first(db: Connection, match: int) -> None:
    old, new = (place(db, match, placed_at=NOW + timedelta(minutes=minute)) for minute in (0, 1))
    lost = move(db, place(db, match, placed_at=NOW - timedelta(minutes=1)), BetStatus.LOST)
    place(db, match, user_id=BOB)
    assert bets.of_person(db, ALICE, 10) == [new, old, lost]
    assert bets.of_person(db, ALICE, 1, 1) == [old]
    assert bets.of_person(db, ALICE, 10, status=BetStatus.LOST) == [lost]
    assert bets.of_person(db, ALICE, 10, since=NOW) == [new, old]


@pytest.mark.case("L12")
def test_totals_by_status_and_daily_activity(db: Connection, match: int) -> None:
    """The losses of a day are what its bets have lost, open ones too."""
    yesterday = {"placed_at": NOW - timedelta(days=1), "day": DAY - timedelta(days=1)}
    place(db, match)
    move(db, place(db, match), BetStatus.WON)
    move(db, place(db, match), BetStatus.VOID)
    move(db, place(db, match, **yesterday), BetStatus.LOST)
    place(db, match, user_id=BOB)
    assert sorted(bets.totals(db, ALICE), key=lambda total: total.status) == [
        StatusTotal(BetStatus.LOST, 1, D(10), D(0)),
        StatusTotal(BetStatus.PENDING, 1, D(10), D(-10)),
        StatusTotal(BetStatus.VOID, 1, D(10), D(10)),
        StatusTotal(BetStatus.WON, 1, D(10), D(21)),
    ]
    today = DailyActivity(DAY, D(20), D(-1))
    assert bets.daily_activity(db, ALICE, DAY) == [today]
    assert bets.daily_activity(db, ALICE, DAY - timedelta(days=1)) == [
        DailyActivity(DAY - timedelta(days=1), D(10), D(10)),
        today,
    ]


def test_a_closing_line_value_is_added_once(db: Connection, match: int) -> None:
    row = place(db, match)
    for probability, value in (("0.5", "0.05"), ("0.6", "0.26")):
        closing = ClosingValue(row.bet_id, D(probability), D(value), "football_data_uk", "market_average")
        bets.add_closing_values(db, [closing, replace(closing, bet_id=0)])
    [row] = bets.by_ids(db, [row.bet_id])
    assert row.closing_line_value == D("0.05")


@pytest.mark.case("P1", "P2")
def test_a_persons_rows_are_exported_and_erased(db: Connection, match: int) -> None:
    for user in (ALICE, BOB):
        bankrolls.set_up(db, user, D(100), D(20), D(2), NOW)
        row = move(db, move(db, place(db, match, user_id=user), BetStatus.WON), BetStatus.LOST)
        closing = ClosingValue(row.bet_id, D("0.5"), D("0.05"), "football_data_uk", "market_average")
        bets.add_closing_values(db, [closing])
    exported = gdpr.export_user(db, ALICE, [bankrolls])
    assert {table: len(rows) for table, rows in exported.items()} == {
        "bankrolls": 1,
        "bets": 1,
        "bankroll_entries": 5,
        "bet_closings": 1,
    }
    gdpr.erase(db, ALICE, [bankrolls])
    assert not any(gdpr.export_user(db, ALICE, [bankrolls]).values())
    assert all(gdpr.export_user(db, BOB, [bankrolls]).values())
