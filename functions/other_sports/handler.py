"""Empty lists of sports without forecasts. HTTP: GET /api/v1/tennis/…, GET /api/v1/basketball/…"""

from typing import Annotated

from pydantic import BaseModel, Field

from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Anyone

app = http_app("other_sports", uses_postgres=False)


class TennisMatchListResponse(BaseModel):
    """No matches: tennis has no forecasts."""

    matches: Annotated[list[object], Field(max_length=0)] = []
    count: int = 0


class BasketballMatchListResponse(BaseModel):
    """No matches: basketball has no forecasts."""

    matches: Annotated[list[object], Field(max_length=0)] = []
    count: int = 0


@app.get("/api/v1/tennis/matches", operation_id="get_tennis_matches_api_v1_tennis_matches_get", tags=["Tennis"])
async def read_tennis(reader: Anyone) -> TennisMatchListResponse:
    """An empty list, so that the tennis page shows that there is nothing today."""
    return TennisMatchListResponse()


@app.get(
    "/api/v1/basketball/matches",
    operation_id="list_basketball_matches_api_v1_basketball_matches_get",
    tags=["Basketball"],
)
async def read_basketball(reader: Anyone) -> BasketballMatchListResponse:
    """An empty list, so that the basketball page shows that there is nothing today."""
    return BasketballMatchListResponse()


handler = lambda_handler(app)
