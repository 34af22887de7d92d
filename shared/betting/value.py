"""Expected value, Kelly share and closing-line value of a bet."""

from decimal import Decimal

_QUANTUM = Decimal("0.000001")


def to_decimal(probability: float) -> Decimal:
    """A probability as a decimal with six places, for calculations with money.

    >>> to_decimal(0.1 + 0.2)
    Decimal('0.300000')
    """
    return Decimal(str(probability)).quantize(_QUANTUM)


def expected_value(probability: Decimal, price: Decimal) -> Decimal:
    """Expected profit per unit staked: `p · price - 1`.

    >>> expected_value(Decimal("0.5"), Decimal("2.1"))
    Decimal('0.050000')
    """
    return (probability * price - 1).quantize(_QUANTUM)


def kelly(probability: Decimal, price: Decimal) -> Decimal:
    """Kelly share of the bankroll: `(p · price - 1) / (price - 1)`, and 0 without an edge.

    Kelly, J. L. (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4), 917-926.

    Raises:
        ValueError: the price is not above 1.
    """
    if price <= 1:
        raise ValueError("decimal odds are above 1")
    return max(Decimal(0), (probability * price - 1) / (price - 1)).quantize(_QUANTUM)


def closing_line_value(price: Decimal, fair_closing_probability: Decimal) -> Decimal:
    """Closing-line value: `price · p - 1`, where p is the fair probability implied by the closing prices.

    Positive when the price was better than the closing price on the same line.
    """
    return (price * fair_closing_probability - 1).quantize(_QUANTUM)
