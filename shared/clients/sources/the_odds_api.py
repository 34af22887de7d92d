"""The Odds API, v4: bookmakers' prices on coming matches, in exchange for credits.

Errors (see `shared.clients.errors`): `RateLimited` for repeated 429, `Rejected` for other 4xx, `Unavailable` for 5xx
and timeouts, `InvalidResponse` for undocumented JSON. Besides, `OutOfCredits` if the credits are spent. No error
quotes the response or the key.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import uniform
from typing import Any

import httpx

from shared.betting.odds_budget import Call
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable
from shared.clients.fact_sheets import ODDS_BOOKMAKERS, ODDS_SPORTS
from shared.clients.http import HttpResponse, fetch
from shared.clients.sources.the_odds_api_parser import MARKETS, ParsedEvents, parse_events

SPORTS, BOOKMAKERS = ODDS_SPORTS, ODDS_BOOKMAKERS
"""Its sport keys, and the bookmakers to fetch: ten by name cost as much as one region."""
BACKOFF_SECONDS = (2.0, 4.0)
"""Seconds before each retry after a 429, with ±50 % jitter."""

_NAMES = {market: name for name, market in MARKETS.items()}


class OutOfCredits(Exception):
    """The monthly credits are spent: no request is possible until they are renewed."""


@dataclass(frozen=True, slots=True)
class Credits:
    """The account's credits: used this month, remaining, and the cost of the last request."""

    used: int
    remaining: int
    last: int


@dataclass(frozen=True, slots=True)
class OddsResponse:
    """A parsed response, with the account's credits if the headers have them."""

    parsed: ParsedEvents
    credits: Credits | None


class KeyTransport(httpx.BaseTransport):
    """Adds the API key to the URL of each request, below all layers that log URLs or put them into exceptions.

    The API accepts the key as a query parameter only.

    Raises:
        ValueError: the key is malformed.
    """

    def __init__(self, inner: httpx.BaseTransport, key: str) -> None:
        if not re.fullmatch(r"[0-9A-Za-z_-]+", key):
            raise ValueError("THE_ODDS_API_KEY is no key; copy it from your account at the-odds-api.com")
        self._inner, self._key = inner, key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request with the key."""
        url = request.url.copy_merge_params({"apiKey": self._key})
        return self._inner.handle_request(
            httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class TheOddsApi:
    """The API client, bounded by the caller's deadline.

    Args:
        http: the HTTP client, over a `KeyTransport`.
    """

    def __init__(
        self, http: httpx.Client, base_url: str, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self._http, self._base_url, self._now, self._sleep = http, base_url.rstrip("/"), now, sleep

    def fetch_odds(self, call: Call, since: datetime, until: datetime, *, deadline: datetime) -> OddsResponse:
        """Fetch the coming matches of a competition with prices.

        Args:
            since: the earliest kick-off; excludes matches in play.
            until: the latest kick-off. Neither changes the cost.
        """
        params = {
            "dateFormat": "iso",
            "commenceTimeFrom": _format_instant(since),
            "commenceTimeTo": _format_instant(until),
        }
        if call.markets:
            params |= {"markets": ",".join(_NAMES[market] for market in call.markets)}
            params |= {"bookmakers": ",".join(BOOKMAKERS), "oddsFormat": "decimal"}
        sport = SPORTS[call.competition]
        response = self._request(f"/sports/{sport}/{'odds' if call.markets else 'events'}", params, deadline)
        items = _parse_json(response.body)
        if not isinstance(items, list):
            raise InvalidResponse("The Odds API's answer is no list of matches")
        return OddsResponse(parse_events(items, sport, self._now()), _parse_credits(response))

    def fetch_sports(self, *, deadline: datetime) -> tuple[frozenset[str], Credits | None]:
        """Fetch the keys of all sports, in season or not, and the account's credits; free, but needs some credits."""
        response = self._request("/sports", {"all": "true"}, deadline)
        items = _parse_json(response.body)
        if not isinstance(items, list):
            raise InvalidResponse("The Odds API's answer is no list of sports")
        keys = (item.get("key") for item in items if isinstance(item, dict))
        return frozenset(key for key in keys if isinstance(key, str)), _parse_credits(response)

    def _request(self, path: str, params: dict[str, str], deadline: datetime) -> HttpResponse:
        for backoff in (*BACKOFF_SECONDS, None):
            if self._now() >= deadline:
                raise Unavailable("no time is left to ask The Odds API")
            response = fetch(self._http, self._base_url + path, now=self._now, deadline=deadline, params=params)
            if response.status == 200:
                return response
            code = _error_code(response)
            if code == "OUT_OF_USAGE_CREDITS":
                raise OutOfCredits
            if response.status != 429:
                raise Rejected(f"The Odds API answered {response.status} {code} to {path}", response.status)
            if backoff is not None:
                self._sleep(backoff * uniform(0.5, 1.5))  # noqa: S311  # jitter
        raise RateLimited("The Odds API returned 429: its rate limit is exceeded", BACKOFF_SECONDS[-1])


def _format_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _error_code(response: HttpResponse) -> str:
    try:
        body = _parse_json(response.body)
    except InvalidResponse:
        body = None
    code = body.get("error_code") if isinstance(body, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[A-Z_]{1,60}", code) else "without an error_code"


def _parse_credits(response: HttpResponse) -> Credits | None:
    values = [response.headers.get(f"x-requests-{name}", "") for name in ("used", "remaining", "last")]
    if not all(re.fullmatch(r"\d{1,9}(\.0+)?", number) for number in values):
        return None
    return Credits(*(int(float(number)) for number in values))


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidResponse("The Odds API's answer is no JSON") from error
