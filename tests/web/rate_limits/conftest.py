"""Fixtures of the tests of rate_limits."""

from collections.abc import Iterator

import pytest

from tests.running import Handler, environment
from tests.tokens import NOW, SUPABASE
from tests.web.conftest import Upstash
from tests.web.rate_limits.app import built


@pytest.fixture
def variables(redis: Upstash, url: str) -> Iterator[dict[str, str]]:
    """The environment variables of a process."""
    values = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), **SUPABASE, **redis.settings}
    with environment(**values):
        yield values


@pytest.fixture
def handler(variables: dict[str, str]) -> Handler:
    return built()
