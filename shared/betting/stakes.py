"""Stakes on several simultaneous bets."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from shared.betting.policy import POLICY, Policy

Bet = tuple[Decimal, Decimal]
"""Probability of winning, and price."""

_QUANTUM = Decimal("0.000001")
_HALVINGS = 40
_TOLERANCE = 1e-9


def stakes(
    bets: Sequence[Bet], policy: Policy = POLICY, *, limit: Decimal = Decimal(1), staked: Decimal = Decimal(0)
) -> tuple[Decimal, ...]:
    """Fractional Kelly shares of a bankroll for simultaneous bets.

    Each share is capped by the policy. If their sum exceeds the day's remaining limit, all are scaled down equally.

    Args:
        bets: probability and price of each; must be independent, so at most one a match.
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
    simultaneous bets: the expectation is over all 2^n combinations of n results. It is concave, so coordinate ascent
    converges to the maximum.

    Raises:
        ValueError: invalid probability or price, or shares of `max_share` could lose the whole bankroll.

    >>> simultaneous_kelly([(Decimal("0.6"), Decimal(2))], Decimal("0.5"))
    (Decimal('0.200000'),)
    """
    if len(bets) * max_share >= 1:
        raise ValueError(f"{len(bets)} stakes of {max_share} could cost the whole bankroll; allow less a bet")
    if any(not 0 <= probability <= 1 or price <= 1 for probability, price in bets):
        raise ValueError("a probability lies between 0 and 1, and decimal odds are above 1")
    odds = [(float(probability), float(price) - 1) for probability, price in bets]
    shares = [0.0] * len(bets)
    moved = True
    while moved:
        before = shares.copy()
        for place, bet in enumerate(odds):
            others = _outcomes(odds[:place] + odds[place + 1 :], shares[:place] + shares[place + 1 :])
            shares[place] = _best_share(bet, others, float(max_share))
        moved = any(abs(now - then) > _TOLERANCE for now, then in zip(shares, before, strict=True))
    return tuple(Decimal(share).quantize(_QUANTUM) for share in shares)


def _outcomes(bets: Sequence[tuple[float, float]], shares: Sequence[float]) -> list[tuple[float, float]]:
    """Every combination of results: its probability, and the final wealth from a bankroll of 1."""
    outcomes = [(1.0, 1.0)]
    for (probability, gain), share in zip(bets, shares, strict=True):
        outcomes = [
            ending
            for chance, wealth in outcomes
            for ending in (
                (chance * probability, wealth + share * gain),
                (chance * (1 - probability), wealth - share),
            )
        ]
    return outcomes


def _best_share(bet: tuple[float, float], others: Sequence[tuple[float, float]], max_share: float) -> float:
    """The optimal share of one bet by bisection, given the combined outcomes of the others."""
    probability, gain = bet
    low, high = 0.0, max_share
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        slope = sum(
            chance * (probability * gain / (wealth + share * gain) - (1 - probability) / (wealth - share))
            for chance, wealth in others
        )
        low, high = (share, high) if slope > 0 else (low, share)
    return low
