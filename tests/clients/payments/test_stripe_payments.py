"""What Stripe's answers become here, at the wire; what it promises of its version stands in its SDK."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import stripe

from local.fake_stripe import KEY, PREMIUM
from shared.clients.errors import InvalidResponse, Rejected, Unavailable
from shared.clients.payments.stripe_payments import API_VERSION, StripePayments
from tests import stripe_service
from tests.stripe_service import PAGES, Stripe
from tests.tokens import ALICE

PAGE = (PAGES["success_url"], PAGES["cancel_url"])


@pytest.fixture
def service() -> Iterator[Stripe]:
    with stripe_service.serve() as service:
        yield service


@pytest.fixture
def payments(service: Stripe) -> Iterator[StripePayments]:
    payments = StripePayments(KEY, service.url)
    yield payments
    payments.close()


def test_the_version_is_the_one_that_the_sdk_is_made_for() -> None:
    assert stripe.api_version == API_VERSION


def test_another_api_version_is_rejected_by_the_fake_as_by_stripe(service: Stripe) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Stripe-Version": "2024-06-20"}
    assert httpx.get(f"{service.url}/v1/disputes", headers=headers).status_code == 400


@pytest.mark.case("B12")
def test_a_subscription_is_read_from_items_and_from_its_newest_invoice(
    service: Stripe, payments: StripePayments
) -> None:
    customer = payments.create_customer(ALICE, "alice@example.com")
    page = payments.create_checkout(customer, ALICE, PREMIUM, *PAGE, trial=True)
    assert payments.open_checkouts(customer) == [page]
    assert page.made_for == (PREMIUM, *PAGE)
    service.objects.pay(page.session_id)
    assert payments.open_checkouts(customer) == []
    (read,) = payments.subscriptions(customer)
    assert (read.status, read.owner_id, read.price_id) == ("trialing", str(ALICE), PREMIUM)
    assert (read.period_start, read.period_end) == (service.now, service.now + timedelta(days=7))
    assert (read.trial_end, read.cancel_at_period_end, read.unpaid_since) == (read.period_end, False, None)
    service.objects.set_card(customer, good=False)
    service.now += timedelta(days=9)
    (read,) = payments.subscriptions(customer)
    assert (read.status, read.unpaid_since) == ("past_due", service.now - timedelta(days=2))


def test_a_customer_is_made_once_and_deleted_once(service: Stripe, payments: StripePayments) -> None:
    customer = payments.create_customer(ALICE, "alice@example.com")
    assert payments.create_customer(ALICE, "alice@example.com") == customer
    payments.delete_customer(customer)
    payments.delete_customer(customer)
    assert payments.subscriptions(customer) == []


def test_rejections_do_not_show_the_request(service: Stripe, payments: StripePayments) -> None:
    with pytest.raises(Rejected) as refused:
        payments.create_portal_session("cus_secret", "http://localhost:3000/")
    assert (refused.value.status, "cus_secret" in str(refused.value)) == (404, False)
    other = StripePayments("rk_test_another", service.url)
    with pytest.raises(Rejected, match="401"):
        other.cancel("sub_x")
    other.close()


@pytest.mark.parametrize(("status", "body"), [(500, "{}"), (503, "busy"), (429, '{"error": {"message": "slow"}}')])
def test_a_broken_or_busy_stripe_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, payments: StripePayments, status: int, body: str
) -> None:
    monkeypatch.setattr(
        stripe.RequestsClient, "request", lambda *a, **k: (body, status, {"stripe-should-retry": "false"})
    )
    with pytest.raises(Unavailable):
        payments.subscriptions("cus_1")


@pytest.mark.case("B13")
@pytest.mark.parametrize(
    "data", ["[{}]", '[{"id": "sub_1", "status": "active", "metadata": {}, "items": {"data": []}}]']
)
def test_a_response_of_another_shape_is_invalid(
    monkeypatch: pytest.MonkeyPatch, payments: StripePayments, data: str
) -> None:
    """Nothing is silently null."""
    body = f'{{"object": "list", "data": {data}, "has_more": false, "url": "/v1/subscriptions"}}'
    monkeypatch.setattr(stripe.RequestsClient, "request", lambda *a, **k: (body, 200, {}))
    with pytest.raises(InvalidResponse):
        payments.subscriptions("cus_1")


@pytest.mark.case("B20")
def test_live_mode_follows_from_the_key() -> None:
    keys = {"sk_live_1": True, "rk_live_1": True, "sk_test_1": False}
    assert {key: StripePayments(key, "https://api.stripe.com").live for key in keys} == keys
