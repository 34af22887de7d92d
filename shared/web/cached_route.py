"""Answers that are given again: from this process, from Redis, or, where neither has one, made by one process for all.

`@cached(Kind.MATCHES)` below the route's decorator is all that a route says. A kept answer is given before any
dependency of the route is asked for, so without Postgres.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, TypeVar, cast

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.accounts.plans import NOBODY
from shared.explanations.translations import negotiate_language
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.services.cache_policies import KEEPING, Kind
from shared.services.cached_response import Answer
from shared.web.authentication import reader_of, rules
from shared.web.cache_headers import How, headers_of, names
from shared.web.strict_numbers import is_plain

MISSING_FRESH = timedelta(seconds=60)
"""How long it is believed that something is not there."""
JITTER = 0.1
"""The share by which an answer's time is shortened at most: those made together shall not all end together."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def cached(kind: Kind) -> Callable[[Endpoint], Endpoint]:
    """Keep the answers of a route, as the table of kinds says."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint._kind = kind  # type: ignore[attr-defined]  # read when the route is built
        return endpoint

    return mark


def kind_of(endpoint: Callable[..., Any]) -> Kind | None:
    """The kind of answers that a route's endpoint gives; None where they are not kept."""
    return getattr(endpoint, "_kind", None)


class CachedRoute(APIRoute):
    """A route whose answers are kept, where its endpoint is marked so.

    Raises:
        TypeError: they depend on something that would not tell them apart.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        kind = kind_of(endpoint)
        if kind is not None:
            self.app = _Kept(self.app, kind, self)


class _Kept:
    """Stands before a route, inside the table of errors."""

    def __init__(self, app: ASGIApp, kind: Kind, route: APIRoute) -> None:
        self._app, self._kind, self._keeping, self._route = app, kind, KEEPING[kind], route
        fields = get_flat_params(route.dependant)
        asked = {(cast("Any", field.field_info).in_.value, field.alias) for field in fields}
        self._fields = {field.alias: field for field in fields}
        self._access = tuple(rules(route.dependant)) if self._keeping.tiered else ()
        self._query = sorted(name for place, name in asked if place == "query")
        others = {name for place, name in asked if place in {"header", "cookie"}} - {"accept-language"}
        if others or route.methods != {"GET"}:
            raise TypeError(f"{route.path}: only a GET that depends on its address and the language can be kept")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        key, kept = self._key(request), redis_backed.kept_answers()
        for rule in self._access:
            await rule(request)
        look = kept.look(self._kind, key, self._keeping.fresh, self._keeping.beyond)
        if look.answer and (look.is_fresh or look.will_do):
            await self._give(request, look.answer, "hit" if look.is_fresh else "old", send)
            return
        made = Made()
        try:
            await self._app(scope, receive, made.take)
        except Exception:
            kept.leave(key, look)
            raise
        if made.can_be_kept:
            answer = self._answer(made, key)
            kept.keep(key, answer, look, self._keeping.beyond if answer.status == HTTPStatus.OK else timedelta(0))
            await self._give(request, answer, "made", send)
        elif made.has_failed and look.answer and look.answer.will_do(clock.now(), self._keeping.beyond):
            kept.give_up(key, look)
            await self._give(request, look.answer, "old", send)
        else:
            kept.leave(key, look)
            for message in made.messages:
                await send(message)

    def _key(self, request: Request) -> str:
        """What tells an answer from all others. A parameter that the route does not know changes nothing."""
        path, query = request.scope["path_params"], request.query_params
        asked = [
            [(name, self._meaning(name, text)) for name, text in sorted(path.items())],
            [(name, [self._meaning(name, text) for text in query.getlist(name)]) for name in self._query],
        ]
        language = negotiate_language(request.headers.get("accept-language"))
        reader = reader_of(request, spare_database=True) if self._keeping.tiered else NOBODY
        told = json.dumps([self._version, self._route.path, *asked, language, reader.plan, reader.paused], default=str)
        return blake2b(told.encode(), digest_size=16).hexdigest()

    def _meaning(self, name: str, text: str) -> str:
        """A parameter as the route sees it, so that spellings of one thing share an answer; what it refuses stays."""
        field = self._fields[name]
        value, faults = field.validate(text)
        return str(value) if not faults and is_plain(field.field_info.annotation, text) else text

    @cached_property
    def _version(self) -> str:
        """Changes with the release and with the form of the answer, so that no release gives another one's answers."""
        model = self._route.response_model
        form = TypeAdapter(model).json_schema(mode="serialization") if model is not None else None
        return blake2b(json.dumps([settings().app_version, form]).encode(), digest_size=8).hexdigest()

    def _answer(self, made: "Made", key: str) -> Answer:
        now = clock.now()
        fresh = self._keeping.fresh * (1 - JITTER * int(key[:4], 16) / 0xFFFF)
        if made.status != HTTPStatus.OK:
            fresh = min(fresh, MISSING_FRESH)
        midnight = paris_bounds(paris_day(now))[1]  # an answer for today does not count tomorrow
        etag = f'"{blake2b(made.body, digest_size=16).hexdigest()}"'
        return Answer(made.status, (*made.headers, ("etag", etag)), made.body, now, min(now + fresh, midnight))

    async def _give(self, request: Request, answer: Answer, how: How, send: Send) -> None:
        request.state.cache = how
        is_named = "authorization" in request.headers or "x-api-key" in request.headers
        headers = headers_of(answer, how, clock.now(), tiered=self._keeping.tiered, is_named=is_named)
        if answer.status == HTTPStatus.OK and names(request.headers.get("if-none-match"), dict(headers)["etag"]):
            status, body = HTTPStatus.NOT_MODIFIED, b""
            headers = [(name, value) for name, value in headers if name != "content-type"]
        else:
            status, body = answer.status, answer.body
            headers.append(("content-length", str(len(body))))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(status), "headers": encoded})
        await send({"type": "http.response.body", "body": body})


class Made:
    """What a route answers, recorded."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """Take a message of the route."""
        self.messages.append(message)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.messages[0]["status"]

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of the answer but its length."""
        told = (
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in self.messages[0]["headers"]
        )
        return tuple((name, value) for name, value in told if name != "content-length")

    @property
    def body(self) -> bytes:
        """The body of the answer."""
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def has_failed(self) -> bool:
        """Whether we are at fault."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def can_be_kept(self) -> bool:
        """Whether it is JSON or a calendar for all, or says that something is not there."""
        headers = dict(self.headers)
        is_text = headers.get("content-type", "").startswith(("application/json", "text/calendar"))
        return self.status in {200, 404} and is_text and not {"set-cookie", "cache-control"} & headers.keys()
