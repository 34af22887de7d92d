"""A person's bets: every way in which one may move, and what the bankroll holds afterwards."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.bets import (
    Bet,
    Entry,
    IllegalMove,
    Standing,
    moved,
    moved_by_person,
    possible,
    returned,
    staked,
    taken_back,
)
from shared.betting.prices import Market
from shared.betting.settlement import Ending

D = Decimal
OPEN = Bet(Market.H2H, "home", D(0), D("2.10"), D("10.00"), Standing.PENDING, 1, 1, D("-10.00"))
WON = replace(OPEN, standing=Standing.WON, last_entry=2, last_amount=D("21.00"))
QUARTER = replace(OPEN, market=Market.TOTALS, outcome="over", line=D("2.25"))
ENDINGS = [Standing(end) for end in Ending]


@pytest.mark.case("J14", "F10")
@pytest.mark.parametrize(
    ("end", "back"),
    [
        (Ending.WON, "21.00"),
        (Ending.HALF_WON, "15.50"),  # 5 at 2.10 and 5 back
        (Ending.PUSH, "10.00"),
        (Ending.HALF_LOST, "5.00"),
        (Ending.LOST, "0.00"),
        (Ending.VOID, "10.00"),
    ],
)
def test_what_comes_back(end: Ending, back: str) -> None:
    assert returned(D("10.00"), D("2.10"), end) == D(back)


def test_half_a_cent_is_rounded_up() -> None:
    assert returned(D("0.05"), D("1.90"), Ending.WON) == D("0.10")  # 0.095
    assert returned(D("0.05"), D("2.10"), Ending.WON) == D("0.11")  # 0.105, of which a banker would make 0.10
    assert returned(D("0.01"), D("1.49"), Ending.WON) == D("0.01")


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
    assert possible(market, outcome, D(line)) == {Standing(end) for end in ends.split()}


LEGAL = {
    (Standing.PENDING, Standing.WON): (Entry(Standing.WON, D("21.00")),),
    (Standing.PENDING, Standing.LOST): (Entry(Standing.LOST, D("0.00")),),
    (Standing.PENDING, Standing.VOID): (Entry(Standing.VOID, D("10.00")),),
    (Standing.PENDING, Standing.PENDING): (),
    (Standing.WON, Standing.PENDING): (Entry(Standing.PENDING, D("-21.00"), 2),),
    (Standing.WON, Standing.LOST): (Entry(Standing.PENDING, D("-21.00"), 2), Entry(Standing.LOST, D("0.00"))),
    (Standing.WON, Standing.VOID): (Entry(Standing.PENDING, D("-21.00"), 2), Entry(Standing.VOID, D("10.00"))),
    (Standing.WON, Standing.WON): (Entry(Standing.PENDING, D("-21.00"), 2), Entry(Standing.WON, D("21.00"))),
}
"""Of a bet on who wins, from where it stands; every other move is refused."""


@pytest.mark.case("J8")
@pytest.mark.parametrize("to", Standing)
@pytest.mark.parametrize("bet", [OPEN, WON], ids=lambda bet: bet.standing)
def test_the_table_of_moves(bet: Bet, to: Standing) -> None:
    """What stood before is taken back by an entry of its own."""
    if (bet.standing, to) in LEGAL:
        assert moved(bet, to) == LEGAL[bet.standing, to]
    else:
        with pytest.raises(IllegalMove, match=r"^bet_cannot_end_so$"):
            moved(bet, to)


@pytest.mark.parametrize("to", [*ENDINGS, Standing.PENDING])
def test_nothing_moves_a_bet_that_was_taken_back(to: Standing) -> None:
    gone = replace(OPEN, standing=Standing.DELETED, last_entry=2, last_amount=D("10.00"))
    with pytest.raises(IllegalMove, match=r"^bet_cannot_end_so$"):
        moved(gone, to)
    with pytest.raises(IllegalMove, match=r"^bet_not_pending$"):
        taken_back(gone, begun=False)


def kept(bet: Bet, to: Standing, *, begun: bool) -> str:
    """Why a person may not move their bet so; nothing where they may."""
    try:
        taken_back(bet, begun=begun) if to is Standing.DELETED else moved_by_person(bet, to, begun=begun)
    except IllegalMove as illegal:
        return illegal.key
    return ""


VOID = replace(OPEN, standing=Standing.VOID, last_entry=2, last_amount=D("10.00"))


@pytest.mark.case("L12")
@pytest.mark.parametrize("to", Standing)
@pytest.mark.parametrize("bet", [OPEN, WON, VOID], ids=lambda bet: bet.standing)
def test_after_kick_off_a_person_moves_no_bet(bet: Bet, to: Standing) -> None:
    """Neither undoes a loss nor takes an open bet back."""
    if to is Standing.DELETED:
        assert kept(bet, to, begun=True) == ("bet_locked" if bet is OPEN else "bet_not_pending")
    else:
        assert kept(bet, to, begun=True) == ("" if to is bet.standing else "bet_locked")


@pytest.mark.parametrize(
    ("bet", "to", "refused"),
    [
        (OPEN, Standing.PENDING, ""),
        (OPEN, Standing.VOID, ""),
        (OPEN, Standing.DELETED, ""),
        (OPEN, Standing.WON, "match_not_begun"),
        (OPEN, Standing.LOST, "match_not_begun"),
        (VOID, Standing.VOID, ""),
        (VOID, Standing.PENDING, "bet_stays_void"),
        (VOID, Standing.WON, "bet_stays_void"),
        (VOID, Standing.DELETED, "bet_not_pending"),
        (WON, Standing.VOID, "bet_locked"),  # its match was told again as one to come
        (WON, Standing.PENDING, "bet_locked"),
    ],
)
def test_before_kick_off_a_bet_can_only_be_called_off(bet: Bet, to: Standing, refused: str) -> None:
    """Once: its stake counts in no limit any more, so that it is not opened again."""
    assert kept(bet, to, begun=False) == refused


@pytest.mark.case("J8")
def test_a_result_told_again_is_taken_back_and_told_anew() -> None:
    """The score changed, the winner did not."""
    assert moved(WON, Standing.WON) == (Entry(Standing.PENDING, D("-21.00"), 2), Entry(Standing.WON, D("21.00")))


def test_a_stake_leaves_the_bankroll() -> None:
    assert staked(D("10.00")) == Entry(Standing.PENDING, D("-10.00"), None)


def test_only_an_open_bet_is_taken_back() -> None:
    reopened = replace(OPEN, last_entry=3, last_amount=D("-21.00"))
    assert taken_back(reopened, begun=False) == Entry(Standing.DELETED, D("10.00"), 1)
    with pytest.raises(IllegalMove, match=r"^bet_not_pending$"):
        taken_back(WON, begun=False)


class Book:
    """A bet's entries as a ledger keeps them."""

    def __init__(self, bet: Bet) -> None:
        self.entries = [staked(bet.amount)]
        self.bet = bet

    def add(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            self.entries.append(entry)
            self.bet = replace(
                self.bet, standing=entry.standing, last_entry=len(self.entries), last_amount=entry.amount
            )


CENTS = st.decimals(D("0.01"), D(10_000), places=2)
PRICES = st.decimals(D("1.01"), D(1000), places=3)
LINES = st.integers(1, 40).map(lambda quarters: D(quarters) / 4)


@pytest.mark.case("J8", "F10")
@given(
    CENTS,
    PRICES,
    st.sampled_from([(Market.H2H, "home"), (Market.TOTALS, "over"), (Market.HANDICAP, "away")]),
    LINES,
    st.lists(st.sampled_from([*Standing]), max_size=8),
    st.booleans(),
)
def test_after_any_moves_the_entries_sum_up_to_what_the_bet_brought(
    amount: Decimal, price: Decimal, bet: tuple[Market, str], line: Decimal, moves: list[Standing], by_person: bool
) -> None:
    """Whatever was moved and corrected; and no entry is taken back twice."""
    market, outcome = bet
    line = D(0) if market is Market.H2H else line
    book = Book(Bet(market, outcome, line, price, amount, Standing.PENDING, 1, 1, -amount))
    for to in moves:
        try:
            if to is Standing.DELETED:
                book.add((taken_back(book.bet, begun=False),))
            elif by_person:
                book.add(moved_by_person(book.bet, to, begun=False))
            else:
                book.add(moved(book.bet, to))
        except IllegalMove:
            continue
    standing = book.bet.standing
    total = sum((entry.amount for entry in book.entries), D(0))
    if standing is Standing.DELETED:
        assert total == 0
    elif standing is Standing.PENDING:
        assert total == -amount
    else:
        assert total == returned(amount, price, Ending(standing)) - amount
    reversed_ones = [entry.reverses for entry in book.entries if entry.reverses is not None]
    assert len(reversed_ones) == len(set(reversed_ones))
    assert all(book.entries[one - 1].amount == -entry.amount for entry in book.entries if (one := entry.reverses))


@given(CENTS, PRICES)
def test_the_better_a_bet_ends_the_more_comes_back(amount: Decimal, price: Decimal) -> None:
    ends = [Ending.LOST, Ending.HALF_LOST, Ending.PUSH, Ending.HALF_WON, Ending.WON]
    back = [returned(amount, price, end) for end in ends]
    assert back == sorted(back)
    assert back[0] == 0
    assert back[2] == returned(amount, price, Ending.VOID) == amount
    assert all(cents == cents.quantize(D("0.01")) for cents in back)
