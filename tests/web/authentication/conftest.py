"""Fixtures of the tests of authentication."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.running import Handler, environment
from tests.tokens import NOW, SUPABASE
from tests.web.authentication.app import built


@pytest.fixture
def variables(url: str) -> Iterator[dict[str, str]]:
    """The settings of a process with a database of its own and without Redis."""
    values = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), **SUPABASE}
    with environment(**values):
        yield values


@pytest.fixture
def handler(variables: dict[str, str]) -> Handler:
    return built()


@pytest.fixture
def db(variables: dict[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(variables["DATABASE_URL"], autocommit=True) as db:
        yield db
