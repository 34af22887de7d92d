"""The weather that a match is expected to be played in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FORECAST_HORIZON = timedelta(days=7)
"""How long before a match its weather is asked for."""
MAX_START_DELAY = timedelta(minutes=30)
"""By how much the hour may begin after kick-off: most of the match is then still to come."""
MAX_STEP = timedelta(hours=6)

COLD, HOT, WINDY, WET = 5.0, 30.0, 10.0, 60.0


@dataclass(frozen=True, slots=True)
class Weather:
    """What the weather at a place is forecast to be; None where nobody told.

    Attributes:
        at: the instant, UTC.
        temperature: of the air two metres above the ground, in °C.
        humidity: relative, in percent.
        wind_speed: mean of ten minutes, ten metres above the ground, in m/s.
        precipitation: mm that fall in the `hours` from then on.
        hours: how long the period is that `precipitation`, `rain_probability` and `symbol` speak of.
        rain_probability: that anything falls in them, in percent.
        symbol: MET Norway's word for it, such as `lightrainshowers`, without the time of day.
        payload: what was said, word for word.
    """

    at: datetime
    temperature: float
    humidity: float | None
    wind_speed: float | None
    precipitation: float | None
    hours: int | None
    rain_probability: float | None
    symbol: str | None
    payload: str


def at_kick_off(forecasts: Iterable[Weather], kick_off: datetime) -> Weather | None:
    """The weather nearest to kick-off of all that begins by then; None where a forecast does not reach so far."""
    covering = [weather for weather in forecasts if covers(weather.at, kick_off)]
    return min(covering, key=lambda weather: abs(weather.at - kick_off), default=None)


def covers(at: datetime, kick_off: datetime) -> bool:
    """Whether a forecast for an instant says something of a match that begins then; steps are six hours at most."""
    return kick_off - MAX_STEP < at <= kick_off + MAX_START_DELAY


def impact(
    temperature: float, wind_speed: float | None, rain_probability: float | None, symbol: str | None
) -> tuple[str, ...]:
    """What of the weather players will feel; none of it is `favorable`.

    Rain is likely above 60 %; where no probability is told, as for most of Europe, when the symbol is one of rain.
    """
    effects = {
        "cold_conditions": temperature < COLD,
        "hot_conditions": temperature > HOT,
        "strong_wind": (wind_speed or 0.0) > WINDY,
        "likely_rain": is_wet(symbol) if rain_probability is None else rain_probability > WET,
    }
    return tuple(word for word, is_so in effects.items() if is_so) or ("favorable",)


def is_wet(symbol: str | None) -> bool:
    """Whether a symbol is one of rain or sleet."""
    return symbol is not None and ("rain" in symbol or "sleet" in symbol)
