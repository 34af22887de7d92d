"""MET Norway's Locationforecast 2.0: global forecasts for nine days, without a key, under CC BY 4.0.

Terms (api.met.no/doc/TermsOfService): an identifying User-Agent, else 403; no request before Expires; conditional
requests; at most four decimals of coordinates; evenly spread requests, far below 20 a second. Format:
api.met.no/doc/ForecastJSON.

Errors (see `shared.clients.errors`): `RateLimited` for 429, `Rejected` for other 4xx, `Unavailable` for 5xx and
timeouts, `InvalidResponse` for undocumented JSON.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from shared.clients.errors import InvalidResponse, RateLimited, Rejected
from shared.clients.fact_sheets import MET_NORWAY
from shared.clients.http import HttpResponse, fetch
from shared.football.weather import Weather

log = logging.getLogger(__name__)

ADDRESS = MET_NORWAY.address
REQUEST_INTERVAL = 0.1
"""Seconds between two requests."""
DEFAULT_TTL, MAX_TTL = timedelta(minutes=30), timedelta(days=1)
"""The TTL of a response without Expires, and the upper bound of one with it."""
RETRY_AFTER = 3600.0
"""Seconds to wait after a 429."""

_UNITS = {"air_temperature": "celsius", "wind_speed": "m/s"}
_PERIODS = {"next_1_hours": 1, "next_6_hours": 6}
_SYMBOL = re.compile(r"([a-z]{3,40})(_(?:day|night|polartwilight))?")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a place."""

    steps: tuple[Weather, ...]  # hourly, later on every six hours
    issued_at: datetime
    last_modified: str  # the Last-Modified header, for conditional requests


@dataclass(frozen=True, slots=True)
class ForecastResponse:
    """A response for a place."""

    forecast: Forecast | None  # None if it is not modified
    expires_at: datetime  # when the next request is allowed
    deprecated: bool = False


class MetNorway:
    """The API client.

    Args:
        http: the HTTP client, with an identifying User-Agent.
    """

    def __init__(
        self, base_url: str, http: httpx.Client, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self._base_url, self._http, self._now, self._sleep = base_url.rstrip("/"), http, now, sleep

    def fetch_forecast(
        self, latitude: float, longitude: float, last_modified: str | None, *, deadline: datetime
    ) -> ForecastResponse:
        """Fetch the forecast of a place in degrees, unless it is not modified."""
        self._sleep(REQUEST_INTERVAL)
        now = self._now()
        response = fetch(
            self._http,
            f"{self._base_url}/complete",  # compact has no probability of rain
            now=self._now,
            deadline=deadline,
            params={"lat": f"{latitude:.4f}", "lon": f"{longitude:.4f}"},
            headers={"If-Modified-Since": last_modified} if last_modified else None,
            follow_redirects=True,
        )
        expires_at = _parse_expires(response, now)
        if response.status == 304 and last_modified:
            return ForecastResponse(None, expires_at)
        if response.status == 429:
            raise RateLimited("MET Norway returned 429: its rate limit is exceeded", RETRY_AFTER)
        if response.status == 203:
            log.warning("MET Norway will soon end this version of its forecasts: move to a newer one")
        elif response.status != 200:
            raise Rejected(f"MET Norway answered {response.status}", response.status)
        try:
            steps, issued_at = _parse_forecast(response.body)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise InvalidResponse(f"MET Norway's answer is no forecast: {type(error).__name__}") from error
        forecast = Forecast(steps, issued_at, response.headers.get("Last-Modified", ""))
        return ForecastResponse(forecast, expires_at, deprecated=response.status == 203)


def _parse_expires(response: HttpResponse, now: datetime) -> datetime:
    try:
        expires_at = parsedate_to_datetime(response.headers.get("Expires", ""))
        expires_at = expires_at.replace(tzinfo=expires_at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # missing or malformed
        return now + DEFAULT_TTL
    return min(expires_at, now + MAX_TTL)


def _parse_forecast(body: bytes) -> tuple[tuple[Weather, ...], datetime]:
    properties = json.loads(body)["properties"]
    units = properties["meta"]["units"]
    if any(units[name] != unit for name, unit in _UNITS.items()):
        raise ValueError("its units are others than it documents")
    steps = [_parse_step(step) for step in properties["timeseries"]]
    return tuple(step for step in steps if step is not None), _parse_instant(properties["meta"]["updated_at"])


def _parse_step(step: Mapping[str, Any]) -> Weather | None:
    """Parse a step; None without a temperature. Other missing or implausible values become None."""
    data = step["data"]
    instant = data["instant"]["details"]
    temperature = _parse_number(instant, "air_temperature", -90, 60)
    if temperature is None:
        return None
    name = next((name for name in _PERIODS if name in data), None)
    period = data.get(name, {})
    details = period.get("details", {})
    symbol = period.get("summary", {}).get("symbol_code", "")
    return Weather(
        at=_parse_instant(step["time"]),
        temperature=temperature,
        humidity=_parse_number(instant, "relative_humidity", 0, 100),
        wind_speed=_parse_number(instant, "wind_speed", 0, 120),
        precipitation=_parse_number(details, "precipitation_amount", 0, 1000),
        hours=_PERIODS[name] if name else None,
        rain_probability=_parse_number(details, "probability_of_precipitation", 0, 100),
        symbol=match[1] if (match := _SYMBOL.fullmatch(str(symbol))) else None,
        payload=json.dumps(step, separators=(",", ":")),
    )


def _parse_number(details: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    value = details.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None  # rejects NaN too


def _parse_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(UTC)
