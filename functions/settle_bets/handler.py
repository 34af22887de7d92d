"""Settle users' bets on matches that are over. Cron: 03:50 and 15:50 UTC. Safe to run twice or late."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from functions.settle_bets.due import LOOK_BACK, MIN_INTERVAL, next_look
from shared.betting.bets import BetStatus, transition
from shared.betting.closing_reference import closing_reference
from shared.betting.prices import Market
from shared.betting.settlement import settlement
from shared.betting.value import closing_line_value
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.stores.betting import bankrolls, bets, bets_due, offers
from shared.stores.betting.bankrolls import NewEntry
from shared.stores.betting.bets import BetRow, ClosingValue
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow

if TYPE_CHECKING:
    from shared.betting.consensus import FairProbability

PAGE_SIZE = 500
"""Bets."""
WORKERS = 2
"""Below `reservedConcurrency` in serverless.yml."""


def settle(run: PagedRun) -> Pages:
    """Add settlements, corrections and closing-line values, for the bets that are due."""
    run.count(matches=0, bets=0, ended=0, closed=0)
    while _take_match(run):
        yield 1
    while bets_of_page := _settle_page(run):
        yield bets_of_page


def _take_match(run: PagedRun) -> bool:
    with run.transaction() as db:
        is_taken = bets_due.take_match(db, run.now - LOOK_BACK, run.now)
    run.count(matches=int(is_taken))
    return is_taken


def _settle_page(run: PagedRun) -> int:
    """Settle a page of due bets; returns how many it had."""
    with run.transaction() as db:
        taken = bets_due.take(db, run.now, PAGE_SIZE)
        rows = bets.by_ids(db, taken)
        played = matches.by_ids(db, {row.match_id for row in rows})
        entries = _entries_by_bet(run, rows, played)
        # Locked before they are read again: users may have changed their bets meanwhile.
        bankrolls.lock_all(db, {row.user_id for row in rows if entries.get(row.bet_id)})
        due_at: dict[int, datetime | None]
        due_at = {row.bet_id: run.now + MIN_INTERVAL for row in rows if row.bet_id not in entries}
        rows = [row for row in bets.by_ids(db, taken) if row.bet_id in entries]
        entries = _entries_by_bet(run, rows, played)
        bankrolls.add(db, [entry for of_bet in entries.values() for entry in of_bet], run.now)
        closed = _closing_values(run, rows, played)
        bets.add_closing_values(db, closed)
        ended = {bet_id for bet_id, of_bet in entries.items() if of_bet}
        due_at |= _next_looks(run, rows, played, ended, {value.bet_id for value in closed})
        bets_due.put_off(db, due_at)
        bets_due.remove(db, [bet_id for bet_id in taken if bet_id not in due_at])
    run.count(bets=len(taken), ended=len(ended), closed=len(closed))
    return len(taken)


def _entries_by_bet(run: PagedRun, rows: Iterable[BetRow], played: dict[int, MatchRow]) -> dict[int, list[NewEntry]]:
    """The new entries of each bet; bets that raise an error are missing, so that they stop no other."""
    entries: dict[int, list[NewEntry]] = {}
    for row in rows:
        with run.item():
            entries[row.bet_id] = _entries(run, row, played[row.match_id])
    return entries


def _entries(run: PagedRun, row: BetRow, match: MatchRow) -> list[NewEntry]:
    """The entries that a result adds for a bet: none if nothing is new, or if a person has set the status."""
    if row.status == BetStatus.DELETED or (row.bet.status.ended and row.source != "result"):
        return []
    settled = settlement(
        row.bet.market,
        row.outcome,
        row.line,
        match.status,
        match.score,
        match.kick_off,
        row.kick_off,
        run.now,
        by_day=not (match.hour_known and row.hour_known),
        in_review=match.review is not None,
    )
    if settled is None or settled == (row.status, row.score):
        return []
    result, score = settled
    return [
        NewEntry(row.user_id, row.bet_id, entry, "result", score if entry.reverses is None else row.score)
        for entry in transition(row.bet, BetStatus(result))
    ]


def _closing_values(run: PagedRun, rows: Iterable[BetRow], played: dict[int, MatchRow]) -> list[ClosingValue]:
    """The closing-line values of bets whose match has begun, where closing prices on the same line are available."""
    since = run.now - LOOK_BACK
    begun = [
        row
        for row in rows
        if row.closing_line_value is None
        and row.status != BetStatus.DELETED
        and since <= row.kick_off
        and played[row.match_id].kick_off <= run.now
    ]
    if not begun:
        return []
    from shared.betting.consensus import fair_probability  # noqa: PLC0415  # loads numpy

    closing = offers.closing(run.db, {row.match_id for row in begun})
    fair_by_selection: dict[tuple[int, str, Decimal, str], FairProbability | None] = {}
    values: list[ClosingValue] = []
    for row in begun:
        selection = row.match_id, row.market, row.line, row.outcome
        if selection not in fair_by_selection:
            match = played[row.match_id]
            reference = closing_reference(closing.get(row.match_id, ()), match.competition, match.kick_off, run.now)
            fair_by_selection[selection] = fair_probability(reference, Market(row.market), row.line, row.outcome)
        if fair := fair_by_selection[selection]:
            value = closing_line_value(row.price, fair.probability, fair.at_risk)
            values.append(ClosingValue(row.bet_id, fair.probability, value, fair.source, fair.bookmaker))
    return values


def _next_looks(
    run: PagedRun, rows: Iterable[BetRow], played: dict[int, MatchRow], ended: set[int], closed: set[int]
) -> dict[int, datetime | None]:
    """When to look at each bet again; bets that wait for nothing are missing.

    Args:
        run: the run.
        rows: the bets before the run.
        played: their matches.
        ended: ids of those that it has settled.
        closed: ids of those to which it has added a closing-line value.
    """
    looks: dict[int, datetime | None] = {}
    for row in rows:
        is_open = row.status == BetStatus.PENDING and row.bet_id not in ended
        is_closed = row.closing_line_value is not None or row.bet_id in closed
        if row.status == BetStatus.DELETED:
            continue
        look = next_look(row, played[row.match_id], run.now, is_open=is_open, is_closed=is_closed)
        if is_open or look is not None:
            looks[row.bet_id] = look
    return looks


def left(run: PagedRun) -> int:
    """Changed matches and bets that are due."""
    return bets_due.count(run.db, run.now)


handler = paged_job("settle_bets", settle, left, workers=WORKERS)
