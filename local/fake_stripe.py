"""A stand-in for Stripe at the wire: as much of its API as we use, pages on which to pay, and its signed events.

It takes the place of https://api.stripe.com for tests and for `make run`, where no money moves. It is strict where
Stripe is: another API version, an unknown parameter of ours or a reused idempotency key is refused.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
from stripe import WebhookSignature
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from local.asgi import answer, answer_json, read_body
from local.fake_stripe_objects import PRICES, Missing, NotNow, Object, StripeObjects, shown
from local.http_server import serve as serve_http
from shared.clients import tls
from shared.clients.payments.stripe_payments import API_VERSION

KEY = "sk_test_local"
SECRET = "whsec_local"  # noqa: S105 it signs what this machine tells itself
PREMIUM, ELITE = PRICES
TRIES = 5


class StripeStandIn:
    """The ASGI application.

    Args:
        objects: the account.
        now: the clock.
    """

    def __init__(self, objects: StripeObjects, now: Callable[[], Any]) -> None:
        self.objects, self._now = objects, now
        self.told: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        assert scope["type"] == "http"  # noqa: S101 it has nothing to do at start or end, which uvicorn understands
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await read_body(receive)
        method, path = scope["method"], scope["path"]
        self.objects.pass_time()
        if path.startswith("/v1/"):
            given = nested([*parse_qsl(scope["query_string"].decode()), *parse_qsl(body.decode())])
            status, said = self._api(method, path, given, headers)
            await answer_json(send, status, said)
        else:
            given = dict([*parse_qsl(scope["query_string"].decode()), *parse_qsl(body.decode())])
            await self._page(method, path, given, send)
        self.objects.keep()
        self.told()

    def _api(self, method: str, path: str, given: Object, headers: dict[str, str]) -> tuple[int, Object]:
        if not headers.get("authorization", "").startswith("Bearer sk_test_"):
            return 401, _error("invalid_request_error", "Invalid API Key provided")
        if headers.get("stripe-version") != API_VERSION:
            return 400, _error("invalid_request_error", f"Invalid Stripe API version: {headers.get('stripe-version')}")
        key, asked = headers.get("idempotency-key"), json.dumps([method, path, given], sort_keys=True)
        if method == "POST" and key in self.objects.answered:
            before, status, said = self.objects.answered[key]
            if before != asked:
                return 400, _error("idempotency_error", "Keys for idempotent requests can only be used with the same")
            return status, said
        try:
            status, said = 200, self._do(method, path.removeprefix("/v1/").split("/"), given, headers.get("host", ""))
        except Missing as missing:
            status, said = 404, _error("invalid_request_error", missing.args[0], "resource_missing")
        except NotNow as refusal:
            status, said = 400, _error("invalid_request_error", str(refusal))
        if method == "POST" and key and status < 400:
            self.objects.answered[key] = (asked, status, said)
        return status, said

    def _do(self, method: str, path: list[str], given: Object, host: str) -> Object:  # noqa: PLR0912 a table
        objects = self.objects
        match method, path:
            case "POST", ["customers"]:
                return shown(objects.make_customer(given))
            case "DELETE", ["customers", customer_id]:
                objects.delete_customer(customer_id)
                return {"id": customer_id, "object": "customer", "deleted": True}
            case "POST", ["checkout", "sessions"]:
                return shown(objects.open_checkout(given, f"http://{host}"))
            case "GET", ["checkout", "sessions"]:
                return _list(objects.all("checkout.session", **_like(given)))
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                return shown(objects.expire(session_id))
            case "POST", ["billing_portal", "sessions"]:
                objects.get(given["customer"], "customer")
                url = f"http://{host}/portal/{given['customer']}?back={quote(given['return_url'], safe='')}"
                return {"id": "bps_local", "object": "billing_portal.session", "livemode": False, "url": url}
            case "GET", ["subscriptions"]:
                objects.get(given["customer"], "customer")
                found = objects.all("subscription", customer=given["customer"])
                return _list([self._expanded(each) for each in found])
            case "POST", ["subscriptions", subscription_id]:
                return shown(objects.update(subscription_id, given))
            case "DELETE", ["subscriptions", subscription_id]:
                return shown(objects.end(subscription_id))
            case "GET", ["charges", charge_id]:
                return shown(objects.get(charge_id, "charge"))
            case "GET", ["invoice_payments"]:
                return _list([self._paid(each) for each in objects.all("invoice_payment", **_like(given))])
            case "GET", ["disputes"]:
                return _list(objects.all("dispute", **_like(given)))
            case _:
                raise Missing(f"Unrecognized request URL ({method}: /v1/{'/'.join(path)})")

    def _expanded(self, subscription: Object) -> Object:
        invoice = subscription["latest_invoice"]
        return {**subscription, "latest_invoice": shown(self.objects.get(invoice, "invoice")) if invoice else None}

    def _paid(self, payment: Object) -> Object:
        intent = self.objects.get(payment["payment"]["payment_intent"], "payment_intent")
        charge = self.objects.get(intent["latest_charge"], "charge")
        return {
            **payment,
            "payment": {**payment["payment"], "payment_intent": {**shown(intent), "latest_charge": shown(charge)}},
        }

    async def _page(self, method: str, path: str, given: dict[str, str], send: ASGISendCallable) -> None:
        """The pages that a person sees: one on which to pay, and the customer portal."""
        kind, _, object_id = path.strip("/").partition("/")
        try:
            if (method, kind) == ("POST", "pay"):
                session = self.objects.pay(object_id)
                goes = session["success_url"].replace("{CHECKOUT_SESSION_ID}", object_id)
                await answer(send, 303, b"", [(b"location", goes.encode())])
            elif (method, kind) == ("GET", "pay"):
                session = self.objects.get(object_id, "checkout.session")
                back = session["cancel_url"]
                await _html(send, session["_price"], {"Pay": ""} if session["status"] == "open" else {}, back)
            elif kind == "portal":
                if "do" in given:
                    self._portal(object_id, given["do"])
                ways = {"End with the period": "end", "Go on": "go_on", "Card fails": "bad", "Card pays": "good"}
                await _html(send, "Customer portal", ways, given.get("back", "/"))
            else:
                await answer(send, 404, b"Not Found")
        except (Missing, NotNow) as refusal:
            await answer(send, 400, str(refusal).encode(), [(b"content-type", b"text/plain")])

    def _portal(self, customer_id: str, wish: str) -> None:
        if wish in {"good", "bad"}:
            self.objects.card(customer_id, good=wish == "good")
            return
        for subscription in self.objects.all("subscription", customer=customer_id):
            if subscription["status"] != "canceled":
                ends = "true" if wish == "end" else "false"
                self.objects.update(subscription["id"], {"cancel_at_period_end": ends})


class Postman(threading.Thread):
    """Brings each event to a webhook; one that is not taken is brought again, at most five times."""

    def __init__(self, stand_in: StripeStandIn, webhook: str, now: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._webhook, self._now, self._sent = webhook, now, 0
        self._events, self._waiting = stand_in.objects.events, Queue[Object | None]()
        stand_in.told = self._collect

    def run(self) -> None:
        """Bring events until there are no more."""
        with httpx.Client(timeout=30, verify=tls.context(), trust_env=False) as client:
            while (event := self._waiting.get()) is not None:
                for waited in range(TRIES):
                    body, header = signed(event, SECRET, int(self._now().timestamp()))
                    try:
                        if client.post(self._webhook, content=body, headers=header).is_success:
                            break
                    except httpx.TransportError:
                        pass  # the launcher is being stopped, or the function is not there yet
                    time.sleep(2**waited)

    def stop(self) -> None:
        """Bring what waits, and nothing more."""
        self._waiting.put(None)

    def _collect(self) -> None:
        for event in self._events[self._sent :]:
            self._waiting.put(event)
            self._sent += 1


@contextmanager
def serve(objects: StripeObjects, now: Callable[[], Any], webhook: str | None = None) -> Iterator[str]:
    """Serve an account until the block ends; yields the address of its API."""
    stand_in = StripeStandIn(objects, now)
    with serve_http(stand_in) as address:
        if webhook is None:
            yield address
            return
        postman = Postman(stand_in, webhook, now)
        postman.start()
        try:
            yield address
        finally:
            postman.stop()


def signed(event: Object, secret: str, seconds: int) -> tuple[bytes, dict[str, str]]:
    """An event as it is delivered at an instant: its body, and the headers that prove it."""
    body = json.dumps(event, indent=2)
    header = WebhookSignature.generate_signature_header(body, secret, seconds)
    return body.encode(), {"Stripe-Signature": header, "Content-Type": "application/json"}


def nested(pairs: list[tuple[str, str]]) -> Object:
    """Parameters as they are meant: `a[b][0]=c` is {"a": {"b": {"0": "c"}}}."""
    made: Object = {}
    for name, value in pairs:
        *way, last = name.replace("]", "").split("[")
        place = made
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return made


def _like(given: Object) -> Object:
    return {name: value for name, value in given.items() if name not in {"expand", "limit"}}


def _list(found: list[Object]) -> Object:
    return {"object": "list", "data": [shown(each) for each in found], "has_more": False, "url": "/v1/list"}


def _error(kind: str, message: str, code: str | None = None) -> Object:
    return {"error": {"type": kind, "message": message, "code": code}}


async def _html(send: ASGISendCallable, title: str, ways: dict[str, str], back: str) -> None:
    buttons = "".join(f'<button name="do" value="{value}">{name}</button> ' for name, value in ways.items())
    page = (
        f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1>"
        f"<p>No money moves here.</p><form method='post'>{buttons}</form><a href='{escape(back)}'>Back</a>"
    )
    await answer(send, 200, page.encode(), [(b"content-type", b"text/html; charset=utf-8")])
