"""Fixtures of the function tests: the real Saturday, for tests that only read, and a fake Lambda API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lambda_api import LambdaApi, lambda_api
from tests.running import environment
from tests.tokens import SUPABASE


@pytest.fixture
def saturday_url(saturday: str, saturday_mirror: Path) -> Iterator[str]:
    """The environment on the Saturday; returns the database URL."""
    with environment(DATABASE_URL=saturday, FOOTBALL_DATA_UK_URL=str(saturday_mirror), **SUPABASE):
        yield saturday


@pytest.fixture
def sunday_url(sunday: str, saturday_mirror: Path) -> Iterator[str]:
    """The environment on the Sunday; returns the database URL."""
    with environment(DATABASE_URL=sunday, FOOTBALL_DATA_UK_URL=str(saturday_mirror), **SUPABASE):
        yield sunday


@pytest.fixture
def api() -> Iterator[LambdaApi]:
    """The API through which other functions are started."""
    with lambda_api() as api:
        yield api
