"""ASGI middleware of every HTTP function: default headers, request id, access log, rate limit, transaction retries."""

import asyncio
import logging
import random
import re
from uuid import uuid4

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import clock, due, error_reports, invocation_metrics, logs, metrics
from shared.runtime.settings import settings
from shared.stores.errors import is_retryable
from shared.web import rate_limits
from shared.web.errors import BadRequest, ServiceUnavailable

DEFAULT_HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",  # private unless the response sets its own policy
}
"""Default headers of every response, whatever its status."""
MAX_ATTEMPTS = 3
"""Attempts of a request whose transaction fails to serialize."""
MAX_BACKOFF_SECONDS = 0.1
"""Before each retry, with full jitter: at once it would take the same locks again before those who wait for them."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestMiddleware:
    """Adds default headers and a request id, writes one log line a request, and reports unhandled exceptions."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app, self._name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        watch, status, counts = clock.stopwatch(), 500, invocation_metrics.reset()
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        proposed_id = headers.get("x-request-id", "")
        request_id = proposed_id if _REQUEST_ID.fullmatch(proposed_id) else uuid4().hex
        is_head = scope["method"] == "HEAD"
        state: dict[str, object] = {}

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_default_headers(message["headers"], request_id, state.get("rate_limit"))
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        inner_scope = {**scope, "method": "GET" if is_head else scope["method"], "state": state}
        try:
            await self._app(inner_scope, receive, send_with_headers)
        except Exception as error:
            # The error handler has sent the JSON response already; here the exception is only reported.
            logs.write(
                logging.ERROR, "unexpected", function=self._name, request_id=request_id, error=logs.first_line(error)
            )
            error_reports.capture(error, function=self._name, request_id=request_id)
        due.mark(due.watching(counts.written))
        ms, route = round(watch(), 1), inner_scope.get("route")
        logs.write(
            logging.INFO,
            "request",
            function=self._name,
            request_id=request_id,
            method=scope["method"],
            route=route.path if route else None,  # the template, never the actual path
            status=status,
            cache=state.get("cache"),
            ms=ms,
            **counts.as_dict(),
            **metrics.request_metrics(self._name, status, ms, counts),
        )


class RateLimitMiddleware:
    """Applies the rate limit before routing; inside the error handlers, which render its exceptions."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request.

        Raises:
            BadRequest: its `Host` header is invalid.
            ApiError, Unavailable: as `rate_limits.check`.
        """
        if scope["type"] == "http":
            request = Request(scope)
            rate_limits.check(request)
            if request.headers.get("host") == "":
                raise BadRequest("bad_host")
        await self._app(scope, receive, send)


class RetryMiddleware:
    """Retries a request whose transaction failed to serialize; inside the error handlers.

    The transaction was rolled back, so the request starts afresh: the caller is authenticated again, as their account
    may have been deleted meanwhile.

    Raises:
        ServiceUnavailable: `MAX_ATTEMPTS` attempts failed, which is also reported.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        received: list[Message] = []
        has_responded = False

        async def send_and_record(message: Message) -> None:
            nonlocal has_responded
            has_responded = True
            await send(message)

        for attempts_left in reversed(range(MAX_ATTEMPTS)):
            try:
                await self._app(scope, _replay(received, receive), send_and_record)
            except Exception as race:
                if has_responded or not is_retryable(race):  # after a response it is too late to retry
                    raise
                if not attempts_left:
                    logs.write(logging.ERROR, "no try succeeded", error=logs.first_line(race))
                    error_reports.capture(race)
                    raise ServiceUnavailable from race
            else:
                return
            for key in ("caller", "reader", "db"):
                scope.get("state", {}).pop(key, None)
            await asyncio.sleep(random.uniform(0, MAX_BACKOFF_SECONDS))  # noqa: S311  # jitter


def _replay(received: list[Message], receive: Receive) -> Receive:
    """A receive function that replays the messages received so far, then receives and records further ones."""
    replayed = iter(tuple(received))

    async def receive_or_replay() -> Message:
        if (message := next(replayed, None)) is None:
            message = await receive()
            received.append(message)
        return message

    return receive_or_replay


def _with_default_headers(
    headers: list[tuple[bytes, bytes]], request_id: str, rate_limit: object
) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in headers}
    if b"access-control-allow-origin" not in names:
        # Starlette allows credentials for every origin; an origin that is not listed must get no CORS header.
        headers = [(n, v) for n, v in headers if n.lower() != b"access-control-allow-credentials"]
    defaults = DEFAULT_HEADERS | {"x-request-id": request_id} | ({"x-demo": "true"} if settings().demo else {})
    if isinstance(rate_limit, rate_limits.RateLimitStatus):
        defaults |= rate_limit.headers()
    encoded = ((name.encode(), value.encode()) for name, value in defaults.items())
    return [*headers, *((name, value) for name, value in encoded if name not in names)]
