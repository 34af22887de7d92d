"""Entries of the log, commitments, and the check that a day is complete."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger import entries
from shared.ledger.commitment import commitment, opens
from shared.ledger.completeness import Omission, omissions
from shared.ledger.entries import Fixture

SATURDAY = date(2024, 4, 27)
NOON = datetime(2024, 4, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SALT = bytes(range(32))


def fixture(match_id: int, kick_off: datetime = NOON) -> Fixture:
    return Fixture(match_id, "PL", "Arsenal", "Chelsea", kick_off, hour_known=True)


def forecast(at: datetime, match_id: int, kick_off: datetime = NOON) -> bytes:
    return entries.forecast(
        at,
        match_id,
        kick_off,
        basis="prices",
        model="outcome-2223-12345678",
        model_sha256="ab" * 32,
        results_until=date(2024, 4, 26),
        prices_taken_at=at,
        probabilities=(0.5, 0.3, 0.2),
        committed=commitment(SALT, {"home_rate": "1.5"}),
    )


def universe(at: datetime, *fixtures: Fixture) -> bytes:
    return entries.universe(at, SATURDAY, "football-data.org", fixtures)


WRITTEN = [
    {
        "type": "universe",
        "at": "2024-04-27T03:00:00.000000Z",
        "day": "2024-04-27",
        "source": "football-data.org",
        "matches": [
            {
                "match": 1,
                "competition": "FL1",
                "home": "Lens",
                "away": "Lyon",
                "kick_off": "2024-04-27T13:00:00.000000Z",
                "hour_known": False,
            },
            {
                "match": 2,
                "competition": "PL",
                "home": "Arsenal",
                "away": "Chelsea",
                "kick_off": "2024-04-27T12:00:00.000000Z",
                "hour_known": True,
            },
        ],
    },
    {
        "type": "forecast",
        "at": "2024-04-27T04:00:00.000000Z",
        "match": 1,
        "kick_off": "2024-04-27T12:00:00.000000Z",
        "basis": "prices",
        "model": "outcome-2223-12345678",
        "model_sha256": "ab" * 32,
        "results_until": "2024-04-26",
        "prices_taken_at": "2024-04-27T04:00:00.000000Z",
        "home": "0.500000",
        "draw": "0.300000",
        "away": "0.200000",
        "commitment": sha256(SALT + b'{"home_rate":"1.5"}').hexdigest(),
    },
    {
        "type": "abstention",
        "at": "2024-04-27T04:00:00.000000Z",
        "match": 2,
        "kick_off": "2024-04-27T12:00:00.000000Z",
        "reason": "no_prices",
    },
    {
        "type": "picks",
        "at": "2024-04-27T10:00:00.000000Z",
        "day": "2024-04-27",
        "commitments": [sha256(SALT + b'"x"').hexdigest()],
        "passed": [{"match": 2, "reason": "no_prices"}, {"match": 7, "reason": "no_value"}],
        "reason": "no_value",
    },
    {
        "type": "opening",
        "at": "2024-04-27T12:00:00.000000Z",
        "of": 3,
        "commitment": sha256(SALT + b'"x"').hexdigest(),
        "salt": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "content": "x",
    },
    {
        "type": "result",
        "at": "2024-04-27T14:00:00.000000Z",
        "match": 1,
        "kick_off": "2024-04-27T12:00:00.000000Z",
        "status": "finished",
        "goals": [2, 1],
    },
    {
        "type": "result",
        "at": "2024-04-27T14:00:00.000000Z",
        "match": 2,
        "kick_off": "2024-04-27T12:00:00.000000Z",
        "status": "postponed",
        "goals": None,
    },
    {
        "type": "closing",
        "at": "2024-04-27T14:00:00.000000Z",
        "of": 3,
        "rank": 1,
        "fair_probability": "0.480000",
        "at_risk": "0.900000",
        "bookmaker": "pinnacle",
        "closing_line_value": "-0.031000",
    },
    {
        "type": "settlement",
        "at": "2024-04-27T15:00:00.000000Z",
        "of": 3,
        "rank": 1,
        "result": "half_won",
        "score": "2-1",
        "profit": "0.5000",
    },
    {
        "type": "correction",
        "at": "2024-04-27T16:00:00.000000Z",
        "of": 5,
        "reason": "the source corrected the score",
    },
]
"""What the entries of the test below hold, member by member."""


@pytest.mark.case("O9")
def test_each_entry_is_canonical_and_states_its_type_and_time() -> None:
    written = [
        universe(NOON - 9 * HOUR, fixture(2), Fixture(1, "FL1", "Lens", "Lyon", NOON + HOUR, hour_known=False)),
        forecast(NOON - 8 * HOUR, 1),
        entries.abstention(NOON - 8 * HOUR, 2, NOON, "no_prices"),
        entries.picks(NOON - 2 * HOUR, SATURDAY, [commitment(SALT, "x")], {7: "no_value", 2: "no_prices"}, "no_value"),
        entries.opening(NOON, 3, commitment(SALT, "x"), SALT, "x"),
        entries.result(NOON + 2 * HOUR, 1, NOON, "finished", (2, 1)),
        entries.result(NOON + 2 * HOUR, 2, NOON, "postponed", None),
        entries.closing(
            NOON + 2 * HOUR,
            3,
            1,
            fair_probability=Decimal("0.48"),
            at_risk=Decimal("0.9"),
            bookmaker="pinnacle",
            value=Decimal("-0.031"),
        ),
        entries.settlement(NOON + 3 * HOUR, 3, 1, "half_won", "2-1", Decimal("0.5")),
        entries.correction(NOON + 4 * HOUR, 5, "the source corrected the score"),
    ]
    parsed = [json.loads(entry) for entry in written]
    assert [rfc8785.dumps(entry) for entry in parsed] == written
    assert {entry["type"] for entry in parsed} == {each.value for each in entries.EntryType}
    assert parsed == WRITTEN


@pytest.mark.parametrize("time", [NOON.replace(tzinfo=None), datetime(2024, 4, 27, tzinfo=timezone(HOUR))])
def test_a_time_that_is_not_in_utc_is_rejected(time: datetime) -> None:
    with pytest.raises(ValueError, match="not in UTC"):
        entries.instant(time)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_are_in_the_order_of_their_texts(one: datetime, other: datetime) -> None:
    assert (one < other) == (entries.instant(one) < entries.instant(other))


def test_a_commitment_is_the_hash_of_salt_and_content() -> None:
    content = {"price": "2.10", "bookmaker": "unibet"}
    assert commitment(SALT, content) == sha256(SALT + b'{"bookmaker":"unibet","price":"2.10"}').hexdigest()


@given(st.binary(min_size=32, max_size=32), st.text(max_size=5), st.text(max_size=5))
def test_a_commitment_is_opened_by_its_salt_and_content_alone(salt: bytes, content: str, other: str) -> None:
    committed = commitment(SALT, content)
    assert opens(committed, SALT, content)
    assert opens(committed, salt, content) == (salt == SALT)
    assert opens(committed, SALT, other) == (other == content)
    assert not opens(committed, SALT[:-1], content)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(SALT[:-1], content)


LATER = entries.instant(NOON + 24 * HOUR)


def test_a_match_that_was_forecast_or_abstained_from_in_time_is_complete() -> None:
    log = [
        universe(NOON - 9 * HOUR, fixture(1), fixture(2)),
        forecast(NOON - 8 * HOUR, 1),
        entries.abstention(NOON - 8 * HOUR, 2, NOON, "no_prices"),
    ]
    assert omissions(log, LATER) == []


def test_a_match_left_out_or_forecast_too_late_is_named() -> None:
    log = [universe(NOON - 9 * HOUR, fixture(1), fixture(2)), forecast(NOON, 1)]
    kick_off = entries.instant(NOON)
    assert omissions(log, LATER) == [Omission("2024-04-27", 1, kick_off), Omission("2024-04-27", 2, kick_off)]
    assert omissions(log, entries.instant(NOON - HOUR)) == [], "not due yet"


def test_a_match_that_moved_is_due_at_its_new_kick_off() -> None:
    later = NOON + 3 * HOUR
    log = [
        universe(NOON - 9 * HOUR, fixture(1)),
        universe(NOON - HOUR, fixture(1, later)),
        forecast(NOON + HOUR, 1, later),
    ]
    assert omissions(log, LATER) == []
    assert omissions(log[:2], LATER) == [Omission("2024-04-27", 1, entries.instant(later))]


@pytest.mark.parametrize("at", [NOON, NOON + HOUR], ids=["as it passes", "later"])
def test_a_kick_off_cannot_be_moved_once_it_has_passed(at: datetime) -> None:
    log = [
        universe(NOON - 9 * HOUR, fixture(1)),
        universe(at, fixture(1, NOON + 3 * HOUR)),
        forecast(at, 1, NOON + 3 * HOUR),
        forecast(NOON + 2 * HOUR, 1, NOON + 3 * HOUR),
    ]
    assert omissions(log, LATER) == [Omission("2024-04-27", 1, entries.instant(NOON))]
