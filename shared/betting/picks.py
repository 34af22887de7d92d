"""The day's picks: the few bets that are worth their price. None is a valid answer, and has its reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.betting.licensed_operators import on_paper
from shared.betting.policy import POLICY, Policy
from shared.betting.prices import OUTCOMES, Market, Offer
from shared.betting.stakes import stakes
from shared.betting.value import expected_value, kelly

_NOT_TO_TAKE = {"market_average", "betfair_exchange"}
"""Nobody asks the average; an exchange keeps a commission that its prices do not show."""


class NoPick(StrEnum):
    """Why a day has no pick, or fewer than it could have."""

    NO_MATCH = "no_match"
    TOO_LATE = "too_late"
    NO_HOUR = "no_hour"
    NO_PRICES = "no_prices"
    SUSPENDED = "suspended"
    NO_VALUE = "no_value"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match on which a bet could be placed.

    Attributes:
        match_id: the match.
        competition: its competition.
        kick_off: when it starts.
        published_at: which published forecast the probabilities are.
        anchored: whether the forecast starts from the match's own prices; only then is value believed.
        probabilities: home, draw, away.
        offers: h2h offers that passed the quarantine.
    """

    match_id: int
    competition: str
    kick_off: datetime
    published_at: datetime
    anchored: bool
    probabilities: tuple[Decimal, Decimal, Decimal]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """A bet that is worth its price.

    Attributes:
        match_id, competition, kick_off: the match.
        published_at: which published forecast the probability is from.
        market, outcome, line: what is bet on; a handicap line is that of the side bet on.
        probability: that it is won.
        price: decimal odds: the best that may be taken.
        bookmaker: who asks it.
        price_taken_at: when it was asked.
        value: expected profit of one unit staked.
        share: of a bankroll, what Kelly would stake in full on this bet alone; picks are ranked by it.
        stake: of a bankroll, what the policy stakes on it beside the day's other picks; 0 while it is not chosen.
    """

    match_id: int
    competition: str
    kick_off: datetime
    published_at: datetime
    market: Market
    outcome: str
    line: Decimal
    probability: Decimal
    price: Decimal
    bookmaker: str
    price_taken_at: datetime
    value: Decimal
    share: Decimal
    stake: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A day's picks, best first; what was held for review; and, short of a full day, the reason."""

    picks: tuple[Pick, ...]
    held: tuple[Pick, ...]
    reason: NoPick | None


def choose(candidates: Iterable[Candidate], policy: Policy = POLICY) -> Choice:
    """The day's picks: at most one a match, ranked by the share of the bankroll that Kelly would stake.

    They are staked on as bets that are open together, for which they must not depend on each other: one a match.
    """
    considered = list(candidates)
    priced = [c for c in considered if c.anchored and c.offers]
    best = [pick for c in priced if (pick := _best_bet(c, policy)) is not None and pick.value >= policy.least_value]
    best.sort(key=lambda p: (-p.share, p.kick_off, p.match_id))
    held = tuple(pick for pick in best if pick.value > policy.most_value)
    chosen: list[Pick] = []
    of_competition = Counter[str]()
    for pick in (p for p in best if p not in held):
        if len(chosen) < policy.a_day and of_competition[pick.competition] < policy.a_competition:
            chosen.append(pick)
            of_competition[pick.competition] += 1
    if chosen:
        staked = zip(chosen, stakes([(pick.probability, pick.price) for pick in chosen], policy), strict=True)
        chosen = [replace(pick, stake=stake) for pick, stake in staked]
        return Choice(tuple(chosen), held, None if len(chosen) == policy.a_day else NoPick.NO_VALUE)
    reason = (
        NoPick.NO_MATCH
        if not considered
        else NoPick.NO_PRICES
        if not priced
        else NoPick.HELD
        if held
        else NoPick.NO_VALUE
    )
    return Choice((), held, reason)


def _best_bet(candidate: Candidate, policy: Policy) -> Pick | None:
    """The outcome of a match with the highest value, of those whose best price is within the policy's bounds."""
    bets: list[Pick] = []
    asked = takeable(candidate.offers)
    for place, outcome in enumerate(OUTCOMES[Market.H2H]):
        offers = [o for o in asked if o.prices[place] is not None]
        if not offers:
            continue
        offer = max(offers, key=lambda o: (o.prices[place], o.bookmaker, o.taken_at))
        price, probability = offer.prices[place], candidate.probabilities[place]
        if price is None or price > policy.highest_price:
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


def takeable(offers: Iterable[Offer]) -> list[Offer]:
    """The offers of licensed operators; only where there is none, all prices on paper.

    Why: docs/decisions/prices-that-may-be-taken.md.
    """
    asked = [offer for offer in offers if offer.bookmaker not in _NOT_TO_TAKE]
    return [offer for offer in asked if not on_paper(offer.bookmaker)] or asked
