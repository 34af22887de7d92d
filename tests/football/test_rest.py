from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.rest import Rest, rest

pytestmark = pytest.mark.usefixtures("machine_zone")

SATURDAY = datetime(2024, 4, 27, 14, tzinfo=UTC)


def days_before(*days: float) -> list[datetime]:
    return [SATURDAY - timedelta(days=each) for each in days]


def test_a_club_that_played_on_wednesday_has_had_three_days() -> None:
    assert rest(SATURDAY, [datetime(2024, 4, 24, 19, tzinfo=UTC)]) == Rest(days=3, matches=1)


@pytest.mark.case("I4")
def test_days_are_days_in_paris() -> None:
    """22:30 UTC on Tuesday is Wednesday in Paris."""
    assert rest(SATURDAY, [datetime(2024, 4, 23, 22, 30, tzinfo=UTC)]) == Rest(days=3, matches=1)
    assert rest(SATURDAY, [datetime(2024, 4, 23, 21, 30, tzinfo=UTC)]) == Rest(days=4, matches=1)


@pytest.mark.parametrize(
    ("days", "scores"),
    [
        ((3,), (0.43, 0.75, 0.56)),  # min(1, 3/7); 1 - 1/4; 0.6 and 0.4 of them
        ((7,), (1.0, 0.75, 0.9)),
        ((3, 7, 10, 14), (0.43, 0.0, 0.26)),
        ((2, 4, 6, 8, 10, 12), (0.29, 0.0, 0.17)),
        ((15,), (1.0, 1.0, 1.0)),
        ((90,), (1.0, 1.0, 1.0)),
    ],
)
def test_the_scores_are_the_former_products(days: tuple[float, ...], scores: tuple[float, float, float]) -> None:
    club = rest(SATURDAY, days_before(*days))
    assert club is not None
    assert tuple(round(s, 2) for s in (club.rest_score, club.congestion_score, club.combined_score)) == scores


def test_a_club_is_known_by_a_match_of_120_days_ago() -> None:
    assert rest(SATURDAY, days_before(120)) == Rest(days=120, matches=0)


@pytest.mark.parametrize("days", [(), (0,), (-1,), (120.001,)])
def test_without_recent_matches_there_is_no_rest_score(days: tuple[float, ...]) -> None:
    assert rest(SATURDAY, days_before(*days)) is None


@given(st.lists(st.floats(0.1, 119), min_size=1, max_size=20))
def test_rest_scores_are_within_0_and_1_and_never_rise_with_another_match(days: list[float]) -> None:
    fewer, more = rest(SATURDAY, days_before(*days)), rest(SATURDAY, days_before(*days, 5))
    assert fewer is not None
    assert more is not None
    for club in (fewer, more):
        assert all(0 <= score <= 1 for score in (club.rest_score, club.congestion_score, club.combined_score))
    assert more.combined_score <= fewer.combined_score
