"""A Redis as functions meet it, empty for each test."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from upstash_redis import Redis

from local import fake_upstash


@dataclass(frozen=True)
class Upstash:
    """Redis behind Upstash's interface."""

    url: str
    token: str
    client: Redis

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables for it."""
        return {"UPSTASH_REDIS_REST_URL": self.url, "UPSTASH_REDIS_REST_TOKEN": self.token}

    def request_count(self) -> int:
        """Requests so far, this one included: the fake's sync token counts."""
        response = httpx.post(self.url, json=["PING"], headers={"Authorization": f"Bearer {self.token}"})
        return int(response.headers["upstash-sync-token"])


@pytest.fixture(scope="package")
def upstash_address() -> Iterator[tuple[str, str]]:
    with fake_upstash.serve() as address:
        yield address


@pytest.fixture
def redis(upstash_address: tuple[str, str]) -> Iterator[Upstash]:
    with Redis(*upstash_address, rest_retries=0, allow_telemetry=False) as client:
        client.flushall()
        yield Upstash(*upstash_address, client)
