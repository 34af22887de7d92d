"""Settlement of bets."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.betting.prices import Market
from shared.football.calendar import days_apart
from shared.football.match import Score, Status

MAX_POSTPONEMENT = timedelta(hours=48)
"""A match postponed by more than this voids the bet, as in most bookmakers' terms."""


class BetResult(StrEnum):
    """Result of a settled bet."""

    WON = "won"
    HALF_WON = "half_won"
    PUSH = "push"
    HALF_LOST = "half_lost"
    LOST = "lost"
    VOID = "void"


PAYOUT_SHARES = {
    BetResult.WON: (Decimal(1), Decimal(0)),
    BetResult.HALF_WON: (Decimal("0.5"), Decimal("0.5")),
    BetResult.PUSH: (Decimal(0), Decimal(1)),
    BetResult.VOID: (Decimal(0), Decimal(1)),
    BetResult.HALF_LOST: (Decimal(0), Decimal("0.5")),
    BetResult.LOST: (Decimal(0), Decimal(0)),
}
"""Per unit staked: the share that wins at the price, and the share that is refunded."""


def profit(result: BetResult, price: Decimal) -> Decimal:
    """Profit per unit staked.

    >>> profit(BetResult.HALF_WON, Decimal("1.9"))
    Decimal('0.45')
    """
    at_price, back = PAYOUT_SHARES[result]
    return at_price * price + back - 1


def void_if_not_played(
    status: Status,
    score: Score | None,
    kick_off: datetime,
    committed_kick_off: datetime,
    now: datetime,
    *,
    by_day: bool = False,
) -> BetResult | None:
    """VOID if all bets on the match are void regardless of a score; None if the score decides or the match is pending.

    Bets are void if the match is cancelled, awarded, or not played within `MAX_POSTPONEMENT` of the kick-off at
    commitment. If either kick-off has a date but no time (`by_day`), dates are compared.
    """
    if by_day:
        moved = days_apart(kick_off, committed_kick_off) > MAX_POSTPONEMENT.days
    else:
        moved = abs(kick_off - committed_kick_off) > MAX_POSTPONEMENT
    overdue = score is None and now > committed_kick_off + MAX_POSTPONEMENT
    called_off = status in {Status.CANCELLED, Status.AWARDED}
    not_played = overdue and status in {Status.POSTPONED, Status.SUSPENDED, Status.SCHEDULED}
    return BetResult.VOID if called_off or moved or not_played else None


def settlement(
    market: Market,
    outcome: str,
    line: Decimal,
    status: Status,
    score: Score | None,
    kick_off: datetime,
    committed_kick_off: datetime,
    now: datetime,
    *,
    by_day: bool,
    in_review: bool,
) -> tuple[BetResult, str | None] | None:
    """The result of a bet and the final score that decided it, no score if void; None while the bet is open.

    A match that is finished but in review (its sources disagree) leaves its bets open. The other arguments are those of
    `void_if_not_played` and `settle_bet`, the two steps.
    """
    if status is Status.FINISHED and in_review:
        return None
    result = void_if_not_played(status, score, kick_off, committed_kick_off, now, by_day=by_day)
    if result is None:
        if status is not Status.FINISHED or score is None:
            return None
        result = settle_bet(market, outcome, line, score)
    return result, None if result is BetResult.VOID else str(score)


def settle_bet(market: Market, outcome: str, line: Decimal, score: Score) -> BetResult:
    """The result of a bet at the score after 90 minutes.

    A handicap line is added to the goals of the selected side. A quarter line splits the stake between the two adjacent
    half lines: 2.25 is 2 and 2.5.

    Raises:
        ValueError: the market has no such outcome, or the line is no multiple of a quarter.

    >>> settle_bet(Market.TOTALS, "over", Decimal("2.25"), Score(1, 1))
    <BetResult.HALF_LOST: 'half_lost'>
    """
    margin = Decimal(score.home - score.away)
    match market, outcome:
        case Market.H2H, "home" | "draw" | "away":
            winner = "home" if margin > 0 else "draw" if margin == 0 else "away"
            return BetResult.WON if outcome == winner else BetResult.LOST
        case Market.TOTALS, "over" | "under":
            beyond = Decimal(score.home + score.away) - line
            if outcome == "under":
                beyond = -beyond
        case Market.HANDICAP, "home" | "away":
            beyond = (margin if outcome == "home" else -margin) + line
        case _:
            raise ValueError(f"{market} has no outcome {outcome!r}")
    quarters = beyond * 4
    if quarters != quarters.to_integral_value():
        raise ValueError(f"a line is a multiple of a quarter, not {line}")
    if quarters >= 2:
        return BetResult.WON
    if quarters <= -2:
        return BetResult.LOST
    return {1: BetResult.HALF_WON, 0: BetResult.PUSH, -1: BetResult.HALF_LOST}[int(quarters)]
