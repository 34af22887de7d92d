"""A point-in-time view of a directory that mirrors football-data.co.uk.

The directory holds whole seasons. The transport serves them as the service would have at an instant: season files end
with the matches finished by then, and `fixtures.csv` holds the matches after the last Tuesday or Friday publication,
without results or closing prices, so that no later data leaks into a replay.
"""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

import httpx

from shared.clients.errors import InvalidResponse
from shared.clients.fact_sheets import CSV_BOOKMAKERS
from shared.clients.sources.football_data_uk_parser import (
    HANDICAP_LINE,
    LINE_PREFIX,
    MIN_NOTICE,
    last_publication,
    parse_kick_off,
)
from shared.football.calendar import season_label, season_of

RESULT_DELAY = timedelta(hours=3)
"""How long after kick-off a result appears in the files."""
_PRE_MATCH_COLUMNS = {"Div", "Date", "Time", "HomeTeam", "AwayTeam", HANDICAP_LINE[False]} | {
    column
    for prefix in CSV_BOOKMAKERS
    for column in (
        *(f"{prefix}{end}" for end in ("H", "D", "A")),
        *(f"{LINE_PREFIX.get(prefix, prefix)}{end}" for end in (">2.5", "<2.5", "AHH", "AHA")),
    )
}
"""Columns known before a match: no results, no closing prices."""
_Rows = tuple[tuple[datetime, dict[str, str]], ...]


class MirrorTransport(httpx.BaseTransport):
    """Serves requests from a directory.

    Args:
        directory: contains `mmz4281/<yyzz>/<division>.csv`.
        now: the instant of the view.
    """

    def __init__(self, directory: Path, now: Callable[[], datetime]) -> None:
        self._directory, self._now = directory, now

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond as the service would have."""
        now, path = self._now(), request.url.path.lstrip("/")
        if path == "fixtures.csv":
            published = last_publication(now)
            rows = [
                {name: value for name, value in row.items() if name in _PRE_MATCH_COLUMNS}
                for folder in sorted({season_label(season_of((now + timedelta(days=d)).date())) for d in (0, 7)})
                for file in sorted((self._directory / "mmz4281" / folder).glob("*.csv"))
                for kick_off, row in read_rows(file)
                if kick_off > now and _published(kick_off) == published
            ]
            return _csv_response(rows, published)
        file = self._directory / path
        if ".." in Path(path).parts or not file.is_file():  # a link that the owner of the directory made is followed
            return httpx.Response(404)
        over = [(kick_off, row) for kick_off, row in read_rows(file) if kick_off + RESULT_DELAY <= now]
        if not over:
            return httpx.Response(404)
        return _csv_response([row for _, row in over], max(kick_off for kick_off, _ in over) + RESULT_DELAY)


def read_rows(file: Path) -> _Rows:
    """The matches of a season file with their kick-offs; without a time, the end of the day."""
    return _read_rows(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def _published(kick_off: datetime) -> datetime:
    """The publication of `fixtures.csv` that has a match."""
    return last_publication(kick_off - MIN_NOTICE)


@lru_cache(maxsize=512)
def _read_rows(file: Path, modified_ns: int) -> _Rows:  # part of the cache key
    rows: list[tuple[datetime, dict[str, str]]] = []
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            if row.get("Date") and row.get("HomeTeam"):
                try:
                    rows.append((parse_kick_off(row), row))
                except ValueError as error:
                    raise InvalidResponse(f"{file}, line {reader.line_num}: {error}; mend or remove it") from error
    return tuple(rows)


def _csv_response(rows: Iterable[dict[str, str]], modified_at: datetime) -> httpx.Response:
    listed_rows = list(rows)
    columns = list(dict.fromkeys(name for row in listed_rows for name in row)) or [
        "Div",
        "Date",
        "HomeTeam",
        "AwayTeam",
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(listed_rows)
    return httpx.Response(
        200, content=text.getvalue().encode(), headers={"Last-Modified": format_datetime(modified_at, usegmt=True)}
    )
