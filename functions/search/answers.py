"""What the search answers, under the frontend's names."""

from datetime import datetime

from pydantic import BaseModel

from shared.runtime.answers import ShownStatus


class TeamSearchResult(BaseModel):
    """A club; its country as an ISO 3166 alpha-3 code, with ENG, SCO and WAL for the nations of Britain."""

    id: int
    name: str
    short_name: str | None = None
    tla: str | None = None
    country: str | None = None
    logo_url: str | None = None


class MatchSearchResult(BaseModel):
    """A match of a club that was found."""

    id: int
    home_team_name: str
    away_team_name: str
    home_team_logo: str | None = None
    away_team_logo: str | None = None
    competition_code: str
    match_date: datetime
    status: ShownStatus


class SearchResponse(BaseModel):
    """Clubs, the best fits first, and matches, newest first: the next ones and the last ones."""

    query: str
    teams: list[TeamSearchResult] = []
    matches: list[MatchSearchResult] = []
