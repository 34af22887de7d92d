"""The nightly comparison with Stripe."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.clients.errors import Unavailable
from shared.runtime import clock
from tests import stripe_service
from tests.running import environment, rows_of, run, select
from tests.stripe_service import Stripe
from tests.tokens import ALICE, BOB, bearer

DAY = timedelta(days=1)
PLANS = "SELECT user_id, plan FROM accounts"


@pytest.fixture
def stripe(url: str) -> Iterator[Stripe]:
    with stripe_service.serve() as stripe, environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **stripe.settings):
        yield stripe


def reconcile(stripe: Stripe, days: float = 1) -> dict[str, object]:
    stripe.now += days * DAY
    said = run("reconcile_subscriptions", stripe.now)
    return {name: said[name] for name in ("right", "healed", "missed", "events_removed")}


@pytest.mark.case("B18")
def test_what_no_event_told_is_healed(stripe: Stripe, url: str) -> None:
    """A beginning that was lost, then an end."""
    subscription = stripe.subscribe()
    assert reconcile(stripe) == {"right": 0, "healed": 1, "missed": 1, "events_removed": 0}
    assert dict(select(url, PLANS)) == {ALICE: "premium"}
    assert reconcile(stripe) == {"right": 1, "healed": 0, "missed": 0, "events_removed": 0}
    stripe.objects.end(subscription["id"])
    assert reconcile(stripe)["healed"] == 1
    assert dict(select(url, PLANS)) == {ALICE: "free"}


@pytest.mark.case("B14", "B18")
def test_a_grace_that_is_over_ends_without_an_event(stripe: Stripe, url: str) -> None:
    subscription = stripe.subscribe()
    stripe.objects.card(subscription["customer"], good=False)
    stripe.now += 7 * DAY
    stripe.objects.pass_time()
    stripe.bring_all()
    assert (reconcile(stripe, 6.9)["healed"], dict(select(url, PLANS))) == (0, {ALICE: "premium"})
    assert (reconcile(stripe, 0.2)["healed"], dict(select(url, PLANS))) == (1, {ALICE: "free"})


def test_whoever_never_subscribed_keeps_what_they_were_given(stripe: Stripe, url: str) -> None:
    stripe.begin(of=bearer(stripe.now, sub=str(BOB), app_metadata={"role": "elite"}))
    assert reconcile(stripe)["healed"] == 0
    assert dict(select(url, PLANS)) == {BOB: "elite"}


def test_a_customer_who_is_gone_at_stripe_loses_the_plan(stripe: Stripe, url: str) -> None:
    subscription = stripe.subscribe()
    stripe.bring_all()
    stripe.objects.delete_customer(subscription["customer"])
    assert reconcile(stripe)["healed"] == 1
    assert dict(select(url, PLANS)) == {ALICE: "free"}
    assert stripe.call("subscription", method="GET").json is None


def test_it_asks_about_the_longest_unasked_first_and_stops_in_time(stripe: Stripe, url: str) -> None:
    for person in (ALICE, BOB):
        stripe.subscribe(of=bearer(stripe.now, sub=str(person)))
        stripe.now += DAY
    context = type("Context", (), {"get_remaining_time_in_millis": lambda self: 12_000})()
    with clock.at(stripe.now):
        from functions.reconcile_subscriptions.handler import handler  # noqa: PLC0415

        assert handler({}, context)["healed"] == 0, "too little time for anybody"
    stripe.bring(stripe.events[-1])  # Bob's
    assert reconcile(stripe)["healed"] == 1
    assert {plan for _, plan in select(url, PLANS)} == {"premium"}


def test_stripe_being_away_fails_the_run_and_changes_nothing(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    stripe.bring_all()
    before = rows_of(url, "job_failures")
    told = {**stripe.settings, "STRIPE_API_URL": "http://127.0.0.1:9"}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **told), pytest.raises(ExceptionGroup) as failed:
        reconcile(stripe)
    assert [type(error) for error in failed.value.exceptions] == [Unavailable]
    assert rows_of(url, "job_failures") == before


def test_events_are_kept_for_ninety_days(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    stripe.bring_all()
    assert reconcile(stripe, 90)["events_removed"] == 0
    assert reconcile(stripe, 1)["events_removed"] == 3
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]
