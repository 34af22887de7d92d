"""Weather forecasts for matches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FORECAST_HORIZON = timedelta(days=7)
"""How long before a match its weather is fetched."""
MAX_START_DELAY = timedelta(minutes=30)
"""How long after kick-off a forecast step may start, as it still covers most of the match."""
MAX_STEP = timedelta(hours=6)

COLD, HOT, WINDY, WET = 5.0, 30.0, 10.0, 60.0


@dataclass(frozen=True, slots=True)
class WeatherStep:
    """A step of a weather forecast; None for missing values."""

    at: datetime  # start, UTC
    temperature: float  # air temperature at two metres, in °C
    humidity: float | None  # relative, in percent
    wind_speed: float | None  # ten-minute mean at ten metres, in m/s
    precipitation: float | None  # mm within `hours`
    hours: int | None  # period of `precipitation`, `rain_probability` and `symbol`
    rain_probability: float | None  # probability of precipitation, in percent
    symbol: str | None  # MET Norway's symbol code, such as `lightrainshowers`, without the time of day


@dataclass(frozen=True, slots=True)
class Weather(WeatherStep):
    """A step as received."""

    payload: str


def at_kick_off(forecasts: Iterable[Weather], kick_off: datetime) -> Weather | None:
    """The forecast step nearest to kick-off among those that cover it; None beyond the forecast's horizon."""
    covering = [weather for weather in forecasts if covers(weather.at, kick_off)]
    return min(covering, key=lambda weather: abs(weather.at - kick_off), default=None)


def covers(at: datetime, kick_off: datetime) -> bool:
    """Whether a forecast step covers a kick-off; steps are six hours at most."""
    return kick_off - MAX_STEP < at <= kick_off + MAX_START_DELAY


def impact(
    temperature: float, wind_speed: float | None, rain_probability: float | None, symbol: str | None
) -> tuple[str, ...]:
    """The adverse weather conditions, or `favorable`.

    Rain is likely above 60 %, or by the symbol if there is no probability, as for most of Europe.

    >>> impact(3.0, 12.0, None, "rain")
    ('cold_conditions', 'strong_wind', 'likely_rain')
    """
    effects = {
        "cold_conditions": temperature < COLD,
        "hot_conditions": temperature > HOT,
        "strong_wind": (wind_speed or 0.0) > WINDY,
        "likely_rain": is_wet(symbol) if rain_probability is None else rain_probability > WET,
    }
    return tuple(word for word, is_so in effects.items() if is_so) or ("favorable",)


def is_wet(symbol: str | None) -> bool:
    """Whether a symbol code means rain or sleet."""
    return symbol is not None and ("rain" in symbol or "sleet" in symbol)
