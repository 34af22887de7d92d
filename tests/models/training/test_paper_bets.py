from math import log

import numpy as np
import pytest

from models.training.paper_bets import kelly_growth, paper_bets

CLOSING = np.array([[0.5, 0.3, 0.2]])


def bets(forecast: list[float], prices: list[float], outcome: int = 0) -> dict:
    return paper_bets(np.array([forecast]), np.array([prices]), CLOSING, np.array([outcome]))


def test_the_outcome_of_highest_value_is_bet_on():
    placed = bets([0.5, 0.3, 0.2], [2.1, 3.6, 5.0], outcome=1)  # values +5 %, +8 %, 0
    assert (placed["n"], placed["mean_price"], placed["beat_close"]) == (1, 3.6, 1.0)
    assert placed["profit"]["mean"] == pytest.approx(2.6)
    assert placed["clv"]["mean"] == pytest.approx(0.08)


def test_a_lost_bet_costs_its_stake():
    assert bets([0.5, 0.3, 0.2], [2.1, 3.3, 5.0], outcome=2)["profit"]["mean"] == -1


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        ([2.03, 3.3, 5.0], "below 2 %"),
        ([2.5, 3.3, 5.0], "above 20 %, likelier an error"),
        ([np.nan, np.nan, np.nan], "no price is offered"),
    ],
)
def test_a_price_is_left_alone(prices: list[float], why: str):
    assert bets([0.5, 0.3, 0.2], prices) == {"n": 0, "clv": None, "beat_close": None, "profit": None}, why


def test_high_prices_are_not_bet_on():
    assert bets([0.85, 0.05, 0.10], [1.1, 10.5, 10.4])["n"] == 0


def growth(outcome: list[int], day: list[int], competition: list[str]) -> dict:
    """Even chances at 2.10: alone, the policy stakes a quarter of 0.05 / 1.10, 0.011363."""
    n = len(outcome)
    forecast, prices = np.array([[0.5, 0.3, 0.2]] * n), np.array([[2.1, 3.0, np.nan]] * n)
    return kelly_growth(forecast, prices, np.array(outcome), np.array(day), np.array(competition))


def test_a_bankroll_grows_and_shrinks_by_its_stakes():
    result = growth([0, 1], [737_000, 737_001], ["PL", "PL"])
    won, lost = log(1 + 0.011363 * 1.1), log(1 - 0.011363)
    assert (result["days"], result["picks"]) == (2, 2)
    assert result["log_growth_a_day"]["mean"] == pytest.approx((won + lost) / 2)
    assert result["times"] == pytest.approx(np.exp(won + lost))


@pytest.mark.case("L12")
def test_a_day_s_stakes_are_those_of_the_picks_that_would_have_been_chosen():
    result = growth([1] * 9, [737_000] * 9, ["PL", "SA", "D1"] * 3)
    assert (result["days"], result["picks"]) == (1, 5), "two of a competition, five a day"
    assert 1 - result["times"] == pytest.approx(0.05, abs=1e-5), "all lost: the limit of a day"


def test_a_bankroll_without_a_pick_is_unchanged():
    assert kelly_growth(
        np.array([[0.5, 0.3, 0.2]]), np.full((1, 3), np.nan), np.array([0]), np.array([737_000]), np.array(["PL"])
    ) == {"days": 0, "picks": 0, "log_growth_a_day": None, "times": 1.0}
