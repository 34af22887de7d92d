"""Stakes on several simultaneous bets."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from shared.betting.policy import POLICY, Policy
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.value import possible_returns

Bet = tuple[ResultProbabilities, Decimal]
"""Probabilities of the results, and price."""

_Returns = Sequence[tuple[float, float]]
"""Probability of each result, and its profit per unit staked or the wealth after it."""

_QUANTUM = Decimal("0.000001")
_HALVINGS = 40
_TOLERANCE = 1e-9


def stakes(
    bets: Sequence[Bet], policy: Policy = POLICY, *, limit: Decimal = Decimal(1), staked: Decimal = Decimal(0)
) -> tuple[Decimal, ...]:
    """Fractional Kelly shares of a bankroll for simultaneous bets.

    Each share is capped by the policy. If their sum exceeds the day's remaining limit, all are scaled down equally.

    Args:
        bets: result probabilities and price of each; must be independent, so at most one a match.
        policy: fraction and limits.
        limit: the user's maximum loss of the day, as a share of the bankroll.
        staked: share of the bankroll already staked on the day.

    Returns:
        One share a bet, in order; 0 without value.

    Raises:
        ValueError: more bets than picks a day; a negative limit or share; as `simultaneous_kelly`.
    """
    if len(bets) > policy.picks_per_day:
        raise ValueError(f"at most {policy.picks_per_day} bets are staked on at once, not {len(bets)}")
    if min(limit, staked) < 0:
        raise ValueError("a limit and what is staked already are shares of the bankroll, 0 or more")
    max_share = policy.max_stake / policy.kelly_fraction
    raw_stakes = [policy.kelly_fraction * share for share in simultaneous_kelly(bets, max_share)]
    total = sum(raw_stakes, Decimal(0))
    left = max(Decimal(0), min(limit, policy.max_daily_stake) - staked)
    scale = left / total if total > left else Decimal(1)
    return tuple((share * scale).quantize(_QUANTUM, ROUND_DOWN) for share in raw_stakes)


def simultaneous_kelly(bets: Sequence[Bet], max_share: Decimal) -> tuple[Decimal, ...]:
    """Shares of a bankroll on independent bets, none above `max_share`, that maximise its expected logarithm.

    Kelly, J. L. (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4), 917-926, for
    simultaneous bets: the expectation is over all combinations of their results. It is concave, so coordinate ascent
    converges to the maximum.

    Raises:
        ValueError: invalid price, or shares of `max_share` could lose the whole bankroll.

    >>> simultaneous_kelly([(ResultProbabilities.win_or_lose(Decimal("0.6")), Decimal(2))], Decimal("0.5"))
    (Decimal('0.200000'),)
    """
    if len(bets) * max_share >= 1:
        raise ValueError(f"{len(bets)} stakes of {max_share} could cost the whole bankroll; allow less a bet")
    returns = [[(float(p), float(gain)) for p, gain in possible_returns(*bet)] for bet in bets]
    shares = [0.0] * len(bets)
    moved = True
    while moved:
        before = shares.copy()
        for place, bet in enumerate(returns):
            others = _combined(returns[:place] + returns[place + 1 :], shares[:place] + shares[place + 1 :])
            shares[place] = _best_share(bet, others, float(max_share))
        moved = any(abs(now - then) > _TOLERANCE for now, then in zip(shares, before, strict=True))
    return tuple(Decimal(share).quantize(_QUANTUM) for share in shares)


def _combined(returns: Sequence[_Returns], shares: Sequence[float]) -> _Returns:
    """Every combination of results: its probability, and the final wealth from a bankroll of 1."""
    endings = [(1.0, 1.0)]
    for results, share in zip(returns, shares, strict=True):
        if share > 0:  # a bet without a stake ends in one way
            endings = [(chance * p, wealth + share * gain) for chance, wealth in endings for p, gain in results]
    return endings


def _best_share(bet: _Returns, others: _Returns, max_share: float) -> float:
    """The optimal share of one bet by bisection, given the combined results of the others."""
    low, high = 0.0, max_share
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        slope = sum(chance * p * gain / (wealth + share * gain) for chance, wealth in others for p, gain in bet)
        low, high = (share, high) if slope > 0 else (low, share)
    return low
