"""How often somebody may ask: one table of limits, and who is counted as one caller.

A person is counted by their id, wherever they are; whoever does not sign in by their network address. Why it is counted
so, and what happens while nobody can count: docs/decisions/limits.md.
"""

import math
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.routing import Match

from shared.accounts.plans import NOBODY, Plan, Reader
from shared.clients.errors import Unavailable
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.stores.database import DatabaseUnavailable
from shared.web.authentication import authenticate
from shared.web.errors import Forbidden, TooManyRequests, Unauthorized

if TYPE_CHECKING:  # a function that counts nothing does not load them when it starts
    from shared.clients.redis.sliding_window import Taken
    from shared.services.inbound_rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls in any minute."""

    anonymous: int
    signed_in: int
    elite: int

    def for_plan(self, plan: Plan) -> int:
        """The calls of one caller."""
        return {Plan.ANONYMOUS: self.anonymous, Plan.ELITE: self.elite}.get(plan, self.signed_in)


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """Addresses that are counted together, apart from all others.

    Attributes:
        prefix: of their paths; the first group that fits counts.
        rate: None where calls are not counted.
        each_route: how often one route may be called, beside `rate` for all of them together; None for no such limit.
        counter: the prefix under which `rate` is counted, where groups share one count; None for its own.
        closed: whether nothing passes while nobody can count. Writes never do, whatever their group.
    """

    prefix: str
    rate: Rate | None
    fail_closed: bool = False
    per_route: Rate | None = None
    counter: str | None = None


MAX_INVALID_KEYS = 10
"""API keys that open nothing, of one address in any minute and in one process, for which the database is asked."""
ADMIN = "/api/v1/admin"
GROUPS = (
    RouteGroup("/health", None),  # whoever watches us must not be sent away
    RouteGroup("/api/v1/stripe/webhook", None),  # comes from a few addresses, and is signed
    RouteGroup("/api/v1/ml/training-data", None),  # its key is no person's, and is compared before anything is asked
    RouteGroup("/docs", None),  # files, which a browser and the CDN keep
    RouteGroup("/openapi.json", None),
    # A page for administrators makes several calls at once: a limit for each route, and one for all of them together.
    RouteGroup(ADMIN, Rate(5, 60, 60), fail_closed=True, per_route=Rate(5, 5, 5)),
    RouteGroup("/api/v1/sync", Rate(5, 60, 60), fail_closed=True, per_route=Rate(5, 5, 5), counter=ADMIN),
    RouteGroup("/api/v1/search", Rate(5, 30, 150)),
    RouteGroup("/api/v1/enrichment", Rate(5, 30, 150)),
    RouteGroup("/api/v1/webhooks", Rate(5, 10, 10)),  # they start a job
)
"""What differs from the rest."""


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """What a caller has left.

    Attributes:
        limit: calls in any minute.
        left: how many more may be made now.
        reset: seconds until one more may be made than now.
    """

    limit: int
    remaining: int
    reset: float

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-06 (section 5) tells it; whole seconds, rounded up."""
        return {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(math.ceil(self.reset)),
        }


def check(request: Request) -> None:
    """Count a request, and keep with it (`state.allowance`) what its caller has left.

    Raises:
        TooManyRequests: the caller has nothing left.
        Unauthorized: the request shows a token or key that proves nothing.
        Forbidden: it shows one that may not speak here, or it did not come through our CDN where one stands before us.
        Unavailable: the request must be counted and nobody can.
    """
    if settings().cdn_secret and not _is_from_cdn(request):
        raise Forbidden("not_through_the_front")
    group = group_for(request.scope["path"])
    if request.method == "OPTIONS" or group.rate is None:
        return
    limiter = redis_backed.rate_limit()
    if limiter is None:
        return
    reader, refusal = _identify(request, limiter)
    counters = [(group.counter or group.prefix, group.rate)]
    if group.per_route and (route := _route_name(request)):
        counters.insert(0, (route, group.per_route))  # first: what one route refuses takes nothing from the others
    decisions: list[Taken] = []
    for name, rate in counters:
        decisions.append(_acquire(request, limiter, reader, group, name, rate))
        if decisions[-1].wait > 0:
            break
    taken = min(decisions, key=lambda each: each.left)
    request.state.allowance = RateLimitStatus(taken.most, taken.left, taken.reset)
    if taken.wait > 0:
        raise TooManyRequests(taken.wait)
    if refusal is not None:
        raise refusal


def _acquire(
    request: Request, limiter: "RateLimit", reader: Reader, group: RouteGroup, name: str, rate: Rate
) -> "Taken":
    caller, most = f"{name}:{_caller_key(request, reader)}", rate.for_plan(reader.plan)
    plans = redis_backed.remembered_plans()
    beside = plans.key_of(reader.user_id) if plans and reader.user_id and not reader.by_key else None
    try:
        # The plan that is remembered is newer than the one that the token tells.
        taken = limiter.take(caller, most, beside, {plan: rate.for_plan(plan) for plan in Plan} if beside else None)
        request.state.standing = taken.beside
    except Unavailable:
        if group.fail_closed or request.method not in {"GET", "HEAD"}:
            raise
        taken = limiter.take_alone(caller, most)
    return taken


def _route_name(request: Request) -> str | None:
    """The route that will serve a request, whatever ids stand in its address; None where none will."""
    for route in request.app.routes:
        if route.matches(request.scope)[0] is Match.FULL:
            return f"{request.method} {route.path}"
    return None


def client_address(request: Request) -> str:
    """The network address that a request came from; of IPv6 the /64, which is what one household has.

    It is the address that connected to us, as the platform tells it. Only from our own CDN, which proves itself by
    CDN_SECRET, the address that the CDN tells counts. `X-Forwarded-For` is never read: its left side anybody can write.
    """
    address_text = request.client.host if request.client else ""
    if _is_from_cdn(request):
        address_text = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0]  # the port stands last
    try:
        address = ip_address(address_text.strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def _is_from_cdn(request: Request) -> bool:
    sent = request.headers.get("x-cdn-secret", "").encode()
    secrets = (secret.strip().encode() for secret in settings().cdn_secret.split(","))
    return any(secret and compare_digest(sent, secret) for secret in secrets)


def group_for(path: str) -> RouteGroup:
    """The group that a path is counted in."""
    found = next((group for group in GROUPS if path.startswith(group.prefix)), None)
    return found or RouteGroup("/", Rate(settings().public_calls_per_minute, 100, 500))


def _identify(request: Request, limiter: "RateLimit") -> tuple[Reader, Exception | None]:
    """Who asks, and what is wrong with what they show; whoever shows something wrong is counted by their address."""
    invalid_keys = f"false keys:{client_address(request)}"
    has_api_key = "x-api-key" in request.headers and "authorization" not in request.headers
    if has_api_key and limiter.is_refused_alone(invalid_keys, MAX_INVALID_KEYS):
        return NOBODY, Unauthorized("key_refused")
    try:
        return authenticate(request), None
    except (Unavailable, DatabaseUnavailable):
        # Whatever needs to know the reader will fail by itself; what everybody may read is still answered.
        return NOBODY, None
    except Exception as error:  # also one that nobody foresaw must not make a call free
        if has_api_key and isinstance(error, Unauthorized):  # a key that lacks a scope or a plan is a true one
            limiter.take_alone(invalid_keys, MAX_INVALID_KEYS)
        return NOBODY, error


def _caller_key(request: Request, reader: Reader) -> str:
    if reader.plan is Plan.ANONYMOUS:  # an account that names no person costs nothing: it gets no limit of its own
        return client_address(request)
    return str(reader.user_id)
