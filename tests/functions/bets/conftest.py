"""A database with two adult users and a match that they can bet on."""

from collections.abc import Iterator

import pytest

from shared.runtime import wiring
from shared.stores.people import users
from tests.factories import insert_predictions, match_update
from tests.functions.bets.api import NOW
from tests.running import environment
from tests.tokens import ALICE, BOB, SUPABASE


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, **SUPABASE):
        for user in (ALICE, BOB):
            users.get_or_create(wiring.database(), user, NOW)
            users.declare_adult(wiring.database(), user, NOW)
        yield url


@pytest.fixture
def match(database: str) -> int:
    """A match with a forecast: home 0.5, draw 0.3, away 0.2."""
    [match_id] = insert_predictions(wiring.database(), match_update())
    return match_id
