"""Selection of the day's value bets over all markets; an empty selection is valid and has a reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.betting.best_prices import best_prices
from shared.betting.moved_consensus import MovedConsensus
from shared.betting.policy import POLICY, Policy
from shared.betting.prices import Market, Offer
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.stakes import stakes
from shared.betting.value import expected_value, kelly
from shared.forecasting.grid import Grid


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
    # Whether the prediction is the match's own prices as moved by the model. Ratings alone yield no pick, since prices
    # know more; nor do prices alone, since the best price of many is always above their consensus.
    anchored: bool
    grid: Grid  # the predicted probability of every score: (16, 16)
    offers: tuple[Offer, ...]  # offers on all markets that passed validation


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
    # The predicted probability of winning; of bets with refunds, the share of the stake at risk that wins.
    probability: Decimal
    result_probabilities: ResultProbabilities
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
        staked = zip(chosen, stakes([(pick.result_probabilities, pick.price) for pick in chosen], policy), strict=True)
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
    """The selection with the highest value among those whose best price is within the policy's bounds."""
    bets: list[Pick] = []
    forecast = MovedConsensus(candidate.grid, candidate.offers)
    for best in best_prices(candidate.offers):
        if best.price > policy.max_price:
            continue
        probabilities = forecast.result_probabilities(best.market, best.outcome, best.line)
        bets.append(
            Pick(
                match_id=candidate.match_id,
                competition=candidate.competition,
                kick_off=candidate.kick_off,
                published_at=candidate.published_at,
                market=best.market,
                outcome=best.outcome,
                line=best.line,
                probability=probabilities.break_even,
                result_probabilities=probabilities,
                price=best.price,
                bookmaker=best.bookmaker,
                price_taken_at=best.taken_at,
                value=expected_value(probabilities, best.price),
                share=kelly(probabilities, best.price),
            )
        )
    return max(bets, key=lambda p: (p.value, p.market, p.outcome, p.line), default=None)
