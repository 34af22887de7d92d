"""Users' bets: statuses, allowed transitions, and the bankroll entries of each transition.

A bankroll is an append-only ledger; its balance is the sum of its entries. A correction reverses an earlier entry.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import product

from shared.betting.prices import Market
from shared.betting.settlement import PAYOUT_SHARES, BetResult, settle_bet
from shared.football.match import Score

CENT = Decimal("0.01")
MAX_LINE = Decimal(10)
"""Largest absolute line in goals."""
_GOALS = range(int(MAX_LINE) + 3)


class BetStatus(StrEnum):
    """Status of a bet: open, settled with a `BetResult`, or deleted."""

    PENDING = "pending"
    WON = "won"
    HALF_WON = "half_won"
    PUSH = "push"
    HALF_LOST = "half_lost"
    LOST = "lost"
    VOID = "void"
    DELETED = "deleted"

    @property
    def ended(self) -> bool:
        """Whether the bet is settled."""
        return self not in {BetStatus.PENDING, BetStatus.DELETED}


class IllegalTransition(ValueError):
    """A status transition that is not allowed; `key` is the key of the translated reason."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Bet:
    """A bet and its current status."""

    # market, outcome, line: the selection; a handicap line is that of the selected side.
    market: Market
    outcome: str
    line: Decimal
    price: Decimal
    amount: Decimal  # stake in euros
    status: BetStatus
    first_entry: int  # id of the entry of its stake
    last_entry: int  # id of its latest entry
    last_amount: Decimal  # amount of that entry


@dataclass(frozen=True, slots=True)
class Entry:
    """A bankroll entry of a bet."""

    status: BetStatus  # status of the bet after the entry
    amount: Decimal  # euros; negative for a debit
    reverses: int | None = None


def payout(amount: Decimal, price: Decimal, result: BetResult) -> Decimal:
    """The amount paid out on a stake, rounded half up to the cent.

    >>> payout(Decimal(10), Decimal("1.955"), BetResult.WON)
    Decimal('19.55')
    """
    at_price, back = PAYOUT_SHARES[result]
    return (amount * (at_price * price + back)).quantize(CENT, ROUND_HALF_UP)


def possible_statuses(market: Market, outcome: str, line: Decimal) -> frozenset[BetStatus]:
    """The statuses that a bet can be settled with; for example no `half_won` in h2h, no `push` at 2.5 goals.

    Raises:
        ValueError: as `settlement.settle_bet`.
    """
    ends = {settle_bet(market, outcome, line, Score(home, away)) for home, away in product(_GOALS, repeat=2)}
    return frozenset(BetStatus(end) for end in ends | {BetResult.VOID})


def stake_entry(amount: Decimal) -> Entry:
    """The entry of a placed bet."""
    return Entry(BetStatus.PENDING, -amount)


def deletion_entry(bet: Bet, *, begun: bool) -> Entry:
    """The entry by which a user deletes a bet that is open and whose match has not started (`begun`).

    Raises:
        IllegalTransition: the bet is settled, or the match has started.
    """
    if bet.status is not BetStatus.PENDING:
        raise IllegalTransition("bet_not_pending")
    if begun:
        raise IllegalTransition("bet_locked")
    return Entry(BetStatus.DELETED, bet.amount, bet.first_entry)


def transition(bet: Bet, target: BetStatus) -> tuple[Entry, ...]:
    """The entries that settle, correct or reopen a bet; an earlier settlement is reversed first.

    Raises:
        IllegalTransition: the result is impossible, or the bet is deleted or would be (see `deletion_entry`).
    """
    if BetStatus.DELETED in {bet.status, target}:
        raise IllegalTransition("bet_cannot_end_so")
    if target.ended and target not in possible_statuses(bet.market, bet.outcome, bet.line):
        raise IllegalTransition("bet_cannot_end_so")
    opened = (Entry(BetStatus.PENDING, -bet.last_amount, bet.last_entry),) if bet.status.ended else ()
    return (*opened, Entry(target, payout(bet.amount, bet.price, BetResult(target)))) if target.ended else opened


def user_transition(bet: Bet, target: BetStatus, *, begun: bool) -> tuple[Entry, ...]:
    """The entries of a transition by the user, who may only void an open bet before kick-off.

    After kick-off the result decides, so that no loss can be removed from the user's limits. A void bet cannot be
    reopened, as its stake no longer counts against a limit. An unchanged status needs no entry.

    Raises:
        IllegalTransition: the match has started, a void bet would be reopened, or the target is not void.
    """
    if target is bet.status:
        return ()
    if begun or bet.status not in {BetStatus.PENDING, BetStatus.VOID}:
        raise IllegalTransition("bet_locked")
    if bet.status is BetStatus.VOID:
        raise IllegalTransition("bet_stays_void")
    if target is not BetStatus.VOID:
        raise IllegalTransition("match_not_begun")
    return transition(bet, target)
