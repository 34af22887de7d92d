"""A circuit breaker shared by all workers in Redis."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from upstash_redis import Redis

from shared.clients.errors import InvalidResponse, Rejected, Unavailable
from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

MAX_FAILURES = 3
COOLDOWN = timedelta(minutes=5)
_FAILURES_TTL = timedelta(hours=1)


class CircuitBreaker:
    """Blocks calls to one outside system after `MAX_FAILURES` consecutive failures.

    While the circuit is open, one probe call is allowed per `cooldown`; the first response closes it. Redis counts
    failures and times the cooldown. While Redis is unavailable every call is allowed.
    """

    def __init__(self, redis: Redis, name: str, cooldown: timedelta = COOLDOWN) -> None:
        self._redis = redis
        self._name = name
        self._failures_key = f"circuit:{name}:failures"
        self._open_key = f"circuit:{name}:resting"
        self._cooldown_ms = cooldown // timedelta(milliseconds=1)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Guard a call in a `with` block and record its outcome.

        Raises:
            Unavailable: the circuit is open.
        """
        if not self._allows_call():
            raise Unavailable(f"{self._name} failed {MAX_FAILURES} times in a row and is left alone for now")
        try:
            yield
        except Unavailable:
            self._record_failure()
            raise
        except (Rejected, InvalidResponse):
            self._record_success()
            raise
        else:
            self._record_success()

    def _allows_call(self) -> bool:
        try:
            if int(self._redis.get(self._failures_key) or 0) < MAX_FAILURES:
                return True
            return bool(self._redis.set(self._open_key, "1", nx=True, px=self._cooldown_ms))
        except REDIS_FAILURES:
            log.warning("the circuit of %s is not shared: Redis is unavailable", self._name)
            return True

    def _record_failure(self) -> None:
        try:
            if int(self._redis.incr(self._failures_key)) >= MAX_FAILURES:
                self._redis.set(self._open_key, "1", px=self._cooldown_ms)
            self._redis.expire(self._failures_key, _FAILURES_TTL)
        except REDIS_FAILURES:
            log.warning("a failure of %s was not counted: Redis is unavailable", self._name)

    def _record_success(self) -> None:
        try:
            self._redis.delete(self._failures_key, self._open_key)
        except REDIS_FAILURES:
            log.warning("a success of %s was not recorded: Redis is unavailable", self._name)
