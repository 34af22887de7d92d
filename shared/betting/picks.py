"""Selection of the day's value bets; an empty selection is valid and has a reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.betting.licensed_operators import is_unlicensed
from shared.betting.policy import POLICY, Policy
from shared.betting.prices import OUTCOMES, Market, Offer
from shared.betting.stakes import stakes
from shared.betting.value import expected_value, kelly

_NOT_BETTABLE = {"market_average", "betfair_exchange"}
"""An average is no offer; exchange prices exclude the commission."""


class NoPickReason(StrEnum):
    """Why a day has no pick, or fewer than the maximum."""

    NO_MATCH = "no_match"
    TOO_LATE = "too_late"
    NO_HOUR = "no_hour"
    NO_PRICES = "no_prices"
    SUSPENDED = "suspended"
    UNPROVEN_LEAGUES = "unproven_leagues"
    NO_VALUE = "no_value"
    UNDER_REVIEW = "held"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match with its prediction and offers."""

    match_id: int
    competition: str
    kick_off: datetime
    published_at: datetime  # version of the published prediction
    anchored: bool  # whether the prediction is based on the match's own prices; otherwise it yields no pick
    probabilities: tuple[Decimal, Decimal, Decimal]
    offers: tuple[Offer, ...]  # h2h offers that passed validation


@dataclass(frozen=True, slots=True)
class Pick:
    """A value bet."""

    match_id: int
    competition: str
    kick_off: datetime
    published_at: datetime  # version of the published prediction
    # market, outcome, line: the selection; a handicap line is that of the selected side.
    market: Market
    outcome: str
    line: Decimal
    probability: Decimal
    price: Decimal  # decimal odds, the best available
    bookmaker: str
    price_taken_at: datetime
    value: Decimal  # expected profit per unit staked
    share: Decimal  # full Kelly share of the bankroll for this bet alone; determines the rank
    # Share of the bankroll under the policy together with the day's other picks; 0 if not selected.
    stake: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A day's picks, best first; bets held for manual review; and the reason if there are fewer than the maximum."""

    picks: tuple[Pick, ...]
    under_review: tuple[Pick, ...]
    reason: NoPickReason | None


def choose(candidates: Iterable[Candidate], policy: Policy = POLICY) -> Choice:
    """Select the day's picks, at most one a match, ranked by their Kelly share.

    Simultaneous Kelly stakes require independent bets, hence one a match.
    """
    considered = list(candidates)
    priced = [c for c in considered if c.anchored and c.offers]
    best = [pick for c in priced if (pick := _best_bet(c, policy)) is not None and pick.value >= policy.min_value]
    best.sort(key=lambda p: (-p.share, p.kick_off, p.match_id))
    under_review = tuple(pick for pick in best if pick.value > policy.max_value)
    chosen: list[Pick] = []
    picks_by_competition = Counter[str]()
    for pick in (p for p in best if p not in under_review):
        if len(chosen) < policy.picks_per_day and picks_by_competition[pick.competition] < policy.picks_per_competition:
            chosen.append(pick)
            picks_by_competition[pick.competition] += 1
    if chosen:
        staked = zip(chosen, stakes([(pick.probability, pick.price) for pick in chosen], policy), strict=True)
        chosen = [replace(pick, stake=stake) for pick, stake in staked]
        return Choice(
            tuple(chosen), under_review, None if len(chosen) == policy.picks_per_day else NoPickReason.NO_VALUE
        )
    reason = (
        NoPickReason.NO_MATCH
        if not considered
        else NoPickReason.NO_PRICES
        if not priced
        else NoPickReason.UNDER_REVIEW
        if under_review
        else NoPickReason.NO_VALUE
    )
    return Choice((), under_review, reason)


def _best_bet(candidate: Candidate, policy: Policy) -> Pick | None:
    """The outcome with the highest value among those whose best price is within the policy's bounds."""
    bets: list[Pick] = []
    bettable = bettable_offers(candidate.offers)
    for place, outcome in enumerate(OUTCOMES[Market.H2H]):
        offers = [o for o in bettable if o.prices[place] is not None]
        if not offers:
            continue
        offer = max(offers, key=lambda o: (o.prices[place], o.bookmaker, o.taken_at))
        price, probability = offer.prices[place], candidate.probabilities[place]
        if price is None or price > policy.max_price:
            continue
        bets.append(
            Pick(
                match_id=candidate.match_id,
                competition=candidate.competition,
                kick_off=candidate.kick_off,
                published_at=candidate.published_at,
                market=Market.H2H,
                outcome=outcome,
                line=Decimal(0),
                probability=probability,
                price=price,
                bookmaker=offer.bookmaker,
                price_taken_at=offer.taken_at,
                value=expected_value(probability, price),
                share=kelly(probability, price),
            )
        )
    return max(bets, key=lambda p: (p.value, p.outcome), default=None)


def bettable_offers(offers: Iterable[Offer]) -> list[Offer]:
    """The offers of licensed operators, else all (docs/decisions/prices-that-may-be-taken.md)."""
    eligible = [offer for offer in offers if offer.bookmaker not in _NOT_BETTABLE]
    return [offer for offer in eligible if not is_unlicensed(offer.bookmaker)] or eligible
