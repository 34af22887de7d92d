"""Corrections and withdrawals of bets: entries added while the bankroll is locked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.betting.bets import BetStatus, Entry, IllegalTransition, deletion_entry, transition, user_transition
from shared.football.match import Status
from shared.stores.betting import bankrolls, bets
from shared.stores.betting.bankrolls import EntrySource, NewEntry
from shared.stores.betting.bets import BetRow
from shared.stores.football import matches
from shared.web.app import Connection
from shared.web.errors import BadRequest, NotFound

BEGUN = {Status.IN_PLAY, Status.SUSPENDED, Status.FINISHED, Status.AWARDED}
"""These statuses count as begun whatever the stored kick-off."""


def correct(db: Connection, user_id: UUID, bet_id: int, status: BetStatus, now: datetime) -> BetRow:
    """Void a bet before its match begins, as its owner.

    Raises:
        NotFound: the user has no such bet.
        BadRequest: the match has begun, or the status is not void.
    """
    bankrolls.lock(db, user_id)
    row = _require_bet(db, user_id, bet_id)
    try:
        moves = user_transition(row.bet, status, begun=_has_begun(db, row, now))
    except IllegalTransition as illegal:
        raise BadRequest(illegal.key) from None
    return _add_entries(db, row, moves, "person", now)


def overrule(db: Connection, bet_id: int, status: BetStatus, now: datetime) -> BetRow:
    """Set a bet's status as an administrator; pending hands it back to the match result.

    Raises:
        NotFound: there is no such bet.
        BadRequest: the bet cannot have this status, or the match has not begun and the status is not void.
    """
    rows = bets.by_ids(db, [bet_id])
    if not rows:
        raise NotFound("unknown_bet")
    bankrolls.lock(db, rows[0].user_id)
    row = _require_bet(db, rows[0].user_id, bet_id)
    if status is row.bet.status:
        return row
    if status is not BetStatus.VOID and not _has_begun(db, row, now):
        raise BadRequest("match_not_begun")
    try:
        moves = transition(row.bet, status)
    except IllegalTransition as illegal:
        raise BadRequest(illegal.key) from None
    return _add_entries(db, row, moves, "administrator", now)


def withdraw(db: Connection, user_id: UUID, bet_id: int, now: datetime) -> None:
    """Delete a pending bet before its match begins.

    Raises:
        NotFound: the user has no such bet, or it is settled.
        BadRequest: the match has begun.
    """
    bankrolls.lock(db, user_id)
    row = _require_bet(db, user_id, bet_id)
    if row.bet.status is not BetStatus.PENDING:
        raise NotFound("bet_not_pending")
    try:
        move = deletion_entry(row.bet, begun=_has_begun(db, row, now))
    except IllegalTransition as illegal:
        raise BadRequest(illegal.key) from None
    _add_entries(db, row, [move], "person", now)


def _has_begun(db: Connection, row: BetRow, now: datetime) -> bool:
    """Whether the match of a bet may have begun. Without a known hour, it counts as begun from the start of its day.

    A postponed match keeps its old kick-off.
    """
    match = matches.by_ids(db, [row.match_id])[row.match_id]
    return match.status in BEGUN or (match.earliest <= now and match.status != Status.POSTPONED)


def _require_bet(db: Connection, user_id: UUID, bet_id: int) -> BetRow:
    row = bets.get(db, user_id, bet_id)
    if row is None:
        raise NotFound("unknown_bet")
    return row


def _add_entries(db: Connection, row: BetRow, entries: Sequence[Entry], source: EntrySource, now: datetime) -> BetRow:
    bankrolls.add(db, [NewEntry(row.user_id, row.bet_id, move, source) for move in entries], now)
    [updated] = bets.by_ids(db, [row.bet_id])
    return updated
