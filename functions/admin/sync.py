"""Routes of the data sync: start its jobs and report their state."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from functions.admin.app import app
from functions.admin.sync_schemas import (
    DbStatsResponse,
    JobStatus,
    LastSyncResponse,
    NoSyncResponse,
    SyncResponse,
    SyncType,
)
from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day, season_of
from shared.runtime import clock
from shared.runtime.schedule import MAX_INTERVALS
from shared.stores.operations import jobs, row_counts
from shared.stores.operations.jobs import JobState
from shared.web.admin_actions import AuditedAdmin, JobRun, overall_status, start
from shared.web.app import Connection, RequestLanguage
from shared.web.authentication import Admin
from shared.web.errors import BadRequest
from shared.web.params import STRING_IN_SCHEMA, Date

PREFIX = "/api/v1/sync"
Days = Annotated[int, Query(ge=1, le=14)]
AFTER_FIXTURES = ("sync_history", "update_ratings", "publish_predictions", "settle_picks")
AFTER_RESULTS = AFTER_FIXTURES[1:]
MAX_SEASONS = 40
"""More than the source has."""
JOB_OF = {
    SyncType.WEEKLY: "sync_fixtures",
    SyncType.MATCHES: "sync_fixtures",
    SyncType.STANDINGS: "sync_fixtures",
    SyncType.HISTORICAL: "sync_history",
    SyncType.VERIFY_PREDICTIONS: "settle_picks",
}


@app.post(f"{PREFIX}/weekly", tags=["Data Sync"])
async def sync_weekly_data(
    reader: AuditedAdmin, language: RequestLanguage, days: Days = 7, include_standings: bool = True
) -> SyncResponse:
    """Sync matches of the last 3 and next `days` days and standings; then results, ratings, forecasts, settlements."""
    event: dict[str, object] = {"days": days, "standings": include_standings}
    return _sync_response(start(reader, "sync_fixtures", event, AFTER_FIXTURES), language)


@app.post(f"{PREFIX}/matches", tags=["Data Sync"])
async def sync_matches_only(reader: AuditedAdmin, language: RequestLanguage, days: Days = 7) -> SyncResponse:
    """Sync matches of the last three and the next `days` days; then settlements."""
    event: dict[str, object] = {"days": days, "standings": False}
    return _sync_response(start(reader, "sync_fixtures", event, ("settle_picks",)), language)


@app.post(f"{PREFIX}/standings", tags=["Data Sync"])
async def sync_standings_only(reader: AuditedAdmin, language: RequestLanguage) -> SyncResponse:
    """Sync the standings of forecast competitions."""
    return _sync_response(start(reader, "sync_fixtures", {"matches": False}), language)


@app.post(f"{PREFIX}/historical", tags=["Data Sync"])
async def sync_historical_season(
    reader: AuditedAdmin, language: RequestLanguage, season_start: Date | None = None
) -> SyncResponse:
    """Sync results since a season, by default the current one; then ratings, forecasts and settlements."""
    current = season_of(paris_day(clock.now()))
    seasons = current - season_of(season_start) + 1 if season_start else 1
    if not 1 <= seasons <= MAX_SEASONS:
        raise BadRequest("season_out_of_reach", first=current - MAX_SEASONS + 1, last=current)
    return _sync_response(start(reader, "sync_history", {"seasons": seasons}, AFTER_RESULTS), language)


@app.post(f"{PREFIX}/verify-predictions", tags=["Data Sync"])
async def sync_and_verify_predictions(reader: AuditedAdmin, language: RequestLanguage) -> SyncResponse:
    """Start settling the picks of the last 30 days whose matches are over."""
    return _sync_response(start(reader, "settle_picks", {}), language)


@app.get(f"{PREFIX}/status", tags=["Data Sync"])
async def get_sync_status(reader: Admin, db: Connection) -> DbStatsResponse:
    """Row counts, last syncs and the state of each job."""
    counts, states = row_counts.count_rows(db), jobs.states(db, MAX_INTERVALS, clock.now())
    last = next(state.last_run_at for state in states if state.job == "sync_fixtures")
    return DbStatsResponse(
        total_matches=counts.matches,
        competitions_with_standings=counts.competitions_with_standings,
        last_match_sync=last.isoformat() if last else None,
        last_standings_sync=counts.newest_table.isoformat() if counts.newest_table else None,
        jobs=[JobStatus(**_state_fields(state)) for state in states],
    )


@app.get(f"{PREFIX}/last", tags=["Data Sync"])
async def get_last_sync_info(
    reader: Admin,
    db: Connection,
    language: RequestLanguage,
    sync_type: Annotated[SyncType, STRING_IN_SCHEMA] = SyncType.WEEKLY,
) -> LastSyncResponse | NoSyncResponse:
    """The state of the job of a sync type."""
    [state] = jobs.states(db, [JOB_OF[sync_type]], clock.now())
    fields = _state_fields(state)
    if fields["state"] == "never":
        return NoSyncResponse(message=translate("never_synced", language))
    return LastSyncResponse(sync_type=sync_type, **fields)


def _sync_response(runs: list[JobRun], language: Language) -> SyncResponse:
    status = overall_status(runs)
    return SyncResponse(status=status, message=translate(f"job_{status}", language), runs=runs)


def _state_fields(state: JobState) -> dict[str, Any]:
    return asdict(state) | {"state": state.state}
