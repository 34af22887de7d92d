"""The same Redis as the tests of the HTTP edge."""

from tests.web.conftest import redis, upstash_address

__all__ = ["redis", "upstash_address"]
