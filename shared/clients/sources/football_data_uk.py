"""football-data.co.uk: results and prices of the leagues as CSV files, without a key.

`mmz4281/<yyzz>/<division>.csv` holds a season's results with closing prices, `fixtures.csv` the coming matches with the
prices of Tuesday or Friday afternoon. Times are in London's time zone.
"""

import csv
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

import httpx

from shared.betting.prices import SHARPEST_BOOKMAKERS, Market, Offer
from shared.clients.errors import InvalidResponse, Rejected
from shared.clients.fact_sheets import CSV_BOOKMAKERS
from shared.clients.http import MAX_DURATION, HttpResponse, fetch
from shared.football.calendar import LONDON, last_minute, season_label, season_of
from shared.football.competition import BY_DIVISION, Competition
from shared.football.match import Club, Hour, MatchStatistics, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.football.teams import find

TOTALS_PREFIX = {"PS": "P"}
"""Prefixes of totals columns that differ from those of the other prices."""
GOALS = ("FTHG", "FTAG", "HTHG", "HTAG")
"""Goals at full time and at half-time."""
USED_COLUMNS = frozenset(
    {"Div", "Date", "Time", "HomeTeam", "AwayTeam", *GOALS, "HS", "AS", "HST", "AST", "HxG", "AxG"}
).union(
    f"{stem}{closing}{end}"
    for prefix in CSV_BOOKMAKERS
    for stem, ends in ((prefix, ("H", "D", "A")), (TOTALS_PREFIX.get(prefix, prefix), (">2.5", "<2.5")))
    for closing in ("", "C")
    for end in ends
)
"""The columns that are parsed; cards, corners, handicaps and referees are not."""
PUBLICATION_TIME = time(13, 0)
"""When `fixtures.csv` is published (UTC), on Tuesdays and Fridays; its prices are of that time."""
PUBLICATION_WEEKDAYS = (1, 4)
MIN_NOTICE = timedelta(hours=1)
"""A match that begins sooner after a publication was in the previous one."""
NOT_FOUND_STATUSES = frozenset({300, 404})
"""Statuses of a file that is not published yet: Apache's mod_speling sends 300 if it finds similar names."""
UNKNOWN_TIMES = {"", "00:00"}
"""Values of an unknown time, as before 2019-20; no match kicks off at midnight."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a file.

    Attributes:
        external_id: a stable id: division, season and both team names.
        fields: values by column.
        may_be_awarded: whether it has a full-time score and no half-time score, unlike most rows of its file.
    """

    external_id: str
    fields: Mapping[str, str]
    may_be_awarded: bool = False

    @property
    def content(self) -> str:
        """The row as JSON."""
        return json.dumps(self.fields, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file: its columns, rows, faults (place, message), and modification time."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    faults: tuple[tuple[str, str], ...]
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """The match, prices and statistics of a row; a finished match has closing prices too."""

    update: MatchUpdate
    offers: tuple[Offer, ...]
    statistics: MatchStatistics | None

    def for_match(self, update: MatchUpdate) -> "ParsedRow":
        """The same row with its match replaced."""
        offers = tuple(replace(offer, match_id=update.match_id) for offer in self.offers)
        statistics = None if self.statistics is None else replace(self.statistics, match_id=update.match_id)
        return ParsedRow(update, offers, statistics)


class FootballDataUk:
    """The client of the service, or of a directory that mirrors it.

    Args:
        base: the base URL.
        http: the HTTP client.
        now: the clock.
    """

    def __init__(self, base: str, http: httpx.Client, now: Callable[[], datetime]) -> None:
        self._base, self._http, self._now = base.rstrip("/"), http, now

    def fetch_season(self, competition: Competition, season: int) -> CsvFile | None:
        """Fetch a season's results so far; None if the file is not published yet.

        Raises:
            UpstreamError: the request failed or the file is malformed.
        """
        return self._fetch_csv(f"mmz4281/{season_label(season)}/{competition.division}.csv")

    def fetch_fixtures(self, timeout: timedelta = MAX_DURATION) -> CsvFile | None:
        """Fetch the coming matches of all divisions; None if the file is missing.

        Raises:
            UpstreamError: as above.
        """
        return self._fetch_csv("fixtures.csv", timeout)

    def fetch_file(self, path: str, timeout: timedelta = MAX_DURATION) -> HttpResponse | None:
        """Fetch a raw file; None if it is not published yet.

        Raises:
            UpstreamError: as above.
        """
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
    """The column names in a file's first line, without empty ones.

    Raises:
        csv.Error: the line is not CSV.
    """
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
            day = _parse_day(fields["Date"]).date()
            key = f"{fields['Div']}/{season_label(season_of(day))}/{fields['HomeTeam']}/{fields['AwayTeam']}"
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


def parse_row(row: CsvRow, observed_at: datetime) -> ParsedRow:
    """Parse a row.

    Raises:
        InvalidResponse: a required field is missing or malformed.
    """
    fields = row.fields
    competition = BY_DIVISION.get(fields["Div"])
    if competition is None:
        raise InvalidResponse(f"division {fields['Div']} is not known")
    try:
        kick_off = parse_kick_off(fields)
        score = _parse_score(fields, "FTHG", "FTAG")
    except ValueError as error:
        raise InvalidResponse(str(error)) from error
    update = MatchUpdate(
        source=Source.FOOTBALL_DATA_UK,
        external_id=row.external_id,
        source_updated_at=observed_at,
        competition=competition.code,
        season=season_of(kick_off.date()),
        stage="REGULAR_SEASON",
        matchday=None,
        home=_club(fields["HomeTeam"]),
        away=_club(fields["AwayTeam"]),
        kick_off=kick_off,
        status=Status.SCHEDULED if score is None else Status.FINISHED,
        score=score,
        half_time=_parse_half_time(fields),
        review=f"{score} without a score at half-time: a jury may have awarded it" if row.may_be_awarded else None,
        payload=row.content,
        hour=Hour.UNKNOWN if fields.get("Time", "") in UNKNOWN_TIMES else Hour.KNOWN,
    )
    if update.home.team_id == update.away.team_id:
        raise InvalidResponse("a club plays itself")
    if update.status is not Status.FINISHED:
        return ParsedRow(update, tuple(_parse_offers(fields, update.match_id, observed_at, closing=False)), None)
    before = last_publication(kick_off - MIN_NOTICE)
    offers = [
        offer
        for at, closing in ((before, False), (kick_off, True))
        for offer in _parse_offers(fields, update.match_id, at, closing=closing)
        # Of past prices only the sharp bookmakers' are stored: they measure the market's view.
        if offer.bookmaker in SHARPEST_BOOKMAKERS
    ]
    return ParsedRow(update, tuple(offers), _parse_statistics(fields, update.match_id))


def last_publication(instant: datetime) -> datetime:
    """When `fixtures.csv` was last published before an instant, in UTC."""
    day = instant.astimezone(UTC).date()
    for back in range(8):
        published = datetime.combine(day - timedelta(days=back), PUBLICATION_TIME, UTC)
        if published.weekday() in PUBLICATION_WEEKDAYS and published <= instant:
            return published
    raise AssertionError("every week has a Tuesday")


def _parse_statistics(fields: Mapping[str, str], match_id: int) -> MatchStatistics | None:
    values = [_parse_number(fields.get(column)) for column in ("HS", "AS", "HST", "AST", "HxG", "AxG")]
    return None if all(number is None for number in values) else MatchStatistics(match_id, *values)


def _parse_offers(fields: Mapping[str, str], match_id: int, at: datetime, *, closing: bool) -> list[Offer]:
    middle = "C" if closing else ""
    offers: list[Offer] = []
    for prefix, bookmaker in CSV_BOOKMAKERS.items():
        totals = TOTALS_PREFIX.get(prefix, prefix)
        for market, line, stem, ends in (
            (Market.H2H, Decimal(0), prefix, ("H", "D", "A")),
            (Market.TOTALS, Decimal("2.5"), totals, (">2.5", "<2.5")),
        ):
            prices = tuple(_parse_price(fields.get(f"{stem}{middle}{end}")) for end in ends)
            if any(price is not None for price in prices):
                offers.append(Offer(match_id, Source.FOOTBALL_DATA_UK, bookmaker, market, line, prices, at, closing))
    return offers


def _club(name: str) -> Club:
    return Club(find(Source.FOOTBALL_DATA_UK, name), Source.FOOTBALL_DATA_UK, name)


def _parse_day(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y" if len(text) > 8 else "%d/%m/%y").replace(tzinfo=LONDON)


def parse_kick_off(fields: Mapping[str, str]) -> datetime:
    """A row's kick-off in UTC; the last minute of the day if the time is unknown.

    Raises:
        ValueError: its date or time is malformed.
    """
    day, time_text = _parse_day(fields["Date"]), fields.get("Time", "")
    if time_text in UNKNOWN_TIMES:
        return last_minute(day.date())
    try:
        hour, minute = (int(part) for part in time_text.split(":")[:2])
        return day.replace(hour=hour, minute=minute).astimezone(UTC)
    except ValueError:
        raise ValueError(f"{time_text!r} is no time of day") from None


def _parse_score(fields: Mapping[str, str], home: str, away: str) -> Score | None:
    if home not in fields and away not in fields:
        return None
    try:
        score = Score(int(fields[home]), int(fields[away]))
    except (KeyError, ValueError):
        raise ValueError(f"{home} and {away} are no score") from None
    if not (0 <= score.home < 30 and 0 <= score.away < 30):
        raise ValueError(f"{score} is no score")
    return score


def _parse_half_time(fields: Mapping[str, str]) -> Score | None:
    """The half-time score; None if it is missing or malformed."""
    try:
        return _parse_score(fields, "HTHG", "HTAG")
    except ValueError:
        return None


def _parse_number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < 100 else None


def _parse_price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        return None
    return price if price.is_finite() and 1 < price < 10_000 else None
