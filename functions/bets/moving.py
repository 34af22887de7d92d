"""Correcting and taking back a bet, by entries that are added while nobody else can change the bankroll."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from shared.betting.bets import Entry, IllegalMove, Standing, moved_by_person, taken_back
from shared.football.match import Status
from shared.runtime.web import BadRequest, Connection, NotFound
from shared.stores import bankrolls, bets, matches
from shared.stores.bankrolls import Told
from shared.stores.bets import BetRow


def correct(db: Connection, user_id: UUID, bet_id: int, to: Standing, now: datetime) -> BetRow:
    """Say how a bet ended, or leave it to the result again.

    Raises:
        NotFound: the person has no such bet.
        BadRequest: it cannot end so, its match has not begun, or the bankroll would fall below 0.
    """
    bankroll, row = bankrolls.hold(db, user_id), _held(db, user_id, bet_id)
    match = matches.by_ids(db, [row.match_id])[row.match_id]
    begun = match.kick_off <= now and match.status != Status.POSTPONED  # which keeps its old kick-off
    try:
        moves = moved_by_person(row.bet, to, begun=begun)
    except IllegalMove as illegal:
        raise BadRequest(illegal.key) from None
    change = sum((move.amount for move in moves), Decimal(0))
    if bankroll.initial > 0 and change < 0 and bankroll.current + change < 0:
        raise BadRequest("bankroll_short", left=max(bankroll.current, Decimal(0)))
    return _move(db, row, moves, now)


def take_back(db: Connection, user_id: UUID, bet_id: int, now: datetime) -> None:
    """Take an open bet back as if it had never been.

    Raises:
        NotFound: the person has no such bet, or it has ended.
    """
    bankrolls.hold(db, user_id)
    row = _held(db, user_id, bet_id)
    try:
        move = taken_back(row.bet)
    except IllegalMove as illegal:
        raise NotFound(illegal.key) from None
    _move(db, row, [move], now)


def _held(db: Connection, user_id: UUID, bet_id: int) -> BetRow:
    row = bets.get(db, user_id, bet_id)
    if row is None:
        raise NotFound("unknown_bet")
    return row


def _move(db: Connection, row: BetRow, moves: Sequence[Entry], now: datetime) -> BetRow:
    bankrolls.add(db, [Told(row.user_id, row.bet_id, move, "person") for move in moves], now)
    [moved] = bets.by_ids(db, [row.bet_id])
    return moved
