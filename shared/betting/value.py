"""What a bet is worth: expected value, Kelly's share, closing-line value."""

from decimal import Decimal

_STEP = Decimal("0.000001")


def decimal_of(probability: float) -> Decimal:
    """A probability at the border to money: six decimals."""
    return Decimal(str(probability)).quantize(_STEP)


def expected_value(probability: Decimal, price: Decimal) -> Decimal:
    """Expected profit of one unit staked: `p · price - 1`."""
    return (probability * price - 1).quantize(_STEP)


def kelly(probability: Decimal, price: Decimal) -> Decimal:
    """Share of the bankroll that makes it grow fastest: `(p · price - 1) / (price - 1)`, and 0 without an edge.

    Kelly, J. L. (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4), 917-926.

    Raises:
        ValueError: the price is not above 1.
    """
    if price <= 1:
        raise ValueError("decimal odds are above 1")
    return max(Decimal(0), (probability * price - 1) / (price - 1)).quantize(_STEP)


def closing_line_value(price: Decimal, fair_closing_probability: Decimal) -> Decimal:
    """What the bet was worth at the close: `price · p - 1`, p being the fair probability that closing prices imply.

    Positive when the price taken was better than the market's last word on the same line.
    """
    return (price * fair_closing_probability - 1).quantize(_STEP)
