"""Elo against its formula by hand and against penaltyblog."""

import pytest

from shared.forecasting.elo import HOME_ADVANTAGE, STEP, expected_score, rating_change, starting_rating


@pytest.mark.parametrize(
    ("home", "away", "goals", "gained"),
    [
        # expected 1 / (1 + 10^(-65/400)) = 0.592466; times 12 and the root of the goal difference and one
        pytest.param(1500, 1500, (1, 0), 12 * 2**0.5 * 0.407534, id="won by one"),
        pytest.param(1500, 1500, (3, 0), 12 * 4**0.5 * 0.407534, id="won by three"),
        pytest.param(1500, 1500, (1, 1), 12 * (0.5 - 0.592466), id="drawn"),
        pytest.param(1500, 1500, (0, 8), -12 * 9**0.5 * 0.592466, id="lost by eight"),
        # the away side 65 + 400 better: expected 1 / 11
        pytest.param(1435, 1900, (0, 0), 12 * (0.5 - 1 / 11), id="drawn against a giant"),
    ],
)
def test_a_change_by_hand(home: float, away: float, goals: tuple[int, int], gained: float):
    assert rating_change(home, away, *goals) == pytest.approx(gained, abs=1e-4)


def test_penaltyblog_s_elo_moves_alike():
    from penaltyblog.ratings import Elo  # noqa: PLC0415 - takes four seconds

    theirs, ours = Elo(k=STEP, home_field_advantage=HOME_ADVANTAGE), dict.fromkeys(map(str, range(14)), 1500.0)
    for round_number in range(200):
        home, away = str(round_number % 7), str((round_number * 3 + 1) % 7 + 7)
        goals = (round_number * 5 % 6, round_number * round_number % 4)
        theirs.k = STEP * (1 + abs(goals[0] - goals[1])) ** 0.5
        theirs.update_ratings(home, away, 0 if goals[0] > goals[1] else 1 if goals[0] == goals[1] else 2)
        gained = rating_change(ours[home], ours[away], *goals)
        ours[home], ours[away] = ours[home] + gained, ours[away] - gained
    assert ours == pytest.approx(theirs.ratings, abs=1e-9)
    assert max(ours.values()) > 1550, "or nothing moved"


def test_the_expected_score_is_half_where_the_ground_makes_up_for_the_rating():
    assert expected_score(1500 - HOME_ADVANTAGE, 1500) == pytest.approx(0.5, abs=1e-12)
    assert expected_score(1900, 1500 + HOME_ADVANTAGE) == pytest.approx(10 / 11, abs=1e-12)


@pytest.mark.case("K4")
def test_a_club_without_history_is_the_average_of_its_tier():
    assert (starting_rating(1), starting_rating(2)) == (1500, 1350)
