"""Weather and rest before a match."""

from typing import Any

import pytest

from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.stores.database import Connection, connect
from shared.stores.football import weather
from shared.stores.football.weather import WeatherRow
from tests.factories import (
    BEFORE,
    KICK_OFF,
    insert_matches,
    match_update,
)
from tests.functions.enrichment.api import DAY, get_json
from tests.running import environment
from tests.tokens import SUPABASE


def weather_row(match_id: int, **changes: Any) -> WeatherRow:
    row = {
        "match_id": match_id,
        "at": KICK_OFF,
        "temperature": 4.4,
        "humidity": 81.6,
        "wind_speed": 12.3,
        "precipitation": 0.4,
        "hours": 1,
        "rain_probability": 63.0,
        "symbol": "lightrainshowersandthunder",
        "issued_at": BEFORE,
        "last_modified": "",
        "expires_at": BEFORE,
    }
    return WeatherRow(**row | changes)


@pytest.mark.parametrize(
    ("language", "description"),
    [("fr", "Averses faibles, orage"), ("en", "Light rain showers, thunder")],
)
def test_the_weather_is_the_one_that_was_last_read(db: Connection, language: str, description: str) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    weather.put(db, [weather_row(match_id)])
    assert get_json("/weather?home_team=Arsenal", accept_language=language) == {
        "available": True,
        "temperature": 4.4,
        "feels_like": None,
        "humidity": 82,
        "description": description,
        "wind_speed": 12.3,
        "rain_probability": 63.0,
        "impact": "cold_conditions,strong_wind,likely_rain",
        "precipitation_mm": 0.4,
        "precipitation_hours": 1,
        "forecast_for": "2024-04-27T14:00:00Z",
        "forecast_made_at": "2024-04-27T05:00:00Z",
        "credit": "MET Norway, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "reason": None,
    }


def test_what_the_weather_service_leaves_out_is_null(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    left_out = dict.fromkeys(("humidity", "wind_speed", "precipitation", "hours", "rain_probability"))
    weather.put(db, [weather_row(match_id, temperature=22.0, **left_out, symbol=None)])
    body = get_json("/weather?home_team=Arsenal")
    assert {name for name, value in body.items() if value is not None} == {
        *("available", "temperature", "impact", "forecast_for", "forecast_made_at", "credit")
    }
    assert body["impact"] == "favorable"


@pytest.mark.case("J2")
def test_missing_weather_has_a_reason(db: Connection) -> None:
    """A forecast for another hour is none."""
    near, far, unknown = insert_matches(
        db,
        match_update(),
        match_update("Everton", "Fulham", kick_off=BEFORE + 8 * DAY),
        match_update("Burton", "Chelsea", kick_off=KICK_OFF),
        now=BEFORE,
    )
    reasons = {match_id: get_json(f"/weather?match_id={match_id}") for match_id in (near, far, unknown)}
    assert [(text["available"], text["reason"]) for text in reasons.values()] == [
        (False, "no_forecast"),
        (False, "too_far_ahead"),
        (False, "stadium_not_found"),
    ]
    assert get_json("/weather?home_team=Chelsea")["reason"] == "no_match"
    weather.put(db, [weather_row(near, at=KICK_OFF - DAY)])
    assert get_json(f"/weather?match_id={near}")["reason"] == "no_forecast"


def test_fatigue_scores_come_with_rest_days_and_recent_matches(db: Connection) -> None:
    played = [("Arsenal", "Everton", 3), ("Fulham", "Arsenal", 10), ("Wolves", "Arsenal", 13), ("Chelsea", "Luton", 8)]
    insert_matches(
        db, *(match_update(home, away, "1-0", kick_off=KICK_OFF - days * DAY) for home, away, days in played)
    )
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    assert get_json(f"/full?match_id={match_id}")["fatigue"] == {
        "home_team": {
            "rest_days_score": 0.43,
            "fixture_congestion_score": 0.25,
            "combined_score": 0.36,
            "rest_days": 3,
            "matches_last_14_days": 3,
        },
        "away_team": {
            "rest_days_score": 1.0,
            "fixture_congestion_score": 0.75,
            "combined_score": 0.9,
            "rest_days": 8,
            "matches_last_14_days": 1,
        },
        "fatigue_advantage": -0.57,
    }


def test_the_demonstration_has_circumstances_too(url: str) -> None:
    with environment(DATABASE_URL=url, DEMO="true", **SUPABASE), connect(url, "test") as db:
        (match_id,) = insert_matches(db, match_update("Démo Iris", "Démo Bleuet", competition="DEMO"), now=BEFORE)
        body = get_json("/full?home_team=demo%20iris&away_team=DEMO%20BLEUET")
    assert (body["match_id"], body["competition"]) == (match_id, "DEMO")
    assert body["weather"]["reason"] == "stadium_not_found"
    assert body["data_source"]["warning_code"] == "DEMO_DATA"


def test_a_match_without_a_known_hour_has_no_weather(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(kick_off=last_minute(KICK_OFF.date()), hour=Hour.UNKNOWN), now=BEFORE)
    weather.put(db, [weather_row(match_id, at=last_minute(KICK_OFF.date()))])
    body = get_json(f"/full?match_id={match_id}", at=BEFORE)
    assert (body["match_date"], body["hour_known"]) == ("2024-04-27T00:00:00Z", False)
    assert (body["weather"]["available"], body["weather"]["reason"]) == (False, "no_hour")
