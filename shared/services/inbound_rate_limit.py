"""Rate limiting of incoming requests, by caller and minute."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import RateLimitDecision, acquire
from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
MAX_TRACKED_CALLERS = 10_000
"""Callers in local memory; it is cleared when full."""
REJECTION_TTL = timedelta(seconds=5)
"""How long a rejection is cached if the caller's limit may be raised meanwhile; others are cached for their wait."""


class RateLimiter:
    """Counts calls by caller: in Redis for all processes, or locally as a fallback.

    Args:
        redis: the shared counter; None for none.
    """

    def __init__(self, redis: Redis | None, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._now = now
        self._local_calls: dict[str, deque[datetime]] = {}
        self._rejections: dict[str, tuple[datetime, timedelta, RateLimitDecision]] = {}

    def acquire(
        self, caller: str, limit: int, extra_key: str | None = None, limit_by_word: Mapping[str, int] | None = None
    ) -> RateLimitDecision:
        """Count a call if the limit allows it; `Unavailable` if Redis is."""
        if self._redis is None:
            raise Unavailable("there is no Redis to count calls in")
        now = self._now()
        if rejection := self._cached_rejection(caller, now):
            return rejection
        try:
            decision = acquire(
                self._redis, f"calls:{caller}", limit, WINDOW, now, extra_key=extra_key, limit_by_word=limit_by_word
            )
        except REDIS_FAILURES as error:
            log.warning("calls are not counted over all processes: Redis is unavailable")
            raise Unavailable("calls cannot be counted") from error
        if decision.wait > 0:
            if len(self._rejections) >= MAX_TRACKED_CALLERS:
                self._rejections.clear()
            wait = timedelta(seconds=decision.wait)
            self._rejections[caller] = (now, min(wait, REJECTION_TTL) if extra_key else wait, decision)
        return decision

    def is_limited_locally(self, caller: str, limit: int) -> bool:
        """Whether a caller has reached its limit in this process."""
        calls, now = self._local_calls.get(caller, ()), self._now()
        return sum(timedelta(0) <= now - call < WINDOW for call in calls) >= limit

    def _cached_rejection(self, caller: str, now: datetime) -> RateLimitDecision | None:
        """A caller's cached rejection, so that a flood of calls costs no Redis commands."""
        if caller not in self._rejections:
            return None
        since, ttl, decision = self._rejections[caller]
        if not timedelta(0) <= now - since < ttl:
            del self._rejections[caller]
            return None
        wait = (timedelta(seconds=decision.wait) - (now - since)).total_seconds()
        return replace(decision, wait=wait, reset=wait)

    def acquire_locally(self, caller: str, limit: int) -> RateLimitDecision:
        """The same, counted in this process only."""
        now = self._now()
        if len(self._local_calls) >= MAX_TRACKED_CALLERS and caller not in self._local_calls:
            self._local_calls.clear()
        calls = self._local_calls.setdefault(caller, deque())
        while calls and not timedelta(0) <= now - calls[0] < WINDOW:
            calls.popleft()
        if len(calls) >= limit:
            wait = (calls[0] + WINDOW - now).total_seconds()
            return RateLimitDecision(wait, 0, wait, limit)
        calls.append(now)
        return RateLimitDecision(0, limit - len(calls), (calls[0] + WINDOW - now).total_seconds(), limit)
