"""What a bet is worth, in exact decimals."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.value import closing_line_value, expected_value, kelly, to_decimal

D = Decimal
PROBABILITIES = st.decimals(0, 1, places=6)
PRICES = st.decimals("1.01", 50, places=2)


@pytest.mark.parametrize(
    ("probability", "price", "value"),
    [("0.5", "2", "0"), ("0.5", "2.1", "0.05"), ("0.25", "3.9", "-0.025"), ("0.333333", "3", "-0.000001")],
)
def test_expected_value_by_hand(probability: str, price: str, value: str):
    assert expected_value(D(probability), D(price)) == D(value)


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
    assert kelly(D(probability), D(price)) == D(share)


@pytest.mark.case("L12")
@given(PROBABILITIES, PRICES)
def test_no_edge_no_stake_and_never_more_than_there_is(probability: Decimal, price: Decimal):
    share, edge = kelly(probability, price), probability * price - 1
    assert isinstance(share, Decimal)
    assert 0 <= share <= 1
    assert share == 0 if edge <= 0 else abs(share * (price - 1) - edge) <= D("0.00005")


@pytest.mark.case("L12")
@given(PROBABILITIES, PRICES)
def test_kelly_s_share_makes_the_bankroll_grow_fastest(probability: Decimal, price: Decimal):
    p, gain, best = float(probability), float(price) - 1, float(kelly(probability, price))

    def growth(share: float) -> float:
        return p * np.log1p(share * gain) + (1 - p) * np.log1p(-share)

    for share in (best - 0.01, best + 0.01):
        if 0 <= share < 1 and best < 1:
            assert growth(best) >= growth(share) - 1e-9


@pytest.mark.parametrize("price", ["1", "0.5", "0", "-2"])
def test_a_price_that_pays_nothing_is_refused(price: str):
    with pytest.raises(ValueError, match=r"^decimal odds are above 1$"):
        kelly(D("0.5"), D(price))


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
    for value in (expected_value(probability, price), closing_line_value(price, probability)):
        assert isinstance(value, Decimal)
        assert abs(value - (probability * price - 1)) <= D("0.0000005")
