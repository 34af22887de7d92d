"""Prices join a match only near its kick-off."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.joining import joins

KICK_OFF = datetime(2026, 10, 25, 20, tzinfo=UTC)


@pytest.mark.case("K8")
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("seconds", "joined"), [(0, True), (36 * 3600, True), (36 * 3600 + 1, False)])
def test_kick_offs_of_one_match_are_at_most_36_hours_apart(seconds: int, sign: int, joined: bool):
    assert joins(KICK_OFF + sign * timedelta(seconds=seconds), KICK_OFF) is joined


@pytest.mark.case("K8")
@given(st.timedeltas(timedelta(days=-3), timedelta(days=3)), st.integers(-12, 12))
def test_neither_the_order_nor_the_zone_matters(apart: timedelta, hours: int):
    told = (KICK_OFF + apart).astimezone(timezone(timedelta(hours=hours)))
    assert joins(told, KICK_OFF) is joins(KICK_OFF, told) is (abs(apart) <= timedelta(hours=36))
