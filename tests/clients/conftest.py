from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from upstash_redis import Redis

from local import fake_upstash


class SimulatedTime:
    """A clock that advances only when `sleep` is called."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.instant += timedelta(seconds=seconds)


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


@pytest.fixture(scope="package")
def redis_address() -> Iterator[tuple[str, str]]:
    with fake_upstash.serve() as address:
        yield address


@pytest.fixture
def redis(redis_address: tuple[str, str]) -> Iterator[Redis]:
    url, token = redis_address
    with Redis(url, token, rest_retries=0, allow_telemetry=False) as client:
        client.flushall()
        yield client


@pytest.fixture
def redis_down() -> Iterator[Redis]:
    with Redis("http://127.0.0.1:9", "none", rest_retries=0, allow_telemetry=False) as client:
        yield client
