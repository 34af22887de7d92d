"""How the service stands, and what sets it right. HTTP: GET, POST /api/v1/admin/… (administrators)"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from functions.admin.broadcasts import broadcast
from functions.admin.people import count_users, set_role, user_page, user_subscription
from functions.admin.quality import QualityInputs, assess
from functions.admin.schemas import (
    AdminStatsResponse,
    BroadcastResponse,
    CacheKindStatus,
    CacheRefreshResponse,
    CacheStatusResponse,
    DataQualityAlertResponse,
    DataQualityResponse,
    DataStatusResponse,
    NotificationRequest,
    PrefillResponse,
    Role,
    RoleResponse,
    TestErrorResponse,
    UserListResponse,
    UserSubscriptionResponse,
    VerifyPredictionsResponse,
)
from shared.explanations.translations import Language, translate
from shared.football.competition import available_competitions
from shared.runtime import clock, error_reports, logs
from shared.runtime.schedule import MAX_INTERVALS
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.services.cache_policies import CACHE_POLICIES, CacheKind, invalidate
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import SettledRow
from shared.stores.operations import data_quality, jobs, row_counts
from shared.web.admin_actions import AuditedAdmin, overall_status, start
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Admin, require_user_id

app = http_app("admin")

PREFIX = "/api/v1/admin"
NO_STORE = {"Cache-Control": "no-store"}
YEAR, MONTH = timedelta(days=365), timedelta(days=30)
PREDICTION_WINDOW = timedelta(days=3)
"""Whatever kicks off within it was seen by several runs, and must have a forecast."""
MAX_PLAY = timedelta(hours=8)
MAX_WAIT = timedelta(days=5)
"""The CSV service tells results twice a week."""


class TestError(Exception):
    """Nothing is wrong: an administrator wants to see that reports arrive."""


class DataQualityAlarm(Exception):
    """Our data are not as they should be; the message says what is wrong."""


@app.get(f"{PREFIX}/stats", tags=["Admin"])
async def get_admin_stats(reader: Admin, db: Connection) -> AdminStatsResponse:
    """People, forecasts and how often they were right, matches, and when data last came."""
    now = clock.now()
    counts, settled = row_counts.count_rows(db), predictions.settled(db, now - YEAR, now)
    [sync] = jobs.states(db, ["sync_fixtures"])
    correct = sum(_is_right(row) for row in settled)
    return AdminStatsResponse(
        total_users=count_users(db),
        premium_users=counts.paying,
        total_predictions=counts.predicted_matches,
        success_rate=round(100 * correct / len(settled), 1) if settled else 0.0,
        success_rate_n=len(settled),
        total_matches=counts.matches,
        competitions_with_standings=counts.competitions_with_standings,
        last_match_sync=_iso(sync.last_run_at),
        last_standings_sync=_iso(counts.newest_table),
    )


@app.post(f"{PREFIX}/test-error", tags=["Admin"])
async def send_test_error(reader: AuditedAdmin) -> TestErrorResponse:
    """Report an error that is none, to see that reports arrive; the id is Sentry's."""
    return TestErrorResponse(
        event_id=error_reports.capture(TestError("an administrator asked for it"), function="admin")
    )


@app.get(f"{PREFIX}/data-quality", tags=["Admin"])
async def get_data_quality_status(reader: Admin, db: Connection, language: RequestLanguage) -> DataQualityResponse:
    """Whether our data are fresh, whole, possible and consistent."""
    return _data_quality(db, language)


@app.post(f"{PREFIX}/data-quality/alert", tags=["Admin"])
async def trigger_data_quality_alert(
    reader: AuditedAdmin, db: Connection, language: RequestLanguage, force: bool = False
) -> DataQualityAlertResponse:
    """Tell us of the state of our data, as one error report, where it is critical or that is asked for."""
    quality = _data_quality(db, language)
    checks = [quality.freshness, quality.completeness, quality.range_validation, quality.consistency]
    needed = force or quality.overall_status == "critical"
    if needed:
        message = "; ".join(f"{check.name}: {check.status}, {check.message}" for check in checks)
        logs.write(
            logging.ERROR, "data quality alarm", function="admin", status=quality.overall_status, findings=message
        )
        error_reports.capture(DataQualityAlarm(message), function="admin")
    return DataQualityAlertResponse(
        status="sent" if needed else "not_needed",
        overall_status=quality.overall_status,
        alert_sent=needed,
        checks={check.name: check.status for check in checks},
        anomaly_count=len(quality.anomalies),
    )


@app.get(f"{PREFIX}/data-status", tags=["Admin"])
async def get_data_status(reader: Admin, db: Connection) -> DataStatusResponse:
    """How much is held of everything."""
    counts = row_counts.count_rows(db)
    return DataStatusResponse(
        data={
            "teams": {"total": counts.teams, "unmatched": counts.unmatched_teams},
            "matches": {
                "total": counts.matches,
                "finished": counts.finished,
                "scheduled": counts.scheduled,
                "newest_at": counts.newest_match,
            },
            "predictions": {
                "total": counts.predictions,
                "matches": counts.predicted_matches,
                "newest_at": counts.newest_prediction,
            },
            "picks": {"total": counts.picks, "settled": counts.settled_picks},
            "odds": {"total": counts.offers, "newest_at": counts.newest_offer},
            "standings": {
                "total": counts.standings,
                "competitions": counts.competitions_with_standings,
                "newest_at": counts.newest_table,
            },
            "reports": {"total": counts.reports},
        },
        timestamp=clock.now(),
    )


@app.get(f"{PREFIX}/cache/status", tags=["Admin"])
async def get_cache_status(reader: Admin) -> CacheStatusResponse:
    """How each kind of answers is kept, and how many answers are."""
    state = redis_backed.response_cache().stats(CacheKind)
    return CacheStatusResponse(
        status="off" if state is None else "on",
        cached_items=[] if state is None else [_cached_kind(kind, generation) for kind, generation in state[0].items()],
        total_cached=0 if state is None else state[1],
        timestamp=clock.now(),
    )


@app.post(f"{PREFIX}/cache/refresh", tags=["Admin"])
async def refresh_cache(reader: AuditedAdmin) -> CacheRefreshResponse:
    """Let no kept answer count any longer, and have the most wanted ones made anew."""
    invalidate(*CacheKind)
    runs = start(reader, "refresh_cache", {})
    return CacheRefreshResponse(status=overall_status(runs), success=list(CacheKind), timestamp=clock.now(), runs=runs)


@app.post(f"{PREFIX}/prefill", tags=["Admin"])
async def run_data_prefill(reader: AuditedAdmin, language: RequestLanguage) -> PrefillResponse:
    """Publish forecasts of the coming days. The day's picks are chosen at their hour only: they are committed once."""
    runs = start(reader, "publish_predictions", {})
    status = overall_status(runs)
    return PrefillResponse(
        status=status, message=translate(f"job_{status}", language), timestamp=clock.now(), runs=runs
    )


@app.post(f"{PREFIX}/verify-predictions", tags=["Admin"])
async def verify_all_predictions(
    reader: AuditedAdmin, db: Connection, language: RequestLanguage
) -> VerifyPredictionsResponse:
    """Settle the picks of the last 30 days whose matches are over."""
    counts, runs = row_counts.count_rows(db), start(reader, "settle_picks", {})
    status = overall_status(runs)
    return VerifyPredictionsResponse(
        status=status,
        message=translate(f"job_{status}", language),
        already_verified=counts.settled_picks,
        total_unverified=counts.picks - counts.settled_picks,
        timestamp=clock.now(),
        runs=runs,
    )


@app.get(f"{PREFIX}/users", tags=["Admin"])
async def list_users(
    reader: Admin,
    db: Connection,
    response: Response,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> UserListResponse:
    """The people, a page at a time."""
    response.headers.update(NO_STORE)
    return user_page(db, page, per_page)


@app.post(f"{PREFIX}/users/{{user_id}}/role", tags=["Admin"])
async def update_user_role(reader: AuditedAdmin, user_id: UUID, role: Role, language: RequestLanguage) -> RoleResponse:
    """Give a person a role. Whoever pays is given their plan anew by Stripe's next word on their subscription."""
    return set_role(user_id, role, require_user_id(reader), language)


@app.get(f"{PREFIX}/users/{{user_id}}/subscription", tags=["Admin"])
async def read_user_subscription(
    reader: Admin, db: Connection, user_id: UUID, response: Response
) -> UserSubscriptionResponse:
    """What a person has, and what they pay for."""
    response.headers.update(NO_STORE)
    return user_subscription(db, user_id)


@app.post(f"{PREFIX}/notifications/broadcast", tags=["Admin"])
async def broadcast_notification(reader: AuditedAdmin, request: NotificationRequest) -> BroadcastResponse:
    """Tell everybody's browsers something, once; the job that is started sends it, outside quiet hours."""
    return broadcast(reader, request)


def _data_quality(db: Connection, language: Language) -> DataQualityResponse:
    now = clock.now()
    in_leagues = [c.code for c in available_competitions(demo=settings().demo) if c.forecast and c.division]
    inputs = QualityInputs(
        jobs=jobs.states(db, MAX_INTERVALS),
        filled=data_quality.completeness(db, in_leagues, now, now + PREDICTION_WINDOW),
        out_of_range=data_quality.out_of_range(db, now),
        inconsistent=data_quality.inconsistent(db, now - MAX_PLAY, now - MAX_WAIT, now - MONTH),
        reported=data_quality.report_summaries(db, now - MONTH),
        counts=row_counts.count_rows(db),
    )
    return assess(inputs, now, language)


def _cached_kind(kind: str, generation: int) -> CacheKindStatus:
    policy = CACHE_POLICIES[CacheKind(kind)]
    return CacheKindStatus(
        key=kind,
        generation=generation,
        ttl_seconds=round(policy.ttl.total_seconds()),
        stale_seconds=round(policy.stale_ttl.total_seconds()),
        per_plan=policy.per_plan,
    )


def _is_right(row: SettledRow) -> bool:
    shares = (row.home, row.draw, row.away)
    return shares[row.outcome] == max(shares)


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None


handler = lambda_handler(app)
