"""On which league's scale a match is forecast."""

from datetime import date

import pytest

from shared.forecasting.rating_scale import rating_league
from shared.forecasting.result import Result
from shared.forecasting.strengths import Strengths, learn

ARSENAL, CHELSEA, LEEDS, LENS, UNKNOWN = 118, 132, 144, 290, 9


@pytest.fixture(scope="module")
def strengths() -> Strengths:
    known = Strengths()
    learn(
        known,
        [
            Result(date(2025, 8, 16), "PL", 2025, ARSENAL, CHELSEA, (1, 0)),
            Result(date(2025, 8, 16), "ELC", 2025, LEEDS, 145, (1, 0)),
            Result(date(2025, 8, 16), "FL1", 2025, LENS, 291, (1, 0)),
        ],
    )
    return known


@pytest.mark.parametrize(
    ("competition", "stage", "clubs", "league"),
    [
        pytest.param("PL", "REGULAR_SEASON", (ARSENAL, UNKNOWN), "PL", id="a league's own match, with a newcomer"),
        pytest.param("ELC", "REGULAR_SEASON", (ARSENAL, CHELSEA), "ELC", id="a league's own match"),
        pytest.param("CL", "LAST_16", (ARSENAL, CHELSEA), "PL", id="two clubs of one league"),
        pytest.param("CL", "LAST_16", (LEEDS, CHELSEA), "PL", id="of two divisions: the higher one"),
        pytest.param("CL", "LAST_16", (ARSENAL, LENS), None, id="of two nations"),
        pytest.param("CL", "LAST_16", (ARSENAL, UNKNOWN), None, id="one without a rating"),
        pytest.param("CL", "LAST_16", (UNKNOWN, UNKNOWN + 1), None, id="both without a rating"),
        pytest.param("CL", "FINAL", (ARSENAL, CHELSEA), None, id="on neutral ground"),
    ],
)
def test_the_league_on_whose_scale_both_clubs_are_rated(
    strengths: Strengths, competition: str, stage: str, clubs: tuple[int, int], league: str | None
):
    assert rating_league(strengths, competition, stage, *clubs) == league
