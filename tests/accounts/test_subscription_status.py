from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.plans import Plan
from shared.accounts.subscription_status import (
    GRACE,
    LIVE_STATUSES,
    Entitlement,
    EntitlementFault,
    Subscription,
    entitlement_from,
    highest,
    trial_used,
)

ALICE = UUID("a11ce000-0000-4000-8000-000000000001")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
PRICES = {"price_p": Plan.PREMIUM, "price_e": Plan.ELITE}
STATUSES = [*sorted(LIVE_STATUSES), "canceled", "incomplete_expired", "invented"]
ACTIVE = Subscription(
    subscription_id="sub_1",
    status="active",
    owner_id=str(ALICE),
    price_id="price_p",
    created_at=NOW - 40 * DAY,
    period_start=NOW - 10 * DAY,
    period_end=NOW + 20 * DAY,
    trial_end=NOW - 33 * DAY,
    cancel_at_period_end=False,
    unpaid_since=None,
    refunded_or_disputed=False,
)
subscriptions = st.builds(
    Subscription,
    subscription_id=st.just("sub_1"),
    status=st.sampled_from(STATUSES),
    owner_id=st.sampled_from([str(ALICE), str(uuid4()), None]),
    price_id=st.sampled_from(["price_p", "price_e", "price_x", None]),
    created_at=st.just(NOW),
    period_start=st.sampled_from([NOW - 30 * DAY, NOW]),
    period_end=st.just(NOW + 30 * DAY),
    trial_end=st.sampled_from([None, NOW]),
    cancel_at_period_end=st.booleans(),
    unpaid_since=st.sampled_from([None, NOW - 8 * DAY, NOW - DAY]),
    refunded_or_disputed=st.booleans(),
)


def entitlement_at(now: datetime = NOW, **changes: object) -> Entitlement:
    return entitlement_from(replace(ACTIVE, **changes), ALICE, PRICES, now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "plan"),
    [
        ("active", Plan.PREMIUM),
        ("trialing", Plan.PREMIUM),
        ("past_due", Plan.FREE),  # its period began ten days ago, and no newer invoice is open
        ("unpaid", Plan.FREE),
        ("paused", Plan.FREE),
        ("incomplete", Plan.FREE),
        ("incomplete_expired", Plan.FREE),
        ("canceled", Plan.FREE),
        ("invented", Plan.FREE),
    ],
)
def test_each_stripe_status_maps_to_its_plan(status: str, plan: Plan) -> None:
    assert entitlement_at(status=status).plan == plan


def test_a_cancelled_subscription_entitles_until_the_end_of_its_paid_period() -> None:
    assert entitlement_at(cancel_at_period_end=True) == Entitlement(Plan.PREMIUM, ACTIVE.period_end)


@pytest.mark.case("B14")
def test_an_unpaid_invoice_leaves_seven_days_from_the_invoice_on() -> None:
    since = NOW - 3 * DAY
    assert entitlement_at(status="past_due", unpaid_since=since) == Entitlement(Plan.PREMIUM, since + GRACE)
    second = timedelta(seconds=1)
    assert entitlement_at(since + GRACE - second, status="past_due", unpaid_since=since).plan == Plan.PREMIUM
    assert entitlement_at(since + GRACE, status="past_due", unpaid_since=since) == Entitlement()


@pytest.mark.case("B10", "B11")
def test_an_unknown_price_or_user_grants_no_plan_and_is_a_fault() -> None:
    assert (
        entitlement_at(price_id="price_x")
        == entitlement_at(price_id=None)
        == Entitlement(fault=EntitlementFault.UNKNOWN_PRICE)
    )
    assert (
        entitlement_at(owner_id=None)
        == entitlement_at(owner_id="x")
        == Entitlement(fault=EntitlementFault.USER_MISMATCH)
    )
    assert entitlement_at(owner_id=None, status="canceled") == Entitlement(), (
        "a canceled subscription of an unknown user is no fault"
    )


@pytest.mark.case("B15")
def test_refunded_or_disputed_payment_gives_no_entitlement() -> None:
    assert entitlement_at(refunded_or_disputed=True) == Entitlement()


@given(subscriptions)
def test_a_paid_plan_requires_an_owned_live_and_paid_subscription(subscription: Subscription) -> None:
    got = entitlement_from(subscription, ALICE, PRICES, NOW)
    if got.plan is not Plan.FREE:
        assert subscription.owner_id == str(ALICE)
        assert subscription.status in {"active", "trialing", "past_due"}
        assert got.plan == PRICES[subscription.price_id or ""]
        assert not subscription.refunded_or_disputed
        assert got.until is not None
        assert got.until > NOW
        assert got.fault is None
    else:
        assert got.until is None


def test_the_highest_plan_counts_and_of_none_the_free_one() -> None:
    premium, elite = Entitlement(Plan.PREMIUM, NOW), Entitlement(Plan.ELITE, NOW)
    assert highest([premium, Entitlement(), elite]) == elite
    assert highest([]) == Entitlement()


TRIAL = replace(ACTIVE, subscription_id="sub_t", created_at=NOW - 400 * DAY, trial_end=NOW - 393 * DAY)
NO_TRIAL = replace(ACTIVE, subscription_id="sub_n", trial_end=None)


@pytest.mark.parametrize(
    "history",
    [
        [replace(TRIAL, status="trialing", trial_end=NOW + DAY)],
        [replace(TRIAL, status="canceled")],
        [replace(TRIAL, status="canceled", trial_end=NOW + DAY)],
        [replace(TRIAL, status="incomplete_expired")],
        [replace(TRIAL, status="canceled"), NO_TRIAL],
        [NO_TRIAL, replace(TRIAL, status="canceled")],
        [
            replace(NO_TRIAL, status="canceled"),
            replace(TRIAL, owner_id=None, price_id="price_x", refunded_or_disputed=True),
        ],
    ],
    ids=[
        "it runs",
        "it ended unpaid",
        "it was cancelled on its second day",
        "it was never paid after",
        "another subscription followed",
        "another subscription came first",
        "it was of another price",
    ],
)
def test_a_person_has_at_most_one_trial(history: list[Subscription]) -> None:
    """Whatever became of it, and however long ago it was."""
    assert trial_used(history)


@pytest.mark.parametrize("history", [[], [NO_TRIAL], [replace(NO_TRIAL, status="canceled"), NO_TRIAL]])
def test_trial_is_unused_without_a_subscription_that_had_one(history: list[Subscription]) -> None:
    """Also a subscription paid from its first day on, as before there were trials."""
    assert not trial_used(history)


@given(st.lists(subscriptions), st.lists(subscriptions))
def test_trial_once_used_stays_used(before: list[Subscription], after: list[Subscription]) -> None:
    assert trial_used([*after, *before]) >= trial_used(before)
    assert trial_used([*after, *before]) == trial_used([*before, *after])
