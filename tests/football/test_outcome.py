"""The outcome of a score, and the most likely outcome of three probabilities."""

import pytest

from shared.football.outcome import OUTCOMES, most_likely, outcome_of


@pytest.mark.parametrize(
    ("probabilities", "outcome"),
    [
        ((0.5, 0.3, 0.2), "home_win"),
        ((0.3, 0.4, 0.3), "draw"),
        ((0.2, 0.3, 0.5), "away_win"),
        ((0.4, 0.2, 0.4), "home_win"),
        ((0.4, 0.4, 0.2), "home_win"),
        ((0.2, 0.4, 0.4), "draw"),
        ((1 / 3, 1 / 3, 1 / 3), "home_win"),
    ],
)
def test_of_equally_likely_outcomes_the_first_is_the_most_likely(
    probabilities: tuple[float, float, float], outcome: str
) -> None:
    assert OUTCOMES[most_likely(probabilities)] == outcome


@pytest.mark.parametrize(("home", "away", "outcome"), [(1, 0, "home_win"), (2, 2, "draw"), (0, 3, "away_win")])
def test_the_side_with_more_goals_wins(home: int, away: int, outcome: str) -> None:
    assert OUTCOMES[outcome_of(home, away)] == outcome
