from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.accounts.account_status import DELETED, AccountStatus
from shared.accounts.plans import Plan
from shared.stores.betting import play_limits
from shared.stores.database import Connection, connect
from shared.stores.people import accounts, gdpr
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_the_last_written_plan_counts(db: Connection) -> None:
    assert accounts.account_status(db, ALICE).plan == "none"
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    accounts.set_plan(db, BOB, Plan.PREMIUM, NOW)
    assert (accounts.account_status(db, ALICE).plan, accounts.account_status(db, BOB).plan) == ("elite", "premium")
    accounts.set_plan(db, ALICE, Plan.FREE, NOW + timedelta(days=1))
    assert (accounts.account_status(db, ALICE).plan, accounts.account_status(db, BOB).plan) == ("free", "premium")
    updated = db.execute("SELECT updated_at FROM accounts WHERE user_id = %s", [ALICE]).fetchone()
    assert updated == (NOW + timedelta(days=1),)


def test_an_account_status_has_the_pause_with_or_without_a_plan(db: Connection) -> None:
    until = NOW + timedelta(days=7)
    play_limits.pause(db, ALICE, until, NOW)
    assert accounts.account_status(db, ALICE) == AccountStatus("none", until)
    accounts.set_plan(db, ALICE, Plan.PREMIUM, NOW)
    assert accounts.account_status(db, ALICE) == AccountStatus("premium", until)
    assert accounts.account_status(db, BOB) == AccountStatus("none")


def test_administrators_have_the_admin_plan_and_deleted_accounts_none(db: Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.FREE, NOW)
    db.execute("UPDATE accounts SET is_admin = true")
    assert accounts.account_status(db, ALICE).plan == "admin"
    accounts.set_plan(db, ALICE, Plan.PREMIUM, NOW)
    assert accounts.account_status(db, ALICE).plan == "admin"
    db.execute("UPDATE accounts SET deleted_at = now()")
    assert accounts.account_status(db, ALICE).plan == DELETED


@pytest.mark.parametrize("plan", [Plan.ADMIN, Plan.ANONYMOUS])
def test_admin_and_anonymous_are_no_paid_plans(db: Connection, plan: Plan) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        accounts.set_plan(db, ALICE, plan, NOW)


@pytest.mark.parametrize(("plan", "status"), [(Plan.ELITE, "elite"), (Plan.PREMIUM, "premium"), (Plan.ADMIN, "admin")])
def test_locking_creates_a_missing_account_and_changes_no_existing_one(db: Connection, plan: Plan, status: str) -> None:
    accounts.lock(db, ALICE, plan, NOW)
    assert accounts.account_status(db, ALICE).plan == status
    accounts.set_plan(db, BOB, Plan.FREE, NOW)
    accounts.lock(db, BOB, plan, NOW)
    assert accounts.account_status(db, BOB).plan == "free"


def test_a_locked_account_cannot_be_locked_by_another_connection(url: str) -> None:
    with connect(url, "one") as one, connect(url, "other") as other:
        accounts.set_plan(one, ALICE, Plan.ELITE, NOW)
        with one.transaction():
            accounts.lock(one, ALICE, Plan.ELITE, NOW)
            other.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                accounts.lock(other, ALICE, Plan.ELITE, NOW)
        accounts.lock(other, ALICE, Plan.ELITE, NOW)


@pytest.mark.case("A19")
@pytest.mark.parametrize("known", [True, False])
def test_a_closed_account_stays_closed_without_admin_rights(db: Connection, known: bool) -> None:
    """Whatever plan is set later."""
    if known:
        accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
        db.execute("UPDATE accounts SET is_admin = true")
    accounts.close(db, ALICE, NOW)
    accounts.close(db, ALICE, NOW + timedelta(days=1))
    accounts.set_plan(db, ALICE, Plan.PREMIUM, NOW + timedelta(days=2))
    assert accounts.account_status(db, ALICE).plan == DELETED
    (row,) = gdpr.export_user(db, ALICE, [accounts])["accounts"]
    assert (row["is_admin"], row["deleted_at"]) == (False, NOW)
