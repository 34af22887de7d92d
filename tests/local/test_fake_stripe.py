"""The stand-in for Stripe as a person meets it: a page on which to pay, a portal, and events that arrive."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from stripe import WebhookSignature

from local import fake_stripe
from local.fake_stripe import KEY, PREMIUM, SECRET, parse_nested
from local.fake_stripe_objects import StripeObjects
from local.http_server import serve
from shared.clients.payments.stripe_payments import StripePayments
from tests.tokens import ALICE
from tests.waiting import wait_until


def now() -> datetime:
    return datetime.now(UTC)


class Hook:
    """A webhook that refuses its first delivery."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._refused = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            header = dict(scope["headers"])[b"stripe-signature"].decode()
            body = await Request(scope, receive).body()
            assert WebhookSignature.verify_header(body, header, SECRET, 300)
            if self._refused:
                self.events.append(json.loads(body))
            await Response(b"", 200 if self._refused else 500)(scope, receive, send)
            self._refused = True
        else:
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})


@pytest.fixture
def hook() -> Iterator[tuple[Hook, str]]:
    made = Hook()
    with serve(made) as address:
        yield made, address


def test_a_person_pays_on_a_page_and_every_event_arrives(tmp_path: Path, hook: tuple[Hook, str]) -> None:
    events, address = hook
    file = tmp_path / "stripe.json"
    with fake_stripe.serve(StripeObjects(now, file), now, address) as url, httpx.Client() as browser:
        payments = StripePayments(KEY, url)
        customer = payments.create_customer(ALICE, "a@example.com")
        page = payments.create_checkout(
            customer, ALICE, PREMIUM, f"{url}/back?{{CHECKOUT_SESSION_ID}}", url, trial=True
        ).url
        assert PREMIUM in browser.get(page).text
        assert browser.post(page).headers["location"] == f"{url}/back?{page.rpartition('/')[2]}"
        assert browser.post(page).status_code == 400
        portal = payments.create_portal_session(customer, url)
        assert "End with the period" in browser.post(portal, data={"do": "end"}).text
        assert payments.subscriptions(customer)[0].cancel_at_period_end
        wait_until(lambda: len(events.events) == 4)
        payments.close()
    assert [event["type"] for event in events.events] == [
        "customer.subscription.created",
        "invoice.paid",
        "checkout.session.completed",
        "customer.subscription.updated",
    ]
    assert StripeObjects(now, file).find("customer")[0]["id"] == customer, "stored for the next start"


def test_nested_form_parameters_are_parsed() -> None:
    assert parse_nested([("a[b][0][c]", "1"), ("a[b][0][d]", "2"), ("e", "3")]) == {
        "a": {"b": {"0": {"c": "1", "d": "2"}}},
        "e": "3",
    }
