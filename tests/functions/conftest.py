"""What tests of several functions live in: the real Saturday, which readers do not change, and Lambda's API."""

from collections.abc import Iterator

import pytest

from tests.lambda_api import LambdaApi, lambda_api
from tests.running import environment
from tests.season import real_seasons
from tests.tokens import SUPABASE


@pytest.fixture
def reading(saturday: str) -> Iterator[str]:
    """The bundle on the Saturday of April; its database's address."""
    with environment(DATABASE_URL=saturday, FOOTBALL_DATA_UK_URL=str(real_seasons()), **SUPABASE):
        yield saturday


@pytest.fixture
def looking_back(sunday: str) -> Iterator[str]:
    """The bundle on the Sunday; its database's address."""
    with environment(DATABASE_URL=sunday, FOOTBALL_DATA_UK_URL=str(real_seasons()), **SUPABASE):
        yield sunday


@pytest.fixture
def api() -> Iterator[LambdaApi]:
    """What takes the starts of other functions."""
    with lambda_api() as api:
        yield api
