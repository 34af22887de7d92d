"""Replay of a past season: `python -m local.replay --season 2324 --from 2024-04-01 --to 2024-04-30`.

The deployed handlers run in order of their schedules on an empty database, with the clock set to each scheduled
instant; none starts the next one, which its own schedule does. They read a mirror of the CSV service that shows only
what was known at that instant.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy import service as serverless
from local import line_movement, postgres, process_lifetime, record, record_key, scheduler
from local.errors import LocalError
from local.migrate import migrate
from shared.football.calendar import paris_bounds, season_from_label, season_of
from shared.runtime import clock, wiring
from shared.services.signing_keys import parse_signing_key

ROOT = Path(__file__).resolve().parent.parent
FIRST_CHAIN = (
    ("sync_fixtures", {}),
    ("sync_history", {"seasons": 30}),
    ("update_ratings", {}),
    ("publish_predictions", {}),
)
"""Runs once before the first day, to load the whole history of the mirror."""
RECORD_SETTINGS = (*("RECORD_BUCKET", "RECORD_URL", "RECORD_SIGNING_KEY", "RECORD_WITNESSES", "RECORD_CALENDARS"),)
EXTRA_TIME = timedelta(hours=6)
"""Time after the last day for its results, until the next morning's picks."""


def main(arguments: list[str] | None = None) -> int:
    """Replay, and print the track record and the movement of the prices."""
    args = _parser().parse_args(arguments)
    try:
        span = _span(args.season, args.first, args.last)
        _check_empty(args.record)
        with process_lifetime.folder("replay-") as folder, postgres.serve(folder / "postgres") as url:
            migrate(url)
            published = record_key.settings(folder, args.record.resolve()) if args.record else None
            result = replay(url, Path(args.data), span, published)
            movement = line_movement.report(wiring.database(), _end(span))
            if published:
                public = parse_signing_key(published["RECORD_SIGNING_KEY"]).public
                print(f"The record: python public/verify.py {args.record.resolve() / 'record'} {public}")
    except (LocalError, serverless.ServiceError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print("\n".join([*record.render(result), *movement]))
    return 0


def replay(
    database_url: str, data: Path, span: tuple[date, date], record_settings: dict[str, str] | None = None
) -> record.Record:
    """Run the schedules over a period on an empty, migrated database.

    Args:
        database_url: of the database.
        data: the mirror.
        span: first and last day.
        record_settings: where and with which key the record is published; None for nowhere.
    """
    if not (data / "mmz4281").is_dir():
        raise LocalError(f"{data} is no mirror of football-data.co.uk: it has no folder mmz4281. Give one with DATA=…")
    os.environ |= {"DATABASE_URL": database_url, "FOOTBALL_DATA_UK_URL": str(data), "LOG_LEVEL": "ERROR"}
    for key in (
        "FOOTBALL_DATA_API_KEY",
        "THE_ODDS_API_KEY",
        "MET_NORWAY_URL",
        "NEWS_FEEDS_URL",
        "BACKUP_BUCKET",
        "UPSTASH_REDIS_REST_URL",
    ):
        os.environ.pop(key, None)
    for key in RECORD_SETTINGS:
        os.environ.pop(key, None)
    os.environ |= record_settings or {}
    start, end = paris_bounds(span[0])[0], _end(span)
    due = scheduler.occurrences(serverless.read(ROOT).schedules, start, end)
    plan = [(start, name, event) for name, event in FIRST_CHAIN] + [
        (o.instant, o.function, {key: value for key, value in o.event.items() if key != "then"}) for o in due
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("replay", total=len(plan))
        for instant, name, event in plan:
            progress.update(task, description=f"{instant:%Y-%m-%d %H:%M} {name:<20}")
            _handler(name)(event, instant)
            progress.advance(task)
    if record_settings:
        _handler("publish_record")({}, end)
    return record.record(wiring.database(), *span)


def _handler(name: str) -> Callable[[dict[str, Any], datetime], None]:
    handler = import_module(f"functions.{name}.handler").handler

    def run(event: dict[str, Any], instant: datetime) -> None:
        with clock.at(instant):
            handler(event, None)

    return run


def _span(season: str, first: str | None, last: str | None) -> tuple[date, date]:
    try:
        year = season_from_label(season)
    except ValueError as error:
        raise LocalError(f"{error}.") from error
    days = (_parse_day(first or f"{year}-08-01"), _parse_day(last or f"{year + 1}-05-31"))
    if days[0] > days[1] or {season_of(day) for day in days} != {year}:
        raise LocalError(f"The days {days[0]} to {days[1]} are not in order or not within season {season}.")
    return days


def _end(span: tuple[date, date]) -> datetime:
    return paris_bounds(span[1])[1] + EXTRA_TIME


def _check_empty(folder: Path | None) -> None:
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        raise LocalError(f"{folder} is not empty; a record continues no other one.")


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LocalError(f"{text!r} is no day; write one such as 2024-04-30.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Replay a past season with the deployed handlers.")
    parser.add_argument("--season", required=True, help="such as 2324")
    parser.add_argument("--from", dest="first", help="first day, such as 2024-04-01; the season's first by default")
    parser.add_argument("--to", dest="last", help="last day, included")
    parser.add_argument("--data", required=True, help="a directory laid out like football-data.co.uk")
    parser.add_argument("--record", type=Path, help="a folder that the record is published to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
