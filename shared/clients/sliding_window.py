"""At most so many calls in any stretch of time, counted exactly over all processes in Redis.

The instants of the last calls are kept. upstash-ratelimit's sliding window is an estimate from two fixed ones and lets
up to twice the limit through in a real one (docs/decisions/limits.md).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from upstash_redis import Redis

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The newest call stands first. Two further keys may be given, at the places that the last arguments tell (0 for none):
# of an instant until which no call may be made, and of a text to read along.
_TAKE = """
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function read(place) return place ~= '0' and redis.call('GET', KEYS[tonumber(place)]) end
local free, beside = tonumber(read(ARGV[4]) or '') or 0, read(ARGV[5])
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) + window <= now do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end
local last_that_fits = redis.call('LINDEX', KEYS[1], most - 1)
if last_that_fits then free = math.max(free, tonumber(last_that_fits) + window) end
if free > now then return {free - now, 0, free - now, beside} end
local taken = redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], window)
return {0, most - taken, (oldest and tonumber(oldest) or now) + window - now, beside}
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a call.

    Attributes:
        wait: seconds until it may be made; 0 where it was let through and counted.
        left: how many more may be made now.
        reset: seconds until one more may be made than now.
        beside: the text that was read along, if there is one.
    """

    wait: float
    left: int
    reset: float
    beside: str | None = None


def take(
    redis: Redis,
    calls: str,
    most: int,
    window: timedelta,
    now: datetime,
    *,
    blocked: str | None = None,
    beside: str | None = None,
) -> Taken:
    """Let a call through and count it, or say how long it must wait; one command of Redis, and atomic.

    Clocks that differ by some time let the limit through in a window that is shorter by that time, no more.

    Args:
        redis: where calls are counted.
        calls: the key of their instants.
        most: how many calls fit into the window.
        window: any stretch of time of this length.
        now: the time of the call.
        blocked: the key of the instant until which calls are blocked.
        beside: the key of a text to read along, which costs no command of its own.

    Raises:
        Exception: one of `shared.clients.upstash.REDIS_FAILURES`.
    """
    keys = [calls, *(key for key in (blocked, beside) if key)]
    places = [str(keys.index(key) + 1) if key else "0" for key in (blocked, beside)]
    arguments = [milliseconds(now), str(window // MILLISECOND), str(most), *places]
    wait, left, reset, text = cast("tuple[int, int, int, str | None]", redis.eval(_TAKE, keys, arguments))
    return Taken(wait / 1000, left, reset / 1000, text)


def milliseconds(instant: datetime) -> str:
    """An instant as Redis keeps it: whole milliseconds since 1970."""
    return str((instant - _EPOCH) // MILLISECOND)
