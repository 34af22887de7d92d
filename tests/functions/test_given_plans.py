"""Plans granted by administrators, beside Stripe's subscriptions: Stripe never ends a granted plan."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from shared.runtime import wiring
from shared.stores.people import users
from tests import stripe_service
from tests.running import HttpResponse, environment, invoke, run, select
from tests.stripe_service import Stripe
from tests.tokens import ALICE, BOB, bearer

DAY = timedelta(days=1)


@pytest.fixture
def stripe(url: str) -> Iterator[Stripe]:
    with stripe_service.serve() as stripe, environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **stripe.settings):
        users.get_or_create(wiring.database(), ALICE, stripe.now)
        yield stripe


def grant_plan(stripe: Stripe, role: str) -> HttpResponse:
    """An administrator gives Alice a plan."""
    token = bearer(stripe.now, sub=str(BOB), app_metadata={"role": "admin"}, aal="aal2")
    target = f"/api/v1/admin/users/{ALICE}/role?role={role}"
    response = invoke("admin", target, method="POST", at=stripe.now, authorization=token, accept_language="en")
    assert response.status == 200, response.body
    return response


def by_event(stripe: Stripe) -> None:
    """Alice's customer is synced because of an event."""
    [(customer,)] = select_customer()
    stripe.objects.emit("customer.subscription.updated", {"id": "sub_x", "customer": customer})
    assert stripe.deliver(stripe.events.pop()).json["effect"] == "applied"


def by_night(stripe: Stripe) -> None:
    """Every customer is reconciled."""
    stripe.now += DAY
    run("reconcile_subscriptions", stripe.now)


def select_customer() -> list[tuple[str]]:
    return wiring.database().execute("SELECT customer_id FROM customers WHERE user_id = %s", [ALICE]).fetchall()


def plan(url: str, user: UUID = ALICE) -> str:
    [(plan_of_user,)] = select(url, "SELECT plan FROM accounts WHERE user_id = %s", user)
    return plan_of_user


def never_paid(stripe: Stripe) -> None:
    """Alice looked at a page on which to pay, and left it."""
    assert stripe.start_checkout().status == 200


def pays_no_more(stripe: Stripe) -> None:
    """Alice's subscription has ended, and that is written."""
    subscription = stripe.subscribe()
    stripe.objects.end(subscription["id"])
    stripe.deliver_all()


def pays_a_strange_price(stripe: Stripe) -> None:
    """Alice pays for something that is none of our plans."""
    subscription = stripe.subscribe()
    stripe.objects.update(subscription["id"], {"price": "price_of_another_product"})
    stripe.deliver_all()


@pytest.mark.parametrize("sync", [by_event, by_night])
@pytest.mark.parametrize("past", [never_paid, pays_no_more, pays_a_strange_price])
def test_a_granted_plan_is_not_ended_by_stripe_without_a_paid_subscription(
    stripe: Stripe, url: str, past: Callable[[Stripe], None], sync: Callable[[Stripe], None]
) -> None:
    """However often it is synced, and however long: a granted plan ends when it is revoked."""
    past(stripe)
    assert plan(url) == "free"
    message = grant_plan(stripe, "elite").json["message"]
    assert message == "The role is now elite.", "nothing of Stripe deciding again"
    for _ in range(3):
        sync(stripe)
        assert plan(url) == "elite"
    stripe.now += 400 * DAY
    sync(stripe)
    assert plan(url) == "elite"
    grant_plan(stripe, "free")
    sync(stripe)
    assert plan(url) == "free"


@pytest.mark.case("B18")
def test_a_plan_granted_to_a_subscriber_lasts_until_the_next_change_at_stripe(stripe: Stripe, url: str) -> None:
    """As in the administrator's message: a night without changes alters nothing, the next change decides."""
    subscription = stripe.subscribe()
    stripe.deliver_all()
    message = grant_plan(stripe, "elite").json["message"]
    assert "their subscription at Stripe (premium) stays as it is, and decides again" in message
    by_night(stripe)
    assert plan(url) == "elite"
    stripe.objects.update(subscription["id"], {"cancel_at_period_end": "true"})
    stripe.deliver_all()
    assert plan(url) == "premium"
    grant_plan(stripe, "elite")
    stripe.objects.end(subscription["id"])
    by_night(stripe)
    assert plan(url) == "free", "an end without an event is a change"


def test_a_subscription_replaces_an_earlier_granted_plan(stripe: Stripe, url: str) -> None:
    """Also where that is less, so that they have the plan that they bought; and none once they end it."""
    grant_plan(stripe, "elite")
    subscription = stripe.subscribe("premium")
    stripe.deliver_all()
    assert plan(url) == "premium"
    stripe.objects.end(subscription["id"])
    stripe.deliver_all()
    assert plan(url) == "free"


@pytest.mark.parametrize("sync", [by_event, by_night])
@pytest.mark.parametrize("past", [never_paid, pays_no_more])
def test_an_administrator_without_a_subscription_remains_one(
    stripe: Stripe, url: str, past: Callable[[Stripe], None], sync: Callable[[Stripe], None]
) -> None:
    past(stripe)
    grant_plan(stripe, "admin")
    sync(stripe)
    assert select(url, "SELECT is_admin FROM accounts WHERE user_id = %s", ALICE) == [(True,)]
