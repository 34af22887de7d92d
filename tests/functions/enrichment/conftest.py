"""Fixtures of the tests of enrichment."""

from collections.abc import Iterator

import httpx
import pytest

from shared.stores.database import Connection, connect
from tests.running import environment
from tests.tokens import SUPABASE


@pytest.fixture
def offline_saturday(saturday: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The bundle on the Saturday of April, in a world without a network."""
    monkeypatch.setattr(httpx.Client, "send", lambda *_, **__: pytest.fail("a request was sent to an outside system"))
    with environment(DATABASE_URL=saturday, **SUPABASE):
        yield saturday


@pytest.fixture
def db(url: str) -> Iterator[Connection]:
    """A database of the test's own, and the functions on it."""
    with environment(DATABASE_URL=url, **SUPABASE), connect(url, "test") as db:
        yield db
