"""Answers that were given before: near, in this process, and in Redis, for all processes.

In Redis an answer stands beside the generation of its kind that it was made in. Whoever changes data begins a new
generation; what is older is no longer fresh, but still there for when no other answer can be had.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import MILLISECOND, to_milliseconds
from shared.clients.redis.upstash import REDIS_FAILURES
from shared.services.cached_response import CachedResponse, CacheLookup

log = logging.getLogger(__name__)

LOCAL_TTL = timedelta(seconds=30)
"""How long an answer counts here without a look into Redis: so long may the end of a job go unnoticed."""
MAX_LOCAL_ENTRIES, MAX_LOCAL_BYTES = 500, 16 * 2**20
MAX_BODY_BYTES = 500_000
"""Bytes of a body; a larger one is kept near only."""
LOCK_TTL = timedelta(seconds=5)
"""How long the turn to make an answer lasts: longer than making one takes. Whoever dies with it lets it run out."""
MAX_WAIT = 6.0
"""Seconds that are waited for whoever makes the answer."""
INITIAL_BACKOFF, MAX_BACKOFF = 0.05, 0.8
"""Seconds between two looks; each pause is twice as long as the one before."""

_LOCK_STATES = _NOT_NEEDED, _ACQUIRED, _HELD_ELSEWHERE, _FAILED = range(4)

# One command reads the answer and, where it is not fresh, takes the turn to make it, so that of any number of processes
# one makes it. Something else under the key counts as nothing.
_LOOKUP_SCRIPT = """
local now, longest = tonumber(ARGV[1]), tonumber(ARGV[2])
local generation = redis.call('GET', KEYS[2]) or '0'
local kept = redis.pcall('HMGET', KEYS[1], 'generation', 'fresh_until', 'answer')
if kept.err then kept = {} end
local ahead = (tonumber(kept[2] or '') or 0) - now
if kept[1] == generation and ahead > 0 and ahead <= longest then return {generation, kept[3], 0} end
local turn = 1
if not redis.call('SET', KEYS[3], ARGV[3], 'NX', 'PX', ARGV[4]) then
  turn = redis.call('GET', KEYS[3]) == 'failed' and 3 or 2
end
return {generation, kept[3] or false, turn}
"""
_STORE_SCRIPT = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'fresh_until', ARGV[2], 'answer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if redis.call('GET', KEYS[2]) == ARGV[5] then redis.call('DEL', KEYS[2]) end
"""
_RELEASE_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_FAIL_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], 'failed', 'PX', ARGV[2]) end"
_INVALIDATE_SCRIPT = "for _, key in ipairs(KEYS) do redis.call('INCR', key) end"


class ResponseCache:
    """Keeps answers. While Redis is out of reach they are kept near only.

    Args:
        redis: for all processes; None where there is none, and then nothing is kept: no job could end it.
        now: the clock.
        sleep: waits for so many seconds.
    """

    def __init__(self, redis: Redis | None, now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._redis = redis
        self._now = now
        self._sleep = sleep
        self._owner = uuid4().hex
        self._local: OrderedDict[str, tuple[CachedResponse, datetime]] = OrderedDict()
        self._local_bytes = 0

    def lookup(self, kind: str, key: str, ttl: timedelta, stale_ttl: timedelta) -> CacheLookup:
        """Look for an answer. While another process makes it and no old one will do, wait for it.

        Args:
            kind: of its data.
            key: what it answers.
            fresh: how long such an answer counts at most; for as long again it will do while another is made.
            beyond: how long after its time it will do while none can be made.
        """
        if self._redis is None:
            return CacheLookup(None)
        waited, backoff = 0.0, INITIAL_BACKOFF
        while True:
            found, lock = self._lookup_once(self._redis, kind, key, ttl)
            if found.is_fresh or lock in {_NOT_NEEDED, _ACQUIRED}:
                return found
            stop_waiting = lock == _FAILED or waited >= MAX_WAIT
            if found.response and found.response.can_serve_stale(self._now(), stale_ttl if stop_waiting else ttl):
                return replace(found, will_do=True)
            if stop_waiting:
                return found
            self._sleep(backoff)
            waited, backoff = waited + backoff, min(2 * backoff, MAX_BACKOFF)

    def store(self, key: str, response: CachedResponse, lookup: CacheLookup, stale_ttl: timedelta) -> None:
        """Keep an answer that was made after a look, and end the turn.

        Args:
            key: what it answers.
            answer: the answer.
            look: what was found before it was made.
            beyond: how long it stays there after it was fresh.
        """
        if self._redis is None:
            return
        now = self._now()
        self._store_locally(key, response, now)
        if lookup.generation is None:
            return
        if len(response.body) > MAX_BODY_BYTES:
            self.release(key, lookup)
            return
        expires_in = response.fresh_until - now + stale_ttl
        arguments = [
            lookup.generation,
            to_milliseconds(response.fresh_until),
            _serialize(response),
            str(expires_in // MILLISECOND),
        ]
        try:
            self._redis.eval(_STORE_SCRIPT, [f"answer:{key}", f"turn:{key}"], [*arguments, self._owner])
        except REDIS_FAILURES:
            log.warning("an answer is kept in this process only: Redis is out of reach")

    def release(self, key: str, lookup: CacheLookup) -> None:
        """End the turn without an answer, so that another may try."""
        if self._redis is None or lookup.generation is None:
            return
        try:
            self._redis.eval(_RELEASE_SCRIPT, [f"turn:{key}"], [self._owner])
        except REDIS_FAILURES:
            log.warning("others wait for %s in vain: Redis is out of reach", LOCK_TTL)

    def mark_failed(self, key: str, lookup: CacheLookup) -> None:
        """End the turn, and let nobody try again for as long as a turn lasts: old answers are given meanwhile."""
        if self._redis is None or lookup.generation is None:
            return
        try:
            self._redis.eval(_FAIL_SCRIPT, [f"turn:{key}"], [self._owner, str(LOCK_TTL // MILLISECOND)])
        except REDIS_FAILURES:
            log.warning("others do not know that an answer cannot be made: Redis is out of reach")

    def invalidate(self, kinds: Iterable[str]) -> None:
        """Let no answer of some kinds count any longer; near other processes they still do for `NEAR`."""
        if self._redis is None:
            return
        self._local.clear()
        self._local_bytes = 0
        try:
            self._redis.eval(_INVALIDATE_SCRIPT, [f"generation:{kind}" for kind in kinds])
        except REDIS_FAILURES:
            log.warning("answers count until their time is up, though their data have changed: Redis is out of reach")

    def stats(self, kinds: Iterable[str]) -> tuple[dict[str, int], int] | None:
        """The generation of each kind, and how many answers are kept in Redis; None without Redis.

        Raises:
            Unavailable: Redis is out of reach.
        """
        if self._redis is None:
            return None
        names, count, cursor = list(kinds), 0, 0
        try:
            values = self._redis.mget(*(f"generation:{kind}" for kind in names))
            generations = {kind: int(generation or 0) for kind, generation in zip(names, values, strict=True)}
            while True:
                cursor, keys = self._redis.scan(cursor, match="answer:*", count=1000)
                count += len(keys)
                if int(cursor) == 0:
                    break
        except REDIS_FAILURES as error:
            raise Unavailable("Redis is out of reach") from error
        return generations, count

    def _lookup_once(self, redis: Redis, kind: str, key: str, ttl: timedelta) -> tuple[CacheLookup, int]:
        """What is there now, and whose turn it is to make another."""
        now = self._now()
        local, stored_at = self._local.get(key, (None, None))
        if local and stored_at and timedelta(0) <= now - stored_at < LOCAL_TTL and now < local.fresh_until:
            self._local.move_to_end(key)
            return CacheLookup(local, is_fresh=True), _NOT_NEEDED
        keys = [f"answer:{key}", f"generation:{kind}", f"turn:{key}"]
        arguments = [to_milliseconds(now), str(ttl // MILLISECOND), self._owner, str(LOCK_TTL // MILLISECOND)]
        try:
            generation, text, lock = _parse_lookup(redis.eval(_LOOKUP_SCRIPT, keys, arguments))
        except REDIS_FAILURES:
            log.warning("answers are kept in this process only: Redis is out of reach")
            return CacheLookup(local, is_fresh=local is not None and now < local.fresh_until <= now + ttl), _NOT_NEEDED
        response = _deserialize(text)
        if lock == _NOT_NEEDED and response:
            self._store_locally(key, response, now)
            return CacheLookup(response, is_fresh=True, generation=generation), lock
        return CacheLookup(response, generation=generation), lock

    def _store_locally(self, key: str, response: CachedResponse, now: datetime) -> None:
        previous, _ = self._local.pop(key, (None, None))
        self._local_bytes += len(response.body) - (len(previous.body) if previous else 0)
        self._local[key] = (response, now)
        while len(self._local) > MAX_LOCAL_ENTRIES or self._local_bytes > MAX_LOCAL_BYTES:
            _, (oldest, _) = self._local.popitem(last=False)
            self._local_bytes -= len(oldest.body)


def _parse_lookup(result: Any) -> tuple[str, str | None, int]:
    """What `_LOOK` found: the generation, the answer's text and whose turn it is.

    Raises:
        ValueError: that is not what was answered.
    """
    match result:
        case [str() as generation, None | str() as text, int() as turn] if turn in _LOCK_STATES and type(turn) is int:
            return generation, text, turn
        case _:
            raise ValueError("what Redis answered is no look at an answer")


def _serialize(response: CachedResponse) -> str:
    head = [
        response.status,
        response.headers,
        to_milliseconds(response.created_at),
        to_milliseconds(response.fresh_until),
    ]
    return json.dumps([*head, response.body.decode()], ensure_ascii=False)


def _deserialize(text: str | None) -> CachedResponse | None:
    """An answer from its text; None where it is not one."""
    try:
        fields: Any = json.loads(text or "")
        status, headers, made_at, fresh_until, body = fields
        pairs = tuple((str(name), str(value)) for name, value in headers)
        return CachedResponse(int(status), pairs, body.encode(), _parse_instant(made_at), _parse_instant(fresh_until))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _parse_instant(milliseconds_text: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds_text) / 1000, UTC)
