"""Parsing of The Odds API's JSON into matches with prices; malformed parts are collected as faults.

Payloads are stored as minified JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from shared.betting.event_prices import PricedEvent, Quote
from shared.betting.prices import OUTCOMES, Market
from shared.clients.sources.json_fields import InvalidField, minified, optional_field, parse_instant
from shared.football.match import Club
from shared.football.team import Source
from shared.football.teams import find

MARKETS = {"h2h": Market.H2H, "totals": Market.TOTALS, "spreads": Market.HANDICAP}
"""Our markets by its keys. Others are ignored, such as lay prices of exchanges, which are always included."""
RENAMED = {"betfair_ex_eu": "betfair_exchange"}
"""Bookmaker keys that differ from those of another source."""
CLOCK_SKEW = timedelta(minutes=1)
"""How far its clock may be ahead of ours; later timestamps are capped at the time of the response."""
MAX_PRICE = 10_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ParsedEvents:
    """A parsed response."""

    events: tuple[PricedEvent, ...]
    payloads: Mapping[str, str]  # the JSON of each match, by its id
    faults: tuple[tuple[str, str], ...]  # the malformed parts (place, message)


def parse_events(items: list[Any], sport: str, now: datetime) -> ParsedEvents:
    """Parse the matches of a sport in a response received at `now`."""
    events: dict[str, PricedEvent] = {}
    payloads: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for place, item in enumerate(items):
        about = f"{sport}, item {place}"
        try:
            payload = minified(item)
            payloads[about] = payload
            about = _field(item, "id", str)
            payloads[about] = payloads.pop(f"{sport}, item {place}")
            events[about] = _parse_event(item, now, faults)
        except InvalidField as error:
            faults.append((about, str(error)))
    return ParsedEvents(tuple(events.values()), payloads, tuple(faults))


def _parse_event(item: Any, now: datetime, faults: list[tuple[str, str]]) -> PricedEvent:
    home, away = _field(item, "home_team", str), _field(item, "away_team", str)
    if home == away:
        raise InvalidField("a club plays itself")
    quotes: list[Quote] = []
    for bookmaker in optional_field(item, "bookmakers", list) or []:
        for market in _markets(bookmaker):
            try:
                if _field(market, "key", str) in MARKETS:
                    quotes += _parse_quotes(bookmaker, market, (home, away), now)
            except InvalidField as error:
                faults.append((f"{item['id']}:{_name(bookmaker)}:{_name(market)}", str(error)))
    return PricedEvent(
        item["id"], _club(home), _club(away), parse_instant(_field(item, "commence_time", str), "a time"), tuple(quotes)
    )


def _markets(bookmaker: Any) -> list[Any]:
    markets = bookmaker.get("markets") if isinstance(bookmaker, dict) else None
    return markets if isinstance(markets, list) else [markets]


def _parse_quotes(bookmaker: Any, market_item: Any, clubs: tuple[str, str], now: datetime) -> list[Quote]:
    key, market = _field(bookmaker, "key", str), MARKETS[_name(market_item)]
    if not re.fullmatch(r"[a-z0-9_]{1,40}", key):
        raise InvalidField("its bookmaker's key is none")
    taken_at = parse_instant(
        optional_field(market_item, "last_update", str) or _field(bookmaker, "last_update", str), "a time"
    )
    if taken_at > now + CLOCK_SKEW:
        raise InvalidField("its last_update lies in the future")
    places = _places(market, clubs)
    lines: dict[Decimal, list[Decimal | None]] = {}
    for outcome in _field(market_item, "outcomes", list):
        place = places.get(_field(outcome, "name", str))
        if place is None:
            raise InvalidField(f"an outcome is none of {', '.join(places)}")
        line = Decimal(0) if market is Market.H2H else _parse_line(outcome)
        if market is Market.HANDICAP and place == 1:  # the away line mirrors the home line
            line = -line
        prices = lines.setdefault(line, [None] * len(OUTCOMES[market]))
        if prices[place] is not None:
            raise InvalidField("an outcome has two prices")
        prices[place] = _parse_price(outcome)
    name, at = RENAMED.get(key, key), min(taken_at, now)
    return [Quote(name, market, line, tuple(prices), at) for line, prices in sorted(lines.items())]


def _places(market: Market, clubs: tuple[str, str]) -> dict[str, int]:
    home, away = clubs
    names = {Market.H2H: (home, "Draw", away), Market.TOTALS: ("Over", "Under"), Market.HANDICAP: (home, away)}
    return {name: place for place, name in enumerate(names[market])}


def _club(name: str) -> Club:
    return Club(find(Source.THE_ODDS_API, name), Source.THE_ODDS_API, name)


def _parse_price(outcome: Any) -> Decimal | None:
    price = _parse_number(outcome, "price")
    return price if 1 < price < MAX_PRICE else None


def _parse_line(outcome: Any) -> Decimal:
    line = _parse_number(outcome, "point")
    if abs(line) >= 100 or line * 4 % 1:
        raise InvalidField("a line is no multiple of a quarter")
    return line


def _parse_number(item: Any, key: str) -> Decimal:
    value = item.get(key) if isinstance(item, dict) else None
    if type(value) not in {int, float}:
        raise InvalidField(f"{key} is no number")
    return Decimal(str(value))  # str() gives the shortest form, as in the JSON


def _name(item: Any) -> str:
    key = item.get("key") if isinstance(item, dict) else None
    return key[:40] if isinstance(key, str) else "?"


def _field(item: Any, key: str, kind: type[_T]) -> _T:
    value = optional_field(item, key, kind)
    if not value:
        raise InvalidField(f"{key} is missing")
    return value
