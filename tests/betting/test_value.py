"""What a bet is worth, in exact decimals."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from shared.betting.result_probabilities import ResultProbabilities, to_decimal
from shared.betting.value import closing_line_value, expected_value, kelly

D = Decimal
win_or_lose = ResultProbabilities.win_or_lose
PROBABILITIES = st.decimals(0, 1, places=6)
PRICES = st.decimals("1.01", 50, places=2)


@pytest.mark.parametrize(
    ("probability", "price", "value"),
    [("0.5", "2", "0"), ("0.5", "2.1", "0.05"), ("0.25", "3.9", "-0.025"), ("0.333333", "3", "-0.000001")],
)
def test_expected_value_by_hand(probability: str, price: str, value: str):
    assert expected_value(win_or_lose(D(probability)), D(price)) == D(value)


@pytest.mark.parametrize(
    ("probability", "price", "share"),
    [
        pytest.param("0.6", "2", "0.2", marks=pytest.mark.case("L12"), id="the textbook's coin: 2p - 1"),
        pytest.param("0.25", "5", "0.0625", marks=pytest.mark.case("L12"), id="an edge of a quarter at four to one"),
        pytest.param("0.5", "2", "0", marks=pytest.mark.case("L12"), id="a fair price"),
        pytest.param("0.4", "2", "0", marks=pytest.mark.case("L12"), id="a bad price"),
        pytest.param("1", "1.5", "1", marks=pytest.mark.case("L12"), id="certainty"),
    ],
)
def test_kelly_s_share(probability: str, price: str, share: str):
    assert kelly(win_or_lose(D(probability)), D(price)) == D(share)


@pytest.mark.case("L12")
@given(PROBABILITIES, PRICES)
def test_no_edge_no_stake_and_never_more_than_there_is(probability: Decimal, price: Decimal):
    share, edge = kelly(win_or_lose(probability), price), probability * price - 1
    assert isinstance(share, Decimal)
    assert 0 <= share <= 1
    assert share == 0 if edge <= 0 else abs(share * (price - 1) - edge) <= D("0.00005")


@pytest.mark.case("L12")
@given(PROBABILITIES, PRICES)
def test_kelly_s_share_makes_the_bankroll_grow_fastest(probability: Decimal, price: Decimal):
    p, gain, best = float(probability), float(price) - 1, float(kelly(win_or_lose(probability), price))

    def growth(share: float) -> float:
        return p * np.log1p(share * gain) + (1 - p) * np.log1p(-share)

    for share in (best - 0.01, best + 0.01):
        if 0 <= share < 1 and best < 1:
            assert growth(best) >= growth(share) - 1e-9


def of(won: str, half_won: str, push: str, half_lost: str, lost: str) -> ResultProbabilities:
    return ResultProbabilities(D(won), D(half_won), D(push), D(half_lost), D(lost))


GIVING_ONE = of("0.45", "0", "0.2", "0", "0.35")
"""A handicap of -1: a lead of two or more wins, one refunds."""
GIVING_THREE_QUARTERS = of("0.4", "0.2", "0", "0", "0.4")
"""A handicap of -0.75: a lead of one wins half and refunds half."""
GIVING_A_QUARTER = of("0.5", "0", "0", "0.25", "0.25")
"""A handicap of -0.25: a draw loses half and refunds half."""


@pytest.mark.case("J14")
@pytest.mark.parametrize(
    ("bet", "price", "value"),
    [
        pytest.param(GIVING_ONE, "2", "0.1", id="0.45 - 0.35: what is refunded is worth nothing"),
        pytest.param(GIVING_THREE_QUARTERS, "1.9", "0.05", id="0.4 · 0.9 + 0.2 · 0.45 - 0.4"),
        pytest.param(GIVING_A_QUARTER, "1.8", "0.025", id="0.5 · 0.8 - 0.25 / 2 - 0.25"),
    ],
)
def test_expected_value_of_half_results_by_hand(bet: ResultProbabilities, price: str, value: str):
    assert expected_value(bet, D(price)) == D(value)


@pytest.mark.case("L12", "J14")
@pytest.mark.parametrize(
    ("bet", "price", "share"),
    [
        pytest.param(GIVING_ONE, "2", "0.125", id="0.45 / (1 + f) = 0.35 / (1 - f)"),
        pytest.param(of("0.5", "0", "0", "0.5", "0"), "1.6", "0.166667", id="0.3 / (1 + 0.6 f) = 0.25 / (1 - 0.5 f)"),
        pytest.param(
            of("0", "0.5", "0", "0", "0.5"), "4", "0.166667", id="half of 3 is 1.5 to one: (0.75 - 0.5) / 1.5"
        ),
        # 0.36 / (1 + 0.9 f) + 0.09 / (1 + 0.45 f) = 0.4 / (1 - f) is 0.05 - 0.747 f - 0.405 f² = 0
        pytest.param(GIVING_THREE_QUARTERS, "1.9", "0.064667", id="the root of a quadratic"),
        pytest.param(of("0.6", "0", "0.4", "0", "0"), "2", "1", id="what cannot be lost"),
        pytest.param(of("0", "0", "1", "0", "0"), "2", "0", id="what is refunded for certain"),
    ],
)
def test_kelly_s_share_with_refunds(bet: ResultProbabilities, price: str, share: str):
    assert kelly(bet, D(price)) == D(share)


@st.composite
def bets(draw: st.DrawFn) -> ResultProbabilities:
    """Any bet, mostly of those that a line can make."""
    weights = draw(st.lists(st.integers(0, 20), min_size=5, max_size=5).filter(any))
    return ResultProbabilities.rounded([weight / sum(weights) for weight in weights])


@pytest.mark.case("L12", "J14")
@given(bets(), PRICES)
def test_kelly_s_share_is_scipy_s(bet: ResultProbabilities, price: Decimal):
    """Any share of the bankroll up to all but a millionth of it, tried by an optimiser that knows no formula."""
    gain = float(price) - 1
    returns = list(zip(map(float, bet), (gain, gain / 2, 0.0, -0.5, -1.0), strict=True))

    def growth(share: float) -> float:
        return sum(p * np.log1p(share * profit) for p, profit in returns if p)

    best = float(kelly(bet, price))
    bounds = {"bounds": (0, 1 - 1e-6), "method": "bounded", "options": {"xatol": 1e-9}}
    found: Any = minimize_scalar(lambda share: -growth(share), **bounds)
    assert growth(min(best, 1 - 1e-6)) >= max(-found.fun, growth(0.0)) - 1e-9
    assert (best > 0) == (sum(p * profit for p, profit in returns) > 1e-12) or best < 1e-5


@pytest.mark.case("L11", "J14")
def test_closing_line_value_counts_only_the_share_at_risk():
    """At 2.10 on a fair 2.00 with a fifth refunded: 0.4 · 1.10 - 0.4, and not 0.05."""
    assert (
        closing_line_value(D("2.10"), D("0.5"), D("0.8"))
        == D("0.04")
        == expected_value(of("0.4", "0", "0.2", "0", "0.4"), D("2.10"))
    )


@pytest.mark.parametrize("price", ["1", "0.5", "0", "-2"])
def test_a_price_that_pays_nothing_is_rejected(price: str):
    with pytest.raises(ValueError, match=r"^decimal odds are above 1$"):
        kelly(win_or_lose(D("0.5")), D(price))


@pytest.mark.case("L11")
@pytest.mark.parametrize(
    ("price", "fair", "value"), [("2.10", "0.5", "0.05"), ("2.00", "0.5", "0"), ("1.9", "0.5", "-0.05")]
)
def test_closing_line_value_by_hand(price: str, fair: str, value: str):
    assert closing_line_value(D(price), D(fair)) == D(value)


@pytest.mark.case("F10")
@pytest.mark.parametrize(
    ("probability", "exact"),
    [(0.1 + 0.2, "0.300000"), (1e-9, "0.000000"), (1.0, "1.000000"), (np.float64(0.25), "0.250000")],
)
def test_a_probability_becomes_six_decimals(probability: float, exact: str):
    assert str(to_decimal(probability)) == exact


@pytest.mark.case("F10")
@given(PROBABILITIES, PRICES)
def test_values_are_exact_decimals(probability: Decimal, price: Decimal):
    for value in (expected_value(win_or_lose(probability), price), closing_line_value(price, probability)):
        assert isinstance(value, Decimal)
        assert abs(value - (probability * price - 1)) <= D("0.0000005")
