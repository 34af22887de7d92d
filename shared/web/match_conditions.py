"""Conditions of a match, as several functions return them: the weather forecast and the teams' fatigue."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.explanations.translations import Language, describe_weather
from shared.football.grounds import ground_of
from shared.football.rest import LOOKBACK, Rest, rest
from shared.football.weather import FORECAST_HORIZON, covers, impact
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football import matches, weather
from shared.stores.football.matches import MatchRow
from shared.stores.football.weather import WeatherRow

ATTRIBUTION = "MET Norway, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
"""The attribution that the licence of the weather data requires."""

MissingWeatherReason = Literal["no_match", "stadium_not_found", "no_hour", "too_far_ahead", "no_forecast"]


class WeatherInfo(BaseModel):
    """The weather forecast for kick-off (°C, percent, m/s); `reason` says why there is none.

    `impact` is `favorable`, or a comma-separated list of `cold_conditions`, `hot_conditions`, `strong_wind` and
    `likely_rain`. Fields that MET Norway does not provide are null; `feels_like` always is.
    """

    available: bool = False
    temperature: float | None = None
    feels_like: float | None = None
    humidity: int | None = None
    description: str | None = None
    wind_speed: float | None = None
    rain_probability: float | None = None
    impact: str | None = None
    precipitation_mm: float | None = None
    precipitation_hours: int | None = None
    forecast_for: datetime | None = None
    forecast_made_at: datetime | None = None
    credit: str | None = None
    reason: MissingWeatherReason | None = None


class TeamFatigueInfo(BaseModel):
    """How rested a team is: scores from 0 (tired) to 1 (fresh), and the figures behind them."""

    rest_days_score: float = 0.5
    fixture_congestion_score: float = 0.5
    combined_score: float = 0.5
    rest_days: int
    matches_last_14_days: int


class FatigueInfo(BaseModel):
    """Both teams before a match; the advantage is the home team's rest score minus the away team's."""

    home_team: TeamFatigueInfo
    away_team: TeamFatigueInfo
    fatigue_advantage: float = 0.0


def weather_info(db: Connection, match: MatchRow, language: Language) -> WeatherInfo:
    """The weather forecast of a match, as `read_weather` last stored it."""
    if ground_of(match.home_team_id, match.stage) is None:
        return WeatherInfo(reason="stadium_not_found")
    if not match.hour_known:
        return WeatherInfo(reason="no_hour")
    row = weather.of_matches(db, [match.match_id]).get(match.match_id)
    if row is not None and covers(row.at, match.kick_off):
        return _weather_info(row, language)
    return WeatherInfo(reason="too_far_ahead" if match.kick_off - clock.now() > FORECAST_HORIZON else "no_forecast")


def fatigue_info(db: Connection, match: MatchRow) -> FatigueInfo | None:
    """The fatigue of both teams before a match; None without an earlier match of either."""
    clubs = (match.home_team_id, match.away_team_id)
    played = matches.kick_offs(db, clubs, match.kick_off - LOOKBACK, match.kick_off)
    home, away = (rest(match.kick_off, played[team_id]) for team_id in clubs)
    if home is None or away is None:
        return None
    return FatigueInfo(
        home_team=_team_fatigue_info(home),
        away_team=_team_fatigue_info(away),
        fatigue_advantage=round(home.rest_score - away.rest_score, 2),
    )


def _weather_info(row: WeatherRow, language: Language) -> WeatherInfo:
    impacts = impact(row.temperature, row.wind_speed, row.rain_probability, row.symbol)
    return WeatherInfo(
        available=True,
        temperature=row.temperature,
        humidity=None if row.humidity is None else round(row.humidity),
        description=describe_weather(row.symbol, language) if row.symbol else None,
        wind_speed=row.wind_speed,
        rain_probability=row.rain_probability,
        impact=",".join(impacts),
        precipitation_mm=row.precipitation,
        precipitation_hours=row.hours,
        forecast_for=row.at,
        forecast_made_at=row.issued_at,
        credit=ATTRIBUTION,
    )


def _team_fatigue_info(club: Rest) -> TeamFatigueInfo:
    return TeamFatigueInfo(
        rest_days_score=round(club.rest_score, 2),
        fixture_congestion_score=round(club.congestion_score, 2),
        combined_score=round(club.combined_score, 2),
        rest_days=club.days,
        matches_last_14_days=club.matches,
    )
