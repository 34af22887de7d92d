import numpy as np
import pytest

from models.training.paper_bets import paper_bets

CLOSING = np.array([[0.5, 0.3, 0.2]])


def bets(forecast: list[float], prices: list[float], outcome: int = 0) -> dict:
    return paper_bets(np.array([forecast]), np.array([prices]), CLOSING, np.array([outcome]))


def test_the_outcome_of_highest_value_is_bet_on():
    told = bets([0.5, 0.3, 0.2], [2.1, 3.6, 5.0], outcome=1)  # values +5 %, +8 %, 0
    assert (told["n"], told["mean_price"], told["beat_close"]) == (1, 3.6, 1.0)
    assert told["profit"]["mean"] == pytest.approx(2.6)
    assert told["clv"]["mean"] == pytest.approx(0.08)


def test_a_lost_bet_costs_its_stake():
    assert bets([0.5, 0.3, 0.2], [2.1, 3.3, 5.0], outcome=2)["profit"]["mean"] == -1


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        ([2.03, 3.3, 5.0], "below 2 %"),
        ([2.5, 3.3, 5.0], "above 20 %, likelier an error"),
        ([np.nan, np.nan, np.nan], "nobody offers a price"),
    ],
)
def test_a_price_is_left_alone(prices: list[float], why: str):
    assert bets([0.5, 0.3, 0.2], prices) == {"n": 0, "clv": None, "beat_close": None, "profit": None}, why


def test_high_prices_are_not_bet_on():
    assert bets([0.85, 0.05, 0.10], [1.1, 10.5, 10.4])["n"] == 0
