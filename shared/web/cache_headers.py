"""How others may keep an answer, as its headers tell them."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from shared.services.cached_response import Answer

AT_BROWSERS, AT_CDN = timedelta(seconds=60), timedelta(seconds=600)
"""How long others may keep an answer at most: it cannot be taken back from them."""

How = Literal["hit", "made", "old"]
"""Whether an answer was kept, was made just now, or is an old one because no other can be had."""
_STATUS: dict[How, str] = {"hit": "hit", "made": "fwd=miss; stored", "old": "hit; detail=stale"}


def headers_of(answer: Answer, how: How, now: datetime, *, tiered: bool, is_named: bool) -> list[tuple[str, str]]:
    """The headers of an answer: its own, how others may keep it (RFC 9111), and whence it comes (RFC 9211).

    Args:
        answer: the answer.
        how: whence it comes.
        now: the time.
        tiered: whether it depends on the reader's plan.
        is_named: whether the request shows a token or a key. What depends on the plan is then for its reader alone;
            otherwise it is what every visitor may see, so that a cache that mixed them up would give nobody too much.
    """
    left = max(math.floor((answer.fresh_until - now).total_seconds()), 0)
    whose = "private" if tiered and is_named else "public"
    if answer.status != HTTPStatus.OK:
        control = "no-store"
    elif whose == "private" or how == "old":
        control = f"{whose}, no-cache"
    else:
        browsers, cdn = (min(left, round(most.total_seconds())) for most in (AT_BROWSERS, AT_CDN))
        control = f"public, max-age={browsers}, s-maxage={cdn}, stale-while-revalidate={browsers}"
    told = [*answer.headers, ("cache-control", control)]
    told.append(("vary", "Accept-Language, Authorization, X-API-Key" if tiered else "Accept-Language"))
    told.append(("cache-status", f"paris-sportif; {_STATUS[how]}; ttl={left}"))
    if how == "old":
        told.append(("age", str(math.floor((now - answer.made_at).total_seconds()))))
        told.append(("warning", '110 - "Response is Stale"'))
    return told


def names(told: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names an answer (RFC 9110, section 13.1.2: the weak comparison)."""
    told_names = [name.strip().removeprefix("W/") for name in (told or "").split(",")]
    return etag in told_names or "*" in told_names
