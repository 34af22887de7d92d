"""Users' own gambling limits and pauses."""

from datetime import datetime, timedelta
from uuid import UUID

from functions.bets import present
from functions.bets.requests import CoolOffRequest, LimitsUpdate
from functions.bets.schemas import LimitsResponse
from shared.accounts.responsible_gambling import LimitKind, Period, apply_change, cool_off_end
from shared.football.calendar import paris_day
from shared.stores.betting import bankrolls, bets, play_limits
from shared.stores.people import users
from shared.web.app import Connection


def current_limits(db: Connection, user_id: UUID, now: datetime) -> LimitsResponse:
    """A user's limits and what remains of each."""
    today = paris_day(now)
    return present.limits(
        play_limits.limits(db, user_id, now),
        bets.daily_activity(db, user_id, min(period.first_day(today) for period in Period)),
        today,
        play_limits.paused_until(db, user_id, now),
        adult_declared=users.get_or_create(db, user_id, now).adult_declared_at is not None,
    )


def set_limits(db: Connection, user_id: UUID, update: LimitsUpdate, now: datetime) -> None:
    """Set a user's limits; those not given stay unchanged."""
    bankrolls.lock(db, user_id)  # locks out bets placed meanwhile
    limits = play_limits.limits(db, user_id, now)
    for kind, amounts in ((LimitKind.STAKE, update.stake), (LimitKind.LOSS, update.loss)):
        for name, amount in amounts.model_dump(exclude_unset=True).items():
            period = Period(name)
            play_limits.put(db, user_id, kind, period, apply_change(limits[kind, period], amount, now), now)


def pause(db: Connection, user_id: UUID, request: CoolOffRequest, now: datetime) -> datetime:
    """Start or extend a pause; returns its end."""
    until = cool_off_end(play_limits.paused_until(db, user_id, now), timedelta(days=request.days), now)
    play_limits.pause(db, user_id, until, now)
    return until
