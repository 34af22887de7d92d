from datetime import UTC, datetime, timedelta

import pytest

from shared.football.weather import Weather, at_kick_off, covers, impact, is_wet

KICK_OFF = datetime(2026, 11, 28, 19, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)


def step(at: datetime) -> Weather:
    return Weather(at, 10.0, None, None, None, None, None, None, "")


def steps(first: str, every: int, count: int) -> list[Weather]:
    return [step(datetime.fromisoformat(first) + every * HOUR * n) for n in range(count)]


def chosen(forecasts: list[Weather], kick_off: datetime = KICK_OFF) -> str | None:
    forecast = at_kick_off(forecasts, kick_off)
    return None if forecast is None else f"{forecast.at:%d %H:%M}"


def test_the_nearest_hour_is_taken() -> None:
    assert chosen(steps("2026-11-28T00:00Z", 1, 24)) == "28 20:00"
    assert chosen(steps("2026-11-28T00:00Z", 1, 24), KICK_OFF - timedelta(minutes=20)) == "28 19:00"
    assert chosen(steps("2026-11-28T00:00Z", 1, 24)[::-1], KICK_OFF) == "28 20:00"


def test_of_steps_of_six_hours_the_one_is_taken_that_the_match_lies_in() -> None:
    forecasts = steps("2026-11-28T00:00Z", 6, 8)
    assert chosen(forecasts) == "28 18:00"
    assert chosen(forecasts, datetime(2026, 11, 28, 23, 15, tzinfo=UTC)) == "28 18:00", (
        "midnight is nearer, and too late"
    )
    assert chosen(forecasts, datetime(2026, 11, 28, 23, 30, tzinfo=UTC)) == "29 00:00"


def test_beyond_the_forecast_there_is_none() -> None:
    forecasts = steps("2026-11-20T00:00Z", 6, 33)
    assert forecasts[-1].at == datetime(2026, 11, 28, tzinfo=UTC)
    assert chosen(forecasts) is None
    assert chosen([]) is None
    assert chosen(steps("2026-11-28T21:00Z", 1, 24)) is None, "nor before it"


@pytest.mark.case("J2")
def test_a_weather_forecast_covers_only_kick_offs_near_its_time() -> None:
    second = timedelta(seconds=1)
    assert covers(KICK_OFF, KICK_OFF)
    assert covers(KICK_OFF - 6 * HOUR + second, KICK_OFF)
    assert not covers(KICK_OFF - 6 * HOUR, KICK_OFF), "the next step begins then"
    assert covers(KICK_OFF + HOUR / 2, KICK_OFF)
    assert not covers(KICK_OFF + HOUR / 2 + second, KICK_OFF)
    assert not covers(KICK_OFF, KICK_OFF + 24 * HOUR)
    assert not covers(KICK_OFF, KICK_OFF - 24 * HOUR)


@pytest.mark.parametrize(
    ("temperature", "wind", "probability", "symbol", "text"),
    [
        (12.0, 3.0, 10.0, "fair", "favorable"),
        (5.0, 10.0, 60.0, "rain", "favorable"),
        (4.9, 3.0, 0.0, None, "cold_conditions"),
        (30.0, 3.0, 0.0, None, "favorable"),
        (30.1, None, 0.0, None, "hot_conditions"),
        (12.0, 10.1, None, "cloudy", "strong_wind"),
        (12.0, 3.0, 60.1, "fair", "likely_rain"),
        (12.0, 3.0, None, "lightrainshowers", "likely_rain"),
        (12.0, 3.0, None, "heavysleetandthunder", "likely_rain"),
        (-2.0, 3.0, None, "heavysnow", "cold_conditions"),
        (12.0, 3.0, None, None, "favorable"),
        (2.0, 14.0, 90.0, "rain", "cold_conditions,strong_wind,likely_rain"),
    ],
)
def test_the_impact_of_the_weather_by_thresholds(
    temperature: float, wind: float | None, probability: float | None, symbol: str | None, text: str
) -> None:
    assert ",".join(impact(temperature, wind, probability, symbol)) == text


def test_snow_is_no_rain() -> None:
    assert [is_wet(symbol) for symbol in ("rain", "lightsleetshowers", "snowshowersandthunder", None)] == [
        True,
        True,
        False,
        False,
    ]
