"""The same Redis and clock as the clients' tests."""

from tests.clients.conftest import redis, redis_address, redis_down, time

__all__ = ["redis", "redis_address", "redis_down", "time"]
