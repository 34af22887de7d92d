"""Playing within limits of one's own: they are lowered at once and raised late; a pause cannot be shortened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

RAISED_AFTER = timedelta(hours=48)
"""How long a higher limit is waited for, so that none is raised in the heat of a loss."""
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(days=1), timedelta(days=183)
"""Of a cool-off: a day to six months."""


class Kind(StrEnum):
    """What is limited."""

    STAKE = "stake"
    """What is staked within a period; stakes that came back void do not count."""
    LOSS = "loss"
    """What the bets placed within a period have lost, open ones counted as lost."""


class Period(StrEnum):
    """Within what: a day, a week from Monday or a month of the calendar, in Paris."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, today: date) -> date:
        """The first day of the period that a day falls into."""
        match self:
            case Period.DAY:
                return today
            case Period.WEEK:
                return today - timedelta(days=today.weekday())
            case Period.MONTH:
                return today.replace(day=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and what it will be.

    Attributes:
        amount: euros and cents; None for no limit.
        next_amount: the higher one that was wished for, or None for no limit any more.
        next_from: from when on that counts; None where nothing else was wished for.
    """

    amount: Decimal | None = None
    next_amount: Decimal | None = None
    next_from: datetime | None = None

    def at(self, now: datetime) -> "Limit":
        """As it is at an instant: what was wished for counts once its time has come."""
        return Limit(self.next_amount) if self.next_from is not None and self.next_from <= now else self


@dataclass(frozen=True, slots=True)
class Played:
    """What a person played on a day: euros staked, and euros lost if all open bets are."""

    day: date
    staked: Decimal
    at_risk: Decimal


def changed(limit: Limit, wish: Decimal | None, now: datetime) -> Limit:
    """A limit after a person wished for another: lower ones count at once, higher ones after `RAISED_AFTER`.

    The same wish again does not begin the wait anew; wishing for what counts already gives a raise up.
    """
    limit = limit.at(now)
    if wish is None and limit.amount is None:
        return Limit()
    if wish is not None and (limit.amount is None or wish <= limit.amount):
        return Limit(wish)
    if limit.next_from is not None and limit.next_amount == wish:
        return limit
    return Limit(limit.amount, wish, now + RAISED_AFTER)


def used(kind: Kind, period: Period, played: Iterable[Played], today: date) -> Decimal:
    """What of a limit is used up on a day; below 0 where more was won than lost."""
    days = [of for of in played if period.first_day(today) <= of.day <= today]
    return sum((of.staked if kind is Kind.STAKE else of.at_risk for of in days), Decimal(0))


def room(limits: Mapping[tuple[Kind, Period], Limit], played: Iterable[Played], today: date) -> Decimal | None:
    """The most that may still be staked on a day under all limits together, 0 or more; None without limits."""
    days = list(played)
    left = [
        limit.amount - used(kind, period, days, today)
        for (kind, period), limit in limits.items()
        if limit.amount is not None
    ]
    return max(Decimal(0), min(left)) if left else None


def pause_until(current: datetime | None, wished: timedelta, now: datetime) -> datetime:
    """When a cool-off ends after a person wished for one of a length: never earlier than it would have.

    Raises:
        ValueError: the length is below `SHORTEST_PAUSE` or above `LONGEST_PAUSE`.
    """
    if not SHORTEST_PAUSE <= wished <= LONGEST_PAUSE:
        raise ValueError(f"a cool-off lasts {SHORTEST_PAUSE.days} to {LONGEST_PAUSE.days} days, not {wished}")
    return max(now + wished, current or now)
