"""Search of clubs and their matches. HTTP: GET /api/v1/search."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Query

from functions.search.schemas import GlobalSearchResponse, MatchSearchResult
from shared.runtime import clock
from shared.stores.football import search
from shared.stores.football.matches import MatchRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.params import STRING_IN_SCHEMA, shown_competitions
from shared.web.schemas import DISPLAY_STATUS, displayed_date, team_search_result

app = http_app("search")

RECENT = timedelta(days=365)


# Not cached: a search bar sends a request per letter, and a search costs less than a cache lookup.
@app.get("/api/v1/search", operation_id="search_api_v1_search_get", tags=["Search"])
async def find(
    reader: Anyone,
    db: Connection,
    q: Annotated[str, Query(min_length=2, max_length=100)],
    kind: Annotated[Literal["all", "teams", "matches"], STRING_IN_SCHEMA, Query(alias="type")] = "all",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> GlobalSearchResponse:
    """Clubs with a name that contains the text, ignoring case and accents, and their matches."""
    now, codes = clock.now(), list(shown_competitions())
    clubs = search.find_teams(db, q, codes, now - RECENT, limit)
    rows = [] if kind == "teams" else search.matches_of(db, [club.team_id for club in clubs], codes, now, limit)
    return GlobalSearchResponse(
        query=q,
        teams=[] if kind == "matches" else [team_search_result(club) for club in clubs],
        matches=[_match(row) for row in rows],
    )


def _match(row: MatchRow) -> MatchSearchResult:
    return MatchSearchResult(
        id=row.match_id,
        home_team_name=row.home_name,
        away_team_name=row.away_name,
        home_team_logo=row.home_crest_url,
        away_team_logo=row.away_crest_url,
        competition_code=row.competition,
        match_date=displayed_date(row.kick_off, hour_known=row.hour_known),
        hour_known=row.hour_known,
        status=DISPLAY_STATUS[row.status],
    )


handler = lambda_handler(app)
