"""How others may keep an answer, as its headers tell them."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from shared.services.cached_response import Answer

BROWSER_MAX_AGE, CDN_MAX_AGE = timedelta(seconds=60), timedelta(seconds=600)
"""How long others may keep an answer at most: it cannot be taken back from them."""

CacheOutcome = Literal["hit", "made", "old"]
"""Whether an answer was kept, was made just now, or is an old one because no other can be had."""
_STATUS: dict[CacheOutcome, str] = {"hit": "hit", "made": "fwd=miss; stored", "old": "hit; detail=stale"}


def cache_headers(
    response: Answer, outcome: CacheOutcome, now: datetime, *, per_plan: bool, has_credentials: bool
) -> list[tuple[str, str]]:
    """The headers of an answer: its own, how others may keep it (RFC 9111), and whence it comes (RFC 9211).

    Args:
        answer: the answer.
        how: whence it comes.
        now: the time.
        tiered: whether it depends on the reader's plan.
        is_named: whether the request shows a token or a key. What depends on the plan is then for its reader alone;
            otherwise it is what every visitor may see, so that a cache that mixed them up would give nobody too much.
    """
    ttl = max(math.floor((response.fresh_until - now).total_seconds()), 0)
    visibility = "private" if per_plan and has_credentials else "public"
    if response.status != HTTPStatus.OK:
        control = "no-store"
    elif visibility == "private" or outcome == "old":
        control = f"{visibility}, no-cache"
    else:
        browsers, cdn = (min(ttl, round(most.total_seconds())) for most in (BROWSER_MAX_AGE, CDN_MAX_AGE))
        control = f"public, max-age={browsers}, s-maxage={cdn}, stale-while-revalidate={browsers}"
    headers = [*response.headers, ("cache-control", control)]
    headers.append(("vary", "Accept-Language, Authorization, X-API-Key" if per_plan else "Accept-Language"))
    headers.append(("cache-status", f"paris-sportif; {_STATUS[outcome]}; ttl={ttl}"))
    if outcome == "old":
        headers.append(("age", str(math.floor((now - response.made_at).total_seconds()))))
        headers.append(("warning", '110 - "Response is Stale"'))
    return headers


def etag_matches(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names an answer (RFC 9110, section 13.1.2: the weak comparison)."""
    etags = [name.strip().removeprefix("W/") for name in (if_none_match or "").split(",")]
    return etag in etags or "*" in etags
