"""Response models of the matches group, under the frontend's field names."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.football.form import FormResult
from shared.web.schemas import DataSourceInfo


class TeamInfo(BaseModel):
    """A club in a match."""

    id: int
    name: str
    short_name: str
    logo_url: str | None = None
    elo_rating: float | None = None
    form: str | None = None


class MatchResponse(BaseModel):
    """A match. Odds are the market average before kick-off, if known."""

    id: int
    external_id: str
    home_team: TeamInfo
    away_team: TeamInfo
    competition: str
    competition_code: str
    match_date: datetime
    hour_known: bool = True
    status: Literal["scheduled", "live", "finished", "postponed"]
    home_score: int | None = None
    away_score: int | None = None
    matchday: int | None = None
    odds_home: float | None = None
    odds_draw: float | None = None
    odds_away: float | None = None
    is_stale: bool = False


class MatchListResponse(BaseModel):
    """A page of matches; `total` counts them all."""

    matches: list[MatchResponse]
    total: int
    page: int
    per_page: int
    data_source: DataSourceInfo | None = None


class LiveMatchEvent(BaseModel):
    """Something that happened in a match."""

    type: str
    minute: int
    team: str
    player: str | None = None


class LiveMatchInfo(BaseModel):
    """A match in play; the score is null until a source reports it."""

    id: int
    external_id: str
    home_team: TeamInfo
    away_team: TeamInfo
    home_score: int | None
    away_score: int | None
    minute: int | None = None
    status: str
    competition: str
    competition_code: str
    events: list[LiveMatchEvent] = []


class LiveScoresResponse(BaseModel):
    """Matches in play."""

    matches: list[LiveMatchInfo]
    total: int
    updated_at: datetime
    data_source: DataSourceInfo | None = None


class HeadToHeadMatch(BaseModel):
    """An earlier meeting."""

    match_id: int
    date: datetime
    home_team: str
    away_team: str
    home_score: int
    away_score: int
    competition: str


class HeadToHeadResponse(BaseModel):
    """Earlier meetings, newest first; wins are those of the clubs, wherever they played."""

    matches: list[HeadToHeadMatch]
    home_wins: int
    draws: int
    away_wins: int
    avg_goals: float
    total_matches: int
    data_source: DataSourceInfo | None = None


class TeamFormMatch(BaseModel):
    """One of a club's last matches."""

    match_id: int
    opponent: str
    result: FormResult
    score: str
    home_away: Literal["H", "A"]
    date: datetime


class TeamFormResponse(BaseModel):
    """A club's last matches, newest first; points are those of the matches listed."""

    team_id: int
    team_name: str
    last_matches: list[TeamFormMatch]
    form_string: str
    points_last_5: int
    goals_scored_avg: float
    goals_conceded_avg: float
    clean_sheets: int
    xg_for_avg: float | None = None
    xg_against_avg: float | None = None
    data_source: DataSourceInfo | None = None


class StandingTeamResponse(BaseModel):
    """One line of a league table."""

    position: int
    team_id: int
    team_name: str
    team_logo_url: str | None = None
    played: int
    won: int
    drawn: int
    lost: int
    goals_for: int
    goals_against: int
    goal_difference: int
    points: int


class StandingsResponse(BaseModel):
    """A league table."""

    competition_code: str
    competition_name: str
    standings: list[StandingTeamResponse]
    last_updated: datetime | None = None
    data_source: DataSourceInfo | None = None


class CompetitionResponse(BaseModel):
    """A competition with forecasts."""

    code: str
    name: str
    country: str
    flag: str


class CompetitionsListResponse(BaseModel):
    """All competitions with forecasts."""

    competitions: list[CompetitionResponse]
    total: int
