"""A fake of The Odds API: matches, credits and failures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import http_service
from tests.running import environment

KEY = "0123456789abcdef0123456789abcdef"
Json = dict[str, Any]


def event(
    home: str, away: str, commence_time: str, *bookmakers: Json, event_id: str = "", sport: str = "soccer_epl"
) -> Json:
    """A match in the format of the API."""
    default = {"id": event_id or f"{home}-{away}".lower().replace(" ", "-"), "sport_key": sport, "sport_title": sport}
    return default | {"commence_time": commence_time, "home_team": home, "away_team": away, "bookmakers": [*bookmakers]}


def bookmaker(key: str, last_update: str, *markets: Json) -> Json:
    """A bookmaker with its markets."""
    return {"key": key, "title": key.title(), "last_update": last_update, "markets": [*markets]}


def market(key: str, *outcomes: tuple[Any, ...], **changes: Any) -> Json:
    """A market; each outcome is a name, a price and optionally a point."""
    names = ("name", "price", "point")
    return {"key": key, "outcomes": [dict(zip(names, outcome, strict=False)) for outcome in outcomes], **changes}


def h2h(home: str, away: str, *prices: float) -> Json:
    """Match result: home, draw, away. The API lists outcomes in another order."""
    return market("h2h", (away, prices[2]), (home, prices[0]), ("Draw", prices[1]))


def totals(over: float, under: float, point: float = 2.5) -> Json:
    """Over and under a number of goals."""
    return market("totals", ("Over", over, point), ("Under", under, point))


@dataclass
class OddsService:
    """The service, with a record of its requests.

    Attributes:
        url: its address.
        events: its matches, by sport.
        used: credits used.
        quota: credits of the plan per month.
        odds_requests: the calls that cost credits: sport and markets.
        event_requests: the free calls: sport.
        failures: statuses and error codes of the next responses.
        body: replaces the response body.
    """

    url: str = ""
    events: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    used: int = 0
    quota: int = 500
    odds_requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    event_requests: list[str] = field(default_factory=list[str])
    failures: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    body: bytes | None = None

    def set_events(self, *events: Json) -> None:
        """Replace the matches."""
        self.events = {}
        for event in events:
            self.events.setdefault(event["sport_key"], []).append(event)

    def respond(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        path, query = urlsplit(target).path, {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        if query.get("apiKey") != KEY:
            return (
                401,
                {},
                json.dumps({"message": f"no such key {query.get('apiKey')}", "error_code": "INVALID_KEY"}).encode(),
            )
        if self.failures:
            status, code = self.failures.pop(0)
            return status, {}, json.dumps({"message": f"{target}", "error_code": code}).encode()
        sport, kind = path.split("/")[-2:]
        since, until = query["commenceTimeFrom"], query["commenceTimeTo"]
        matches = [e for e in self.events.get(sport, []) if since <= e["commence_time"] <= until]
        cost = 0
        if kind == "events":
            self.event_requests.append(sport)
            matches = [{k: v for k, v in match.items() if k != "bookmakers"} for match in matches]
        else:
            assert len(query["bookmakers"].split(",")) <= 10, "more than one region's worth"
            market_keys = query["markets"].split(",")
            self.odds_requests.append((sport, query["markets"]))
            matches = [
                listed_match | {"bookmakers": [_only_markets(b, market_keys) for b in listed_match["bookmakers"]]}
                for listed_match in matches
            ]
            cost = len(market_keys) if matches else 0
            if self.used + cost > self.quota:
                return 401, {}, json.dumps({"message": "spent", "error_code": "OUT_OF_USAGE_CREDITS"}).encode()
        self.used += cost
        headers = {"used": self.used, "remaining": self.quota - self.used, "last": cost}
        body = json.dumps(matches).encode() if self.body is None else self.body
        return 200, {f"x-requests-{name}": str(value) for name, value in headers.items()}, body


def _only_markets(bookmaker: Json, market_keys: list[str]) -> Json:
    return bookmaker | {"markets": [market for market in bookmaker["markets"] if market["key"] in market_keys]}


@contextmanager
def serve() -> Iterator[OddsService]:
    """Serve until the block ends."""
    service = OddsService()
    with http_service.serve(lambda method, target, headers, body: service.respond(target)) as address:
        service.url = f"{address}/v4"
        yield service


@contextmanager
def bundle(database_url: str, csv_url: str, **variables: str) -> Iterator[OddsService]:
    """Set the environment of the functions, with a key for the service that is returned."""
    with serve() as service:
        settings = {"THE_ODDS_API_URL": service.url, "THE_ODDS_API_KEY": KEY, **variables}
        with environment(DATABASE_URL=database_url, FOOTBALL_DATA_UK_URL=csv_url, **settings):
            yield service
