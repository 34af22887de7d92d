"""Response models of the search, under the frontend's field names."""

from datetime import datetime

from pydantic import BaseModel

from shared.web.schemas import DisplayStatus, TeamSearchResult


class MatchSearchResult(BaseModel):
    """A match of a club in the results."""

    id: int
    home_team_name: str
    away_team_name: str
    home_team_logo: str | None = None
    away_team_logo: str | None = None
    competition_code: str
    match_date: datetime
    hour_known: bool = True
    status: DisplayStatus


class GlobalSearchResponse(BaseModel):
    """Clubs, best matches first, and their next and last matches, newest first."""

    query: str
    teams: list[TeamSearchResult] = []
    matches: list[MatchSearchResult] = []
