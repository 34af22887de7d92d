"""Published forecasts, daily picks, the track record and the record. HTTP: GET /api/v1/predictions… and /record…"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from functions.predictions.public_record_schemas import (
    DayRecordResponse,
    MatchRecordResponse,
    RecordEntryInfo,
    RecordResponse,
)
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.football.calendar import paris_day
from shared.ledger.entries import EntryType
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.services.record_proofs import prove
from shared.stores.record import anchors, checkpoints, log
from shared.stores.record.checkpoints import CheckpointRow
from shared.stores.record.log import EntryRow
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Access, Anyone
from shared.web.cached_route import cached
from shared.web.params import Day, MatchId, require_match
from shared.web.predictions import responses
from shared.web.predictions.record_schemas import CalibrationResponse, PredictionStatsResponse
from shared.web.predictions.schemas import DailyPicksResponse, PredictionResponse
from shared.web.predictions.what_if import RequestedState, what_if
from shared.web.predictions.what_if_schemas import WhatIfResponse
from shared.web.schemas import data_source

app = http_app("predictions")

PREFIX = "/api/v1/predictions"
RECORD = "/api/v1/record"
Days = Annotated[int, Query(ge=7, le=365)]


@app.get(f"{PREFIX}/daily", operation_id="getDailyPicks", tags=["Predictions"])
@cached(CacheKind.DAILY_PICKS)
async def read_daily(
    reader: Anyone, db: Connection, language: RequestLanguage, day: Annotated[Day | None, Query(alias="date")] = None
) -> DailyPicksResponse:
    """The picks of a day in Paris, today by default; they are committed once and never changed."""
    return responses.daily_picks(db, reader, language, day)


@app.get(f"{PREFIX}/stats", operation_id="getPredictionStats", tags=["Predictions"])
@cached(CacheKind.STATISTICS)
async def read_stats(
    reader: Anyone, db: Connection, language: RequestLanguage, days: Days = 30
) -> PredictionStatsResponse:
    """The track record of the forecasts and picks of the last `days` days."""
    return responses.stats(db, language, days)


@app.get(f"{PREFIX}/calibration", operation_id="getCalibration", tags=["Predictions"])
@cached(CacheKind.STATISTICS)
async def read_calibration(
    reader: Anyone, db: Connection, language: RequestLanguage, days: Days = 90
) -> CalibrationResponse:
    """The calibration of the forecasts of the last `days` days."""
    return responses.calibration(db, language, days)


@app.get(f"{PREFIX}/{{match_id}}", operation_id="getPrediction", tags=["Predictions"])
@cached(CacheKind.PREDICTIONS)
async def read_prediction(
    reader: Anyone, db: Connection, language: RequestLanguage, match_id: MatchId, include_model_details: bool = False
) -> PredictionResponse:
    """The newest published forecast of a match, by our id or by football-data.org's."""
    return responses.forecast(db, reader, language, require_match(db, match_id), with_models=include_model_details)


@app.get(f"{PREFIX}/{{match_id}}/what-if", operation_id="getWhatIf", tags=["Predictions"])
@cached(CacheKind.PREDICTIONS)
async def read_what_if(
    reader: Anyone,
    db: Connection,
    language: RequestLanguage,
    match_id: MatchId,
    state: RequestedState,
) -> WhatIfResponse:
    """The newest published forecast of a match, as if it stood so: any minute, score and red cards.

    Until the match begins it needs Premium.
    """
    match = require_match(db, match_id)
    prediction, opened = responses.published_forecast(db, match)
    if not features_of(reader.plan, opened=opened).markets:
        Access(Plan.PREMIUM).check(reader)
    return what_if(match, prediction, state, data_source(language))


@app.get(RECORD, operation_id="getRecord", tags=["Record"])
@cached(CacheKind.STATISTICS)
async def read_record(reader: Anyone, db: Connection) -> RecordResponse:
    """The record that anybody can verify: its signed checkpoint, and what is not published or anchored yet."""
    published, waiting = checkpoints.published(db), anchors.all_waiting(db)
    return RecordResponse(
        size=published.size if published else 0,
        checkpoint=published.signed_note if published else None,
        files="/record/",
        unpublished=log.size(db) - (published.size if published else 0),
        unanchored=len(waiting),
        unanchored_since=waiting[0].signed_at if waiting else None,
    )


@app.get(f"{RECORD}/matches/{{match_id}}", operation_id="getRecordOfMatch", tags=["Record"])
@cached(CacheKind.PREDICTIONS)
async def read_record_of_match(reader: Anyone, db: Connection, match_id: MatchId) -> MatchRecordResponse:
    """The entries of the record about a match, with proofs that they are in it."""
    match, published = require_match(db, match_id), checkpoints.published(db)
    rows = log.of_match(db, match.match_id, published.size) if published else []
    return MatchRecordResponse(
        match_id=match.match_id,
        checkpoint=published.signed_note if published else None,
        entries=_proven(db, published, rows),
    )


@app.get(f"{RECORD}/days/{{day}}", operation_id="getRecordOfDay", tags=["Record"])
@cached(CacheKind.DAILY_PICKS)
async def read_record_of_day(reader: Anyone, db: Connection, day: Day) -> DayRecordResponse:
    """The matches that were announced for a day in Paris, and its picks, with proofs that they are in the record."""
    published = checkpoints.published(db)
    types = [EntryType.UNIVERSE]
    if not (reader.paused and day >= paris_day(clock.now())):  # the matches without a pick show those with one
        types.append(EntryType.PICKS)
    rows = [row for row in log.of_days(db, [day], *types) if published and row.index < published.size]
    return DayRecordResponse(
        date=day.isoformat(),
        checkpoint=published.signed_note if published else None,
        entries=_proven(db, published, rows),
    )


def _proven(db: Connection, published: CheckpointRow | None, rows: Sequence[EntryRow]) -> list[RecordEntryInfo]:
    return [
        RecordEntryInfo(index=each.index, body=each.entry, proof=[b64encode(step).decode() for step in each.proof])
        for each in prove(db, rows, published.size if published else 0)
    ]


handler = lambda_handler(app)
