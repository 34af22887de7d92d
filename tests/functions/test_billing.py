"""Subscriptions as a person makes, sees and ends them; Stripe stands at the wire."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.stores import accounts
from shared.stores.database import connect
from tests import stripe_service
from tests.running import environment, select
from tests.stripe_service import PAGES, Stripe
from tests.tokens import ALICE, BOB, bearer

DAY = timedelta(days=1)


@pytest.fixture
def stripe(url: str) -> Iterator[Stripe]:
    with stripe_service.serve() as stripe, environment(DATABASE_URL=url, LOG_LEVEL="WARNING", **stripe.settings):
        yield stripe


def plan(url: str, user: Any = ALICE) -> str:
    with connect(url, "test") as db:
        return accounts.standing(db, user) or "free"


def test_a_person_subscribes_with_a_trial_and_the_plan_comes_with_the_event(stripe: Stripe, url: str) -> None:
    begun = stripe.begin()
    assert begun.status == 200
    assert set(begun.json) == {"session_id", "checkout_url"}
    session = stripe.objects.get(begun.json["session_id"], "checkout.session")
    assert session["client_reference_id"] == str(ALICE) == session["metadata"]["user_id"]
    assert session["_data"] == {"metadata": {"user_id": str(ALICE), "price": stripe_service.PREMIUM}} | {
        "trial_period_days": "7"
    }
    assert plan(url) == "free", "a page that was opened is not a subscription"
    stripe.objects.pay(session["id"])
    assert [answer.json["effect"] for answer in stripe.bring_all()] == ["applied"] * 3
    assert plan(url) == "premium"
    shown = stripe.call("subscription", method="GET").json
    week = (stripe.now + 7 * DAY).isoformat().replace("+00:00", "Z")
    assert (shown["status"], shown["plan"], shown["cancel_at_period_end"]) == ("trialing", "premium", False)
    assert shown["current_period_end"] == shown["trial_end"] == shown["entitled_until"] == week
