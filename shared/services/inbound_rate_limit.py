"""How often each caller may ask us in any minute."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import Taken, take
from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
MOST_CALLERS = 10_000
"""Whom a process counts by itself; with one more it begins anew."""
REFUSAL_CACHED = timedelta(seconds=5)
"""How long a refusal counts of a caller whose limit may be raised meanwhile; any other caller's lasts until its end."""


class RateLimit:
    """Counts calls by caller: over all processes in Redis; by itself where that is out of reach.

    Args:
        redis: where calls are counted; None where there is none.
        now: the clock.
    """

    def __init__(self, redis: Redis | None, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._now = now
        self._alone: dict[str, deque[datetime]] = {}
        self._refused: dict[str, tuple[datetime, timedelta, Taken]] = {}

    def take(
        self, caller: str, most: int, beside: str | None = None, most_by_word: Mapping[str, int] | None = None
    ) -> Taken:
        """Let a call through, or say how long it must wait.

        Args:
            caller: whose call it is.
            most: how many the caller may make in any minute.
            beside: the key of a text that is read along.
            most_by_word: what `most` is instead, by the first word of that text.

        Raises:
            Unavailable: nobody can count.
        """
        if self._redis is None:
            raise Unavailable("there is no Redis to count calls in")
        now = self._now()
        if refusal := self._refusal(caller, now):
            return refusal
        try:
            taken = take(self._redis, f"calls:{caller}", most, WINDOW, now, beside=beside, most_by_word=most_by_word)
        except REDIS_FAILURES as error:
            log.warning("calls are not counted over all processes: Redis is out of reach")
            raise Unavailable("calls cannot be counted") from error
        if taken.wait > 0:
            if len(self._refused) >= MOST_CALLERS:
                self._refused.clear()
            wait = timedelta(seconds=taken.wait)
            self._refused[caller] = (now, min(wait, REFUSAL_CACHED) if beside else wait, taken)
        return taken

    def is_refused_alone(self, caller: str, most: int) -> bool:
        """Whether this process has let through all calls of a caller that fit into the window."""
        calls, now = self._alone.get(caller, ()), self._now()
        return sum(timedelta(0) <= now - call < WINDOW for call in calls) >= most

    def _refusal(self, caller: str, now: datetime) -> Taken | None:
        """The refusal of a caller that this process remembers: a flood of calls costs no command of Redis each."""
        if caller not in self._refused:
            return None
        since, span, taken = self._refused[caller]
        if not timedelta(0) <= now - since < span:
            del self._refused[caller]
            return None
        wait = (timedelta(seconds=taken.wait) - (now - since)).total_seconds()
        return replace(taken, wait=wait, reset=wait)

    def take_alone(self, caller: str, most: int) -> Taken:
        """The same, counted in this process only."""
        now = self._now()
        if len(self._alone) >= MOST_CALLERS and caller not in self._alone:
            self._alone.clear()
        calls = self._alone.setdefault(caller, deque())
        while calls and not timedelta(0) <= now - calls[0] < WINDOW:
            calls.popleft()
        if len(calls) >= most:
            wait = (calls[0] + WINDOW - now).total_seconds()
            return Taken(wait, 0, wait, most)
        calls.append(now)
        return Taken(0, most - len(calls), (calls[0] + WINDOW - now).total_seconds(), most)
