"""Settle users' bets on matches that are over. Cron: 03:50 and 15:50 UTC. Safe to run twice or late."""

from collections.abc import Iterable
from datetime import timedelta

from shared.betting.bets import BetStatus, transition
from shared.betting.closing_reference import closing_reference
from shared.betting.consensus import fair_probability
from shared.betting.settlement import settlement
from shared.betting.value import closing_line_value, to_decimal
from shared.runtime.jobs import Run, job
from shared.stores.betting import bankrolls, bets, offers
from shared.stores.betting.bankrolls import NewEntry
from shared.stores.betting.bets import BetRow
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow

LOOK_BACK = timedelta(days=30)


def settle(run: Run) -> None:
    """Add settlements, corrections and closing-line values."""
    rows = bets.unsettled(run.db, run.now - LOOK_BACK)
    played = matches.by_ids(run.db, {row.match_id for row in rows})
    ended = [row for row in rows if _entries(run, row, played[row.match_id])]
    # Read again under lock: users may have changed their bets meanwhile.
    bankrolls.lock_all(run.db, {row.user_id for row in ended})
    entries = [
        entry
        for row in bets.by_ids(run.db, [row.bet_id for row in ended])
        for entry in _entries(run, row, played[row.match_id])
    ]
    bankrolls.add(run.db, entries, run.now)
    closed = _add_closing_values(run, [row for row in rows if row.closing_line_value is None], played)
    run.report(bets=len(rows), ended=len({entry.bet_id for entry in entries}), closed=closed)


def _entries(run: Run, row: BetRow, match: MatchRow) -> list[NewEntry]:
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


def _add_closing_values(run: Run, unclosed: Iterable[BetRow], played: dict[int, MatchRow]) -> int:
    """Add closing-line values where closing prices on the same line are available."""
    started = [row for row in unclosed if played[row.match_id].kick_off <= run.now]
    closing = offers.closing(run.db, {row.match_id for row in started})
    closed = 0
    for row in started:
        match = played[row.match_id]
        reference = closing_reference(closing.get(row.match_id, ()), match.competition, match.kick_off, run.now)
        fair = fair_probability(reference, row.bet.market, row.line, row.outcome)
        if fair is None:
            continue
        probability = to_decimal(fair.probability)
        value = closing_line_value(row.price, probability)
        bets.add_closing_value(run.db, row, probability, value, fair.source, fair.bookmaker)
        closed += 1
    return closed


handler = job("settle_bets", settle)
