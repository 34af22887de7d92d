"""MET Norway at the wire: requests, parsed responses and errors."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.sources.met_norway import DEFAULT_TTL, MAX_TTL, REQUEST_INTERVAL, ForecastResponse, MetNorway
from shared.football.weather import Weather
from tests.clients.conftest import SimulatedTime
from tests.met_service import forecast, step

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
MODIFIED = "Sun, 22 Nov 2026 14:12:33 GMT"
USUAL = {"Expires": "Sun, 22 Nov 2026 15:34:00 GMT", "Last-Modified": MODIFIED}

Respond = Callable[[httpx.Request], httpx.Response]


def fetch(respond: Respond, time: SimulatedTime, since: str | None = None, seconds: float = 60) -> ForecastResponse:
    with httpx.Client(transport=httpx.MockTransport(respond), headers={"User-Agent": "our-name/1 (+site)"}) as http:
        met = MetNorway("https://met.test/locationforecast/2.0/", http, time.now, time.sleep)
        return met.fetch_forecast(51.555, -0.108, since, deadline=time.now() + timedelta(seconds=seconds))


def respond_with(body: Any = None, status: int = 200, headers: dict[str, str] = USUAL) -> Respond:
    content = body if isinstance(body, bytes) else json.dumps(body or forecast(NOW)).encode()
    return lambda request: httpx.Response(status, content=content, headers=headers)


def read(*steps: dict[str, Any], time: SimulatedTime) -> tuple[Weather, ...]:
    response = fetch(respond_with(forecast(NOW, *steps)), time)
    assert response.forecast is not None
    return response.forecast.steps


def test_a_request_carries_our_user_agent_and_four_decimals_at_most(time: SimulatedTime) -> None:
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return respond_with()(request)

    fetch(respond, time)
    (request,) = requests
    assert request.url.path == "/locationforecast/2.0/complete"
    assert dict(request.url.params) == {"lat": "51.5550", "lon": "-0.1080"}
    assert request.headers["user-agent"] == "our-name/1 (+site)"
    assert "if-modified-since" not in request.headers
    assert request.headers["accept-encoding"] == "gzip"


def test_requests_are_limited_to_ten_a_second(time: SimulatedTime) -> None:
    fetch(respond_with(), time)
    assert time.slept == [REQUEST_INTERVAL]
    assert REQUEST_INTERVAL >= 1 / 20


@pytest.mark.case("E18")
def test_a_conditional_request_gets_304_without_a_forecast(time: SimulatedTime) -> None:
    """304."""

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["if-modified-since"] == MODIFIED, "the very words of the last answer"
        return httpx.Response(304, headers=USUAL)

    response = fetch(respond, time, MODIFIED)
    assert (response.forecast, response.expires_at) == (None, datetime(2026, 11, 22, 15, 34, tzinfo=UTC))


def test_a_304_to_an_unconditional_request_is_rejected(time: SimulatedTime) -> None:
    with pytest.raises(Rejected, match="304"):
        fetch(lambda request: httpx.Response(304), time)


@pytest.mark.case("E18")
@pytest.mark.parametrize(
    ("status", "error"),
    [(403, Rejected), (404, Rejected), (422, Rejected), (429, RateLimited), (500, Unavailable), (503, Unavailable)],
)
def test_each_error_status_raises_its_error(time: SimulatedTime, status: int, error: type[UpstreamError]) -> None:
    """403 is the answer to a missing user agent."""
    with pytest.raises(error, match=str(status)) as caught:
        fetch(respond_with(b"<h1>no</h1>", status), time)
    if isinstance(caught.value, Rejected):
        assert caught.value.status == status


def test_a_deprecated_api_version_is_parsed_and_logged(time: SimulatedTime, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert fetch(respond_with(status=203), time).forecast is not None
    assert "will soon end this version" in caplog.text


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        ("Sun, 22 Nov 2026 15:34:00 GMT", datetime(2026, 11, 22, 15, 34, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 16:34:00 +0100", datetime(2026, 11, 22, 15, 34, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 14:00:00 GMT", datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("Wed, 22 Nov 2062 15:34:00 GMT", NOW + MAX_TTL),
        ("Mon, 01 Jan 0001 00:00:00 +1400", datetime(2000, 12, 31, 10, tzinfo=UTC)),  # long past, however read
        ("0", NOW + DEFAULT_TTL),
        ("soon", NOW + DEFAULT_TTL),
        ("", NOW + DEFAULT_TTL),
    ],
)
def test_expires_at_follows_from_the_expires_header(time: SimulatedTime, expires: str, expected: datetime) -> None:
    response = fetch(respond_with(headers={"Expires": expires, "Last-Modified": MODIFIED}), time)
    assert abs(response.expires_at - expected) < timedelta(seconds=1)
    assert response.forecast is not None
    assert response.forecast.last_modified == MODIFIED


def test_a_step_is_read_with_the_period_that_follows_it(time: SimulatedTime) -> None:
    at = datetime(2026, 11, 28, 15, tzinfo=UTC)
    hourly, later = (
        step(at, probability=62.1, symbol="heavyrainshowersandthunder_night"),
        step(at + timedelta(hours=3), 6),
    )
    first, second = read(hourly, later, time=time)
    assert first == Weather(
        at=at,
        temperature=11.5,
        humidity=81.6,
        wind_speed=4.2,
        precipitation=0.4,
        hours=1,
        rain_probability=62.1,
        symbol="heavyrainshowersandthunder",
        payload=first.payload,
    )
    assert json.loads(first.payload) == hourly, "word for word"
    assert (second.hours, second.rain_probability, second.symbol) == (6, None, "lightrain")


def test_the_last_step_has_no_period(time: SimulatedTime) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    step = {"time": "2026-12-01T00:00:00Z", "data": {"instant": {"details": {"air_temperature": -3}}}}
    (last,) = read(step, time=time)
    assert (last.at, last.temperature, last.hours, last.symbol, last.precipitation) == (at, -3.0, None, None, None)


@pytest.mark.parametrize("temperature", [None, "11.5", True, float("nan"), float("inf"), -91, 61, [], {}])
def test_a_step_without_a_valid_temperature_is_skipped(time: SimulatedTime, temperature: Any) -> None:
    spoiled, whole = step(NOW, temperature=temperature), step(NOW + timedelta(hours=1))
    assert [weather.at for weather in read(spoiled, whole, time=time)] == [NOW + timedelta(hours=1)]


@pytest.mark.parametrize("value", [None, "81", True, float("nan"), -0.1, 100.1, [1], 10**400])
def test_a_figure_out_of_its_range_is_none(time: SimulatedTime, value: Any) -> None:
    spoiled = step(NOW)
    spoiled["data"]["instant"]["details"]["relative_humidity"] = value
    spoiled["data"]["next_1_hours"]["details"]["probability_of_precipitation"] = value
    (weather,) = read(spoiled, time=time)
    assert (weather.humidity, weather.rain_probability, weather.temperature) == (None, None, 11.5)


@pytest.mark.parametrize("symbol", [None, 7, "", "RAIN", "rain\0", "rain_dawn", "a" * 99, "\ud800"])
def test_an_unknown_form_of_symbol_is_none(time: SimulatedTime, symbol: Any) -> None:
    (weather,) = read(step(NOW, symbol=symbol), time=time)
    assert weather.symbol is None


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"null",
        b'{"properties": []}',
        b'{"properties": {"meta": {"units": {}}, "timeseries": []}}',
        json.dumps(forecast(NOW)).encode()[:-200],
        json.dumps(forecast(NOW)).replace("celsius", "fahrenheit").encode(),
        json.dumps(forecast(NOW)).replace("m/s", "knots").encode(),
        json.dumps(forecast(NOW, {"time": "2026-11-28T15:00:00", "data": step(NOW)["data"]})).encode(),
        json.dumps(forecast(NOW, {"time": "soon", "data": step(NOW)["data"]})).encode(),
        json.dumps(forecast(NOW, {"time": "2026-11-28T15:00:00Z", "data": []})).encode(),
        json.dumps(forecast(NOW, {"time": "2026-11-28T15:00:00Z", "data": {"instant": {"details": 7}}})).encode(),
        b"[" * 100_000,
    ],
)
def test_an_undocumented_response_is_invalid(time: SimulatedTime, body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        fetch(respond_with(body), time)


@pytest.mark.case("E20")
def test_a_redirect_is_not_followed(time: SimulatedTime) -> None:
    with pytest.raises(InvalidResponse, match="redirect"):
        fetch(lambda request: httpx.Response(301, headers={"Location": "http://169.254.169.254/"}), time)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PLACES = [("properties",), ("properties", "meta"), ("properties", "meta", "updated_at"), ("properties", "timeseries")]
IN_A_STEP = [(), ("time",), ("data",), ("data", "instant"), ("data", "instant", "details"), ("data", "next_1_hours")]


@pytest.mark.case("H2", "E9")
@given(st.sampled_from([*PLACES, *(("properties", "timeseries", 0, *place) for place in IN_A_STEP)]), JSON)
def test_any_json_in_any_field_is_parsed_or_invalid(place: tuple[Any, ...], value: Any) -> None:
    body: Any = forecast(NOW, step(NOW))
    inside = body
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    time = SimulatedTime()
    try:
        parsed = fetch(respond_with(json.dumps(body).encode()), time).forecast
    except InvalidResponse:
        return
    assert parsed is not None
    assert all(weather.at.tzinfo is not None for weather in parsed.steps)
