"""The month's credit account: locked by one run at a time, with the last reported figures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest

from shared.stores.betting import odds_credits
from shared.stores.betting.odds_credits import MonthlyCredits
from shared.stores.database import Connection, connect
from tests.running import select
from tests.waiting import HANG, wait_until

MONTH = date(2026, 11, 1)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
NEW = MonthlyCredits(MONTH, 0, None, None)


def test_a_new_month_has_an_empty_credit_account(db: Connection) -> None:
    assert odds_credits.lock(db, MONTH) == odds_credits.lock(db, MONTH) == NEW


def test_a_months_credit_account_is_independent_of_other_months(db: Connection) -> None:
    spent = replace(NEW, used=500, remaining=0, refused_until=NOW)
    odds_credits.lock(db, MONTH)
    odds_credits.put(db, spent)
    assert odds_credits.lock(db, MONTH) == spent
    assert odds_credits.lock(db, date(2026, 12, 1)) == MonthlyCredits(date(2026, 12, 1), 0, None, None)


@pytest.mark.case("E10", "L13")
@pytest.mark.parametrize(
    ("account", "left"),
    [
        (NEW, 500),
        (replace(NEW, used=120), 380),
        (replace(NEW, used=120, remaining=300), 300),
        (replace(NEW, used=120, remaining=19_880), 380),
        (replace(NEW, used=900, remaining=19_100), 0),
        (replace(NEW, remaining=500, refused_until=NOW + timedelta(days=8)), 0),
        (replace(NEW, remaining=500, refused_until=NOW), 500),
    ],
)
def test_credits_left_are_the_lesser_of_the_reported_rest_and_our_allowance(account: MonthlyCredits, left: int) -> None:
    assert account.left(500, NOW) == left


WAITING = """
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'second' AND wait_event_type = 'Lock'
"""


@pytest.mark.case("L13")
def test_two_runs_never_spend_the_same_credits(url: str) -> None:
    """The second waits, and then sees what the first has left."""
    balances: list[MonthlyCredits] = []

    def second() -> None:
        with connect(url, "second") as db, db.transaction():
            balances.append(odds_credits.lock(db, MONTH))

    with connect(url, "first") as db:
        odds_credits.lock(db, MONTH)
        with db.transaction():
            account = odds_credits.lock(db, MONTH)
            other = Thread(target=second)
            other.start()
            wait_until(lambda: bool(select(url, WAITING)))
            assert balances == [], "it waits"
            odds_credits.put(db, replace(account, used=2, remaining=498))
        other.join(HANG)
    assert balances == [MonthlyCredits(MONTH, 2, 498, None)]


def test_odds_calls_are_recorded_by_purpose(db: Connection) -> None:
    odds_credits.add_call(db, "PL", "daily", 2, NOW)
    odds_credits.add_call(db, "PL", "daily", 2, NOW)
    odds_credits.add_call(db, "SA", "closing", 1, NOW)
    odds_credits.add_call(db, "PD", "daily", 2, NOW - timedelta(hours=18))
    assert odds_credits.competitions_requested_since(db, "daily", NOW - timedelta(hours=18)) == {"PL"}
    assert odds_credits.competitions_requested_since(db, "daily", NOW - timedelta(hours=19)) == {"PL", "PD"}
    assert odds_credits.competitions_requested_since(db, "closing", NOW) == set()
