"""Placement of bets: all checks run while the bankroll is locked."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from functions.bets.requests import BetCreate
from shared.accounts.entitlements import PlanFeatures
from shared.accounts.responsible_gambling import Period, remaining
from shared.betting.bets import stake_entry
from shared.betting.prices import OUTCOMES, Market
from shared.football.calendar import paris_day
from shared.football.match import Status
from shared.football.outcome import most_likely
from shared.stores.betting import bankrolls, bets, picks, play_limits
from shared.stores.betting.bankrolls import BankrollRow, NewEntry
from shared.stores.betting.bets import BetRow, NewBet
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.stores.people import users
from shared.web.app import Connection
from shared.web.errors import BadRequest, Forbidden, PreconditionRequired
from shared.web.params import require_match

OPEN = {Status.SCHEDULED, Status.UNKNOWN}


def place(db: Connection, user_id: UUID, features: PlanFeatures, request: BetCreate, now: datetime) -> BetRow:
    """Record a bet and its stake.

    Args:
        features: the features of their plan, which decide whether the bet was recommended to them.

    Raises:
        PreconditionRequired: the user has not declared to be of legal age.
        Forbidden: the user is in a pause.
        NotFound: there is no such match.
        BadRequest: there is no such bet, the match has begun, or the bankroll or the user's own limits do not allow
            the stake.
    """
    bankroll = bankrolls.lock(db, user_id)
    ensure_may_bet(db, user_id, now)
    if not request.is_offered:
        raise BadRequest("no_such_bet")
    match = require_match(db, request.match_id)
    if not is_open(match, now):
        raise BadRequest("match_begun")
    _check_affordable(bankroll, request.amount, remaining_stake(db, user_id, now))
    bet = NewBet(
        user_id=user_id,
        match_id=match.match_id,
        kick_off=match.kick_off,
        hour_known=match.hour_known,
        market=request.market,
        outcome=request.outcome,
        line=request.line,
        price=request.odds,
        amount=request.amount,
        confidence=request.confidence,
        followed=(request.market, request.outcome, request.line) == _recommended(db, match, features, now),
        placed_at=now,
        day=paris_day(now),
    )
    bet_id = bets.add(db, bet)
    bankrolls.add(db, [NewEntry(user_id, bet_id, stake_entry(request.amount), "person")], now)
    [row] = bets.by_ids(db, [bet_id])
    return row


def ensure_may_bet(db: Connection, user_id: UUID, now: datetime) -> None:
    """Check that a user declared to be of legal age (`PreconditionRequired`) and is not in a pause (`Forbidden`)."""
    if users.get_or_create(db, user_id, now).adult_declared_at is None:
        raise PreconditionRequired("declare_adult")
    if play_limits.cooling_off(db, user_id, now):
        raise Forbidden("cooling_off")


def is_open(match: MatchRow, now: datetime) -> bool:
    """Whether a match can still be bet on. Without a known hour, `kick_off` is the end of its day."""
    return match.status in OPEN and now < match.kick_off


def remaining_stake(db: Connection, user_id: UUID, now: datetime) -> Decimal | None:
    """The most that a user's own limits still allow to stake today, in euros; None without limits."""
    today = paris_day(now)
    first_day = min(period.first_day(today) for period in Period)
    return remaining(play_limits.limits(db, user_id, now), bets.daily_activity(db, user_id, first_day), today)


def _check_affordable(bankroll: BankrollRow, amount: Decimal, remaining: Decimal | None) -> None:
    if bankroll.initial > 0 and amount > bankroll.current:
        raise BadRequest("bankroll_short", left=max(bankroll.current, Decimal(0)))
    if remaining is not None and amount > remaining:
        raise BadRequest("limit_reached", left=remaining)


def _recommended(
    db: Connection, match: MatchRow, features: PlanFeatures, now: datetime
) -> tuple[Market, str, Decimal] | None:
    """Market, outcome and line recommended to a reader.

    The day's pick if they see it, else the result that the forecast gives the highest probability.
    """
    pick = picks.of_match(db, match.match_id)
    if pick is not None and features.shows_pick(pick.rank, begun=match.kick_off <= now):
        return pick.market, pick.outcome, pick.line
    prediction = predictions.latest(db, [match.match_id], now).get(match.match_id)
    if prediction is None:
        return None
    return Market.H2H, OUTCOMES[Market.H2H][most_likely(prediction.probabilities)], Decimal(0)
