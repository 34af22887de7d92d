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

HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",  # whatever does not say that it may be kept is for its reader alone
}
"""On every answer, whatever its status, that does not say otherwise itself."""
MOST_TRIES = 3
"""Of a request whose transaction another one made fail."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Edge:
    """What every answer has: headers, a request id, a log line; and JSON also for the unexpected."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app, self._name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        watch, status, counts = clock.stopwatch(), 500, invocation_metrics.reset()
        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        told = given.get("x-request-id", "")
        request_id = told if _REQUEST_ID.fullmatch(told) else uuid4().hex
        is_head = scope["method"] == "HEAD"
        state: dict[str, object] = {}

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_ours(message["headers"], request_id, state.get("allowance"))
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        inside = {**scope, "method": "GET" if is_head else scope["method"], "state": state}
        try:
            await self._app(inside, receive, answer)
        except Exception as error:
            # The answer has gone out already, as JSON, from the table of errors; here it is only told to us.
            logs.write(
                logging.ERROR, "unexpected", function=self._name, request_id=request_id, error=logs.in_a_line(error)
            )
            error_reports.capture(error, function=self._name, request_id=request_id)
        ms, route = round(watch(), 1), inside.get("route")
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


class Counted:
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


class Retried:
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
        has_begun = False

        async def begin(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        for tries_left in reversed(range(MOST_TRIES)):
            try:
                await self._app(scope, _again(received, receive), begin)
            except RACES as race:
                if has_begun:  # what comes after an answer fails by itself
                    raise
                if not tries_left:
                    logs.write(logging.ERROR, "no try succeeded", error=logs.in_a_line(race))
                    error_reports.capture(race)
                    raise ServiceUnavailable from race
            else:
                return
            for found in ("caller", "reader", "db"):
                scope.get("state", {}).pop(found, None)


def _again(received: list[Message], receive: Receive) -> Receive:
    """A request's messages from the first one on: those that were received before, then new ones, which are kept."""
    before = iter(tuple(received))

    async def hear() -> Message:
        if (message := next(before, None)) is None:
            message = await receive()
            received.append(message)
        return message

    return hear


def _with_ours(headers: list[tuple[bytes, bytes]], request_id: str, allowance: object) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in headers}
    if b"access-control-allow-origin" not in names:
        # The library grants credentials to every origin; an origin that is not listed gets nothing at all.
        headers = [(n, v) for n, v in headers if n.lower() != b"access-control-allow-credentials"]
    ours = HEADERS | {"x-request-id": request_id} | ({"x-demo": "true"} if settings().demo else {})
    if isinstance(allowance, rate_limits.Allowance):
        ours |= allowance.headers()
    encoded = ((name.encode(), value.encode()) for name, value in ours.items())
    return [*headers, *((name, value) for name, value in encoded if name not in names)]
