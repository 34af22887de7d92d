"""Requests that create and may be sent twice: with the same `Idempotency-Key` they count once.

`@idempotent` below the route's decorator is all that a route says. A key belongs to its person. What the request did is
committed together with its answer, or neither is; a request that was refused or failed leaves nothing behind, so that
its key may be used again. Whoever sends it again passes the route's access rule again. The statuses are those of
draft-ietf-httpapi-idempotency-key-header-06, section 2.7.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import clock, wiring
from shared.stores.database import Connection
from shared.stores.people import idempotency_keys
from shared.stores.people.idempotency_keys import FirstAnswer
from shared.web.authentication import Access, access_rules, current_reader
from shared.web.cached_route import RecordedResponse
from shared.web.errors import Conflict, UnprocessableContent

KEY_TTL = timedelta(hours=24)
"""How long a key gets its first answer again."""
KEY_PATTERN = r"^[!-~]{1,255}$"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def idempotent(endpoint: Endpoint) -> Endpoint:
    """Let a POST that is sent again with its key get the first answer again.

    That answer is kept for a day in our database, so that it must hold no secret that is shown only once.
    """
    endpoint._idempotent = True  # type: ignore[attr-defined]  # read when the route is built
    return endpoint


def is_idempotent(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint is marked so."""
    return getattr(endpoint, "_idempotent", False)


async def _idempotency_key_header(
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern=KEY_PATTERN,
            description="The same request sent again with the same key gets the first answer again.",
        ),
    ] = None,
) -> None:
    """Refuses a key that is none, and stands in the OpenAPI file."""


class IdempotentRoute(APIRoute):
    """A route whose requests may be sent twice, where its endpoint is marked so.

    Raises:
        TypeError: it is no POST.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not is_idempotent(endpoint):
            super().__init__(path, endpoint, **options)
            return
        dependencies = [*(options.pop("dependencies", None) or ()), Depends(_idempotency_key_header)]
        super().__init__(path, endpoint, dependencies=dependencies, **options)
        if self.methods != {"POST"}:
            raise TypeError(f"{path}: only a POST is made to count once")
        self.app = _IdempotentApp(self.app, f"POST {path}", tuple(access_rules(self.dependant)))


class _IdempotentApp:
    """Stands before a route, inside the table of errors."""

    def __init__(self, app: ASGIApp, route: str, access: Sequence[Access]) -> None:
        self._app, self._route, self._access = app, route, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        for rule in self._access:
            await rule(request)
        key, user_id = request.headers.get("idempotency-key", ""), current_reader(request).user_id
        if user_id is None or not re.fullmatch(KEY_PATTERN, key):
            await self._app(scope, receive, send)
            return
        body, recorded = await request.body(), RecordedResponse()
        request_hash = sha256(b"\0".join((scope["path"].encode(), scope["query_string"], body))).digest()

        async def receive_body() -> Message:
            return {"type": "http.request", "body": body}

        db = request.state.db = wiring.database()  # the route's own transaction becomes a part of this one
        with db.transaction():
            stored = self._stored_response(db, user_id, key, request_hash)
            if stored is None:
                await self._app(scope, receive_body, recorded.record)
                if recorded.status < HTTPStatus.MULTIPLE_CHOICES:
                    response = FirstAnswer(
                        self._route, request_hash, recorded.status, recorded.body.decode(), clock.now()
                    )
                    idempotency_keys.add(db, user_id, key, response)
        if stored is None:
            for message in recorded.messages:
                await send(message)
        else:
            replayed = {"Idempotent-Replayed": "true"}
            media = "application/json" if stored.body else None
            await Response(stored.body, stored.status, replayed, media)(scope, receive_body, send)

    @staticmethod
    def _stored_response(db: Connection, user_id: UUID, key: str, request_hash: bytes) -> FirstAnswer | None:
        """What was answered to a key, which is taken; None where it comes for the first time in a day.

        Raises:
            Conflict: the first request is in flight.
            UnprocessableContent: it came with another request.
        """
        if not idempotency_keys.lock(db, user_id, key):
            raise Conflict("key_in_flight")
        idempotency_keys.remove_old(db, user_id, clock.now() - KEY_TTL)
        stored = idempotency_keys.get(db, user_id, key)
        if stored is not None and stored.request_hash != request_hash:
            raise UnprocessableContent("key_reused")
        return stored
