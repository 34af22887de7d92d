"""The Odds API, v4: bookmakers' prices on coming matches, in exchange for credits.

Its errors (see `shared.clients.errors`): `RateLimited` when it still says that we ask too often after some waiting,
`Refused` for other 4xx, `Unavailable` for 5xx and time-outs, `Unintelligible` for anything that is not the JSON it
documents. That the month's credits are spent is no failure: `OutOfCredits`. No error repeats what it said, nor the key.
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
"""Its name of each of our competitions, and whose prices are asked: ten by name cost as much as one region."""
BACKOFF_SECONDS = (2.0, 4.0)
"""Seconds before each further try once it says that we ask too often, give or take a half."""

_NAMES = {market: name for name, market in MARKETS.items()}


class OutOfCredits(Exception):
    """The month's credits are spent: nothing is to be asked before they are renewed."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What it says of the account: credits used this month, how many are left, and what this answer cost."""

    used: int
    remaining: int
    last: int


@dataclass(frozen=True, slots=True)
class OddsResponse:
    """An answer, and what was said of the account with it, if anything was."""

    parsed: ParsedEvents
    credits: Credits | None


class KeyTransport(httpx.BaseTransport):
    """Writes the key into the address of each request below everything that logs or reports an address.

    It may stand nowhere but in the address, and the HTTP library logs addresses and hands them on with its errors.

    Raises:
        ValueError: the key is none.
    """

    def __init__(self, inner: httpx.BaseTransport, key: str) -> None:
        if not re.fullmatch(r"[0-9A-Za-z_-]+", key):
            raise ValueError("THE_ODDS_API_KEY is no key; copy it from your account at the-odds-api.com")
        self._inner, self._key = inner, key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask with the key."""
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
    """Asks The Odds API, never after the caller's deadline.

    Args:
        http: whose connections are used, over a `KeyTransport`.
        base_url: address.
        now: the clock.
        sleep: waits so many seconds.
    """

    def __init__(
        self, http: httpx.Client, base_url: str, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self._http, self._base_url, self._now, self._sleep = http, base_url.rstrip("/"), now, sleep

    def fetch_odds(self, call: Call, since: datetime, until: datetime, *, deadline: datetime) -> OddsResponse:
        """The coming matches of a competition with their prices in the call's markets.

        Args:
            call: the competition and the markets.
            since: matches that kick off earlier are left out, those in play among them.
            until: matches that kick off later are left out. Neither changes what it costs.
            deadline: when the caller's time is up.

        Raises:
            UpstreamError: see the module; nothing was kept.
            OutOfCredits: there are no credits left.
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
        """The keys of all sports that it knows, in season or not, and what was said of the account. It costs nothing.

        Raises:
            UpstreamError: see the module.
            OutOfCredits: there are no credits left, and not even this is answered.
        """
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
                self._sleep(backoff * uniform(0.5, 1.5))  # noqa: S311  # so that two who were refused do not meet again
        raise RateLimited("The Odds API says that we ask too often", BACKOFF_SECONDS[-1])


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
