"""How often all workers together may call one outside system."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
from upstash_redis import Redis
from upstash_redis.errors import UpstashError

from shared.clients.errors import RateLimited

log = logging.getLogger(__name__)

REDIS_FAILURES = (httpx.HTTPError, UpstashError, ValueError, KeyError)
"""What upstash-redis raises when Redis is out of reach, out of commands or answers with something else."""

WINDOW = timedelta(seconds=61)
"""A minute, and a second because a call arrives later than it was let through and clocks differ a little."""

LONGEST_BLOCK = timedelta(hours=1)
"""So that a nonsensical wait told by an outside system does not silence us for ever."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# upstash-ratelimit reads the time itself and its sliding window is an estimate from two fixed ones, which lets more
# than the limit through a real window. This keeps the instants of the last calls, so it is exact.
_TAKE = """
local now, window, calls = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local blocked_until = tonumber(redis.call('GET', KEYS[2]) or '0')
local oldest_that_counts = tonumber(redis.call('LINDEX', KEYS[1], calls - 1) or '0')
local free = math.max(blocked_until, oldest_that_counts + window)
if free > now then return free - now end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, calls - 1)
redis.call('PEXPIRE', KEYS[1], window)
return 0
"""
_BLOCK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
"""


class CallLimit:
    """Lets at most `calls` calls a minute to one outside system through, counted over all workers in Redis.

    While Redis is out of reach the calls of this process are evenly spaced, and it still waits where it was told to
    wait; what other processes do is then not known, so the outside system's own limit is the last guard.
    """

    def __init__(
        self,
        redis: Redis,
        name: str,
        calls: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._redis = redis
        self._name = name
        self._calls = calls
        self._now = now
        self._sleep = sleep
        self._taken = f"call_limit:{name}:taken"
        self._blocked = f"call_limit:{name}:blocked"
        self._next_alone: datetime | None = None

    def wait(self, patience: float) -> None:
        """Wait until a call may be made now, and count it as made.

        Args:
            patience: seconds that may be spent waiting.

        Raises:
            RateLimited: the wait would be longer; nothing was counted.
        """
        waited = 0.0
        while (seconds := self._take()) > 0:
            if waited + seconds > patience:
                raise RateLimited(f"{self._name} may not be called for another {seconds:.0f} s", seconds)
            self._sleep(seconds)
            waited += seconds

    def block(self, seconds: float) -> None:
        """Let no worker call for so many seconds, because the outside system said so; a longer block stays."""
        now = self._now()
        length = min(timedelta(seconds=max(seconds, 0)), LONGEST_BLOCK)
        self._next_alone = max(self._next_alone or now, now + length)
        try:
            self._redis.eval(_BLOCK, [self._blocked], [_milliseconds(now + length), str(length // _MILLISECOND + 1)])
        except REDIS_FAILURES:
            log.warning("other workers do not know that %s is to be left alone: Redis is out of reach", self._name)

    def _take(self) -> float:
        """Take a call, or tell how many seconds to wait before trying again."""
        now = self._now()
        arguments = [_milliseconds(now), str(WINDOW // _MILLISECOND), str(self._calls)]
        try:
            seconds = cast("int", self._redis.eval(_TAKE, [self._taken, self._blocked], arguments)) / 1000
        except REDIS_FAILURES:
            log.warning("calls to %s are spaced in this process only: Redis is out of reach", self._name)
            seconds = (self._next_alone - now).total_seconds() if self._next_alone else 0.0
        if seconds <= 0:
            self._next_alone = now + WINDOW / self._calls
        return seconds


def _milliseconds(instant: datetime) -> str:
    return str((instant - _EPOCH) // _MILLISECOND)
