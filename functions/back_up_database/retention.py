"""Which backups are kept: the last seven, and of each of the four weeks before this one the last one."""

from collections.abc import Iterable
from datetime import date

DAILY = 7
WEEKLY = 4


def outdated(days: Iterable[date]) -> set[date]:
    """The days whose backups are not needed any more, of those that have one.

    Counted in backups, not in days gone by: where none was made for a month, none is lost. Weeks begin on Monday, as in
    ISO 8601. What is needed on a later day is never outdated before.
    """
    newest_first = sorted(set(days), reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first:
        year, week, _ = day.isocalendar()
        weekly.setdefault((year, week), day)
    return set(newest_first) - set(newest_first[:DAILY]) - set(list(weekly.values())[: 1 + WEEKLY])
