"""Fake of Stripe at the wire: part of its API, checkout and portal pages, and signed events.

It replaces https://api.stripe.com in tests and for `make run`. Like Stripe it rejects another API version and a reused
idempotency key.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from stripe import WebhookSignature

from local.asgi import Application
from local.fake_stripe_objects import PRICES, InvalidState, NotFound, Object, StripeObjects, public_fields
from local.http_server import serve as serve_http
from shared.clients import tls
from shared.clients.payments.stripe_payments import API_VERSION

KEY = "sk_test_local"
SECRET = "whsec_local"  # noqa: S105 it signs local events
PREMIUM, ELITE = PRICES
MAX_ATTEMPTS = 5


class FakeStripe(Application):
    """The ASGI application."""

    def __init__(self, objects: StripeObjects, now: Callable[[], Any]) -> None:
        self.objects, self._now = objects, now
        self.on_request: Callable[[], None] = lambda: None

    async def respond(self, request: Request) -> Response:
        """The response of the API, or a page."""
        method, path, body = request.method, request.scope["path"], (await request.body()).decode()
        params = [*parse_qsl(request.scope["query_string"].decode()), *parse_qsl(body)]
        self.objects.advance()
        if path.startswith("/v1/"):
            status, content = self._api(method, path, parse_nested(params), request.headers)
            response = JSONResponse(content, status)
        else:
            response = self._page(method, path, dict(params))
        self.objects.save()
        response.background = BackgroundTask(self.on_request)
        return response

    def _api(self, method: str, path: str, params: Object, headers: Mapping[str, str]) -> tuple[int, Object]:
        if not headers.get("authorization", "").startswith("Bearer sk_test_"):
            return 401, _error("invalid_request_error", "Invalid API Key provided")
        if headers.get("stripe-version") != API_VERSION:
            return 400, _error("invalid_request_error", f"Invalid Stripe API version: {headers.get('stripe-version')}")
        key, fingerprint = headers.get("idempotency-key"), json.dumps([method, path, params], sort_keys=True)
        if method == "POST" and key in self.objects.idempotent_responses:
            before, status, response = self.objects.idempotent_responses[key]
            if before != fingerprint:
                return 400, _error("idempotency_error", "Keys for idempotent requests can only be used with the same")
            return status, response
        try:
            place = path.removeprefix("/v1/").split("/")
            status, response = 200, self._dispatch(method, place, params, headers.get("host", ""))
        except NotFound as missing:
            status, response = 404, _error("invalid_request_error", missing.args[0], "resource_missing")
        except InvalidState as refusal:
            status, response = 400, _error("invalid_request_error", str(refusal))
        if method == "POST" and key and status < 400:
            self.objects.idempotent_responses[key] = (fingerprint, status, response)
        return status, response

    def _dispatch(self, method: str, path: list[str], params: Object, host: str) -> Object:  # noqa: PLR0912 a table
        objects = self.objects
        match method, path:
            case "POST", ["customers"]:
                return public_fields(objects.create_customer(params))
            case "DELETE", ["customers", customer_id]:
                objects.delete_customer(customer_id)
                return {"id": customer_id, "object": "customer", "deleted": True}
            case "POST", ["checkout", "sessions"]:
                return public_fields(objects.open_checkout(params, f"http://{host}"))
            case "GET", ["checkout", "sessions"]:
                return _list(objects.find("checkout.session", **_filters(params)))
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                return public_fields(objects.expire(session_id))
            case "POST", ["billing_portal", "sessions"]:
                objects.get(params["customer"], "customer")
                url = f"http://{host}/portal/{params['customer']}?back={quote(params['return_url'], safe='')}"
                return {"id": "bps_local", "object": "billing_portal.session", "livemode": False, "url": url}
            case "GET", ["subscriptions"]:
                objects.get(params["customer"], "customer")
                subscriptions = objects.find("subscription", customer=params["customer"])
                return _list([self._expand_subscription(each) for each in subscriptions])
            case "POST", ["subscriptions", subscription_id]:
                return public_fields(objects.update(subscription_id, params))
            case "DELETE", ["subscriptions", subscription_id]:
                return public_fields(objects.end(subscription_id))
            case "GET", ["charges", charge_id]:
                return public_fields(objects.get(charge_id, "charge"))
            case "GET", ["invoice_payments"]:
                return _list(
                    [self._expand_payment(each) for each in objects.find("invoice_payment", **_filters(params))]
                )
            case "GET", ["disputes"]:
                return _list(objects.find("dispute", **_filters(params)))
            case _:
                raise NotFound(f"Unrecognized request URL ({method}: /v1/{'/'.join(path)})")

    def _expand_subscription(self, subscription: Object) -> Object:
        invoice = subscription["latest_invoice"]
        return {
            **subscription,
            "latest_invoice": public_fields(self.objects.get(invoice, "invoice")) if invoice else None,
        }

    def _expand_payment(self, payment: Object) -> Object:
        intent = self.objects.get(payment["payment"]["payment_intent"], "payment_intent")
        charge = self.objects.get(intent["latest_charge"], "charge")
        return {
            **payment,
            "payment": {
                **payment["payment"],
                "payment_intent": {**public_fields(intent), "latest_charge": public_fields(charge)},
            },
        }

    def _page(self, method: str, path: str, params: dict[str, str]) -> Response:
        """The checkout page and the customer portal."""
        kind, _, object_id = path.strip("/").partition("/")
        try:
            if (method, kind) == ("POST", "pay"):
                session = self.objects.pay(object_id)
                return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", object_id), 303)
            if (method, kind) == ("GET", "pay"):
                session = self.objects.get(object_id, "checkout.session")
                actions = {"Pay": ""} if session["status"] == "open" else {}
                return _html(session["_price"], actions, session["cancel_url"])
            if kind == "portal":
                if "do" in params:
                    self._portal(object_id, params["do"])
                actions = {"End with the period": "end", "Go on": "go_on", "Card fails": "bad", "Card pays": "good"}
                return _html("Customer portal", actions, params.get("back", "/"))
        except (NotFound, InvalidState) as refusal:
            return PlainTextResponse(str(refusal), 400)
        return PlainTextResponse("Not Found", 404)

    def _portal(self, customer_id: str, action: str) -> None:
        if action in {"good", "bad"}:
            self.objects.set_card(customer_id, good=action == "good")
            return
        for subscription in self.objects.find("subscription", customer=customer_id):
            if subscription["status"] != "canceled":
                ends = "true" if action == "end" else "false"
                self.objects.update(subscription["id"], {"cancel_at_period_end": ends})


class EventSender(threading.Thread):
    """Sends each event to a webhook, with at most five attempts."""

    def __init__(self, stripe: FakeStripe, webhook: str, now: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._webhook, self._now, self._sent = webhook, now, 0
        self._events, self._pending = stripe.objects.events, Queue[Object | None]()
        stripe.on_request = self._collect

    def run(self) -> None:
        """Send events until stopped."""
        with httpx.Client(timeout=30, verify=tls.context(), trust_env=False) as client:
            while (event := self._pending.get()) is not None:
                for attempt in range(MAX_ATTEMPTS):
                    body, header = sign_event(event, SECRET, int(self._now().timestamp()))
                    try:
                        if client.post(self._webhook, content=body, headers=header).is_success:
                            break
                    except httpx.TransportError:
                        pass  # the launcher is being stopped, or the function is not there yet
                    time.sleep(2**attempt)

    def stop(self) -> None:
        """Send pending events and end."""
        self._pending.put(None)

    def _collect(self) -> None:
        for event in self._events[self._sent :]:
            self._pending.put(event)
            self._sent += 1


@contextmanager
def serve(objects: StripeObjects, now: Callable[[], Any], webhook: str | None = None) -> Iterator[str]:
    """Serve an account until the block ends; yields the address of its API."""
    stripe = FakeStripe(objects, now)
    with serve_http(stripe) as address:
        if webhook is None:
            yield address
            return
        sender = EventSender(stripe, webhook, now)
        sender.start()
        try:
            yield address
        finally:
            sender.stop()


def sign_event(event: Object, secret: str, seconds: int) -> tuple[bytes, dict[str, str]]:
    """Body and signature header of an event, signed at an instant (Unix seconds)."""
    body = json.dumps(event, indent=2)
    header = WebhookSignature.generate_signature_header(body, secret, seconds)
    return body.encode(), {"Stripe-Signature": header, "Content-Type": "application/json"}


def parse_nested(pairs: list[tuple[str, str]]) -> Object:
    """Parse nested parameters: `a[b][0]=c` is {"a": {"b": {"0": "c"}}}."""
    result: Object = {}
    for name, value in pairs:
        *parents, last = name.replace("]", "").split("[")
        place = result
        for step in parents:
            place = place.setdefault(step, {})
        place[last] = value
    return result


def _filters(params: Object) -> Object:
    return {name: value for name, value in params.items() if name not in {"expand", "limit"}}


def _list(objects: list[Object]) -> Object:
    return {"object": "list", "data": [public_fields(each) for each in objects], "has_more": False, "url": "/v1/list"}


def _error(kind: str, message: str, code: str | None = None) -> Object:
    return {"error": {"type": kind, "message": message, "code": code}}


def _html(title: str, actions: dict[str, str], back: str) -> Response:
    buttons = "".join(f'<button name="do" value="{value}">{name}</button> ' for name, value in actions.items())
    return HTMLResponse(
        f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1>"
        f"<p>No money moves here.</p><form method='post'>{buttons}</form><a href='{escape(back)}'>Back</a>"
    )
