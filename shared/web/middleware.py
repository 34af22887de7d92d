"""What stands around every application that answers HTTP: headers, a request id, a log line, the count, retries."""

import logging
import re
from uuid import uuid4

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import clock, error_reports, invocation_metrics, logs, metrics
from shared.runtime.settings import settings
from shared.stores.database import RACES
from shared.web import rate_limits
from shared.web.errors import BadRequest, ServiceUnavailable

DEFAULT_HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",  # whatever does not say that it may be kept is for its reader alone
}
"""On every answer, whatever its status, that does not say otherwise itself."""
MAX_ATTEMPTS = 3
"""Of a request whose transaction another one made fail."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestMiddleware:
    """What every answer has: headers, a request id, a log line; and JSON also for the unexpected."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app, self._name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
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
                message["headers"] = _with_default_headers(message["headers"], request_id, state.get("allowance"))
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        inner_scope = {**scope, "method": "GET" if is_head else scope["method"], "state": state}
        try:
            await self._app(inner_scope, receive, send_with_headers)
        except Exception as error:
            # The answer has gone out already, as JSON, from the table of errors; here it is only told to us.
            logs.write(
                logging.ERROR, "unexpected", function=self._name, request_id=request_id, error=logs.in_a_line(error)
            )
            error_reports.capture(error, function=self._name, request_id=request_id)
        ms, route = round(watch(), 1), inner_scope.get("route")
        logs.write(
            logging.INFO,
            "request",
            function=self._name,
            request_id=request_id,
            method=scope["method"],
            route=route.path if route else None,  # of an address what it may be, never what it is
            status=status,
            cache=state.get("cache"),
            ms=ms,
            **counts.as_dict(),
            **metrics.of_request(self._name, status, ms, counts),
        )


class RateLimitMiddleware:
    """Counts a request before a route is looked for; inside the table of errors, which answers its refusals."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through.

        Raises:
            BadRequest: its `Host` names no host.
            ApiError, Unavailable: as `limits.check`.
        """
        if scope["type"] == "http":
            request = Request(scope)
            rate_limits.check(request)
            if request.headers.get("host") == "":
                raise BadRequest("bad_host")
        await self._app(scope, receive, send)


class RetryMiddleware:
    """Answers a request once more where another one made its transaction fail; inside the table of errors.

    Nothing of the transaction is left then, so that the request is as if it had just come: who sends it is found out
    again, for they may have left meanwhile.

    Raises:
        ServiceUnavailable: it failed `MOST_TRIES` times. We are told of that, for then it may be no race.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        received: list[Message] = []
        has_responded = False

        async def send_and_record(message: Message) -> None:
            nonlocal has_responded
            has_responded = True
            await send(message)

        for attempts_left in reversed(range(MAX_ATTEMPTS)):
            try:
                await self._app(scope, _replay(received, receive), send_and_record)
            except RACES as race:
                if has_responded:  # what comes after an answer fails by itself
                    raise
                if not attempts_left:
                    logs.write(logging.ERROR, "no try succeeded", error=logs.in_a_line(race))
                    error_reports.capture(race)
                    raise ServiceUnavailable from race
            else:
                return
            for key in ("caller", "reader", "db"):
                scope.get("state", {}).pop(key, None)


def _replay(received: list[Message], receive: Receive) -> Receive:
    """A request's messages from the first one on: those that were received before, then new ones, which are kept."""
    replayed = iter(tuple(received))

    async def receive_or_replay() -> Message:
        if (message := next(replayed, None)) is None:
            message = await receive()
            received.append(message)
        return message

    return receive_or_replay


def _with_default_headers(
    headers: list[tuple[bytes, bytes]], request_id: str, allowance: object
) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in headers}
    if b"access-control-allow-origin" not in names:
        # The library grants credentials to every origin; an origin that is not listed gets nothing at all.
        headers = [(n, v) for n, v in headers if n.lower() != b"access-control-allow-credentials"]
    defaults = DEFAULT_HEADERS | {"x-request-id": request_id} | ({"x-demo": "true"} if settings().demo else {})
    if isinstance(allowance, rate_limits.RateLimitStatus):
        defaults |= allowance.headers()
    encoded = ((name.encode(), value.encode()) for name, value in defaults.items())
    return [*headers, *((name, value) for name, value in encoded if name not in names)]
