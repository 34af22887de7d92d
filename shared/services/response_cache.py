"""Two-level cache of HTTP responses: process memory (L1) and Redis (L2), with a lock against cache stampedes.

Each entry in Redis records the generation of its kind. Invalidation increments the generation: older entries are no
longer fresh, but may be served stale while no fresh response is available.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import MILLISECOND, to_milliseconds
from shared.clients.redis.upstash import REDIS_FAILURES
from shared.services.cached_response import CachedResponse, CacheLookup

log = logging.getLogger(__name__)

LOCAL_TTL = timedelta(seconds=30)
"""How long an entry is used without reading Redis: the longest delay of an invalidation."""
MAX_LOCAL_ENTRIES, MAX_LOCAL_BYTES = 500, 16 * 2**20
MAX_BODY_BYTES = 500_000
"""A larger body is cached in process memory only."""
LOCK_TTL = timedelta(seconds=5)
"""Expiry of the lock on computing a response: longer than computing takes; releases locks of crashed processes."""
MAX_WAIT = 6.0
"""Seconds to wait for another process to compute a response."""
INITIAL_BACKOFF, MAX_BACKOFF = 0.05, 0.8
"""Seconds between two lookups; doubled each time."""

_LOCK_STATES = _NOT_NEEDED, _ACQUIRED, _HELD_ELSEWHERE, _FAILED = range(4)

# One command reads the entry and, if it is not fresh, tries to acquire the lock, so that only one process computes the
# response. A key of another type counts as a miss.
_LOOKUP_SCRIPT = """
local now, ttl = tonumber(ARGV[1]), tonumber(ARGV[2])
local generation = redis.call('GET', KEYS[2]) or '0'
local entry = redis.pcall('HMGET', KEYS[1], 'generation', 'fresh_until', 'response')
if entry.err then entry = {} end
local left = (tonumber(entry[2] or '') or 0) - now
if entry[1] == generation and left > 0 and left <= ttl then return {generation, entry[3], 0} end
local lock = 1
if not redis.call('SET', KEYS[3], ARGV[3], 'NX', 'PX', ARGV[4]) then
  lock = redis.call('GET', KEYS[3]) == 'failed' and 3 or 2
end
return {generation, entry[3] or false, lock}
"""
_STORE_SCRIPT = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'fresh_until', ARGV[2], 'response', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if redis.call('GET', KEYS[2]) == ARGV[5] then redis.call('DEL', KEYS[2]) end
"""
_RELEASE_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_FAIL_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], 'failed', 'PX', ARGV[2]) end"
_INVALIDATE_SCRIPT = "for _, key in ipairs(KEYS) do redis.call('INCR', key) end"


class ResponseCache:
    """Caches responses; in process memory only while Redis is unavailable.

    Args:
        redis: the shared cache; None disables caching, as nothing could invalidate it.
    """

    def __init__(self, redis: Redis | None, now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._redis = redis
        self._now = now
        self._sleep = sleep
        self._owner = uuid4().hex
        self._local: OrderedDict[str, tuple[CachedResponse, datetime]] = OrderedDict()
        self._local_bytes = 0

    def lookup(self, kind: str, key: str, ttl: timedelta, stale_ttl: timedelta) -> CacheLookup:
        """Look up a response. While another process computes it and none can be served stale, wait for it.

        Args:
            kind: the kind, whose generation must match.
            ttl: the longest freshness; for as long again an entry is served stale while another process computes.
            stale_ttl: how long after its TTL an entry may be served stale while computing fails.
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
                return replace(found, servable_stale=True)
            if stop_waiting:
                return found
            self._sleep(backoff)
            waited, backoff = waited + backoff, min(2 * backoff, MAX_BACKOFF)

    def store(self, key: str, response: CachedResponse, lookup: CacheLookup, stale_ttl: timedelta) -> None:
        """Store a response that was computed after a lookup, and release the lock.

        Args:
            stale_ttl: how long it is stored after its TTL.
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
            self._redis.eval(_STORE_SCRIPT, [f"response:{key}", f"lock:{key}"], [*arguments, self._owner])
        except REDIS_FAILURES:
            log.warning("a response is cached in this process only: Redis is unavailable")

    def release(self, key: str, lookup: CacheLookup) -> None:
        """Release the lock without a response."""
        if self._redis is None or lookup.generation is None:
            return
        try:
            self._redis.eval(_RELEASE_SCRIPT, [f"lock:{key}"], [self._owner])
        except REDIS_FAILURES:
            log.warning("a lock is held for up to %s: Redis is unavailable", LOCK_TTL)

    def mark_failed(self, key: str, lookup: CacheLookup) -> None:
        """Replace the lock by a failure marker: until `LOCK_TTL` passes, stale responses are served."""
        if self._redis is None or lookup.generation is None:
            return
        try:
            self._redis.eval(_FAIL_SCRIPT, [f"lock:{key}"], [self._owner, str(LOCK_TTL // MILLISECOND)])
        except REDIS_FAILURES:
            log.warning("a failure is not shared with other processes: Redis is unavailable")

    def invalidate(self, kinds: Iterable[str]) -> None:
        """Invalidate all responses of some kinds; other processes may use theirs for `LOCAL_TTL` more."""
        if self._redis is None:
            return
        self._local.clear()
        self._local_bytes = 0
        try:
            self._redis.eval(_INVALIDATE_SCRIPT, [f"generation:{kind}" for kind in kinds])
        except REDIS_FAILURES:
            log.warning("outdated responses stay cached until their TTL ends: Redis is unavailable")

    def stats(self, kinds: Iterable[str]) -> tuple[dict[str, int], int] | None:
        """The generation of each kind, and the number of entries in Redis; None without Redis.

        Raises:
            Unavailable: Redis is unavailable.
        """
        if self._redis is None:
            return None
        names, count, cursor = list(kinds), 0, 0
        try:
            values = self._redis.mget(*(f"generation:{kind}" for kind in names))
            generations = {kind: int(generation or 0) for kind, generation in zip(names, values, strict=True)}
            while True:
                cursor, keys = self._redis.scan(cursor, match="response:*", count=1000)
                count += len(keys)
                if int(cursor) == 0:
                    break
        except REDIS_FAILURES as error:
            raise Unavailable("Redis is unavailable") from error
        return generations, count

    def _lookup_once(self, redis: Redis, kind: str, key: str, ttl: timedelta) -> tuple[CacheLookup, int]:
        """One lookup in both levels, and the state of the lock."""
        now = self._now()
        local, stored_at = self._local.get(key, (None, None))
        if local and stored_at and timedelta(0) <= now - stored_at < LOCAL_TTL and now < local.fresh_until:
            self._local.move_to_end(key)
            return CacheLookup(local, is_fresh=True), _NOT_NEEDED
        keys = [f"response:{key}", f"generation:{kind}", f"lock:{key}"]
        arguments = [to_milliseconds(now), str(ttl // MILLISECOND), self._owner, str(LOCK_TTL // MILLISECOND)]
        try:
            generation, text, lock = _parse_lookup(redis.eval(_LOOKUP_SCRIPT, keys, arguments))
        except REDIS_FAILURES:
            log.warning("responses are cached in this process only: Redis is unavailable")
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
    """Validate the result of `_LOOKUP_SCRIPT`: the generation, the serialized response and the lock state."""
    match result:
        case [str() as generation, None | str() as text, int() as lock] if lock in _LOCK_STATES and type(lock) is int:
            return generation, text, lock
        case _:
            raise ValueError("Redis returned a malformed lookup result")


def _serialize(response: CachedResponse) -> str:
    head = [
        response.status,
        response.headers,
        to_milliseconds(response.created_at),
        to_milliseconds(response.fresh_until),
    ]
    return json.dumps([*head, response.body.decode()], ensure_ascii=False)


def _deserialize(text: str | None) -> CachedResponse | None:
    """Parse a serialized response; None if it is malformed."""
    try:
        status, headers, created_at, fresh_until, body = cast("Any", json.loads(text or ""))
        pairs = tuple((str(name), str(value)) for name, value in headers)
        return CachedResponse(
            int(status), pairs, body.encode(), _parse_instant(created_at), _parse_instant(fresh_until)
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _parse_instant(milliseconds_text: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds_text) / 1000, UTC)
