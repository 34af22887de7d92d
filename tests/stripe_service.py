"""A fake of Stripe with a clock of its own, and helpers that deliver its events to our webhook."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from local import fake_stripe
from local.fake_stripe import ELITE, KEY, PREMIUM, SECRET, sign_event
from local.fake_stripe_objects import Object, StripeObjects
from shared.runtime import clock
from tests.running import HttpResponse, invoke
from tests.tokens import NOW, SUPABASE, bearer

BILLING, WEBHOOK = "/api/v1/stripe", "/api/v1/stripe/webhook"
PAGES = {"success_url": "http://localhost:3000/welcome", "cancel_url": "http://localhost:3000/plans"}
PAYMENTS = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET} | {
    "STRIPE_PRICE_PREMIUM": PREMIUM,
    "STRIPE_PRICE_ELITE": ELITE,
}


class Stripe:
    """The account; `now` is the clock of the test."""

    def __init__(self) -> None:
        self.now = NOW
        self.objects = StripeObjects(lambda: self.now)
        self.url = ""

    @property
    def events(self) -> list[Object]:
        """Its undelivered events, oldest first."""
        return self.objects.events

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables of our functions."""
        return {"STRIPE_API_URL": self.url, **PAYMENTS, **SUPABASE}

    def call(
        self, path: str, body: Any = None, *, method: str = "POST", authorization: str = "", **headers: str
    ) -> HttpResponse:
        """Send a request to `billing`."""
        token = authorization or bearer(self.now)
        return invoke(
            "billing", f"{BILLING}/{path}", method=method, body=body, at=self.now, authorization=token, **headers
        )

    def start_checkout(self, plan: str = "premium", **more: str) -> HttpResponse:
        """Create a checkout session."""
        return self.call("create-checkout-session", {"plan": plan, **PAGES}, **more)

    def subscribe(self, plan: str = "premium", **more: str) -> Object:
        """Subscribe, without delivering events; returns the subscription."""
        response = self.start_checkout(plan, **more)
        assert response.status == 200, response.body
        session = self.objects.pay(response.json["session_id"])
        return self.objects.get(session["subscription"], "subscription")

    def deliver(self, event: Object, secret: str = SECRET, at: datetime | None = None) -> HttpResponse:
        """Deliver an event to our webhook."""
        return self.send(*sign_event(event, secret, int((at or self.now).timestamp())))

    def send(self, body: bytes, headers: dict[str, str]) -> HttpResponse:
        """Send a delivery to our webhook."""
        fields = {name.lower().replace("-", "_"): value for name, value in headers.items()}
        return invoke("stripe_webhook", WEBHOOK, method="POST", body=body, at=self.now, **fields)

    def deliver_all(self) -> list[HttpResponse]:
        """Deliver all pending events in order, each once."""
        events = list(self.events)
        self.events.clear()
        return [self.deliver(event) for event in events]


@contextmanager
def serve() -> Iterator[Stripe]:
    """Serve until the block ends."""
    stripe = Stripe()
    with fake_stripe.serve(stripe.objects, lambda: stripe.now) as stripe.url, clock.at(NOW):
        yield stripe
