"""Cache of people's plans in Redis, so that cached responses need no Postgres query."""

import logging
from uuid import UUID

from upstash_redis import Redis

from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

TTL_SECONDS = 300
"""How long a plan is cached."""
INVALIDATED_SECONDS = 10
"""How long nothing is cached after a change: longer than a request that has read the old plan runs."""
_INVALIDATED = "changed"


class PlanCache:
    """Caches account statuses by person. While Redis is unavailable nothing is cached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def key_for(user_id: UUID) -> str:
        """The Redis key of a person's plan."""
        return f"plan:{user_id}"

    def get(self, user_id: UUID) -> str | None:
        """The cached status; None if it is missing or was invalidated."""
        try:
            value = self._redis.get(self.key_for(user_id))
        except REDIS_FAILURES:
            log.warning("people's plans are not remembered: Redis is unavailable")
            return None
        return None if value == _INVALIDATED else value

    def put(self, user_id: UUID, status: str) -> None:
        """Cache a status, unless it was invalidated just now."""
        try:
            self._redis.set(self.key_for(user_id), status, nx=True, ex=TTL_SECONDS)
        except REDIS_FAILURES:
            log.warning("a plan is not remembered: Redis is unavailable")

    def invalidate(self, user_id: UUID) -> None:
        """Invalidate a person's status. If Redis is unavailable the old one is used until its TTL ends."""
        try:
            # A tombstone, not a deletion: a concurrent request that has read the old plan would write it back.
            self._redis.set(self.key_for(user_id), _INVALIDATED, ex=INVALIDATED_SECONDS)
        except REDIS_FAILURES:
            log.warning("a changed plan may count for %d s more: Redis is unavailable", TTL_SECONDS)
