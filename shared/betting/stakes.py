"""How much of a bankroll to stake on several bets at once."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from shared.betting.policy import POLICY, Policy

Bet = tuple[Decimal, Decimal]
"""The probability that a bet is won, and its price."""

_STEP = Decimal("0.000001")
_HALVINGS = 40
_STILL = 1e-9


def stakes(
    bets: Sequence[Bet], policy: Policy = POLICY, *, limit: Decimal = Decimal(1), staked: Decimal = Decimal(0)
) -> tuple[Decimal, ...]:
    """Shares of a bankroll to stake on bets that are all open at once: the policy's fraction of the fastest growth.

    No share is above the policy's limit of a bet. Where their sum is above what the day still allows, all are scaled
    down alike; none is ever scaled up.

    Args:
        bets: probability and price of each; they must not depend on each other, so at most one bet a match.
        policy: fraction and limits.
        limit: most of the bankroll that the reader is ready to lose this day.
        staked: share of the bankroll that is staked this day already.

    Returns:
        A share for each bet, in their order; 0 where the price is not worth it.

    Raises:
        ValueError: more bets than a day has picks; a limit or a share below 0; as `fastest_growth`.
    """
    if len(bets) > policy.a_day:
        raise ValueError(f"at most {policy.a_day} bets are staked on at once, not {len(bets)}")
    if min(limit, staked) < 0:
        raise ValueError("a limit and what is staked already are shares of the bankroll, 0 or more")
    most = policy.bet_limit / policy.kelly_fraction
    wanted = [policy.kelly_fraction * share for share in fastest_growth(bets, most)]
    total = sum(wanted, Decimal(0))
    left = max(Decimal(0), min(limit, policy.day_limit) - staked)
    scale = left / total if total > left else Decimal(1)
    return tuple((share * scale).quantize(_STEP, ROUND_DOWN) for share in wanted)


def fastest_growth(bets: Sequence[Bet], most: Decimal) -> tuple[Decimal, ...]:
    """Shares of a bankroll on independent bets, none above `most`, that maximise its expected logarithm.

    Kelly, J. L. (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4), 917-926, for
    bets that are open together: the expectation is over all 2^n ways in which n bets can end. It is concave, so setting
    one share after the other to what is best beside the rest, until none moves, ends at the maximum.

    Raises:
        ValueError: a probability is none, a price is not above 1, or shares of `most` could cost the whole bankroll.
    """
    if len(bets) * most >= 1:
        raise ValueError(f"{len(bets)} stakes of {most} could cost the whole bankroll; allow less a bet")
    if any(not 0 <= probability <= 1 or price <= 1 for probability, price in bets):
        raise ValueError("a probability lies between 0 and 1, and decimal odds are above 1")
    known = [(float(probability), float(price) - 1) for probability, price in bets]
    shares = [0.0] * len(bets)
    moved = True
    while moved:
        before = shares.copy()
        for place, bet in enumerate(known):
            others = _wealths(known[:place] + known[place + 1 :], shares[:place] + shares[place + 1 :])
            shares[place] = _best_share(bet, others, float(most))
        moved = any(abs(now - then) > _STILL for now, then in zip(shares, before, strict=True))
    return tuple(Decimal(share).quantize(_STEP) for share in shares)


def _wealths(bets: Sequence[tuple[float, float]], shares: Sequence[float]) -> list[tuple[float, float]]:
    """Every way in which bets can end: its probability, and what becomes of a bankroll of 1."""
    found = [(1.0, 1.0)]
    for (probability, gain), share in zip(bets, shares, strict=True):
        found = [
            ending
            for chance, wealth in found
            for ending in (
                (chance * probability, wealth + share * gain),
                (chance * (1 - probability), wealth - share),
            )
        ]
    return found


def _best_share(bet: tuple[float, float], others: Sequence[tuple[float, float]], most: float) -> float:
    """The share of one bet at which growth stops rising, given how the others can end."""
    probability, gain = bet
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        slope = sum(
            chance * (probability * gain / (wealth + share * gain) - (1 - probability) / (wealth - share))
            for chance, wealth in others
        )
        low, high = (share, high) if slope > 0 else (low, share)
    return low
