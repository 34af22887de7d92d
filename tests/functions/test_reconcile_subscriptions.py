"""The nightly comparison with Stripe."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from functions.reconcile_subscriptions.handler import LEASE, MAX_FAILURES
from local.fake_stripe import ELITE, PREMIUM
from local.fake_stripe_objects import Object
from shared.accounts.plans import Plan
from shared.clients.errors import InvalidResponse, Unavailable
from shared.runtime import clock
from shared.runtime.jobs import TIMEOUT_MARGIN, JobFailed
from shared.stores.database import connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.people import accounts, customers
from tests import stripe_service
from tests.cutting_proxy import Cut, cutting_proxy, forget_connection
from tests.lambda_api import LambdaApi
from tests.running import Context, environment, handler_of, rows_of, run, select
from tests.stripe_service import Stripe
from tests.supabase_service import supabase_service
from tests.tokens import ALICE, BOB, bearer

DAY = timedelta(days=1)
PLANS = "SELECT user_id, plan FROM accounts"


@pytest.fixture
def stripe(url: str, api: LambdaApi) -> Iterator[Stripe]:
    with (
        stripe_service.serve() as stripe,
        environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="CRITICAL", **stripe.settings),
    ):
        yield stripe


def reconcile(stripe: Stripe, days: float = 1) -> dict[str, object]:
    stripe.now += days * DAY
    report = run("reconcile_subscriptions", stripe.now)
    return {name: report[name] for name in ("unchanged", "repaired", "missed", "events_removed")}


@pytest.mark.case("B18")
def test_a_missed_event_is_repaired(stripe: Stripe, url: str) -> None:
    """A beginning that was lost, then an end."""
    subscription = stripe.subscribe()
    assert reconcile(stripe) == {"unchanged": 0, "repaired": 1, "missed": 1, "events_removed": 0}
    assert dict(select(url, PLANS)) == {ALICE: "premium"}
    assert reconcile(stripe) == {"unchanged": 1, "repaired": 0, "missed": 0, "events_removed": 0}
    stripe.objects.end(subscription["id"])
    assert reconcile(stripe)["repaired"] == 1
    assert dict(select(url, PLANS)) == {ALICE: "free"}


@pytest.mark.case("B14", "B18")
def test_a_grace_period_ends_without_an_event(stripe: Stripe, url: str) -> None:
    subscription = stripe.subscribe()
    stripe.objects.set_card(subscription["customer"], good=False)
    stripe.now += 7 * DAY
    stripe.objects.advance()
    stripe.deliver_all()
    assert (reconcile(stripe, 6.9)["repaired"], dict(select(url, PLANS))) == (0, {ALICE: "premium"})
    assert (reconcile(stripe, 0.2)["repaired"], dict(select(url, PLANS))) == (1, {ALICE: "free"})


def test_a_granted_plan_without_a_subscription_is_left_alone(stripe: Stripe, url: str) -> None:
    stripe.start_checkout(authorization=bearer(stripe.now, sub=str(BOB), app_metadata={"role": "elite"}))
    assert reconcile(stripe)["repaired"] == 0
    assert dict(select(url, PLANS)) == {BOB: "elite"}


def test_a_customer_deleted_at_stripe_loses_the_plan(stripe: Stripe, url: str) -> None:
    subscription = stripe.subscribe()
    stripe.deliver_all()
    stripe.objects.delete_customer(subscription["customer"])
    assert reconcile(stripe)["repaired"] == 1
    assert dict(select(url, PLANS)) == {ALICE: "free"}
    assert stripe.call("subscription", method="GET").json is None


def test_customers_checked_longest_ago_come_first_and_the_run_stops_before_its_deadline(
    stripe: Stripe, url: str
) -> None:
    for person in (ALICE, BOB):
        stripe.subscribe(authorization=bearer(stripe.now, sub=str(person)))
        stripe.now += DAY
    with clock.at(stripe.now):
        report = handler_of("reconcile_subscriptions")({}, Context(12))
        assert (report["status"], report["left"]) == ("stopped", 2), "too little time for any customer"
    stripe.deliver(stripe.events[-1])  # Bob's
    assert reconcile(stripe)["repaired"] == 1
    assert {plan for _, plan in select(url, PLANS)} == {"premium"}


def test_stripe_being_unreachable_fails_the_run_and_changes_nothing(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    stripe.deliver_all()
    before = rows_of(url, "job_failures", "customers")
    variables = {**stripe.settings, "STRIPE_API_URL": "http://127.0.0.1:9"}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **variables), pytest.raises(ExceptionGroup) as failed:
        reconcile(stripe)
    assert [type(error) for error in failed.value.exceptions] == [Unavailable]
    assert rows_of(url, "job_failures", "customers") == before
    assert customers_synced_since(stripe, url) == set()
    assert reconcile(stripe, 1 / 24)["unchanged"] == 1


def test_events_are_retained_for_ninety_days(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    stripe.deliver_all()
    assert reconcile(stripe, 90)["events_removed"] == 0
    assert reconcile(stripe, 1)["events_removed"] == 3
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]


PEOPLE = (ALICE, BOB, UUID(int=3), UUID(int=4))
TIME_PER_USER = timedelta(seconds=15)
"""What a slow response of Stripe takes."""
ONE_PERSONS_TIME = TIMEOUT_MARGIN + TIME_PER_USER
"""What Lambda leaves a run that has time to check one person."""


def subscribe_all(stripe: Stripe) -> list[Object]:
    """Four people, all of whose subscriptions are known; checked at four instants."""
    subscriptions = []
    for person in PEOPLE:
        subscriptions.append(stripe.subscribe(authorization=bearer(stripe.now, sub=str(person))))
        stripe.deliver_all()
        stripe.now += timedelta(minutes=1)
    return subscriptions


def short_night(stripe: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with time to check one person, as Stripe responds slowly; the run that it starts is lost."""
    stripe.now += DAY
    night, calls = stripe.now, count(1)

    def later() -> None:
        stripe.now = night + TIME_PER_USER * next(calls)

    with monkeypatch.context() as patch:
        patch.setattr(stripe.objects, "save", later)  # comes after each answer
        patch.setattr(clock, "now", lambda: stripe.now)
        with suppress(ExceptionGroup):
            handler_of("reconcile_subscriptions")({}, Context(ONE_PERSONS_TIME.total_seconds()))
    stripe.now = night


def customers_synced_since(stripe: Stripe, url: str) -> set[UUID]:
    """The users synced with Stripe in this run."""
    rows = select(url, "SELECT user_id FROM customers WHERE synced_at >= %s", stripe.now)
    return {user_id for (user_id,) in rows}


@pytest.mark.case("B18")
def test_every_customer_is_checked_across_short_runs(stripe: Stripe, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No customer is checked twice before all were checked once, whether their subscription was right or not."""
    subscriptions = subscribe_all(stripe)
    stripe.objects.end(subscriptions[0]["id"])  # to be healed
    nights = []
    for _ in range(2 * len(PEOPLE)):
        short_night(stripe, monkeypatch)
        nights.append(customers_synced_since(stripe, url))
    assert [len(night) for night in nights] == [1] * len(nights)
    assert set.union(*nights[: len(PEOPLE)]) == set.union(*nights[len(PEOPLE) :]) == set(PEOPLE)
    assert dict(select(url, PLANS)) == {ALICE: "free"} | dict.fromkeys(PEOPLE[1:], "premium")


@pytest.mark.case("B18")
def test_an_unparsable_subscription_does_not_block_other_customers(stripe: Stripe, url: str) -> None:
    """The run fails, so that it is reported, and repairs the others."""
    subscriptions = subscribe_all(stripe)
    del subscriptions[0]["items"]["data"][0]["current_period_start"]  # of no version that we know
    stripe.objects.end(subscriptions[-1]["id"])
    with pytest.raises(ExceptionGroup) as failed:
        reconcile(stripe)
    assert [type(error) for error in failed.value.exceptions] == [InvalidResponse]
    assert dict(select(url, PLANS)) == dict.fromkeys(PEOPLE[:-1], "premium") | {PEOPLE[-1]: "free"}


@pytest.mark.case("B18")
def test_a_person_whose_subscription_cannot_be_read_is_not_the_first_of_every_night(
    stripe: Stripe, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriptions = subscribe_all(stripe)
    del subscriptions[0]["items"]["data"][0]["current_period_start"]
    seen: set[UUID] = set()
    for _ in PEOPLE:
        short_night(stripe, monkeypatch)
        seen |= customers_synced_since(stripe, url)
    assert seen == set(PEOPLE)


@pytest.mark.case("B10", "B18")
@pytest.mark.parametrize(("price", "after"), [(ELITE, "elite"), ("price_of_another_product", "free")])
def test_a_price_change_without_an_event_is_repaired(stripe: Stripe, url: str, price: str, after: str) -> None:
    subscription = stripe.subscribe()
    stripe.deliver_all()
    stripe.objects.update(subscription["id"], {"price": price})
    stripe.events.clear()
    assert reconcile(stripe) == {"unchanged": 0, "repaired": 1, "missed": 1, "events_removed": 0}
    assert dict(select(url, PLANS)) == {ALICE: after}
    assert reconcile(stripe)["unchanged"] == 1
    stripe.objects.update(subscription["id"], {"price": PREMIUM})
    assert reconcile(stripe)["repaired"] == 1
    assert dict(select(url, PLANS)) == {ALICE: "premium"}


@pytest.mark.case("B7", "B18")
def test_an_old_event_after_reconciliation_changes_nothing(stripe: Stripe, url: str) -> None:
    """The event of the start arrives after reconciliation has found the end."""
    subscription = stripe.subscribe()
    beginning = list(stripe.events)
    stripe.objects.end(subscription["id"])
    assert reconcile(stripe)["repaired"] == 1
    for event in beginning:
        assert stripe.deliver(event).status == 200
    assert dict(select(url, PLANS)) == {ALICE: "free"}
    assert reconcile(stripe)["unchanged"] == 1


def checked(api: LambdaApi) -> Iterator[dict[str, object]]:
    """The reports of a run and of those that it starts, without further workers."""
    events: list[Any] = [{}]
    while events:
        api.calls.clear()
        yield handler_of("reconcile_subscriptions")(events.pop(), Context(24))
        events = [event for _, event in api.async_calls if event["worker"] == 0]


@pytest.mark.case("B18", "G8")
def test_a_deadline_leaves_the_rest_to_a_run_that_it_starts(
    stripe: Stripe, url: str, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each customer is checked once; also those whose subscription is stored during the pass."""
    subscriptions = subscribe_all(stripe)
    stripe.objects.end(subscriptions[0]["id"])
    stripe.now += DAY
    looks, beginning = count(), stripe.now
    monkeypatch.setattr(clock, "now", lambda: beginning + next(looks) * timedelta(seconds=1))
    reports = list(checked(api))
    assert len(reports) > 1
    assert [report["status"] for report in reports] == ["continued"] * (len(reports) - 1) + ["done"]
    assert sum(int(str(report["repaired"])) for report in reports) == 1
    assert sum(int(str(report["unchanged"])) for report in reports) == len(PEOPLE) - 1
    assert customers_synced_since(stripe, url) == set(PEOPLE)


@pytest.mark.case("B18", "G2")
def test_a_customer_leased_by_another_worker_is_not_taken_until_the_lease_expires(stripe: Stripe, url: str) -> None:
    subscribe_all(stripe)
    stripe.now += DAY
    with connect(url, "other") as other:
        taken = customers.take(other, stripe.now, stripe.now, stripe.now + LEASE)
    assert taken is not None
    report = run("reconcile_subscriptions", stripe.now)
    assert (report["unchanged"], report["left"]) == (len(PEOPLE) - 1, 1)
    assert customers_synced_since(stripe, url) == set(PEOPLE) - {taken.user_id}
    stripe.now += LEASE
    assert run("reconcile_subscriptions", stripe.now)["left"] == 0
    assert taken.user_id in customers_synced_since(stripe, url)


@pytest.mark.case("B18", "G3")
@pytest.mark.parametrize("mode", ["before", "after"])
def test_runs_killed_at_any_message_to_the_database_lose_no_customer(
    stripe: Stripe, url: str, tmp_path: Path, mode: Cut
) -> None:
    """What was committed is not done again, and a customer whose check was cut off is checked by a later run."""
    subscriptions = subscribe_all(stripe)
    stripe.objects.end(subscriptions[-1]["id"])
    night = stripe.now = stripe.now + DAY
    with (
        cutting_proxy(url, tmp_path / "proxy") as proxy,
        environment(DATABASE_URL=proxy.url, LOG_LEVEL="CRITICAL", **stripe.settings),
    ):
        proxy.mode = mode
        for proxy.cut_at in count(2, 7):
            forget_connection()
            stripe.now += LEASE
            try:
                if run("reconcile_subscriptions", stripe.now)["left"] == 0:
                    break  # else it would start itself again
            except (psycopg.OperationalError, DatabaseUnavailable, JobFailed):
                continue
    stripe.now = night
    assert customers_synced_since(stripe, url) == set(PEOPLE)
    assert dict(select(url, PLANS)) == dict.fromkeys(PEOPLE[:-1], "premium") | {PEOPLE[-1]: "free"}
    assert select(url, "SELECT count(*) FROM subscriptions") == [(len(PEOPLE),)]


@pytest.mark.case("B18")
def test_while_stripe_is_down_a_run_stops_after_a_few_failures_and_still_updates_supabase(
    stripe: Stripe, url: str
) -> None:
    number = MAX_FAILURES + 3
    with connect(url, "other") as db:
        for n in range(number):
            customers.add(db, UUID(int=n + 1), f"cus_{n}", stripe.now)
        accounts.set_plan(db, ALICE, Plan.ELITE, stripe.now)
    with supabase_service() as supabase:
        variables = stripe.settings | supabase.settings | {"STRIPE_API_URL": "http://127.0.0.1:9"}
        with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **variables):
            with pytest.raises(ExceptionGroup) as failed:
                reconcile(stripe)
            assert len(failed.value.exceptions) == MAX_FAILURES
            assert select(url, "SELECT synced_role FROM accounts") == [("elite",)]
    report = run("reconcile_subscriptions", stripe.now + LEASE)
    assert report["unchanged"] == number, "those that failed are checked, too"


@pytest.mark.case("G3")
def test_a_state_is_stored_as_a_whole_or_not_at_all(stripe: Stripe, url: str) -> None:
    """The plan cannot be changed, so the subscription is not either, and no other customer is affected."""
    subscriptions = subscribe_all(stripe)
    stripe.objects.end(subscriptions[0]["id"])
    with connect(url, "other") as db:
        db.execute(REFUSE_PLANS)
    with pytest.raises((ExceptionGroup, JobFailed), match="1 parts failed"):
        reconcile(stripe)
    assert select(url, "SELECT DISTINCT status FROM subscriptions") == [("trialing",)]
    assert customers_synced_since(stripe, url) == set(PEOPLE[1:])


REFUSE_PLANS = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OF plan ON accounts FOR EACH ROW EXECUTE FUNCTION refuse();
"""
