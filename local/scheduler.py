"""The schedules of serverless.yml: compute due instants, and run the functions."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from deploy.service import Schedule
from local.errors import LocalError


class Occurrence(NamedTuple):
    """An instant (UTC) at which a function is due, and its event."""

    instant: datetime
    function: str
    event: dict[str, Any]


def occurrences(schedules: Iterable[Schedule], start: datetime, end: datetime) -> list[Occurrence]:
    """All occurrences from `start` (inclusive) to `end` (exclusive), in order.

    As in EventBridge Scheduler, a time that does not exist at the spring change is skipped, and one that is repeated at
    the autumn change counts once.
    """
    due = [
        Occurrence(instant, schedule.function, _event(schedule, instant))
        for schedule in schedules
        for instant in _instants(schedule.cron, ZoneInfo(schedule.timezone), start, end)
    ]
    return sorted(due, key=lambda occurrence: occurrence[:2])


def run(
    schedules: Iterable[Schedule],
    now: Callable[[], datetime],
    invoke: Callable[[str, dict[str, Any]], None],
    stopped: Event,
) -> None:
    """Run due functions, one after the other, until stopped.

    After a suspension of the machine, each function that was due runs once, for its last instant.
    """
    schedules, since = list(schedules), now()
    while not stopped.wait(1):
        until = now()
        last = {due.function: due.event for due in occurrences(schedules, since, until)}
        for function, event in last.items():
            if not stopped.is_set():
                invoke(function, event)
        since = until


def _event(schedule: Schedule, instant: datetime) -> dict[str, Any]:
    return {"source": "aws.scheduler", "time": instant.strftime("%Y-%m-%dT%H:%M:%SZ"), **schedule.event}


def _instants(cron: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    expression, years = _translate(cron)
    # Naive local times, so that clock changes are handled here. It starts one day earlier, because around a change the
    # wall clock of `start` may be ahead of later instants.
    try:
        walls = CronSim(expression, (start.astimezone(zone) - timedelta(days=1)).replace(tzinfo=None))
    except CronSimError as error:
        raise LocalError(f"serverless.yml: cron({cron}) is malformed: {error}.") from error
    for wall in walls:
        local = wall.replace(tzinfo=zone)
        instant = local.astimezone(UTC)
        if instant >= end + timedelta(days=1):
            return
        exists = instant.astimezone(zone).replace(tzinfo=None) == wall
        if exists and start <= instant < end and (years is None or wall.year in years):
            yield instant


def _translate(cron: str) -> tuple[str, set[int] | None]:
    """Convert EventBridge's six fields to five cron fields and a set of years (None for any)."""
    fields = cron.upper().split()
    if len(fields) != 6:
        raise LocalError(
            f"serverless.yml: cron({cron}) needs minutes, hours, day of month, month, day of week and year."
        )
    *usual, weekday, year = ("*" if field == "?" else field for field in fields)
    if weekday == "L":
        weekday = "SAT"
    # Sunday is 1 in EventBridge and 0 in cron; numbers after # or / are counts.
    weekday = re.sub(r"(?<![#/\d])\d+", lambda number: str(int(number[0]) - 1), weekday)
    return " ".join([*usual, weekday]), None if year == "*" else _years(year)


def _years(field: str) -> set[int]:
    years: set[int] = set()
    for term in field.split(","):
        first, _, last = term.partition("-")
        years |= set(range(int(first), int(last or first) + 1))
    return years
