"""What the month's credits of The Odds API are spent on. A call costs one credit a market.

In the order of their worth, so that the last is given up first (docs/odds-credits.md has the sums):

1. prices on who wins, once a day, of each league that plays soon: the picks need them;
2. prices on the goals, in the same call;
3. prices on who wins ten minutes before kick-off: what the market thought in the end.

A call is planned only if what is left after it still pays for all that is worth more until the month ends, were every
league to play on every day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.betting.prices import Market


@dataclass(frozen=True, slots=True)
class Call:
    """Asking for a competition's prices in some markets; without a market it lists the matches, which is free."""

    competition: str
    markets: tuple[Market, ...] = ()

    @property
    def cost(self) -> int:
        """Credits."""
        return len(self.markets)


def month_of(instant: datetime) -> date:
    """The first day of the month whose credits are spent at an instant."""
    return instant.astimezone(UTC).date().replace(day=1)


def renewed_at(now: datetime) -> datetime:
    """When to ask again once there are no credits: on the 1st of the next month, UTC.

    The hour at which they are renewed is not told, so that on a 1st it may still lie ahead: then on the 2nd.
    """
    first = month_of(now)
    following = first + timedelta(days=1) if now.astimezone(UTC).date() == first else _next_month(first)
    return datetime(following.year, following.month, following.day, tzinfo=UTC)


def days_after(now: datetime) -> int:
    """How many days of the month, in UTC, follow today."""
    return (_next_month(month_of(now)) - now.astimezone(UTC).date()).days - 1


def plan_day(left: int, days_after: int, leagues: int, matches: Mapping[str, int]) -> tuple[Call, ...]:
    """The calls of a day, of the leagues with most matches first.

    Args:
        left: credits.
        days_after: days of the month that follow.
        leagues: how many competitions there are.
        matches: of each competition that plays soon, how many matches are near.
    """
    ranked = _ranked(matches)
    asked = ranked[: max(left, 0) // (days_after + 1)]
    spare = left - len(asked) - leagues * days_after
    both = set(asked[: max(spare, 0)])
    return tuple(Call(code, (Market.H2H, Market.TOTALS) if code in both else (Market.H2H,)) for code in asked)


def plan_closing(left: int, days_after: int, leagues: int, matches: Mapping[str, int]) -> tuple[Call, ...]:
    """The calls shortly before kick-offs, of the leagues with most matches first; arguments as of `plan_day`."""
    spare = left - 2 * leagues * days_after
    return tuple(Call(code, (Market.H2H,)) for code in _ranked(matches)[: max(spare, 0)])


def _ranked(matches: Mapping[str, int]) -> Sequence[str]:
    return sorted((code for code in matches if matches[code] > 0), key=lambda code: (-matches[code], code))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
