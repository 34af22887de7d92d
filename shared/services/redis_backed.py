"""Factories of the Redis-backed services: response cache, plan cache and rate limiter.

Each is built on first use and reused while the process is warm. Imports are local, so that a process loads only what it
uses.
"""

from __future__ import annotations

from functools import cache
from time import sleep
from typing import TYPE_CHECKING

from shared.runtime import clock, wiring
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from shared.services.inbound_rate_limit import RateLimiter
    from shared.services.plan_cache import PlanCache
    from shared.services.response_cache import ResponseCache


@cache
def rate_limiter() -> RateLimiter | None:
    """The rate limiter; None in development without Redis."""
    config = settings()
    if not config.upstash_redis_rest_url and config.app_env == "development":
        return None
    from shared.services.inbound_rate_limit import RateLimiter

    return RateLimiter(wiring.redis() if config.upstash_redis_rest_url else None, clock.now)


@cache
def response_cache() -> ResponseCache:
    """The response cache; it stores nothing without Redis."""
    from shared.services.response_cache import ResponseCache

    return ResponseCache(wiring.redis() if settings().upstash_redis_rest_url else None, clock.now, sleep)


@cache
def plan_cache() -> PlanCache | None:
    """The plan cache, or None without Redis."""
    if not settings().upstash_redis_rest_url:
        return None
    from shared.services.plan_cache import PlanCache

    return PlanCache(wiring.redis())


def invalidate_plan(user_id: UUID) -> None:
    """Invalidate a person's cached plan, so that the next request reads Postgres."""
    if cache := plan_cache():
        cache.invalidate(user_id)
