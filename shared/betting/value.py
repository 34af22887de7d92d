"""Expected value, Kelly share and closing-line value of a bet, on every market alike."""

from decimal import Decimal

from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.settlement import BetResult, profit

_QUANTUM = Decimal("0.000001")
_HALVINGS = 50
_RESULTS = (BetResult.WON, BetResult.HALF_WON, BetResult.PUSH, BetResult.HALF_LOST, BetResult.LOST)
"""In the order of `ResultProbabilities`."""


def possible_returns(probabilities: ResultProbabilities, price: Decimal) -> list[tuple[Decimal, Decimal]]:
    """Each possible result of a bet, best first: its probability, and its profit per unit staked.

    Raises:
        ValueError: the price is not above 1.
    """
    if price <= 1:
        raise ValueError("decimal odds are above 1")
    results = zip(_RESULTS, probabilities, strict=True)
    return [(probability, profit(result, price)) for result, probability in results if probability > 0]


def expected_value(probabilities: ResultProbabilities, price: Decimal) -> Decimal:
    """Expected profit per unit staked; `p · price - 1` for a bet that is either won or lost.

    >>> expected_value(ResultProbabilities.win_or_lose(Decimal("0.5")), Decimal("2.1"))
    Decimal('0.050000')
    """
    return (probabilities.gaining * (price - 1) - probabilities.losing).quantize(_QUANTUM)


def kelly(probabilities: ResultProbabilities, price: Decimal) -> Decimal:
    """Kelly share: that of the bankroll, at most 1, which maximises its expected logarithm; 0 without an edge.

    Kelly, J. L. (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4), 917-926. With
    one gain b of probability p, one loss a of probability q, and refunds, it is `(p b - q a) / (a b (p + q))`, for a
    bet that is won or lost `(p · price - 1) / (price - 1)`. With half results it is the zero of the derivative.

    Raises:
        ValueError: the price is not above 1.

    >>> kelly(ResultProbabilities.win_or_lose(Decimal("0.6")), Decimal(2))
    Decimal('0.200000')
    """
    returns = possible_returns(probabilities, price)
    if sum((p * gain for p, gain in returns), Decimal(0)) <= 0:
        return Decimal(0)
    gains, losses = [r for r in returns if r[1] > 0], [r for r in returns if r[1] < 0]
    if not losses:
        share = Decimal(1)
    elif len(gains) == len(losses) == 1:
        [(p, gain)], [(q, loss)] = gains, losses
        share = (p * gain + q * loss) / (-loss * gain * (p + q))
    else:
        share = _best_share([(float(p), float(gain)) for p, gain in returns])
    return min(share, Decimal(1)).quantize(_QUANTUM)


def _best_share(returns: list[tuple[float, float]]) -> Decimal:
    """The share at which the derivative of the expected logarithm, which falls with the share, is 0; by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        rising = sum(p * gain / (1 + share * gain) for p, gain in returns) > 0
        low, high = (share, high) if rising else (low, share)
    return Decimal(low)


def closing_line_value(price: Decimal, fair_probability: Decimal, at_risk: Decimal = Decimal(1)) -> Decimal:
    """Closing-line value: the expected profit per unit staked if the closing prices without their margin are right.

    Positive when the price was better than the closing price on the same line.

    Args:
        price: decimal odds taken.
        fair_probability: the inverse of the fair closing price.
        at_risk: the expected share of the stake that is not refunded; below 1 on whole and quarter lines.
    """
    return ((price * fair_probability - 1) * at_risk).quantize(_QUANTUM)
