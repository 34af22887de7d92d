"""Fixtures of the tests of cached_route."""

from collections.abc import Iterator

import pytest

from tests.running import environment
from tests.tokens import SUPABASE
from tests.web.cached_route.group import Group
from tests.web.conftest import Upstash


@pytest.fixture
def variables(redis: Upstash, stores: str) -> Iterator[dict[str, str]]:
    """The environment variables of a process."""
    values = {"DATABASE_URL": stores, "PUBLIC_CALLS_PER_MINUTE": "1000", **SUPABASE, **redis.settings}
    with environment(**values):
        yield values


@pytest.fixture
def group(variables: dict[str, str]) -> Group:
    return Group()
