"""Fixtures of the tests of predictions."""

import pytest

from tests.running import select


@pytest.fixture
def match_id(saturday_url: str) -> int:
    """West Ham United v Liverpool, in the afternoon."""
    ids = select(
        saturday_url, "SELECT match_id FROM matches WHERE kick_off = '2024-04-27 11:30Z' AND competition = 'PL'"
    )
    return ids[0][0]
