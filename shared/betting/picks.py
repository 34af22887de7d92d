"""The day's picks: the few bets that are worth their price. None is a valid answer, and has its reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.betting.prices import OUTCOMES, Market, Offer
from shared.betting.value import expected_value, kelly


@dataclass(frozen=True, slots=True)
class PickPolicy:
    """When a bet becomes a pick.

    Attributes:
        least_value: expected value from which a price is worth taking.
        most_value: expected value above which the price is held for review: it is likelier wrong than generous.
        highest_price: above it, small errors in a probability are large errors in value.
        a_day: most picks in a day.
        a_competition: most picks of one competition in a day.
    """

    least_value: Decimal = Decimal("0.02")
    most_value: Decimal = Decimal("0.20")
    highest_price: Decimal = Decimal(10)
    a_day: int = 5
    a_competition: int = 2


POLICY = PickPolicy()


class NoPick(StrEnum):
    """Why a day has no pick, or fewer than it could have."""

    NO_MATCH = "no_match"
    TOO_LATE = "too_late"
    NO_PRICES = "no_prices"
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
    """A bet that is worth its price."""

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


@dataclass(frozen=True, slots=True)
class Choice:
    """A day's picks, best first; what was held for review; and, short of a full day, the reason."""

    picks: tuple[Pick, ...]
    held: tuple[Pick, ...]
    reason: NoPick | None


def choose(candidates: Iterable[Candidate], policy: PickPolicy = POLICY) -> Choice:
    """The day's picks: at most one a match, ranked by the share of the bankroll that Kelly would stake."""
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


def _best_bet(candidate: Candidate, policy: PickPolicy) -> Pick | None:
    """The outcome of a match with the highest value at its best price within the policy's bounds."""
    bets: list[Pick] = []
    for place, outcome in enumerate(OUTCOMES[Market.H2H]):
        offers = [o for o in candidate.offers if o.prices[place] is not None and o.bookmaker != "market_average"]
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
