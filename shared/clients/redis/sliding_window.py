"""An exact sliding-window rate limit (a log of timestamps), shared by all processes in Redis.

upstash-ratelimit's sliding window interpolates two fixed windows and allows up to twice the limit
(docs/decisions/limits.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from upstash_redis import Redis

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The list of timestamps has the newest first. ARGV[4] and ARGV[5] are the positions of two optional keys (0 for none):
# a timestamp until which calls are blocked, and a text that is returned too. The remaining arguments are pairs of word
# and limit: if the text's first word is one of them, that limit applies.
_ACQUIRE_SCRIPT = """
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function read(place) return place ~= '0' and redis.call('GET', KEYS[tonumber(place)]) end
local free, extra = tonumber(read(ARGV[4]) or '') or 0, read(ARGV[5])
local word = extra and string.match(extra, '^%S+')
for at = 6, #ARGV, 2 do if ARGV[at] == word then limit = tonumber(ARGV[at + 1]) end end
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) + window <= now do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end
local last_that_fits = redis.call('LINDEX', KEYS[1], limit - 1)
if last_that_fits then free = math.max(free, tonumber(last_that_fits) + window) end
if free > now then return {free - now, 0, free - now, limit, extra} end
local taken = redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], window)
return {0, limit - taken, (oldest and tonumber(oldest) or now) + window - now, limit, extra}
"""


@dataclass(frozen=True, slots=True)
class RateLimitDecision:
    """The decision on a call."""

    wait: float  # seconds until it is allowed; 0 if it was allowed and counted
    remaining: int  # further calls allowed now
    reset: float  # seconds until `remaining` grows
    limit: int
    extra: str | None = None  # the text under `extra_key`, if any


def acquire(
    redis: Redis,
    calls_key: str,
    limit: int,
    window: timedelta,
    now: datetime,
    *,
    blocked_key: str | None = None,
    extra_key: str | None = None,
    limit_by_word: Mapping[str, int] | None = None,
) -> RateLimitDecision:
    """Count a call if the limit allows it; one atomic Redis command.

    Clock skew between processes shortens the window by as much, no more.

    Args:
        blocked_key: the key of the timestamp until which calls are blocked.
        extra_key: the key of a text that is read in the same command.
        limit_by_word: the limit that replaces `limit`, by the first word of that text.

    Raises:
        Exception: one of `shared.clients.redis.upstash.REDIS_FAILURES`.
    """
    keys = [calls_key, *(key for key in (blocked_key, extra_key) if key)]
    positions = [str(keys.index(key) + 1) if key else "0" for key in (blocked_key, extra_key)]
    words = [part for item in (limit_by_word or {}).items() for part in map(str, item)]
    arguments = [to_milliseconds(now), str(window // MILLISECOND), str(limit), *positions, *words]
    match redis.eval(_ACQUIRE_SCRIPT, keys, arguments):
        case [*numbers, None | str() as text] if [type(each) for each in numbers] == [int] * 4:
            wait, remaining, reset, applied_limit = numbers
            return RateLimitDecision(wait / 1000, remaining, reset / 1000, applied_limit, text)
        case _:
            raise ValueError("Redis returned a malformed rate limit decision")


def to_milliseconds(instant: datetime) -> str:
    """An instant in whole milliseconds since 1970, as text for Redis."""
    return str((instant - _EPOCH) // MILLISECOND)
