"""A person's own bets: where one may stand, how it may move, and what each move adds to the bankroll.

A bankroll is the sum of its entries. Nothing in it is edited: what was wrong is taken back by an entry of its own.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import product

from shared.betting.prices import Market
from shared.betting.settlement import RETURNED, Ending, ending
from shared.football.match import Score

CENT = Decimal("0.01")
LONGEST_LINE = Decimal(10)
"""Of goals, either way."""
_GOALS = range(int(LONGEST_LINE) + 3)


class Standing(StrEnum):
    """Where a bet stands: open, ended in one of the ways of `Ending`, or taken back as if it had never been."""

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
        """Whether money came back or was lost."""
        return self not in {Standing.PENDING, Standing.DELETED}


class IllegalMove(ValueError):
    """A bet that may not go where it was sent; `key` is the text of the catalogue that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Bet:
    """A bet as it stands.

    Attributes:
        market, outcome, line: what is bet on; a handicap line is that of the side bet on.
        price: decimal odds.
        amount: stake, in euros and cents.
        standing: where it stands.
        first_entry: id of the entry by which it was staked.
        last_entry: id of its newest entry.
        last_amount: what that entry added to the bankroll.
    """

    market: Market
    outcome: str
    line: Decimal
    price: Decimal
    amount: Decimal
    standing: Standing
    first_entry: int
    last_entry: int
    last_amount: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """What a move adds to a bankroll.

    Attributes:
        standing: where the bet stands afterwards.
        amount: euros and cents; below 0 where money leaves.
        reverses: id of the entry that it takes back.
    """

    standing: Standing
    amount: Decimal
    reverses: int | None = None


def returned(amount: Decimal, price: Decimal, end: Ending) -> Decimal:
    """What comes back of a stake, rounded to the cent, half a cent up."""
    at_price, back = RETURNED[end]
    return (amount * (at_price * price + back)).quantize(CENT, ROUND_HALF_UP)


def possible(market: Market, outcome: str, line: Decimal) -> frozenset[Standing]:
    """How a bet can end: as some score would end it, or void. There is no half of a win in h2h, no push at 2.5.

    Raises:
        ValueError: as `settlement.ending`.
    """
    ends = {ending(market, outcome, line, Score(home, away)) for home, away in product(_GOALS, repeat=2)}
    return frozenset(Standing(end) for end in ends | {Ending.VOID})


def staked(amount: Decimal) -> Entry:
    """The entry by which a bet is placed."""
    return Entry(Standing.PENDING, -amount)


def taken_back(bet: Bet, *, begun: bool) -> Entry:
    """The entry by which a person takes a bet back: only while it is open and its match has not begun.

    Raises:
        IllegalMove: it has ended, or the match has begun.
    """
    if bet.standing is not Standing.PENDING:
        raise IllegalMove("bet_not_pending")
    if begun:
        raise IllegalMove("bet_locked")
    return Entry(Standing.DELETED, bet.amount, bet.first_entry)


def moved(bet: Bet, to: Standing) -> tuple[Entry, ...]:
    """The entries by which a bet is settled, corrected, or opened again; an earlier ending is taken back first.

    Raises:
        IllegalMove: it cannot end so; or it was taken back, or would be, which `taken_back` is for.
    """
    if Standing.DELETED in {bet.standing, to}:
        raise IllegalMove("bet_cannot_end_so")
    if to.ended and to not in possible(bet.market, bet.outcome, bet.line):
        raise IllegalMove("bet_cannot_end_so")
    opened = (Entry(Standing.PENDING, -bet.last_amount, bet.last_entry),) if bet.standing.ended else ()
    return (*opened, Entry(to, returned(bet.amount, bet.price, Ending(to)))) if to.ended else opened


def moved_by_person(bet: Bet, to: Standing, *, begun: bool) -> tuple[Entry, ...]:
    """As `moved`, where a person calls an open bet off before its match; nothing where it stands there already.

    After kick-off the result decides, so that nobody takes a loss out of their limits; and a bet that was called off is
    not opened again, for its stake counts in no limit any more.

    Raises:
        IllegalMove: the match has begun, the bet is void and would be opened again, or it would not be void.
    """
    if to is bet.standing:
        return ()
    if begun or bet.standing not in {Standing.PENDING, Standing.VOID}:
        raise IllegalMove("bet_locked")
    if bet.standing is Standing.VOID:
        raise IllegalMove("bet_stays_void")
    if to is not Standing.VOID:
        raise IllegalMove("match_not_begun")
    return moved(bet, to)
