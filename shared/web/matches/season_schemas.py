"""Response models of season forecasts."""

import datetime

from pydantic import BaseModel

from shared.football.league_rules import Prize
from shared.web.schemas import DataSourceInfo


class SeasonPrize(BaseModel):
    """What final places give; cups may pass European places on."""

    code: Prize
    name: str
    places: list[int]


class SeasonProbabilities(BaseModel):
    """Probabilities of a club's season. Relegation includes a lost play-off; `europe` is any European place."""

    title: float
    champions_league: float
    champions_league_qualifying: float
    europa_league: float
    conference_league: float
    europe: float
    relegation_play_off: float
    relegation: float


class SeasonClub(BaseModel):
    """A club's season: mean points, the bounds of nine runs in ten, the probability of each place from the first."""

    team_id: int
    team_name: str
    team_logo_url: str | None = None
    points: float
    points_low: int
    points_high: int
    places: list[float]
    probabilities: SeasonProbabilities


class OutcomeProbabilities(BaseModel):
    """A probability after each outcome of a match; null after one that hardly ever happens."""

    home_win: float | None
    draw: float | None
    away_win: float | None


class SeasonStakes(BaseModel):
    """What a match changes for a club."""

    team_id: int
    team_name: str
    title: OutcomeProbabilities
    europe: OutcomeProbabilities
    relegation: OutcomeProbabilities


class SeasonMatch(BaseModel):
    """A coming match and what it changes: for its two clubs, then for others, the most affected first."""

    match_id: int
    home_win: float
    draw: float
    away_win: float
    stakes: list[SeasonStakes]


class SeasonForecastResponse(BaseModel):
    """The simulated rest of a league's season. Clubs are in the order of their mean place."""

    competition_code: str
    competition_name: str
    season: int
    day: datetime.date
    simulated_at: datetime.datetime
    runs: int
    matches_left: int
    prizes: list[SeasonPrize]
    clubs: list[SeasonClub]
    matches: list[SeasonMatch]
    data_source: DataSourceInfo | None = None


class SeasonDay(BaseModel):
    """A club's forecast of one day."""

    day: datetime.date
    points: float
    points_low: int
    points_high: int
    probabilities: SeasonProbabilities


class SeasonHistoryResponse(BaseModel):
    """A club's forecasts of a season, the oldest first."""

    competition_code: str
    season: int
    team_id: int
    team_name: str
    days: list[SeasonDay]
    data_source: DataSourceInfo | None = None
