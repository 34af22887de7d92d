"""A person's bets: every way in which one may move, and what the bankroll holds afterwards."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.bets import (
    Bet,
    BetStatus,
    Entry,
    IllegalTransition,
    deletion_entry,
    payout,
    possible_statuses,
    stake_entry,
    transition,
    user_transition,
)
from shared.betting.prices import Market
from shared.betting.settlement import BetResult

D = Decimal
OPEN = Bet(Market.H2H, "home", D(0), D("2.10"), D("10.00"), BetStatus.PENDING, 1, 1, D("-10.00"))
WON = replace(OPEN, status=BetStatus.WON, last_entry=2, last_amount=D("21.00"))
QUARTER = replace(OPEN, market=Market.TOTALS, outcome="over", line=D("2.25"))
ENDINGS = [BetStatus(end) for end in BetResult]


@pytest.mark.case("J14", "F10")
@pytest.mark.parametrize(
    ("end", "back"),
    [
        (BetResult.WON, "21.00"),
        (BetResult.HALF_WON, "15.50"),  # 5 at 2.10 and 5 back
        (BetResult.PUSH, "10.00"),
        (BetResult.HALF_LOST, "5.00"),
        (BetResult.LOST, "0.00"),
        (BetResult.VOID, "10.00"),
    ],
)
def test_the_payout_of_each_result(end: BetResult, back: str) -> None:
    assert payout(D("10.00"), D("2.10"), end) == D(back)


def test_half_a_cent_is_rounded_up() -> None:
    assert payout(D("0.05"), D("1.90"), BetResult.WON) == D("0.10")  # 0.095
    assert payout(D("0.05"), D("2.10"), BetResult.WON) == D("0.11")  # 0.105, of which a banker would make 0.10
    assert payout(D("0.01"), D("1.49"), BetResult.WON) == D("0.01")


@pytest.mark.case("J14")
@pytest.mark.parametrize(
    ("market", "outcome", "line", "ends"),
    [
        (Market.H2H, "draw", "0", "won lost void"),
        (Market.TOTALS, "over", "2.5", "won lost void"),
        (Market.TOTALS, "under", "3", "won push lost void"),
        (Market.TOTALS, "over", "2.25", "won half_lost lost void"),
        (Market.TOTALS, "under", "2.25", "won half_won lost void"),
        (Market.TOTALS, "over", "2.75", "won half_won lost void"),
        (Market.HANDICAP, "home", "-0.75", "won half_won lost void"),
        (Market.HANDICAP, "away", "-0.75", "won half_won lost void"),
        (Market.HANDICAP, "away", "0.75", "won half_lost lost void"),
        (Market.HANDICAP, "home", "-10", "won push lost void"),
        (Market.HANDICAP, "home", "10", "won push lost void"),
    ],
)
def test_a_bet_ends_only_as_some_score_would_end_it(market: Market, outcome: str, line: str, ends: str) -> None:
    """Both signs of a handicap, both quarters."""
    assert possible_statuses(market, outcome, D(line)) == {BetStatus(end) for end in ends.split()}


LEGAL = {
    (BetStatus.PENDING, BetStatus.WON): (Entry(BetStatus.WON, D("21.00")),),
    (BetStatus.PENDING, BetStatus.LOST): (Entry(BetStatus.LOST, D("0.00")),),
    (BetStatus.PENDING, BetStatus.VOID): (Entry(BetStatus.VOID, D("10.00")),),
    (BetStatus.PENDING, BetStatus.PENDING): (),
    (BetStatus.WON, BetStatus.PENDING): (Entry(BetStatus.PENDING, D("-21.00"), 2),),
    (BetStatus.WON, BetStatus.LOST): (Entry(BetStatus.PENDING, D("-21.00"), 2), Entry(BetStatus.LOST, D("0.00"))),
    (BetStatus.WON, BetStatus.VOID): (Entry(BetStatus.PENDING, D("-21.00"), 2), Entry(BetStatus.VOID, D("10.00"))),
    (BetStatus.WON, BetStatus.WON): (Entry(BetStatus.PENDING, D("-21.00"), 2), Entry(BetStatus.WON, D("21.00"))),
}
"""Of a bet on who wins, from where it stands; every other move is refused."""


@pytest.mark.case("J8")
@pytest.mark.parametrize("to", BetStatus)
@pytest.mark.parametrize("bet", [OPEN, WON], ids=lambda bet: bet.status)
def test_the_table_of_status_transitions(bet: Bet, to: BetStatus) -> None:
    """An earlier result is reversed by an entry of its own."""
    if (bet.status, to) in LEGAL:
        assert transition(bet, to) == LEGAL[bet.status, to]
    else:
        with pytest.raises(IllegalTransition, match=r"^bet_cannot_end_so$"):
            transition(bet, to)


@pytest.mark.parametrize("to", [*ENDINGS, BetStatus.PENDING])
def test_a_deleted_bet_has_no_transitions(to: BetStatus) -> None:
    deleted = replace(OPEN, status=BetStatus.DELETED, last_entry=2, last_amount=D("10.00"))
    with pytest.raises(IllegalTransition, match=r"^bet_cannot_end_so$"):
        transition(deleted, to)
    with pytest.raises(IllegalTransition, match=r"^bet_not_pending$"):
        deletion_entry(deleted, begun=False)


def refusal(bet: Bet, to: BetStatus, *, begun: bool) -> str:
    """Why a person may not move their bet so; nothing where they may."""
    try:
        deletion_entry(bet, begun=begun) if to is BetStatus.DELETED else user_transition(bet, to, begun=begun)
    except IllegalTransition as illegal:
        return illegal.key
    return ""


VOID = replace(OPEN, status=BetStatus.VOID, last_entry=2, last_amount=D("10.00"))


@pytest.mark.case("L12")
@pytest.mark.parametrize("to", BetStatus)
@pytest.mark.parametrize("bet", [OPEN, WON, VOID], ids=lambda bet: bet.status)
def test_after_kick_off_a_person_moves_no_bet(bet: Bet, to: BetStatus) -> None:
    """Neither undoes a loss nor takes an open bet back."""
    if to is BetStatus.DELETED:
        assert refusal(bet, to, begun=True) == ("bet_locked" if bet is OPEN else "bet_not_pending")
    else:
        assert refusal(bet, to, begun=True) == ("" if to is bet.status else "bet_locked")


@pytest.mark.parametrize(
    ("bet", "to", "refused"),
    [
        (OPEN, BetStatus.PENDING, ""),
        (OPEN, BetStatus.VOID, ""),
        (OPEN, BetStatus.DELETED, ""),
        (OPEN, BetStatus.WON, "match_not_begun"),
        (OPEN, BetStatus.LOST, "match_not_begun"),
        (VOID, BetStatus.VOID, ""),
        (VOID, BetStatus.PENDING, "bet_stays_void"),
        (VOID, BetStatus.WON, "bet_stays_void"),
        (VOID, BetStatus.DELETED, "bet_not_pending"),
        (WON, BetStatus.VOID, "bet_locked"),  # its match was rescheduled
        (WON, BetStatus.PENDING, "bet_locked"),
    ],
)
def test_before_kick_off_a_bet_can_only_be_called_off(bet: Bet, to: BetStatus, refused: str) -> None:
    """Once: its stake counts in no limit any more, so that it is not opened again."""
    assert refusal(bet, to, begun=False) == refused


@pytest.mark.case("J8")
def test_a_corrected_result_reverses_the_entry_and_settles_again() -> None:
    """The score changed, the winner did not."""
    assert transition(WON, BetStatus.WON) == (
        Entry(BetStatus.PENDING, D("-21.00"), 2),
        Entry(BetStatus.WON, D("21.00")),
    )


def test_a_stake_leaves_the_bankroll() -> None:
    assert stake_entry(D("10.00")) == Entry(BetStatus.PENDING, D("-10.00"), None)


def test_only_an_open_bet_can_be_deleted() -> None:
    reopened = replace(OPEN, last_entry=3, last_amount=D("-21.00"))
    assert deletion_entry(reopened, begun=False) == Entry(BetStatus.DELETED, D("10.00"), 1)
    with pytest.raises(IllegalTransition, match=r"^bet_not_pending$"):
        deletion_entry(WON, begun=False)


class Book:
    """A bet's entries as a ledger stores them."""

    def __init__(self, bet: Bet) -> None:
        self.entries = [stake_entry(bet.amount)]
        self.bet = bet

    def add(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            self.entries.append(entry)
            self.bet = replace(self.bet, status=entry.status, last_entry=len(self.entries), last_amount=entry.amount)


CENTS = st.decimals(D("0.01"), D(10_000), places=2)
PRICES = st.decimals(D("1.01"), D(1000), places=3)
LINES = st.integers(1, 40).map(lambda quarters: D(quarters) / 4)


@pytest.mark.case("J8", "F10")
@given(
    CENTS,
    PRICES,
    st.sampled_from([(Market.H2H, "home"), (Market.TOTALS, "over"), (Market.HANDICAP, "away")]),
    LINES,
    st.lists(st.sampled_from([*BetStatus]), max_size=8),
    st.booleans(),
)
def test_after_any_transitions_the_entries_sum_up_to_the_bets_profit(
    amount: Decimal, price: Decimal, bet: tuple[Market, str], line: Decimal, moves: list[BetStatus], by_person: bool
) -> None:
    """Whatever was moved and corrected; and no entry is taken back twice."""
    market, outcome = bet
    line = D(0) if market is Market.H2H else line
    book = Book(Bet(market, outcome, line, price, amount, BetStatus.PENDING, 1, 1, -amount))
    for to in moves:
        try:
            if to is BetStatus.DELETED:
                book.add((deletion_entry(book.bet, begun=False),))
            elif by_person:
                book.add(user_transition(book.bet, to, begun=False))
            else:
                book.add(transition(book.bet, to))
        except IllegalTransition:
            continue
    status = book.bet.status
    total = sum((entry.amount for entry in book.entries), D(0))
    if status is BetStatus.DELETED:
        assert total == 0
    elif status is BetStatus.PENDING:
        assert total == -amount
    else:
        assert total == payout(amount, price, BetResult(status)) - amount
    reversed_ones = [entry.reverses for entry in book.entries if entry.reverses is not None]
    assert len(reversed_ones) == len(set(reversed_ones))
    assert all(book.entries[one - 1].amount == -entry.amount for entry in book.entries if (one := entry.reverses))


@given(CENTS, PRICES)
def test_the_better_a_bet_ends_the_more_comes_back(amount: Decimal, price: Decimal) -> None:
    ends = [BetResult.LOST, BetResult.HALF_LOST, BetResult.PUSH, BetResult.HALF_WON, BetResult.WON]
    back = [payout(amount, price, end) for end in ends]
    assert back == sorted(back)
    assert back[0] == 0
    assert back[2] == payout(amount, price, BetResult.VOID) == amount
    assert all(cents == cents.quantize(D("0.01")) for cents in back)
