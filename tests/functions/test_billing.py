"""Subscriptions as a person makes, sees and ends them; Stripe stands at the wire."""

from asyncio import Runner, set_event_loop
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import local as per_thread
from typing import Any

import pytest

from shared.runtime import wiring
from shared.stores.database import Connection, connect
from shared.stores.people import accounts, customers
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
        return accounts.account_status(db, user).plan


def test_a_person_subscribes_with_a_trial_and_the_plan_comes_with_the_event(stripe: Stripe, url: str) -> None:
    begun = stripe.start_checkout()
    assert begun.status == 200
    assert set(begun.json) == {"session_id", "checkout_url"}
    session = stripe.objects.get(begun.json["session_id"], "checkout.session")
    assert session["client_reference_id"] == str(ALICE) == session["metadata"]["user_id"]
    assert session["_data"] == {"metadata": {"user_id": str(ALICE), "price": stripe_service.PREMIUM}} | {
        "trial_period_days": "7"
    }
    assert plan(url) == "free", "a page that was opened is not a subscription"
    stripe.objects.pay(session["id"])
    assert [response.json["effect"] for response in stripe.deliver_all()] == ["applied"] * 3
    assert plan(url) == "premium"
    body = stripe.call("subscription", method="GET").json
    week = (stripe.now + 7 * DAY).isoformat().replace("+00:00", "Z")
    assert (body["status"], body["plan"], body["cancel_at_period_end"]) == ("trialing", "premium", False)
    assert body["current_period_end"] == body["trial_end"] == body["entitled_until"] == week
    assert body["current_period_start"] == stripe.now.isoformat().replace("+00:00", "Z")


@pytest.mark.case("B16")
def test_a_double_click_opens_one_page_and_one_customer(stripe: Stripe, url: str) -> None:
    """With the key of the request, without one, and at once from two connections."""
    first = stripe.start_checkout(idempotency_key="click")
    again = stripe.start_checkout(idempotency_key="click")
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert stripe.start_checkout().body == first.body
    assert stripe.start_checkout("elite", idempotency_key="click").status == 422
    assert len(stripe.objects.find("checkout.session")) == len(stripe.objects.find("customer")) == 1
    assert select(url, "SELECT count(*) FROM customers") == [(1,)]


@pytest.mark.case("B16")
def test_two_clicks_at_once_wait_for_each_other(stripe: Stripe, url: str) -> None:
    own = per_thread()

    def click(number: int) -> str:
        with Runner() as runner, connect(url, "click") as own.db:
            set_event_loop(runner.get_loop())
            try:
                return stripe.start_checkout().body
            finally:
                wiring.stripe_payments().close()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(5) as pool:
        patch.setattr(wiring, "database", lambda: own.db)
        assert len(set(pool.map(click, range(5)))) == 1
    assert len(stripe.objects.find("checkout.session")) == len(stripe.objects.find("customer")) == 1


@pytest.mark.case("B16")
def test_a_checkout_for_another_plan_expires_the_open_one(stripe: Stripe) -> None:
    first, second = stripe.start_checkout().json["session_id"], stripe.start_checkout("elite").json["session_id"]
    assert stripe.objects.get(first, "checkout.session")["status"] == "expired"
    assert stripe.objects.get(second, "checkout.session")["status"] == "open"


@pytest.mark.case("B16")
def test_a_second_subscription_is_rejected_even_before_any_event(stripe: Stripe) -> None:
    stripe.subscribe()
    response = stripe.start_checkout("elite")
    assert (response.status, response.json["detail"]) == (
        400,
        "Vous avez déjà un abonnement ; modifiez-le dans l'espace client.",
    )


def test_a_trial_is_given_once(stripe: Stripe) -> None:
    first = stripe.subscribe()
    stripe.objects.end(first["id"])
    second = stripe.subscribe()
    assert first["trial_end"]
    assert (second["status"], second["trial_end"]) == ("active", None)


@pytest.mark.case("A16")
def test_a_visitor_a_program_and_a_person_without_address_cannot_buy(stripe: Stripe) -> None:
    assert stripe.start_checkout(authorization=bearer(stripe.now, is_anonymous=True)).status == 403
    assert stripe.start_checkout(authorization=bearer(stripe.now, email=None)).status == 400
    assert stripe.start_checkout(authorization=" ").status == 401
    assert stripe.objects.find("customer") == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://paris-sportif.vercel.app.evil.example/",
        "https://paris-sportif.vercel.app@evil.example/",
        "https://paris-sportif.vercel.app\\@evil.example/",
        "http://paris-sportif.vercel.app/",
        "//evil.example",
        "javascript:alert(1)",
        "https://paris-sportif.vercel.app/\nx",
    ],
)
def test_return_urls_outside_our_site_are_rejected(stripe: Stripe, address: str) -> None:
    for field in ("success_url", "cancel_url"):
        response = stripe.call("create-checkout-session", {"plan": "premium", **PAGES, field: address})
        assert response.status in {400, 422}
    assert stripe.call("create-portal-session", {"return_url": address}).status in {400, 422}
    assert stripe.objects.find("checkout.session") == []


@pytest.mark.case("A14")
@pytest.mark.parametrize(
    "extra", [{"user_id": str(BOB)}, {"price": "x"}, {"trial": 99}, {"customer": "cus_1"}], ids=str
)
def test_unknown_fields_are_rejected(stripe: Stripe, extra: dict[str, Any]) -> None:
    assert stripe.call("create-checkout-session", {"plan": "premium", **PAGES, **extra}).status == 422
    assert stripe.call("cancel-subscription", {"immediate": True, **extra}).status == 422


@pytest.mark.parametrize("plan", ["free", "admin", "", "PREMIUM"])
def test_a_checkout_for_an_unsold_plan_is_a_422(stripe: Stripe, plan: str) -> None:
    assert stripe.start_checkout(plan).status == 422


@pytest.mark.case("A13")
def test_a_subscription_is_cancelled_resumed_and_ended_by_its_person_alone(stripe: Stripe, url: str) -> None:
    """Bob's calls touch nothing of Alice's."""
    subscription = stripe.subscribe()
    stripe.deliver_all()
    bob = bearer(stripe.now, sub=str(BOB))
    for path in ("cancel-subscription", "resume-subscription"):
        assert stripe.call(path, authorization=bob).status == 400
    assert stripe.call("create-portal-session", {"return_url": PAGES["cancel_url"]}, authorization=bob).status == 400
    assert stripe.call("subscription", method="GET", authorization=bob).json is None
    ending = stripe.call("cancel-subscription").json
    assert ending == {"id": subscription["id"], "status": "trialing", "cancel_at_period_end": True}
    assert stripe.call("subscription", method="GET").json["cancel_at_period_end"]
    assert plan(url) == "premium", "what is paid for is had to its end"
    assert not stripe.call("resume-subscription").json["cancel_at_period_end"]
    assert stripe.call("cancel-subscription", {"immediate": True}).json["status"] == "canceled"
    assert plan(url) == "free", "also before its event"
    assert stripe.call("subscription", method="GET").json is None
    assert stripe.call("cancel-subscription").status == 400


@pytest.mark.case("B17")
def test_the_address_of_the_portal_is_in_no_log(stripe: Stripe, url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Nor is that of Stripe's page, nor an e-mail address."""
    with environment(DATABASE_URL=url, LOG_LEVEL="DEBUG", **stripe.settings):
        page = stripe.start_checkout().json["checkout_url"]
        portal = stripe.call("create-portal-session", {"return_url": PAGES["cancel_url"]}).json["portal_url"]
    captured = capfd.readouterr()
    assert '"event": "request"' in captured.out
    for secret in (page, portal, "alice@example.com", "cus_"):
        assert secret not in captured.out + captured.err


@pytest.mark.case("B8")
def test_a_database_that_dies_leaves_one_customer_at_stripe(
    stripe: Stripe, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer was created, and not stored; a retry gets the same one from Stripe."""

    def die(db: Connection, *rest: Any) -> None:
        with connect(url, "other") as other:
            other.execute("SELECT pg_terminate_backend(%s)", [db.info.backend_pid])
        db.execute("SELECT 1")

    with monkeypatch.context() as patch:
        patch.setattr(customers, "add", die)
        assert stripe.start_checkout().status == 503
    assert select(url, "SELECT count(*) FROM customers") == [(0,)]
    assert stripe.start_checkout().status == 200
    assert len(stripe.objects.find("customer")) == 1


def test_stripe_being_unreachable_is_503(stripe: Stripe, url: str) -> None:
    variables = {**stripe.settings, "STRIPE_API_URL": "http://127.0.0.1:9"}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **variables):
        response = stripe.start_checkout()
    assert (response.status, response.headers["retry-after"]) == (503, "5")
