"""Response models of the search, under the frontend's field names."""

from datetime import datetime

from shared.web.response_model import ResponseModel
from shared.web.schemas import DisplayStatus, TeamSearchResult


class MatchSearchResult(ResponseModel):
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


class GlobalSearchResponse(ResponseModel):
    """Clubs, best matches first, and their next and last matches, newest first."""

    query: str
    teams: list[TeamSearchResult] = []
    matches: list[MatchSearchResult] = []
