"""MET Norway's Locationforecast 2.0: the weather of the coming nine days anywhere, without a key, under CC BY 4.0.

Whoever asks must say who they are in User-Agent, else the answer is 403; must not ask again before Expires; asks with
If-Modified-Since; gives four decimals of a coordinate at most; and asks evenly, far below 20 times a second
(api.met.no/doc/TermsOfService). The format is that of api.met.no/doc/ForecastJSON.

Its errors (see `shared.clients.errors`): `RateLimited` for 429, `Refused` for other 4xx, `Unavailable` for 5xx and
time-outs, `Unintelligible` for anything that is not the JSON it documents.
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
"""Seconds between two questions."""
DEFAULT_TTL, MAX_TTL = timedelta(minutes=30), timedelta(days=1)
"""For how long it is not asked again where it does not say; and at most, so that no nonsense silences us."""
RETRY_AFTER = 3600.0
"""Seconds to leave it alone once it says that we ask too often."""

_UNITS = {"air_temperature": "celsius", "wind_speed": "m/s"}
_PERIODS = {"next_1_hours": 1, "next_6_hours": 6}
_SYMBOL = re.compile(r"([a-z]{3,40})(_(?:day|night|polartwilight))?")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The weather of a place.

    Attributes:
        steps: hour by hour, later on every six hours.
        told_at: when it was made.
        last_modified: what this answer is called, to be asked for anything newer.
    """

    steps: tuple[Weather, ...]
    issued_at: datetime
    last_modified: str


@dataclass(frozen=True, slots=True)
class ForecastResponse:
    """What it says of a place.

    Attributes:
        forecast: None where nothing has changed.
        expires_at: until when it is not to be asked again.
        deprecated: whether it says that this version of the product will end soon.
    """

    forecast: Forecast | None
    expires_at: datetime
    deprecated: bool = False


class MetNorway:
    """Asks MET Norway, never after the caller's deadline.

    Args:
        base_url: address of the product.
        http: whose connections are used; it says in User-Agent who we are.
        now: the clock.
        sleep: waits so many seconds.
    """

    def __init__(
        self, base_url: str, http: httpx.Client, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self._base_url, self._http, self._now, self._sleep = base_url.rstrip("/"), http, now, sleep

    def fetch_forecast(
        self, latitude: float, longitude: float, last_modified: str | None, *, deadline: datetime
    ) -> ForecastResponse:
        """The weather at a place, in degrees; nothing where it has not changed since the answer called so.

        Raises:
            UpstreamError: see the module; nothing was kept.
        """
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
            raise RateLimited("MET Norway says that we ask too often", RETRY_AFTER)
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
    except (ValueError, OverflowError):  # none was told, or no date
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
    """One step; None where it has no temperature. Whatever is not told, or is no such figure, is None in it."""
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
        symbol=told[1] if (told := _SYMBOL.fullmatch(str(symbol))) else None,
        payload=json.dumps(step, separators=(",", ":")),
    )


def _parse_number(details: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    value = details.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None  # no NaN lies between two numbers


def _parse_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(UTC)
