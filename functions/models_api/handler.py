"""Training data for the model trainer. HTTP: GET /api/v1/ml/training-data."""

import json
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from shared.stores.operations import payloads
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Trainer

app = http_app("models_api")

MAX_ROWS = 1000
"""Rows of a page: about 2 MB, of Lambda's limit of 6 MB."""


class TrainingMatch(BaseModel):
    """A played match: the unchanged CSV row of football-data.co.uk by column.

    The trainer parses it with the same code as the service's files, so results become features in one way only. `id`
    is division, season and both names: `E0/2324/Arsenal/Chelsea`.
    """

    id: str
    row: dict[str, str]


class TrainingDataResponse(BaseModel):
    """A page of matches by id; `next` is the `after` of the next page, null on the last page."""

    matches: list[TrainingMatch]
    count: int
    next: str | None


@app.get("/api/v1/ml/training-data", include_in_schema=False)  # for the trainer alone
async def read_training_data(
    trainer: Trainer,
    db: Connection,
    after: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = MAX_ROWS,
) -> TrainingDataResponse:
    """Results with statistics and prices; requires the training key."""
    rows = payloads.page(db, payloads.RESULTS, after, limit)
    matches = [TrainingMatch(id=external_id, row=json.loads(content)) for external_id, content in rows]
    return TrainingDataResponse(
        matches=matches, count=len(matches), next=matches[-1].id if len(matches) == limit else None
    )


handler = lambda_handler(app)
