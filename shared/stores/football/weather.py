"""Weather forecasts for kick-offs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from shared.football.weather import WeatherStep
from shared.stores.database import Connection, execute_many, fetch_all


@dataclass(frozen=True, slots=True)
class WeatherRow(WeatherStep):
    """The forecast for a kick-off."""

    match_id: int
    issued_at: datetime
    last_modified: str  # `Last-Modified` of the response, for conditional requests
    expires_at: datetime  # earliest time of the next request for the place


PUT = """
    INSERT INTO weather (
        match_id, at, temperature, humidity, wind_speed, precipitation, hours, rain_probability, symbol, issued_at,
        last_modified, expires_at
    )
    VALUES (
        %(match_id)s, %(at)s, %(temperature)s, %(humidity)s, %(wind_speed)s, %(precipitation)s, %(hours)s,
        %(rain_probability)s, %(symbol)s, %(issued_at)s, %(last_modified)s, %(expires_at)s
    )
    ON CONFLICT (match_id) DO UPDATE SET
        at = EXCLUDED.at,
        temperature = EXCLUDED.temperature,
        humidity = EXCLUDED.humidity,
        wind_speed = EXCLUDED.wind_speed,
        precipitation = EXCLUDED.precipitation,
        hours = EXCLUDED.hours,
        rain_probability = EXCLUDED.rain_probability,
        symbol = EXCLUDED.symbol,
        issued_at = EXCLUDED.issued_at,
        last_modified = EXCLUDED.last_modified,
        expires_at = EXCLUDED.expires_at
    WHERE weather.issued_at <= EXCLUDED.issued_at
"""


def put(db: Connection, rows: Sequence[WeatherRow]) -> None:
    """Store forecasts, replacing older ones."""
    execute_many(db, PUT, [asdict(row) for row in rows])


RENEW = "UPDATE weather SET expires_at = %(expires_at)s WHERE match_id = ANY(%(match_ids)s)"


def renew(db: Connection, match_ids: Iterable[int], expires_at: datetime) -> None:
    """Extend the validity of unchanged forecasts."""
    db.execute(RENEW, {"match_ids": list(match_ids), "expires_at": expires_at})


OF_MATCHES = """
    SELECT match_id, at, temperature, humidity, wind_speed, precipitation, hours, rain_probability, symbol, issued_at,
        last_modified, expires_at
    FROM weather
    WHERE match_id = ANY(%(match_ids)s)
"""


def of_matches(db: Connection, match_ids: Iterable[int]) -> dict[int, WeatherRow]:
    """Forecasts by match."""
    rows = fetch_all(db, WeatherRow, OF_MATCHES, {"match_ids": list(match_ids)})
    return {row.match_id: row for row in rows}
