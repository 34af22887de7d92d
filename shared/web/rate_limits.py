"""Rate limits: the table of limits, and the identification of callers.

Signed-in callers are counted by user id, anonymous ones by IP address. Reasons, and the behaviour without Redis:
docs/decisions/limits.md.
"""

import math
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.routing import Match

from shared.accounts.plans import ANONYMOUS_READER, Plan, Reader
from shared.clients.errors import Unavailable
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.stores.errors import DatabaseUnavailable
from shared.web.authentication import authenticate
from shared.web.errors import Forbidden, TooManyRequests, Unauthorized

if TYPE_CHECKING:  # a function that counts nothing does not load them when it starts
    from shared.clients.redis.sliding_window import RateLimitDecision
    from shared.services.inbound_rate_limit import RateLimiter


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests allowed in any minute."""

    anonymous: int
    signed_in: int
    elite: int

    def for_plan(self, plan: Plan) -> int:
        """The limit of a caller with a plan."""
        return {Plan.ANONYMOUS: self.anonymous, Plan.ELITE: self.elite}.get(plan, self.signed_in)


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """Paths that share a limit."""

    prefix: str  # of the paths; the first matching group applies
    rate: Rate | None  # the limit of the group; None for no limit
    fail_closed: bool = False  # whether requests are rejected while Redis is unavailable. Writes always are.
    per_route: Rate | None = None  # an additional limit of each route; None for none
    # The prefix under which `rate` is counted, for groups that share a counter; None for its own.
    counter: str | None = None


MAX_INVALID_KEYS = 10
"""Invalid API keys looked up in the database, for one address in any minute and process."""
ADMIN = "/api/v1/admin"
PAGES = ("/en/", "/match/", "/league/", "/club/", "/record", "/about/", "/embed/")
"""Prefixes of pages. Each is one call, and who reads them follows links faster than a program needs an answer."""
GROUPS = (
    RouteGroup("/health", None),  # monitoring must not be limited
    RouteGroup("/api/v1/stripe/webhook", None),  # signed, from a few addresses
    RouteGroup("/api/v1/ml/training-data", None),  # authenticated with its own key, without I/O
    RouteGroup("/docs", None),  # static files, cached by browsers and the CDN
    RouteGroup("/openapi.json", None),
    RouteGroup("/verify", None),
    RouteGroup("/assets/", None),  # the pages' own, cached for good
    # An admin page sends several requests at once: a limit for each route, and one for the group.
    RouteGroup(ADMIN, Rate(5, 60, 60), fail_closed=True, per_route=Rate(5, 5, 5)),
    RouteGroup("/api/v1/sync", Rate(5, 60, 60), fail_closed=True, per_route=Rate(5, 5, 5), counter=ADMIN),
    RouteGroup("/api/v1/search", Rate(5, 30, 150)),
    RouteGroup("/api/v1/enrichment", Rate(5, 30, 150)),
    RouteGroup("/api/v1/webhooks", Rate(5, 10, 10)),  # they start a job
)
"""Exceptions from the default limit."""


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """A caller's limit and usage."""

    limit: int  # requests allowed in any minute
    remaining: int
    reset: float  # seconds until `remaining` grows

    def headers(self) -> dict[str, str]:
        """Headers of draft-ietf-httpapi-ratelimit-headers-06, section 5; whole seconds, rounded up."""
        return {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(math.ceil(self.reset)),
        }


def check(request: Request) -> None:
    """Count a request against its caller's limit and store the status in `request.state.rate_limit`.

    Raises:
        TooManyRequests: the limit is exceeded.
        Unauthorized: the token or key is invalid.
        Forbidden: the token or key has no access, or the request bypassed the CDN.
        Unavailable: the request must be counted and Redis is unavailable.
    """
    if settings().cdn_secret and not _is_from_cdn(request):
        raise Forbidden("not_through_the_front")
    group = group_for(request.scope["path"])
    if request.method == "OPTIONS" or group.rate is None:
        return
    limiter = redis_backed.rate_limiter()
    if limiter is None:
        return
    reader, refusal = _identify(request, limiter)
    counters = [(group.counter or group.prefix, group.rate)]
    if group.per_route and (route := _route_name(request)):
        counters.insert(0, (route, group.per_route))  # first: a rejection by it leaves the group's count unchanged
    decisions: list[RateLimitDecision] = []
    for name, rate in counters:
        decisions.append(_acquire(request, limiter, reader, group, name, rate))
        if decisions[-1].wait > 0:
            break
    decision = min(decisions, key=lambda each: each.remaining)
    request.state.rate_limit = RateLimitStatus(decision.limit, decision.remaining, decision.reset)
    if decision.wait > 0:
        raise TooManyRequests(decision.wait)
    if refusal is not None:
        raise refusal


def _acquire(
    request: Request, limiter: "RateLimiter", reader: Reader, group: RouteGroup, name: str, rate: Rate
) -> "RateLimitDecision":
    caller, limit = f"{name}:{_caller_key(request, reader)}", rate.for_plan(reader.plan)
    plans = redis_backed.plan_cache()
    plan_key = plans.key_for(reader.user_id) if plans and reader.user_id and not reader.by_key else None
    try:
        # The cached plan is newer than the one in the token.
        limit_by_plan: dict[str, int] | None = {plan: rate.for_plan(plan) for plan in Plan} if plan_key else None
        decision = limiter.acquire(caller, limit, plan_key, limit_by_plan)
        request.state.account_status = decision.extra
    except Unavailable:
        if group.fail_closed or request.method not in {"GET", "HEAD"}:
            raise
        decision = limiter.acquire_locally(caller, limit)
    return decision


def _route_name(request: Request) -> str | None:
    """The method and path template of the route that serves a request; None if there is none."""
    for route in request.app.routes:
        if route.matches(request.scope)[0] is Match.FULL:
            return f"{request.method} {route.path}"
    return None


def client_address(request: Request) -> str:
    """The client's IP address; for IPv6 the /64 network, which one household shares.

    It is the address of the connection, or CloudFront-Viewer-Address if the request carries CDN_SECRET.
    `X-Forwarded-For` is never read: clients can forge its left side.
    """
    address_text = request.client.host if request.client else ""
    if _is_from_cdn(request):
        address_text = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0]  # without the port
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
    """The group of a path."""
    found = next((group for group in GROUPS if path.startswith(group.prefix)), None)
    if found:
        return found
    anonymous = settings().public_calls_per_minute
    if path in {"/", "/en"} or path.startswith(PAGES):
        return RouteGroup("pages", Rate(3 * anonymous, 100, 500))
    return RouteGroup("/", Rate(anonymous, 100, 500))


def _identify(request: Request, limiter: "RateLimiter") -> tuple[Reader, Exception | None]:
    """The caller, and the error of their credentials; callers with invalid credentials are counted by address."""
    invalid_keys = f"false keys:{client_address(request)}"
    has_api_key = "x-api-key" in request.headers and "authorization" not in request.headers
    if has_api_key and limiter.is_limited_locally(invalid_keys, MAX_INVALID_KEYS):
        return ANONYMOUS_READER, Unauthorized("key_refused")
    try:
        return authenticate(request), None
    except (Unavailable, DatabaseUnavailable):
        # Routes that need the reader fail later; public routes still respond.
        return ANONYMOUS_READER, None
    except Exception as error:  # an unexpected one must not bypass the limit either
        if has_api_key and isinstance(error, Unauthorized):  # a key without the scope or plan is valid
            limiter.acquire_locally(invalid_keys, MAX_INVALID_KEYS)
        return ANONYMOUS_READER, error


def _caller_key(request: Request, reader: Reader) -> str:
    if reader.plan is Plan.ANONYMOUS:  # anonymous accounts are free to create: no limit of their own
        return client_address(request)
    return str(reader.user_id)
