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

from shared.clients.errors import RateLimited, Refused, Unintelligible
from shared.clients.fact_sheets import MET_NORWAY
from shared.clients.http import Answer, fetch
from shared.football.weather import Weather

log = logging.getLogger(__name__)

ADDRESS = MET_NORWAY.address
PAUSE = 0.1
"""Seconds between two questions."""
USUALLY_FRESH, LONGEST_FRESH = timedelta(minutes=30), timedelta(days=1)
"""For how long it is not asked again where it does not say; and at most, so that no nonsense silences us."""
REST = 3600.0
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
    told_at: datetime
    last_modified: str


@dataclass(frozen=True, slots=True)
class Told:
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

    def forecast(self, latitude: float, longitude: float, last_modified: str | None, *, deadline: datetime) -> Told:
        """The weather at a place, in degrees; nothing where it has not changed since the answer called so.

        Raises:
            UpstreamError: see the module; nothing was kept.
        """
        self._sleep(PAUSE)
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
        expires_at = _expires_at(response, now)
        if response.status == 304 and last_modified:
            return Told(None, expires_at)
        if response.status == 429:
            raise RateLimited("MET Norway says that we ask too often", REST)
        if response.status == 203:
            log.warning("MET Norway will soon end this version of its forecasts: move to a newer one")
        elif response.status != 200:
            raise Refused(f"MET Norway answered {response.status}", response.status)
        try:
            steps, issued_at = _read(response.body)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise Unintelligible(f"MET Norway's answer is no forecast: {type(error).__name__}") from error
        forecast = Forecast(steps, issued_at, response.headers.get("Last-Modified", ""))
        return Told(forecast, expires_at, deprecated=response.status == 203)


def _expires_at(answer: Answer, now: datetime) -> datetime:
    try:
        told = parsedate_to_datetime(answer.headers.get("Expires", ""))
        told = told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # none was told, or no date
        return now + USUALLY_FRESH
    return min(told, now + LONGEST_FRESH)


def _read(body: bytes) -> tuple[tuple[Weather, ...], datetime]:
    properties = json.loads(body)["properties"]
    units = properties["meta"]["units"]
    if any(units[name] != unit for name, unit in _UNITS.items()):
        raise ValueError("its units are others than it documents")
    steps = [_weather(step) for step in properties["timeseries"]]
    return tuple(step for step in steps if step is not None), _instant(properties["meta"]["updated_at"])


def _weather(step: Mapping[str, Any]) -> Weather | None:
    """One step; None where it has no temperature. Whatever is not told, or is no such figure, is None in it."""
    data = step["data"]
    instant = data["instant"]["details"]
    temperature = _number(instant, "air_temperature", -90, 60)
    if temperature is None:
        return None
    name = next((name for name in _PERIODS if name in data), None)
    period = data.get(name, {})
    details = period.get("details", {})
    symbol = period.get("summary", {}).get("symbol_code", "")
    return Weather(
        at=_instant(step["time"]),
        temperature=temperature,
        humidity=_number(instant, "relative_humidity", 0, 100),
        wind_speed=_number(instant, "wind_speed", 0, 120),
        precipitation=_number(details, "precipitation_amount", 0, 1000),
        hours=_PERIODS[name] if name else None,
        rain_probability=_number(details, "probability_of_precipitation", 0, 100),
        symbol=told[1] if (told := _SYMBOL.fullmatch(str(symbol))) else None,
        payload=json.dumps(step, separators=(",", ":")),
    )


def _number(details: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    told = details.get(name)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if low <= told <= high else None  # no NaN lies between two numbers


def _instant(told: str) -> datetime:
    instant = datetime.fromisoformat(told)
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(UTC)
