"""Budget of The Odds API's monthly credits. A call costs one credit a market.

In order of priority (docs/operate/odds-credits.md has the figures):

1. daily h2h prices of each league with upcoming matches, which the picks need;
2. totals, in the same call;
3. h2h prices ten minutes before kick-off (closing prices);
4. in the same call, those of the other markets that picks on these matches are on.

A call is planned only if the remaining credits still cover all higher priorities until the end of the month, assuming
that every league plays every day.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from shared.betting.prices import Market


@dataclass(frozen=True, slots=True)
class Call:
    """A request for a competition's prices; without markets it lists the matches, which is free."""

    competition: str
    markets: tuple[Market, ...] = ()

    @property
    def cost(self) -> int:
        """Credits."""
        return len(self.markets)


def month_of(instant: datetime) -> date:
    """The first day of the billing month (UTC)."""
    return instant.astimezone(UTC).date().replace(day=1)


def renewed_at(now: datetime) -> datetime:
    """When to retry after the credits are exhausted: on the 1st of the next month, UTC.

    The renewal time is undocumented and may lie ahead on a 1st, so the retry is then on the 2nd.

    >>> renewed_at(datetime(2026, 11, 22, tzinfo=UTC))
    datetime.datetime(2026, 12, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    first = month_of(now)
    following = first + timedelta(days=1) if now.astimezone(UTC).date() == first else _next_month(first)
    return datetime(following.year, following.month, following.day, tzinfo=UTC)


def days_after(now: datetime) -> int:
    """Remaining days of the month (UTC) after today."""
    return (_next_month(month_of(now)) - now.astimezone(UTC).date()).days - 1


def plan_day(left: int, days_after: int, leagues: int, matches: Mapping[str, int]) -> tuple[Call, ...]:
    """The daily calls, leagues with most matches first.

    Args:
        left: remaining credits.
        days_after: remaining days of the month.
        leagues: number of competitions.
        matches: number of upcoming matches by competition.

    >>> [call.competition for call in plan_day(20, 9, 1, {"PL": 3, "FL1": 5, "PD": 0})]
    ['FL1', 'PL']
    """
    ranked = _ranked(matches)
    affordable = ranked[: max(left, 0) // (days_after + 1)]
    spare = left - len(affordable) - leagues * days_after
    both = set(affordable[: max(spare, 0)])
    return tuple(Call(code, (Market.H2H, Market.TOTALS) if code in both else (Market.H2H,)) for code in affordable)


def plan_closing(
    left: int,
    days_after: int,
    leagues: int,
    matches: Mapping[str, int],
    picked: Mapping[str, Set[Market]] = MappingProxyType({}),
) -> tuple[Call, ...]:
    """The calls shortly before kick-off, leagues with most matches first.

    Args:
        left: as for `plan_day`.
        days_after: as for `plan_day`.
        leagues: as for `plan_day`.
        matches: as for `plan_day`.
        picked: markets of the picks on these matches by competition; others than h2h are fetched after every league's
            h2h prices are paid for.
    """
    spare = max(left - 2 * leagues * days_after, 0)
    affordable = _ranked(matches)[:spare]
    spare -= len(affordable)
    calls: list[Call] = []
    for code in affordable:
        extra = sorted(picked.get(code, set()) - {Market.H2H})[:spare]
        spare -= len(extra)
        calls.append(Call(code, (Market.H2H, *extra)))
    return tuple(calls)


def _ranked(matches: Mapping[str, int]) -> Sequence[str]:
    return sorted((code for code in matches if matches[code] > 0), key=lambda code: (-matches[code], code))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
