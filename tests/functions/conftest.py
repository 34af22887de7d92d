"""The functions that answer HTTP over the real Saturday, which none of them changes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.conftest import SATURDAY, Databases
from tests.running import environment, run_all
from tests.season import MIRROR
from tests.tokens import SUPABASE


@pytest.fixture
def reading(saturday: str) -> Iterator[str]:
    """The bundle on the Saturday of April; its database's address."""
    with environment(DATABASE_URL=saturday, FOOTBALL_DATA_UK_URL=str(MIRROR), **SUPABASE):
        yield saturday


@pytest.fixture(scope="session")
def sunday(databases: Databases, saturday: str) -> str:
    """The template a day later: Saturday's results and closing prices are known, its picks settled."""
    url = databases.make(saturday)
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(MIRROR), LOG_LEVEL="ERROR"):
        run_all(SATURDAY + timedelta(days=1), "sync_fixtures", "sync_history", "update_ratings", "settle_picks")
    return url


@pytest.fixture
def looking_back(sunday: str) -> Iterator[str]:
    """The bundle on the Sunday; its database's address."""
    with environment(DATABASE_URL=sunday, FOOTBALL_DATA_UK_URL=str(MIRROR), **SUPABASE):
        yield sunday
