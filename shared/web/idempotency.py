"""Idempotent POST requests: retries with the same `Idempotency-Key` get the first response again.

A route opts in with `@idempotent` below its decorator. Keys are scoped to a person. The request's changes and its
response are committed in one transaction; a failed request stores nothing, so that its key can be reused. Retries pass
the route's access rule again. Statuses as in draft-ietf-httpapi-idempotency-key-header-06, section 2.7.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import clock, wiring
from shared.web.authentication import Access, access_rules, current_reader
from shared.web.cached_route import RecordedResponse
from shared.web.errors import Conflict, UnprocessableContent

if TYPE_CHECKING:
    from shared.stores.database import Connection
    from shared.stores.people.idempotency_keys import StoredResponse

KEY_TTL = timedelta(hours=24)
"""How long a response is replayed."""
KEY_PATTERN = r"^[!-~]{1,255}$"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def idempotent(endpoint: Endpoint) -> Endpoint:
    """Make a POST endpoint idempotent. Its response is stored for a day, so it must not contain one-time secrets."""
    endpoint._idempotent = True  # type: ignore[attr-defined]  # read when the route is built
    return endpoint


def is_idempotent(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint is marked with `idempotent`."""
    return getattr(endpoint, "_idempotent", False)


async def _idempotency_key_header(
    idempotency_key: Annotated[
        str | None,
        Header(pattern=KEY_PATTERN, description="A retry with the same key gets the first response again."),
    ] = None,
) -> None:
    """Validates the header and documents it in the OpenAPI schema."""


class IdempotentRoute(APIRoute):
    """A route whose requests are idempotent if its endpoint is marked with `idempotent`.

    Raises:
        TypeError: the method is not POST.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not is_idempotent(endpoint):
            super().__init__(path, endpoint, **options)
            return
        dependencies = [*(options.pop("dependencies", None) or ()), Depends(_idempotency_key_header)]
        super().__init__(path, endpoint, dependencies=dependencies, **options)
        if self.methods != {"POST"}:
            raise TypeError(f"{path}: only a POST can be idempotent")
        self.app = _IdempotentApp(self.app, f"POST {path}", tuple(access_rules(self.dependant)))


class _IdempotentApp:
    """ASGI wrapper of an idempotent route, inside the error handlers."""

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

        from shared.stores.people import idempotency_keys  # noqa: PLC0415  # with Postgres' driver, where it is used

        db = request.state.db = wiring.database()  # the route's transaction nests in this one
        with db.transaction():
            stored = self._stored_response(db, user_id, key, request_hash)
            if stored is None:
                await self._app(scope, receive_body, recorded.record)
                if recorded.status < HTTPStatus.MULTIPLE_CHOICES:
                    response = idempotency_keys.StoredResponse(
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
    def _stored_response(db: "Connection", user_id: UUID, key: str, request_hash: bytes) -> "StoredResponse | None":
        """The stored response of a key, which is locked; None if the key is new.

        Raises:
            Conflict: the first request is in flight.
            UnprocessableContent: the key was used for a different request.
        """
        from shared.stores.people import idempotency_keys  # noqa: PLC0415  # as above

        if not idempotency_keys.lock(db, user_id, key):
            raise Conflict("key_in_flight")
        idempotency_keys.remove_old(db, user_id, clock.now() - KEY_TTL)
        stored = idempotency_keys.get(db, user_id, key)
        if stored is not None and stored.request_hash != request_hash:
            raise UnprocessableContent("key_reused")
        return stored
