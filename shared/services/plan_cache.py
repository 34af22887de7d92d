"""People's plans, kept in Redis for some minutes, so that an answer from a cache need not ask Postgres for them."""

import logging
from uuid import UUID

from upstash_redis import Redis

from shared.clients.redis.upstash import REDIS_FAILURES

log = logging.getLogger(__name__)

REMEMBERED = 300
"""Seconds for which a plan is kept."""
FORGOTTEN = 10
"""Seconds for which nothing is kept after a change: longer than any request that has read the old plan still takes."""
_CHANGED = "changed"


class RememberedPlans:
    """What `stores.accounts.standing` said of people. While Redis is out of reach nothing is remembered."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def key_of(user_id: UUID) -> str:
        """Where a person's plan stands."""
        return f"plan:{user_id}"

    def get(self, user_id: UUID) -> str | None:
        """What was last said of a person; None where it is not known or has changed since."""
        try:
            said = self._redis.get(self.key_of(user_id))
        except REDIS_FAILURES:
            log.warning("people's plans are not remembered: Redis is out of reach")
            return None
        return None if said == _CHANGED else said

    def put(self, user_id: UUID, standing: str) -> None:
        """Remember what was said, unless that has just changed."""
        try:
            self._redis.set(self.key_of(user_id), standing, nx=True, ex=REMEMBERED)
        except REDIS_FAILURES:
            log.warning("a plan is not remembered: Redis is out of reach")

    def forget(self, user_id: UUID) -> None:
        """Remember nothing of a person whose account changes. Where Redis cannot be told, the old plan may count on."""
        try:
            # A mark, not a deletion: a request that has read the old plan a moment ago would write it back.
            self._redis.set(self.key_of(user_id), _CHANGED, ex=FORGOTTEN)
        except REDIS_FAILURES:
            log.warning("a changed plan may count for %d s more: Redis is out of reach", REMEMBERED)
