"""HTTP caching headers of cached responses: Cache-Control, Vary, Age, Cache-Status, and ETag comparison."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from shared.services.cached_response import CachedResponse

BROWSER_MAX_AGE, CDN_MAX_AGE = timedelta(seconds=60), timedelta(seconds=600)
"""The longest TTLs outside this system, where a response cannot be invalidated."""

CacheOutcome = Literal["hit", "miss", "stale"]
"""Whether a response came from the cache, was computed, or is stale because no fresh one is available."""
_STATUS: dict[CacheOutcome, str] = {"hit": "hit", "miss": "fwd=miss; stored", "stale": "hit; detail=stale"}


def cache_headers(
    response: CachedResponse, outcome: CacheOutcome, now: datetime, *, per_plan: bool, has_credentials: bool
) -> list[tuple[str, str]]:
    """The headers of a response: its own, Cache-Control (RFC 9111) and Cache-Status (RFC 9211).

    Args:
        has_credentials: whether the request has a token or a key. A response that depends on the plan is then private;
            without credentials it is the public one, so that a shared cache never leaks more than visitors may see.
    """
    ttl = max(math.floor((response.fresh_until - now).total_seconds()), 0)
    visibility = "private" if per_plan and has_credentials else "public"
    if visibility == "private" or outcome == "stale":
        control = f"{visibility}, no-cache"
    else:
        browsers, cdn = (min(ttl, round(most.total_seconds())) for most in (BROWSER_MAX_AGE, CDN_MAX_AGE))
        control = f"public, max-age={browsers}, s-maxage={cdn}, stale-while-revalidate={browsers}"
    headers = [*response.headers]
    if response.status == HTTPStatus.OK:  # others get the middleware's default, `no-store`
        headers.append(("cache-control", control))
    headers.append(("vary", "Accept-Language, Authorization, X-API-Key" if per_plan else "Accept-Language"))
    headers.append(("cache-status", f"paris-sportif; {_STATUS[outcome]}; ttl={ttl}"))
    if outcome == "stale":
        headers.append(("age", str(math.floor((now - response.created_at).total_seconds()))))
        headers.append(("warning", '110 - "Response is Stale"'))
    return headers


def etag_matches(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header matches an ETag (weak comparison, RFC 9110, section 13.1.2)."""
    etags = [name.strip().removeprefix("W/") for name in (if_none_match or "").split(",")]
    return etag in etags or "*" in etags
