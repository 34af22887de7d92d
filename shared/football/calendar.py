"""Seasons and days. A betting day is a day in Paris; stored times are in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
LONDON = ZoneInfo("Europe/London")


def paris_day(instant: datetime) -> date:
    """The betting day of an instant.

    Raises:
        ValueError: the instant has no time zone.

    >>> paris_day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    datetime.date(2026, 11, 23)
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(PARIS).date()


def paris_bounds(day: date) -> tuple[datetime, datetime]:
    """Start (inclusive) and end (exclusive) of a betting day, in UTC: 23, 24 or 25 hours apart."""
    return (
        datetime.combine(day, time(), PARIS).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), PARIS).astimezone(UTC),
    )


def last_minute(day: date) -> datetime:
    """The last minute of a betting day, in UTC: the placeholder for an unknown kick-off time."""
    return paris_bounds(day)[1] - timedelta(minutes=1)


def days_apart(one: datetime, other: datetime) -> int:
    """The difference between two instants in betting days; 0 on the same day."""
    return abs((paris_day(one) - paris_day(other)).days)


def season_of(day: date) -> int:
    """The start year of the season of a day; seasons change on 1 July, in 2020 on 8 August.

    >>> season_of(date(2026, 6, 30))
    2025
    """
    turns_over = date(2020, 8, 8) if day.year == 2020 else date(day.year, 7, 1)
    return day.year if day >= turns_over else day.year - 1


def season_label(season: int) -> str:
    """`2023` → `2324`, as football-data.co.uk names its folders."""
    return f"{season % 100:02}{(season + 1) % 100:02}"


def season_from_label(label: str) -> int:
    """`2324` → `2023`; the inverse of `season_label` for seasons from 1993 on.

    Raises:
        ValueError: not two consecutive two-digit years.
    """
    if len(label) == 4 and label.isdecimal():
        start = int(label[:2])
        season = start + (1900 if start >= 93 else 2000)
        if season_label(season) == label:
            return season
    raise ValueError(f"{label!r} is no season; write 2324 for 2023-24")
