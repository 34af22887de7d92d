"""Published forecasts, daily picks, the track record and the record. HTTP: GET /api/v1/predictions… and /record…"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query

from functions.predictions import present, track_record
from functions.predictions.public_record_schemas import (
    DayRecordResponse,
    MatchRecordResponse,
    RecordEntryInfo,
    RecordResponse,
)
from functions.predictions.record_schemas import CalibrationResponse, PredictionStatsResponse
from functions.predictions.schemas import DailyPickResponse, DailyPicksResponse, PredictionResponse
from functions.predictions.what_if import RequestedState, what_if
from functions.predictions.what_if_schemas import WhatIfResponse
from shared.accounts.entitlements import features_of
from shared.betting.contemporaneous import recent_offers
from shared.betting.policy import POLICY
from shared.betting.prices import Offer, filter_offers
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import translate
from shared.football.calendar import paris_day
from shared.football.match import Status
from shared.ledger.entries import EntryType
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.services.record_proofs import prove
from shared.stores.betting import offers, picks
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.stores.news import explanations
from shared.stores.record import anchors, checkpoints, log
from shared.stores.record.checkpoints import CheckpointRow
from shared.stores.record.log import EntryRow
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone, Premium
from shared.web.cached_route import cached
from shared.web.errors import NotFound
from shared.web.match_conditions import fatigue_info, weather_info
from shared.web.params import Day, MatchId, require_match
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
    today = paris_day(clock.now())
    picks_day = day or today
    committed, source = picks.day(db, picks_day), data_source(language)
    chosen = [] if reader.paused else picks.between(db, picks_day, picks_day)
    ids = [pick.match_id for pick in chosen]
    played, published = (
        matches.by_ids(db, ids),
        predictions.by_version(db, [(p.match_id, p.published_at) for p in chosen]),
    )
    texts = explanations.by_version(db, [(pick.match_id, pick.published_at) for pick in chosen])
    not_chosen = "not_chosen_yet" if picks_day >= today else "never_chosen"
    reason = "cool_off" if reader.paused else not_chosen if committed is None else committed.reason
    features, now = features_of(reader.plan), clock.now()
    shown = [pick for pick in chosen if features.shows_pick(pick.rank, begun=played[pick.match_id].kick_off <= now)]
    hidden = [pick for pick in chosen if pick not in shown]
    return DailyPicksResponse(
        date=picks_day.isoformat(),
        picks=[
            DailyPickResponse(
                rank=pick.rank,
                prediction=present.prediction(
                    played[pick.match_id],
                    published[pick.match_id],
                    pick,
                    features,
                    language,
                    source,
                    with_models=False,
                    text=texts.get(pick.match_id),
                ),
                pick_score=float(pick.share),
            )
            for pick in shown
        ],
        hidden_picks=[present.hidden_pick(played[pick.match_id], pick) for pick in hidden],
        hidden=present.hidden_picks([pick.rank for pick in hidden], language),
        total_matches_analyzed=committed.matches if committed else 0,
        committed_at=committed.committed_at if committed else None,
        reason=translate(reason, language) if reason else None,
        reason_code=reason,
        legal_notice=LEGAL_NOTICE,
        data_source=source,
    )


@app.get(f"{PREFIX}/stats", operation_id="getPredictionStats", tags=["Predictions"])
@cached(CacheKind.STATISTICS)
async def read_stats(
    reader: Anyone, db: Connection, language: RequestLanguage, days: Days = 30
) -> PredictionStatsResponse:
    """The track record of the forecasts and picks of the last `days` days."""
    now = clock.now()
    start, today = now - timedelta(days=days), paris_day(now)
    chosen = picks.between(db, today - timedelta(days=days), today)
    played = matches.by_ids(db, {pick.match_id for pick in chosen})
    return track_record.stats(
        predictions.count(db, start, now),
        predictions.settled(db, start, now),
        # Picks before kick-off are excluded: whose price they are at may be hidden from this reader.
        [pick for pick in chosen if played[pick.match_id].kick_off <= now],
        now,
        data_source(language),
    )


@app.get(f"{PREFIX}/calibration", operation_id="getCalibration", tags=["Predictions"])
@cached(CacheKind.STATISTICS)
async def read_calibration(
    reader: Anyone, db: Connection, language: RequestLanguage, days: Days = 90
) -> CalibrationResponse:
    """The calibration of the forecasts of the last `days` days."""
    now = clock.now()
    settled = predictions.settled(db, now - timedelta(days=days), now)
    return track_record.calibration(settled, f"Last {days} days", now, data_source(language))


@app.get(f"{PREFIX}/{{match_id}}", operation_id="getPrediction", tags=["Predictions"])
@cached(CacheKind.PREDICTIONS)
async def read_prediction(
    reader: Anyone, db: Connection, language: RequestLanguage, match_id: MatchId, include_model_details: bool = False
) -> PredictionResponse:
    """The newest published forecast of a match, by our id or by football-data.org's."""
    match = require_match(db, match_id)
    features, now = features_of(reader.plan), clock.now()
    prediction = predictions.latest(db, [match.match_id], now).get(match.match_id)
    if prediction is None:
        raise NotFound("no_prediction")
    pick = picks.of_match(db, match.match_id)
    hides_pick = pick is not None and not features.shows_pick(pick.rank, begun=match.kick_off <= now)
    # Prices with their values would give a hidden pick away, and are no more for a reader who pauses than picks are.
    hides_prices = reader.paused or hides_pick or not features.markets
    if reader.paused or hides_pick:
        pick = None
    response = present.prediction(
        match,
        prediction,
        pick,
        features,
        language,
        data_source(language),
        with_models=include_model_details,
        text=explanations.by_version(db, [(prediction.match_id, prediction.published_at)]).get(prediction.match_id),
        offers=() if hides_prices else _usable_offers(db, match, now),
    )
    if features.enrichment:
        response.weather, response.fatigue_info = weather_info(db, match, language), fatigue_info(db, match)
    return response


@app.get(f"{PREFIX}/{{match_id}}/what-if", operation_id="getWhatIf", tags=["Predictions"])
@cached(CacheKind.PREDICTIONS)
async def read_what_if(
    reader: Premium,
    db: Connection,
    language: RequestLanguage,
    match_id: MatchId,
    state: RequestedState,
) -> WhatIfResponse:
    """The newest published forecast of a match, as if it stood so: any minute, score and red cards."""
    match = require_match(db, match_id)
    prediction = predictions.latest(db, [match.match_id], clock.now()).get(match.match_id)
    if prediction is None:
        raise NotFound("no_prediction")
    return what_if(match, prediction, state, data_source(language))


def _usable_offers(db: Connection, match: MatchRow, now: datetime) -> Sequence[Offer]:
    """The prices that a pick could use now; none once the match may have begun."""
    if match.status != Status.SCHEDULED or match.earliest <= now:
        return ()
    latest = offers.latest(db, [match.match_id], now).get(match.match_id, ())
    valid, _ = filter_offers(latest, match.kick_off, now, POLICY)
    return recent_offers(valid)


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
