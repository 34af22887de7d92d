"""football-data.co.uk: results and prices of the leagues as CSV files, without a key.

`mmz4281/<yyzz>/<division>.csv` holds a season's results with closing prices, `fixtures.csv` the coming matches with the
prices of Tuesday or Friday afternoon. Times are in London's time zone.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from shared.clients.errors import InvalidResponse, Rejected
from shared.clients.http import MAX_DURATION, HttpResponse, fetch
from shared.clients.sources.football_data_uk_parser import GOALS, CsvRow, parse_day, stage_of
from shared.football.calendar import season_label, season_of
from shared.football.competition import REGULAR_SEASON, Competition

NOT_FOUND_STATUSES = frozenset({300, 404})
"""Statuses of a file that is not published yet: Apache's mod_speling sends 300 if it finds similar names."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file: its columns, rows, faults (place, message), and modification time."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    faults: tuple[tuple[str, str], ...]
    modified_at: datetime


class FootballDataUk:
    """The client of the service, or of a directory that mirrors it.

    Every method raises `UpstreamError` if the request fails or the file is malformed.
    """

    def __init__(self, base: str, http: httpx.Client, now: Callable[[], datetime]) -> None:
        self._base, self._http, self._now = base.rstrip("/"), http, now

    def fetch_season(self, competition: Competition, season: int) -> CsvFile | None:
        """Fetch a season's results so far; None if the file is not published yet."""
        return self._fetch_csv(f"mmz4281/{season_label(season)}/{competition.division}.csv")

    def fetch_fixtures(self, timeout: timedelta = MAX_DURATION) -> CsvFile | None:
        """Fetch the coming matches of all divisions; None if the file is missing."""
        return self._fetch_csv("fixtures.csv", timeout)

    def fetch_file(self, path: str, timeout: timedelta = MAX_DURATION) -> HttpResponse | None:
        """Fetch a raw file; None if it is not published yet."""
        deadline = self._now() + timeout
        response = fetch(self._http, f"{self._base}/{path}", now=self._now, deadline=deadline, follow_redirects=True)
        if response.status in NOT_FOUND_STATUSES:
            return None
        if response.status != 200:
            raise Rejected(f"football-data.co.uk answered {response.status} for {path}", response.status)
        return response

    def _fetch_csv(self, path: str, timeout: timedelta = MAX_DURATION) -> CsvFile | None:
        now, response = self._now(), self.fetch_file(path, timeout)
        if response is None:
            return None
        lines, faults = parse_csv(response.body, path)
        modified_at = _parse_last_modified(response.headers.get("Last-Modified", ""), now)
        return CsvFile(parse_header(response.body), lines, faults, min(modified_at, now))


def parse_header(body: bytes) -> tuple[str, ...]:
    """The column names in a file's first line, without empty ones."""
    first = next(iter(_decode_lines(body)), "")
    return tuple(name for name in _split_cells(first)[0] if name)


def parse_csv(body: bytes, path: str) -> tuple[tuple[CsvRow, ...], tuple[tuple[str, str], ...]]:
    """Parse a file into rows and faults: invalid rows, and rows with unbalanced quotes.

    Each line is parsed by itself, so that an unclosed quote does not swallow further rows.

    Raises:
        InvalidResponse: it is not a file of matches.
    """
    lines: list[CsvRow] = []
    faults: list[tuple[str, str]] = []
    try:
        header, *rows = [_split_cells(line) for line in _decode_lines(body)] or [([""], True)]
    except csv.Error as error:
        raise InvalidResponse(f"{path} of football-data.co.uk is no CSV: {error}") from error
    names = header[0]
    if not {"Div", "Date", "HomeTeam", "AwayTeam"} <= set(names):
        raise InvalidResponse(f"{path} of football-data.co.uk has no columns Div, Date, HomeTeam and AwayTeam")
    for number, (cells, balanced) in enumerate(rows, 2):
        fields = {
            name: _normalized_value(name, value) for name, value in zip(names, cells, strict=False) if name and value
        }
        if not fields:
            continue
        if not balanced:
            faults.append((f"{path}:{number}", "its quotes are not balanced"))
        if any(cells[len(names) :]) or (not balanced and len(cells) != len(names)):
            faults.append((f"{path}:{number}", f"its values do not stand under the {len(names)} columns"))
            continue
        try:
            day = parse_day(fields["Date"]).date()
            key = f"{fields['Div']}/{season_label(season_of(day))}/{fields['HomeTeam']}/{fields['AwayTeam']}"
            if (stage := stage_of(fields["Div"], day)) != REGULAR_SEASON:
                key += f"/{stage}"
        except (KeyError, ValueError):
            faults.append((f"{path}:{number}", "no division, date or clubs"))
            continue
        lines.append(CsvRow(key, fields))
    awarded = may_be_awarded([line.fields for line in lines])
    return tuple(replace(line, may_be_awarded=a) for line, a in zip(lines, awarded, strict=True)), tuple(faults)


def may_be_awarded(rows: Sequence[Mapping[str, str | None]]) -> list[bool]:
    """Which rows may be awarded results: a score without one at half-time, where most rows have both."""
    halves = [bool(row.get("HTHG") or row.get("HTAG")) for row in rows]
    played = [bool(row.get("FTHG") and row.get("FTAG")) for row in rows]
    expected = 2 * sum(halves) >= sum(played)
    return [expected and over and not half for over, half in zip(played, halves, strict=True)]


def _decode_lines(body: bytes) -> list[str]:
    """The lines of a file, each decoded as UTF-8 or else as Windows-1252."""
    lines: list[str] = []
    for line in body.removeprefix(BOM_UTF8).replace(b"\0", b"").splitlines():
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
    return lines


def _split_cells(line: str) -> tuple[list[str], bool]:
    """The stripped values of a line, and whether its quotes are balanced; unbalanced quotes are removed."""
    try:
        cells, balanced = next(csv.reader([line], strict=True), []), True
    except csv.Error:
        cells, balanced = next(csv.reader([line.replace('"', "")]), []), False
    return [cell.strip() for cell in cells], balanced


def _normalized_value(name: str, value: str) -> str:
    """A value, with goals such as `1.0` as integers."""
    return re.sub(r"(?<=\d)\.0+$", "", value) if name in GOALS else value


def _parse_last_modified(header: str, now: datetime) -> datetime:
    try:
        modified_at = parsedate_to_datetime(header)
    except ValueError:  # missing or malformed
        return now
    return modified_at.replace(tzinfo=modified_at.tzinfo or UTC).astimezone(UTC)
