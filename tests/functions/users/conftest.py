"""Fixtures of the tests of users."""

from collections.abc import Iterator

import pytest

from tests.running import environment
from tests.supabase_service import SupabaseService, supabase_service
from tests.tokens import ALICE, NOW, SUPABASE


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


@pytest.fixture
def supabase(database: str) -> Iterator[SupabaseService]:
    """The bundle with the project's secret key."""
    with supabase_service() as service:
        service.add(ALICE, "alice@example.com")
        with environment(DATABASE_URL=database, CLOCK=NOW.isoformat(), **service.settings):
            yield service
