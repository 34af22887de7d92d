"""Fair probabilities of one event, against the function for many, which is tested against penaltyblog's."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.devig import shin
from shared.betting.shin_scalar import fair_probabilities

PRICES = st.lists(st.decimals("1.02", "500", places=2), min_size=2, max_size=5)


def test_of_two_outcomes_each_carries_half_the_margin() -> None:
    """Jullien and Salanié (1994): 1/1.80 + 1/2.05 = 1.04336, of which each gives up 0.02168."""
    assert fair_probabilities([Decimal("1.80"), Decimal("2.05")]) == pytest.approx([0.533875, 0.466125], abs=1e-6)


def test_prices_without_a_margin_are_only_normalised() -> None:
    assert fair_probabilities([Decimal("2.2"), Decimal("2.2")]) == (0.5, 0.5)


@pytest.mark.case("L10")
@given(PRICES)
def test_it_is_the_same_as_for_many_rows(prices: list[Decimal]) -> None:
    expected = shin([[float(price) for price in prices]])[0]
    assert fair_probabilities(prices) == pytest.approx(list(expected), abs=1e-12)
    assert sum(fair_probabilities(prices)) == pytest.approx(1, abs=1e-9)


@pytest.mark.case("L10")
@given(PRICES)
def test_a_lower_price_is_never_less_likely(prices: list[Decimal]) -> None:
    """The order is preserved."""
    by_price = [share for _, share in sorted(zip(prices, fair_probabilities(prices), strict=True))]
    assert by_price == sorted(by_price, reverse=True)
