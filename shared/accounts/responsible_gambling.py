"""Self-imposed limits: a decrease applies at once, an increase after a delay; a cool-off cannot be shortened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

INCREASE_DELAY = timedelta(hours=48)
"""Delay before a higher limit applies, so that none is raised right after a loss."""
MIN_COOL_OFF, MAX_COOL_OFF = timedelta(days=1), timedelta(days=183)
"""Length of a cool-off: one day to six months."""


class LimitKind(StrEnum):
    """What is limited."""

    STAKE = "stake"
    """Stakes within a period; void bets do not count."""
    LOSS = "loss"
    """Net loss of the bets placed within a period; open bets count as lost."""


class Period(StrEnum):
    """A day, a week from Monday or a calendar month, in Paris."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, today: date) -> date:
        """The first day of the current period."""
        match self:
            case Period.DAY:
                return today
            case Period.WEEK:
                return today - timedelta(days=today.weekday())
            case Period.MONTH:
                return today.replace(day=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and its pending increase."""

    amount: Decimal | None = None  # euros and cents; None for no limit
    next_amount: Decimal | None = None  # the pending higher limit; None for no limit
    next_from: datetime | None = None  # when the pending limit applies; None without one

    def at(self, now: datetime) -> "Limit":
        """The limit at an instant; a pending limit applies from `next_from`."""
        return Limit(self.next_amount) if self.next_from is not None and self.next_from <= now else self


@dataclass(frozen=True, slots=True)
class DailyActivity:
    """A day's bets: euros staked, and euros lost if all open bets lose."""

    day: date
    staked: Decimal
    at_risk: Decimal


def apply_change(limit: Limit, requested: Decimal | None, now: datetime) -> Limit:
    """The limit after a requested change: a decrease applies at once, an increase after `INCREASE_DELAY`.

    Repeating a pending request does not restart its delay; requesting the current amount cancels a pending increase.

    >>> apply_change(Limit(Decimal(50)), Decimal(20), datetime(2026, 11, 22))
    Limit(amount=Decimal('20'), next_amount=None, next_from=None)
    """
    limit = limit.at(now)
    if requested is None and limit.amount is None:
        return Limit()
    if requested is not None and (limit.amount is None or requested <= limit.amount):
        return Limit(requested)
    if limit.next_from is not None and limit.next_amount == requested:
        return limit
    return Limit(limit.amount, requested, now + INCREASE_DELAY)


def amount_spent(kind: LimitKind, period: Period, played: Iterable[DailyActivity], today: date) -> Decimal:
    """The amount that counts against a limit; below 0 after a net win."""
    days = [activity for activity in played if period.first_day(today) <= activity.day <= today]
    return sum((day.staked if kind is LimitKind.STAKE else day.at_risk for day in days), Decimal(0))


def remaining(
    limits: Mapping[tuple[LimitKind, Period], Limit], played: Iterable[DailyActivity], today: date
) -> Decimal | None:
    """The largest stake that all limits still allow, 0 or more; None without limits."""
    days = list(played)
    left = [
        limit.amount - amount_spent(kind, period, days, today)
        for (kind, period), limit in limits.items()
        if limit.amount is not None
    ]
    return max(Decimal(0), min(left)) if left else None


def cool_off_end(current: datetime | None, duration: timedelta, now: datetime) -> datetime:
    """The end of a requested cool-off, never before the end of the current one.

    Raises:
        ValueError: the duration is below `MIN_COOL_OFF` or above `MAX_COOL_OFF`.
    """
    if not MIN_COOL_OFF <= duration <= MAX_COOL_OFF:
        raise ValueError(f"a cool-off lasts {MIN_COOL_OFF.days} to {MAX_COOL_OFF.days} days, not {duration}")
    return max(now + duration, current or now)
