"""What the search answers, under the frontend's names."""

from datetime import datetime

from pydantic import BaseModel

from shared.web.schemas import DisplayStatus, TeamSearchResult


class MatchSearchResult(BaseModel):
    """A match of a club that was found."""

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
    """Clubs, the best fits first, and matches, newest first: the next ones and the last ones."""

    query: str
    teams: list[TeamSearchResult] = []
    matches: list[MatchSearchResult] = []
