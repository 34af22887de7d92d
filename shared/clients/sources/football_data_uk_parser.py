"""Parsing of football-data.co.uk's CSV rows into matches, prices and statistics. Times are in London's time zone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from shared.betting.bets import MAX_LINE
from shared.betting.prices import SHARPEST_BOOKMAKERS, Market, Offer
from shared.clients.errors import InvalidResponse
from shared.clients.fact_sheets import CSV_BOOKMAKERS
from shared.football.calendar import LONDON, last_minute, season_of
from shared.football.competition import REGULAR_SEASON, by_division
from shared.football.match import Club, Hour, MatchStatistics, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.football.teams import find

LINE_PREFIX = {"PS": "P"}
"""Prefixes of the columns of totals and handicaps that differ from those of the other prices."""
HANDICAP_LINE = {False: "AHh", True: "AHCh"}
"""The column of the home side's handicap, before the match and at the close; all bookmakers' prices are on one line."""
GOALS = ("FTHG", "FTAG", "HTHG", "HTAG")
"""Goals at full time and at half-time."""
_STATISTICS = ("HS", "AS", "HST", "AST", "HxG", "AxG", "HC", "AC")
"""In the order of `MatchStatistics`."""
USED_COLUMNS = (
    frozenset({"Div", "Date", "Time", "HomeTeam", "AwayTeam", *GOALS, *_STATISTICS})
    .union(
        f"{stem}{closing}{end}"
        for prefix in CSV_BOOKMAKERS
        for stem, ends in (
            (prefix, ("H", "D", "A")),
            (LINE_PREFIX.get(prefix, prefix), (">2.5", "<2.5", "AHH", "AHA")),
        )
        for closing in ("", "C")
        for end in ends
    )
    .union(HANDICAP_LINE.values())
)
"""The columns that are parsed; cards, fouls and referees are not."""
PUBLICATION_TIME = time(13, 0)
"""When `fixtures.csv` is published (UTC), on Tuesdays and Fridays; its prices are of that time."""
PUBLICATION_WEEKDAYS = (1, 4)
MIN_NOTICE = timedelta(hours=1)
"""A match that begins sooner after a publication was in the previous one."""
UNKNOWN_TIMES = {"", "00:00"}
"""Values of an unknown time, as before 2019-20; no match kicks off at midnight."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a file."""

    external_id: str  # a stable id: division, season and both team names
    fields: Mapping[str, str]
    # Whether it has a full-time score and no half-time score, unlike most rows of its file.
    may_be_awarded: bool = False

    @property
    def content(self) -> str:
        """The row as JSON."""
        return json.dumps(self.fields, ensure_ascii=False, separators=(",", ":"))


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


def parse_row(row: CsvRow, observed_at: datetime) -> ParsedRow:
    """Parse a row; `InvalidResponse` if a required field is missing or malformed."""
    fields = row.fields
    competition = by_division().get(fields["Div"])
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
        stage=stage_of(fields["Div"], parse_day(fields["Date"]).date()),
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


def stage_of(division: str, day: date) -> str:
    """The stage of a division's match; the regular season for a division that is not ours."""
    competition = by_division().get(division)
    return REGULAR_SEASON if competition is None else competition.stage_on(day, season_of(day))


def last_publication(instant: datetime) -> datetime:
    """When `fixtures.csv` was last published before an instant, in UTC."""
    day = instant.astimezone(UTC).date()
    for back in range(8):
        published = datetime.combine(day - timedelta(days=back), PUBLICATION_TIME, UTC)
        if published.weekday() in PUBLICATION_WEEKDAYS and published <= instant:
            return published
    raise AssertionError("every week has a Tuesday")


def _parse_statistics(fields: Mapping[str, str], match_id: int) -> MatchStatistics | None:
    values = [_parse_number(fields.get(column)) for column in _STATISTICS]
    return None if all(number is None for number in values) else MatchStatistics(match_id, *values)


def _parse_offers(fields: Mapping[str, str], match_id: int, at: datetime, *, closing: bool) -> list[Offer]:
    middle = "C" if closing else ""
    handicap = _parse_handicap(fields.get(HANDICAP_LINE[closing]))
    offers: list[Offer] = []
    for prefix, bookmaker in CSV_BOOKMAKERS.items():
        on_line = LINE_PREFIX.get(prefix, prefix)
        for market, line, stem, ends in (
            (Market.H2H, Decimal(0), prefix, ("H", "D", "A")),
            (Market.TOTALS, Decimal("2.5"), on_line, (">2.5", "<2.5")),
            (Market.HANDICAP, handicap, on_line, ("AHH", "AHA")),
        ):
            if line is None:
                continue
            prices = tuple(_parse_price(fields.get(f"{stem}{middle}{end}")) for end in ends)
            if any(price is not None for price in prices):
                offers.append(Offer(match_id, Source.FOOTBALL_DATA_UK, bookmaker, market, line, prices, at, closing))
    return offers


def _club(name: str) -> Club:
    return Club(find(Source.FOOTBALL_DATA_UK, name), Source.FOOTBALL_DATA_UK, name)


def parse_day(text: str) -> datetime:
    """Midnight in London of a date such as 27/04/24 or 27/04/2024."""
    return datetime.strptime(text, "%d/%m/%Y" if len(text) > 8 else "%d/%m/%y").replace(tzinfo=LONDON)


def parse_kick_off(fields: Mapping[str, str]) -> datetime:
    """A row's kick-off in UTC; the last minute of the day if the time is unknown.

    Raises:
        ValueError: its date or time is malformed.
    """
    day, time_text = parse_day(fields["Date"]), fields.get("Time", "")
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


def _parse_handicap(text: str | None) -> Decimal | None:
    """A line in goals; None without one, or with one that is no multiple of a quarter."""
    try:
        line = Decimal(text or "")
    except InvalidOperation:
        return None
    return line if line.is_finite() and abs(line) <= MAX_LINE and line * 4 % 1 == 0 else None


def _parse_price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        return None
    return price if price.is_finite() and 1 < price < 10_000 else None
