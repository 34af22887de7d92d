"""Retention of backups: the last seven, and the last of each of the four previous weeks."""

from collections.abc import Iterable
from datetime import date

DAILY = 7
WEEKLY = 4


def outdated(days: Iterable[date]) -> set[date]:
    """The days, of those with a backup, whose backups can be deleted.

    Backups are counted, not days: a month without a backup deletes none. Weeks start on Monday (ISO 8601). A backup
    that is retained on a later day is never outdated earlier.
    """
    newest_first = sorted(set(days), reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first:
        year, week, _ = day.isocalendar()
        weekly.setdefault((year, week), day)
    return set(newest_first) - set(newest_first[:DAILY]) - set(list(weekly.values())[: 1 + WEEKLY])
