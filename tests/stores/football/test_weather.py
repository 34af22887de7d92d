from dataclasses import replace
from datetime import timedelta

import pytest

from shared.stores.database import Connection
from shared.stores.football import weather
from shared.stores.football.weather import WeatherRow
from tests.factories import BEFORE, KICK_OFF, insert_matches, match_update

HOUR = timedelta(hours=1)


@pytest.fixture
def stored(db: Connection) -> WeatherRow:
    """A match's weather forecast."""
    (match_id,) = insert_matches(db, match_update())
    return WeatherRow(
        match_id=match_id,
        at=KICK_OFF,
        temperature=11.5,
        humidity=81.6,
        wind_speed=4.2,
        precipitation=0.4,
        hours=1,
        rain_probability=None,
        symbol="lightrain",
        issued_at=BEFORE,
        last_modified="Sat, 27 Apr 2024 05:00:00 GMT",
        expires_at=BEFORE + HOUR,
    )


def test_a_stored_weather_forecast_is_read_back(db: Connection, stored: WeatherRow) -> None:
    weather.put(db, [stored])
    assert weather.of_matches(db, [stored.match_id, 1]) == {stored.match_id: stored}
    assert weather.of_matches(db, []) == {}


def test_a_newer_forecast_replaces_an_older_one_and_never_the_other_way_round(
    db: Connection, stored: WeatherRow
) -> None:
    newer = replace(stored, temperature=9.0, issued_at=BEFORE + 12 * HOUR, rain_probability=70.0, symbol=None)
    weather.put(db, [stored])
    weather.put(db, [newer])
    weather.put(db, [stored])
    assert weather.of_matches(db, [stored.match_id]) == {stored.match_id: newer}


def test_renewing_a_weather_forecast_extends_its_expiry(db: Connection, stored: WeatherRow) -> None:
    weather.put(db, [stored])
    weather.renew(db, [stored.match_id], BEFORE + 9 * HOUR)
    assert weather.of_matches(db, [stored.match_id]) == {stored.match_id: replace(stored, expires_at=BEFORE + 9 * HOUR)}
