"""When functions are due, with AWS's fields and over changes of the clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from deploy.service import Schedule
from local.errors import LocalError
from local.scheduler import occurrences, run


def schedule(cron: str, zone: str = "UTC", function: str = "job", **event: object) -> Schedule:
    return Schedule(function, cron, zone, event)


def due(cron: str, start: str, end: str, zone: str = "UTC") -> list[str]:
    span = datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC)
    return [f"{o.instant:%Y-%m-%dT%H:%M}" for o in occurrences([schedule(cron, zone)], *span)]


def test_the_start_counts_and_the_end_does_not() -> None:
    assert due("0 3,15 * * ? *", "2024-04-27T03:00", "2024-04-28T03:00") == ["2024-04-27T03:00", "2024-04-27T15:00"]
    assert due("0 3 * * ? *", "2024-04-27T03:00:01", "2024-04-28T03:00") == []


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 12 ? * 2 *", ["2024-04-01", "2024-04-08"]),  # 1 is Sunday, so 2 is Monday
        ("0 12 ? * MON *", ["2024-04-01", "2024-04-08"]),
        ("0 12 ? * 6-7 *", ["2024-04-05", "2024-04-06", "2024-04-12", "2024-04-13"]),
        ("0 12 ? * 3#2 *", ["2024-04-09"]),
        ("0 12 ? * 7L *", []),
        ("0 12 1/7 * ? *", ["2024-04-01", "2024-04-08"]),
        ("0 12 1 4 ? 2023-2025", ["2024-04-01"]),
        ("0 12 1 4 ? 2025", []),
    ],
)
def test_the_fields_are_those_of_eventbridge(cron: str, expected: list[str]) -> None:
    assert [instant[:10] for instant in due(cron, "2024-04-01T00:00", "2024-04-14T00:00")] == expected


def test_a_time_in_paris_moves_with_the_clocks() -> None:
    assert due("45 6 * * ? *", "2024-03-30T00:00", "2024-04-01T00:00", "Europe/Paris") == [
        "2024-03-30T05:45",
        "2024-03-31T04:45",
    ]
    assert due("45 6 * * ? *", "2024-10-26T00:00", "2024-10-28T00:00", "Europe/Paris") == [
        "2024-10-26T04:45",
        "2024-10-27T05:45",
    ]


def test_a_time_that_spring_leaves_out_is_skipped() -> None:
    assert due("30 2 * * ? *", "2024-03-30T00:00", "2024-04-02T00:00", "Europe/Paris") == [
        "2024-03-30T01:30",
        "2024-04-01T00:30",
    ]


def test_a_time_that_autumn_repeats_counts_once() -> None:
    assert due("30 2 * * ? *", "2024-10-26T12:00", "2024-10-28T00:00", "Europe/Paris") == ["2024-10-27T00:30"]


def test_no_window_however_cut_loses_or_repeats_anything() -> None:
    start = datetime(2024, 10, 26, tzinfo=UTC)
    both = [schedule("0/20 * * * ? *", "Europe/Paris"), schedule("45 6 * * ? *", "Europe/Paris", "other")]
    whole = occurrences(both, start, start + timedelta(days=2))
    pieces = [
        piece
        for minute in range(0, 2880, 7)
        for piece in occurrences(
            both,
            start + timedelta(minutes=minute),
            min(start + timedelta(minutes=minute + 7), start + timedelta(days=2)),
        )
    ]
    assert pieces == whole
    assert [o.instant for o in whole] == sorted(o.instant for o in whole)


def test_a_scheduled_event_holds_its_due_time_and_the_input_of_serverless_yml() -> None:
    start = datetime(2024, 4, 27, tzinfo=UTC)
    (only,) = occurrences([schedule("0 3 * * ? *", depth=2)], start, start + timedelta(days=1))
    assert only.event == {"source": "aws.scheduler", "time": "2024-04-27T03:00:00Z", "depth": 2}


@pytest.mark.parametrize("cron", ["0 3 * * ?", "61 3 * * ? *", "0 3 * * FOO *"])
def test_a_malformed_expression_is_named(cron: str) -> None:
    with pytest.raises(LocalError, match="cron"):
        due(cron, "2024-04-27T00:00", "2024-04-28T00:00")


def test_missed_occurrences_run_once_per_schedule() -> None:
    stopped = Event()
    ran: list[tuple[str, dict[str, Any]]] = []

    def clock() -> Iterator[datetime]:
        yield datetime(2024, 4, 27, tzinfo=UTC)
        yield datetime(2024, 4, 29, 12, tzinfo=UTC)

    def invoke(function: str, event: dict[str, Any]) -> None:
        ran.append((function, event))
        if function == "second":
            stopped.set()

    instants = clock()
    schedules = [schedule("0 3,15 * * ? *", function="first"), schedule("10 3 * * ? *", function="second")]
    run(schedules, lambda: next(instants), invoke, stopped)
    assert [(name, event["time"]) for name, event in ran] == [
        ("first", "2024-04-29T03:00:00Z"),
        ("second", "2024-04-29T03:10:00Z"),
    ]
