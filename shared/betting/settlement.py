"""How a bet ends: won, lost, its stake returned, or half of each."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.betting.prices import Market
from shared.football.calendar import days_apart
from shared.football.match import Score, Status

STANDS_IF_PLAYED_WITHIN = timedelta(hours=48)
"""A match moved by more than this is another bet: the stake is returned, as most bookmakers' terms say."""


class Ending(StrEnum):
    """How a bet ended."""

    WON = "won"
    HALF_WON = "half_won"
    PUSH = "push"
    HALF_LOST = "half_lost"
    LOST = "lost"
    VOID = "void"


RETURNED = {
    Ending.WON: (Decimal(1), Decimal(0)),
    Ending.HALF_WON: (Decimal("0.5"), Decimal("0.5")),
    Ending.PUSH: (Decimal(0), Decimal(1)),
    Ending.VOID: (Decimal(0), Decimal(1)),
    Ending.HALF_LOST: (Decimal(0), Decimal("0.5")),
    Ending.LOST: (Decimal(0), Decimal(0)),
}
"""Of one unit staked: the share that is paid at the price, and the share that is given back."""


def profit(ending: Ending, price: Decimal) -> Decimal:
    """Profit of one unit staked at a price."""
    at_price, back = RETURNED[ending]
    return at_price * price + back - 1


def end_of_bet(
    status: Status,
    score: Score | None,
    kick_off: datetime,
    committed_kick_off: datetime,
    now: datetime,
    *,
    by_day: bool = False,
) -> Ending | None:
    """VOID where a match's fate alone ends every bet on it; None where its score decides, or nothing does yet.

    A match that was called off, awarded by a jury, or not played within `STANDS_IF_PLAYED_WITHIN` of the kick-off that
    was bet on returns every stake. Where one of the two is no hour but the last minute of a day (`by_day`), days count:
    that an hour is fixed moves no match.
    """
    if by_day:
        moved = days_apart(kick_off, committed_kick_off) > STANDS_IF_PLAYED_WITHIN.days
    else:
        moved = abs(kick_off - committed_kick_off) > STANDS_IF_PLAYED_WITHIN
    overdue = score is None and now > committed_kick_off + STANDS_IF_PLAYED_WITHIN
    called_off = status in {Status.CANCELLED, Status.AWARDED}
    not_played = overdue and status in {Status.POSTPONED, Status.SUSPENDED, Status.SCHEDULED}
    return Ending.VOID if called_off or moved or not_played else None


def ending(market: Market, outcome: str, line: Decimal, score: Score) -> Ending:
    """How a bet ends at a score after 90 minutes.

    A handicap line is added to the goals of the side that is bet on, as bookmakers write it. A quarter line is two bets
    of half the stake on the half lines beside it: 2.25 is 2 and 2.5.

    Raises:
        ValueError: the market has no such outcome, or the line is no multiple of a quarter.
    """
    margin = Decimal(score.home - score.away)
    match market, outcome:
        case Market.H2H, "home" | "draw" | "away":
            came = "home" if margin > 0 else "draw" if margin == 0 else "away"
            return Ending.WON if outcome == came else Ending.LOST
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
        return Ending.WON
    if quarters <= -2:
        return Ending.LOST
    return {1: Ending.HALF_WON, 0: Ending.PUSH, -1: Ending.HALF_LOST}[int(quarters)]
