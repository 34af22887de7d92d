"""Response caching for routes: in process memory and in Redis; on a miss one process computes it for all.

A route opts in with `@cached(CacheKind.MATCHES)` below its decorator. A cache hit is served before the route's
dependencies are resolved, so without Postgres.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, TypeVar, cast

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.accounts.plans import ANONYMOUS_READER
from shared.explanations.translations import negotiate_language
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.services.cache_policies import CACHE_POLICIES, CacheKind
from shared.services.cached_response import CachedResponse
from shared.web.authentication import access_rules, current_reader
from shared.web.cache_headers import CacheOutcome, cache_headers, etag_matches
from shared.web.strict_numbers import is_canonical

NOT_FOUND_TTL = timedelta(seconds=60)
"""TTL of 404 responses."""
JITTER = 0.1
"""The largest share by which a TTL is shortened, so that responses cached together do not expire together."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def cached(kind: CacheKind) -> Callable[[Endpoint], Endpoint]:
    """Cache a route's responses under the policy of a kind."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint._kind = kind  # type: ignore[attr-defined]  # read when the route is built
        return endpoint

    return mark


def cache_kind(endpoint: Callable[..., Any]) -> CacheKind | None:
    """The cache kind of an endpoint; None if its responses are not cached."""
    return getattr(endpoint, "_kind", None)


class CachedRoute(APIRoute):
    """A route whose responses are cached if its endpoint is marked with `cached`.

    Raises:
        TypeError: the response depends on something that is not in the cache key.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        kind = cache_kind(endpoint)
        if kind is not None:
            self.app = _CachingApp(self.app, kind, self)


class _CachingApp:
    """ASGI wrapper of a cached route, inside the error handlers."""

    def __init__(self, app: ASGIApp, kind: CacheKind, route: APIRoute) -> None:
        self._app, self._kind, self._policy, self._route = app, kind, CACHE_POLICIES[kind], route
        fields = get_flat_params(route.dependant)
        params = {(cast("Any", field.field_info).in_.value, field.alias) for field in fields}
        self._fields = {field.alias: field for field in fields}
        self._access = tuple(access_rules(route.dependant)) if self._policy.per_plan else ()
        self._query = sorted(name for place, name in params if place == "query")
        forbidden = {name for place, name in params if place in {"header", "cookie"}} - {"accept-language"}
        if forbidden or route.methods != {"GET"}:
            raise TypeError(f"{route.path}: only a GET that depends on its URL and the language can be cached")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        key, cache = self._key(request), redis_backed.response_cache()
        for rule in self._access:
            await rule(request)
        lookup = cache.lookup(self._kind, key, self._policy.ttl, self._policy.stale_ttl)
        if lookup.response and (lookup.is_fresh or lookup.servable_stale):
            await self._send(request, lookup.response, "hit" if lookup.is_fresh else "stale", send)
            return
        recorded = RecordedResponse()
        try:
            await self._app(scope, receive, recorded.record)
        except Exception:
            cache.release(key, lookup)
            raise
        if recorded.is_cacheable:
            response = self._cacheable_response(recorded, key)
            cache.store(
                key, response, lookup, self._policy.stale_ttl if response.status == HTTPStatus.OK else timedelta(0)
            )
            await self._send(request, response, "miss", send)
        elif (
            recorded.is_server_error
            and lookup.response
            and lookup.response.can_serve_stale(clock.now(), self._policy.stale_ttl)
        ):
            cache.mark_failed(key, lookup)
            await self._send(request, lookup.response, "stale", send)
        else:
            cache.release(key, lookup)
            for message in recorded.messages:
                await send(message)

    def _key(self, request: Request) -> str:
        """The cache key of a request. Unknown query parameters are ignored.

        It holds the release, whose name no other deployment has, so that responses of another form are never read.
        """
        path, query = request.scope["path_params"], request.query_params
        params = [
            [(name, self._normalized(name, text)) for name, text in sorted(path.items())],
            [(name, [self._normalized(name, text) for text in query.getlist(name)]) for name in self._query],
        ]
        language = negotiate_language(request.headers.get("accept-language"))
        reader = current_reader(request, allow_cached_plan=True) if self._policy.per_plan else ANONYMOUS_READER
        identity = json.dumps([settings().app_version, self._route.path, *params, language, reader.plan, reader.paused])
        return blake2b(identity.encode(), digest_size=16).hexdigest()

    def _normalized(self, name: str, text: str) -> str:
        """A parameter's parsed value, so that equivalent spellings share a cache entry; unchanged if invalid."""
        field = self._fields[name]
        value, faults = field.validate(text)
        return str(value) if not faults and is_canonical(field.field_info.annotation, text) else text

    def _cacheable_response(self, recorded: "RecordedResponse", key: str) -> CachedResponse:
        now = clock.now()
        ttl = self._policy.ttl * (1 - JITTER * int(key[:4], 16) / 0xFFFF)
        if recorded.status != HTTPStatus.OK:
            ttl = min(ttl, NOT_FOUND_TTL)
        midnight = paris_bounds(paris_day(now))[1]  # a response about today expires at midnight in Paris
        etag = f'"{blake2b(recorded.body, digest_size=16).hexdigest()}"'
        return CachedResponse(
            recorded.status, (*recorded.headers, ("etag", etag)), recorded.body, now, min(now + ttl, midnight)
        )

    async def _send(self, request: Request, response: CachedResponse, outcome: CacheOutcome, send: Send) -> None:
        request.state.cache = outcome
        has_credentials = "authorization" in request.headers or "x-api-key" in request.headers
        headers = cache_headers(
            response, outcome, clock.now(), per_plan=self._policy.per_plan, has_credentials=has_credentials
        )
        if response.status == HTTPStatus.OK and etag_matches(
            request.headers.get("if-none-match"), dict(headers)["etag"]
        ):
            status, body = HTTPStatus.NOT_MODIFIED, b""
            headers = [(name, value) for name, value in headers if name != "content-type"]
        else:
            status, body = response.status, response.body
            headers.append(("content-length", str(len(body))))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(status), "headers": encoded})
        await send({"type": "http.response.body", "body": body})


class RecordedResponse:
    """A recorded ASGI response."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def record(self, message: Message) -> None:
        """Record an ASGI message."""
        self.messages.append(message)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.messages[0]["status"]

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers without Content-Length."""
        pairs = (
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in self.messages[0]["headers"]
        )
        return tuple((name, value) for name, value in pairs if name != "content-length")

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def is_server_error(self) -> bool:
        """Whether the status is 5xx."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def is_cacheable(self) -> bool:
        """Whether it is a 200 or 404 with JSON, a calendar or a page that sets neither cookies nor Cache-Control."""
        headers = dict(self.headers)
        is_text = headers.get("content-type", "").startswith(("application/json", "text/calendar", "text/html"))
        return self.status in {200, 404} and is_text and not {"set-cookie", "cache-control"} & headers.keys()
