"""A fake of MET Norway's Locationforecast, with failures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import http_service

Json = dict[str, Any]
HOUR = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)
UNITS = {"air_temperature": "celsius", "wind_speed": "m/s", "precipitation_amount": "mm", "relative_humidity": "%"}


def step(
    at: datetime, hours: int = 1, temperature: float = 11.5, symbol: str = "lightrain", probability: float | None = None
) -> Json:
    """A time step of a forecast."""
    details: Json = {"precipitation_amount": 0.4}
    if probability is not None:
        details["probability_of_precipitation"] = probability
    return {
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "data": {
            "instant": {"details": {"air_temperature": temperature, "relative_humidity": 81.6, "wind_speed": 4.2}},
            "next_12_hours": {"summary": {"symbol_code": "cloudy"}, "details": {}},
            f"next_{hours}_hours": {"summary": {"symbol_code": symbol}, "details": details},
        },
    }


def forecast(made_at: datetime, *steps: Json) -> Json:
    """A forecast; by default 60 hourly steps, then six-hourly steps to the ninth day."""
    first = made_at.replace(minute=0, second=0, microsecond=0)
    hourly = [step(first + n * HOUR) for n in range(60)]
    later = [step(first.replace(hour=0) + 6 * n * HOUR, hours=6) for n in range(12, 38)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-0.108, 51.555, 20]},
        "properties": {
            "meta": {"updated_at": f"{made_at:%Y-%m-%dT%H:%M:%SZ}", "units": UNITS},
            "timeseries": [*(steps or [*hourly, *later])],
        },
    }


@dataclass
class MetService:
    """The service, with a record of its requests.

    Attributes:
        url: its address.
        made_at: when its forecasts were made, for all places.
        now: its clock.
        max_age: from `now` to Expires.
        requests: latitude, longitude and If-Modified-Since.
        user_agents: of the requests.
        failures: statuses of the next responses.
        bodies: bodies of the next responses.
        steps: replace the default forecast.
    """

    url: str = ""
    made_at: datetime = NEVER
    now: datetime = NEVER
    max_age: timedelta = HOUR / 2
    requests: list[tuple[str, str, str | None]] = field(default_factory=list[tuple[str, str, str | None]])
    user_agents: set[str] = field(default_factory=set[str])
    failures: list[int] = field(default_factory=list[int])
    bodies: list[bytes] = field(default_factory=list[bytes])
    steps: list[Json] = field(default_factory=list[Json])

    def respond(self, target: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        path, query = urlsplit(target).path, {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        since = headers.get("if-modified-since")
        self.requests.append((query["lat"], query["lon"], since))
        self.user_agents.add(headers.get("user-agent", ""))
        if self.failures:
            return self.failures.pop(0), {}, b"<h1>no</h1>"
        if not path.endswith("/complete") or "python" in headers.get("user-agent", "python"):
            return 403, {}, b"<h1>403 Forbidden</h1>"
        if any(len(query[name].partition(".")[2]) > 4 for name in ("lat", "lon")):
            return 403, {}, b"<h1>403 Forbidden</h1>"
        modified = format_datetime(self.made_at, usegmt=True)
        response_headers = {"Expires": format_datetime(self.now + self.max_age, usegmt=True), "Last-Modified": modified}
        if since == modified:
            return 304, response_headers, b""
        body = self.bodies.pop(0) if self.bodies else json.dumps(forecast(self.made_at, *self.steps)).encode()
        return 200, response_headers, body


@contextmanager
def serve(now: datetime) -> Iterator[MetService]:
    """Serve with the clock at an instant."""
    service = MetService(made_at=now - HOUR, now=now)
    with http_service.serve(lambda method, target, headers, body: service.respond(target, headers)) as address:
        service.url = f"{address}/weatherapi/locationforecast/2.0"
        yield service
