"""football-data.org, API v4: fixtures, results and tables.

Errors (see `shared.clients.errors`): `RateLimited` if the next call is not allowed before the deadline, `Rejected` for
4xx, `Unavailable` for 5xx, timeouts and an open circuit, `InvalidResponse` for undocumented JSON. No error contains the
token.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable
from shared.clients.http import HttpResponse, fetch
from shared.clients.redis.circuit_breaker import CircuitBreaker
from shared.clients.redis.outbound_throttle import OutboundThrottle
from shared.clients.sources.football_data_org_parser import MatchFeed, Table, parse_matches, parse_table

CALLS_PER_MINUTE = 10
"""On the free plan."""

_MAX_PERIOD = timedelta(days=9)
"""The API rejects periods over 10 days; its `dateTo` is exclusive."""

_DEFAULT_RETRY_AFTER = 60.0
"""Seconds to wait after a 429 without a time."""


class FootballDataOrg:
    """The API client, throttled for the free plan and bounded by the caller's deadline."""

    def __init__(
        self,
        http: httpx.Client,
        base_url: str,
        token: str,
        throttle: OutboundThrottle,
        circuit: CircuitBreaker,
        now: Callable[[], datetime],
    ) -> None:
        # The HTTP library's error would quote a malformed header value.
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("FOOTBALL_DATA_API_KEY is not a token; copy it from your account at football-data.org")
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._throttle = throttle
        self._circuit = circuit
        self._now = now

    def matches(self, competitions: Sequence[str], first_day: date, last_day: date, *, deadline: datetime) -> MatchFeed:
        """Fetch the matches that kick off on some days.

        Args:
            competitions: their codes.
            first_day: in UTC.
            last_day: in UTC, inclusive.

        Raises:
            UpstreamError: see the module.
            ValueError: no competition, or the days are in the wrong order.
        """
        if not competitions or first_day > last_day:
            raise ValueError("name at least one competition, and a first_day that is not after last_day")
        items: list[Any] = []
        mentioned: set[str] = set()
        refused: set[str] = set()
        for start, end in _periods(first_day, last_day):
            readable = [code for code in competitions if code not in refused]
            for codes, body in self._fetch_matches(readable, start, end, deadline):
                if body is None:
                    refused |= set(codes)
                else:
                    items += body["matches"]
                    mentioned |= _mentioned_competitions(body)
        return parse_matches(
            items,
            refused=tuple(code for code in competitions if code in refused),
            missing=tuple(code for code in competitions if code not in mentioned | refused),
        )

    def standings(self, competition: str, *, deadline: datetime) -> Table | None:
        """Fetch the table of a competition; None if our plan excludes it or there is no single table."""
        try:
            body = self._request(f"/competitions/{competition}/standings", {}, deadline)
        except Rejected as error:
            if error.status in {403, 404}:
                return None
            raise
        return parse_table(competition, body)

    def _fetch_matches(
        self, competitions: Sequence[str], start: date, end: date, deadline: datetime
    ) -> list[tuple[Sequence[str], dict[str, Any] | None]]:
        """Responses by competitions, None for rejected ones: all in one request, or one each if that is rejected."""
        if not competitions:
            return []
        params = {"competitions": ",".join(competitions), "dateFrom": start.isoformat(), "dateTo": end.isoformat()}
        try:
            body = self._request("/matches", params, deadline)
        except Rejected as error:
            if error.status != 403:
                raise
            if len(competitions) == 1:
                return [(competitions, None)]
            return [answer for code in competitions for answer in self._fetch_matches([code], start, end, deadline)]
        if not isinstance(body.get("matches"), list):
            raise InvalidResponse("football-data.org's answer holds no list of matches")
        return [(competitions, body)]

    def _request(self, path: str, params: dict[str, str], deadline: datetime) -> dict[str, Any]:
        if self._now() >= deadline:
            raise Unavailable("no time is left to ask football-data.org")
        with self._circuit.guard():
            response = self._fetch(path, params, deadline)
            if response.status == 429:
                response = self._fetch(path, params, deadline)  # the throttle waits first
            if response.status == 429:
                raise RateLimited("football-data.org returned 429: its rate limit is exceeded", _retry_after(response))
            if response.status != 200:
                reason = _error_message(response).replace(self._token, "[token]")
                raise Rejected(f"football-data.org answered {response.status} to {path}: {reason}", response.status)
            return _parse_object(response.body)

    def _fetch(self, path: str, params: dict[str, str], deadline: datetime) -> HttpResponse:
        self._throttle.wait((deadline - self._now()).total_seconds())
        response = fetch(
            self._http,
            self._base_url + path,
            now=self._now,
            deadline=deadline,
            params=params,
            headers={"X-Auth-Token": self._token},
        )
        # The token may be used elsewhere too, so the server's count takes precedence over ours.
        if response.status == 429 or response.headers.get("X-Requests-Available-Minute") == "0":
            self._throttle.block(_retry_after(response))
        return response


def _periods(first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
    """Split the days into allowed periods with exclusive ends."""
    after = last_day + timedelta(days=1)
    while first_day < after:
        end = min(first_day + _MAX_PERIOD, after)
        yield first_day, end
        first_day = end


def _retry_after(response: HttpResponse) -> float:
    message_wait = re.search(r"[Ww]ait (\d{1,6}) seconds", _error_message(response)) if response.status == 429 else None
    reset = response.headers.get("X-RequestCounter-Reset", "")
    return (
        float(message_wait[1])
        if message_wait
        else float(reset)
        if re.fullmatch(r"\d{1,6}", reset)
        else _DEFAULT_RETRY_AFTER
    )


def _error_message(response: HttpResponse) -> str:
    try:
        body = _parse_object(response.body)
    except InvalidResponse:
        return "no reason given"
    return str(body.get("message") or body.get("error") or "no reason given")[:200]


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidResponse("football-data.org's answer is no JSON") from error
    if not isinstance(payload, dict):
        raise InvalidResponse("football-data.org's answer is no JSON object")
    return payload


def _mentioned_competitions(body: dict[str, Any]) -> set[str]:
    result = body.get("resultSet")
    codes = result.get("competitions") if isinstance(result, dict) else None
    return set(codes.replace(" ", "").split(",")) if isinstance(codes, str) else set()
