"""Throttling of outbound calls to one outside system, for all workers together."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from upstash_redis import Redis

from shared.clients.errors import RateLimited
from shared.clients.redis.sliding_window import MILLISECOND, acquire, to_milliseconds
from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

WINDOW = timedelta(seconds=61)
"""A minute, and a second for latency and clock skew."""

MAX_BLOCK = timedelta(hours=1)
"""Upper bound of a wait that an outside system requests."""

_BLOCK_SCRIPT = """
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
"""


class OutboundThrottle:
    """Allows `limit` calls a minute to one outside system, counted for all workers in Redis.

    While Redis is unavailable the calls of this process are evenly spaced and blocks still apply; other processes are
    then not counted.
    """

    def __init__(
        self,
        redis: Redis,
        name: str,
        limit: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._redis = redis
        self._name = name
        self._limit = limit
        self._now = now
        self._sleep = sleep
        self._calls_key = f"call_limit:{name}:taken"
        self._blocked_key = f"call_limit:{name}:blocked"
        self._next_local_call: datetime | None = None

    def wait(self, max_wait: float) -> None:
        """Wait until a call is allowed, and count it.

        Args:
            max_wait: seconds.

        Raises:
            RateLimited: the wait would be longer; nothing was counted.
        """
        waited = 0.0
        while (seconds := self._acquire()) > 0:
            if waited + seconds > max_wait:
                raise RateLimited(f"{self._name} may not be called for another {seconds:.0f} s", seconds)
            self._sleep(seconds)
            waited += seconds

    def block(self, seconds: float) -> None:
        """Block the calls of all workers for some seconds; a longer block stays."""
        now = self._now()
        length = min(timedelta(seconds=max(seconds, 0)), MAX_BLOCK)
        self._next_local_call = max(self._next_local_call or now, now + length)
        try:
            self._redis.eval(
                _BLOCK_SCRIPT, [self._blocked_key], [to_milliseconds(now + length), str(length // MILLISECOND + 1)]
            )
        except REDIS_FAILURES:
            log.warning("other workers do not know that %s is to be left alone: Redis is unavailable", self._name)

    def _acquire(self) -> float:
        """Count a call and return 0, or return the seconds to wait before the next attempt."""
        now = self._now()
        try:
            seconds = acquire(
                self._redis, self._calls_key, self._limit, WINDOW, now, blocked_key=self._blocked_key
            ).wait
        except REDIS_FAILURES:
            log.warning("calls to %s are spaced in this process only: Redis is unavailable", self._name)
            seconds = (self._next_local_call - now).total_seconds() if self._next_local_call else 0.0
        if seconds <= 0:
            self._next_local_call = now + WINDOW / self._limit
        return seconds
