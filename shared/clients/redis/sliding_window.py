"""At most so many calls in any stretch of time, counted exactly over all processes in Redis.

The instants of the last calls are kept. upstash-ratelimit's sliding window is an estimate from two fixed ones and lets
up to twice the limit through in a real one (docs/decisions/limits.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from upstash_redis import Redis

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The newest call stands first. Two further keys may be given, at the places that two arguments tell (0 for none): of an
# instant until which no call may be made, and of a text to read along. The last arguments are words and limits: where
# the text's first word is one of them, that limit counts.
_ACQUIRE_SCRIPT = """
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function read(place) return place ~= '0' and redis.call('GET', KEYS[tonumber(place)]) end
local free, beside = tonumber(read(ARGV[4]) or '') or 0, read(ARGV[5])
local word = beside and string.match(beside, '^%S+')
for at = 6, #ARGV, 2 do if ARGV[at] == word then most = tonumber(ARGV[at + 1]) end end
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) + window <= now do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end
local last_that_fits = redis.call('LINDEX', KEYS[1], most - 1)
if last_that_fits then free = math.max(free, tonumber(last_that_fits) + window) end
if free > now then return {free - now, 0, free - now, most, beside} end
local taken = redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], window)
return {0, most - taken, (oldest and tonumber(oldest) or now) + window - now, most, beside}
"""


@dataclass(frozen=True, slots=True)
class RateLimitDecision:
    """What became of a call.

    Attributes:
        wait: seconds until it may be made; 0 where it was let through and counted.
        left: how many more may be made now.
        reset: seconds until one more may be made than now.
        most: how many fit into the window.
        beside: the text that was read along, if there is one.
    """

    wait: float
    remaining: int
    reset: float
    limit: int
    extra: str | None = None


def acquire(
    redis: Redis,
    calls_key: str,
    limit: int,
    window: timedelta,
    now: datetime,
    *,
    blocked_key: str | None = None,
    beside: str | None = None,
    most_by_word: Mapping[str, int] | None = None,
) -> RateLimitDecision:
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
        most_by_word: what `most` is instead, by the first word of that text.

    Raises:
        Exception: one of `shared.clients.redis.upstash.REDIS_FAILURES`.
    """
    keys = [calls_key, *(key for key in (blocked_key, beside) if key)]
    positions = [str(keys.index(key) + 1) if key else "0" for key in (blocked_key, beside)]
    words = [part for item in (most_by_word or {}).items() for part in map(str, item)]
    arguments = [to_milliseconds(now), str(window // MILLISECOND), str(limit), *positions, *words]
    match redis.eval(_ACQUIRE_SCRIPT, keys, arguments):
        case [*numbers, None | str() as text] if [type(each) for each in numbers] == [int] * 4:
            wait, remaining, reset, applied_limit = numbers
            return RateLimitDecision(wait / 1000, remaining, reset / 1000, applied_limit, text)
        case _:
            raise ValueError("what Redis answered is no count of calls")


def to_milliseconds(instant: datetime) -> str:
    """An instant as Redis keeps it: whole milliseconds since 1970."""
    return str((instant - _EPOCH) // MILLISECOND)
