"""Fixtures of the tests of football_data_org."""

from datetime import datetime, timedelta

import httpx
import pytest
from upstash_redis import Redis

from shared.clients.redis.circuit_breaker import CircuitBreaker
from shared.clients.redis.outbound_throttle import OutboundThrottle
from shared.clients.sources.football_data_org import CALLS_PER_MINUTE, FootballDataOrg
from tests.clients.conftest import SimulatedTime
from tests.clients.sources.football_data_org.responses import TOKEN, Build, Respond


@pytest.fixture
def build(redis: Redis, time: SimulatedTime) -> Build:
    """Builds a client whose requests a function answers."""

    def create(respond: Respond) -> FootballDataOrg:
        return FootballDataOrg(
            http=httpx.Client(transport=httpx.MockTransport(respond)),
            base_url="https://api.football-data.org/v4/",
            token=TOKEN,
            throttle=OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep),
            circuit=CircuitBreaker(redis, "football_data_org"),
            now=time.now,
        )

    return create


@pytest.fixture
def deadline(time: SimulatedTime) -> datetime:
    return time.instant + timedelta(seconds=290)
