"""What all processes share in Redis: cached responses, cached plans, and the count of each caller's requests.

Each is built on first use and kept while the process is warm. Imports stand inside the functions, so that a process
loads only what it uses.
"""

from __future__ import annotations

from functools import cache
from time import sleep
from typing import TYPE_CHECKING

from shared.runtime import clock, wiring
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.services.inbound_rate_limit import RateLimit
    from shared.services.plan_cache import RememberedPlans
    from shared.services.response_cache import KeptAnswers


@cache
def rate_limit() -> RateLimit | None:
    """What counts calls; None on a developer's machine without Redis, where they are not counted."""
    told = settings()
    if not told.upstash_redis_rest_url and told.app_env == "development":
        return None
    from shared.services.inbound_rate_limit import RateLimit

    return RateLimit(wiring.redis() if told.upstash_redis_rest_url else None, clock.now)


@cache
def kept_answers() -> KeptAnswers:
    """Answers that were given before; without Redis there are none."""
    from shared.services.response_cache import KeptAnswers

    return KeptAnswers(wiring.redis() if settings().upstash_redis_rest_url else None, clock.now, sleep)


@cache
def remembered_plans() -> RememberedPlans | None:
    """People's plans in Redis, or None without it."""
    if not settings().upstash_redis_rest_url:
        return None
    from shared.services.plan_cache import RememberedPlans

    return RememberedPlans(wiring.redis())
