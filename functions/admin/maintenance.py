"""Routes of service status and maintenance."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from functions.admin import schemas
from functions.admin.app import app
from functions.admin.broadcasts import broadcast
from functions.admin.people import count_users, set_role, user_page, user_subscription
from shared.explanations.translations import translate
from shared.football.outcome import most_likely
from shared.runtime import clock, error_reports
from shared.services import redis_backed
from shared.services.cache_policies import CACHE_POLICIES, CacheKind, invalidate
from shared.stores.forecasting import predictions
from shared.stores.operations import jobs, row_counts
from shared.web.admin_actions import AuditedAdmin, overall_status, start
from shared.web.app import Connection, RequestLanguage
from shared.web.authentication import Admin, require_user_id

PREFIX = "/api/v1/admin"
YEAR = timedelta(days=365)


class TestError(Exception):
    """Raised for no fault: an administrator checks that error reports arrive."""


@app.get(f"{PREFIX}/stats", tags=["Admin"])
async def get_admin_stats(reader: Admin, db: Connection) -> schemas.AdminStatsResponse:
    """Counts of users, forecasts and matches, the success rate, and the times of the last syncs."""
    now = clock.now()
    counts, settled = row_counts.count_rows(db), predictions.settled(db, now - YEAR, now)
    [sync] = jobs.states(db, ["sync_fixtures"], now)
    correct = sum(row.outcome == most_likely(row.probabilities) for row in settled)
    return schemas.AdminStatsResponse(
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
async def send_test_error(reader: AuditedAdmin) -> schemas.TestErrorResponse:
    """Report a test error to check that error reports arrive; the id is Sentry's."""
    return schemas.TestErrorResponse(
        event_id=error_reports.capture(TestError("requested by an administrator"), function="admin")
    )


@app.get(f"{PREFIX}/cache/status", tags=["Admin"])
async def get_cache_status(reader: Admin) -> schemas.CacheStatusResponse:
    """Each cache kind's policy and generation, and the number of cached responses."""
    state = redis_backed.response_cache().stats(CacheKind)
    return schemas.CacheStatusResponse(
        status="off" if state is None else "on",
        cached_items=[] if state is None else [_cached_kind(kind, generation) for kind, generation in state[0].items()],
        total_cached=0 if state is None else state[1],
        timestamp=clock.now(),
    )


@app.post(f"{PREFIX}/cache/refresh", tags=["Admin"])
async def refresh_cache(reader: AuditedAdmin) -> schemas.CacheRefreshResponse:
    """Invalidate all cached responses, and start the job that refills the most requested ones."""
    invalidate(*CacheKind)
    runs = start(reader, "refresh_cache", {})
    return schemas.CacheRefreshResponse(
        status=overall_status(runs), success=list(CacheKind), timestamp=clock.now(), runs=runs
    )


@app.post(f"{PREFIX}/prefill", tags=["Admin"])
async def run_data_prefill(reader: AuditedAdmin, language: RequestLanguage) -> schemas.PrefillResponse:
    """Start publishing forecasts of the coming days. Picks are not chosen: they are committed once, on schedule."""
    runs = start(reader, "publish_predictions", {})
    status = overall_status(runs)
    return schemas.PrefillResponse(
        status=status, message=translate(f"job_{status}", language), timestamp=clock.now(), runs=runs
    )


@app.post(f"{PREFIX}/verify-predictions", tags=["Admin"])
async def verify_all_predictions(
    reader: AuditedAdmin, db: Connection, language: RequestLanguage
) -> schemas.VerifyPredictionsResponse:
    """Start settling the picks of the last 30 days whose matches are over."""
    counts, runs = row_counts.count_rows(db), start(reader, "settle_picks", {})
    status = overall_status(runs)
    return schemas.VerifyPredictionsResponse(
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
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> schemas.UserListResponse:
    """A page of the users."""
    return user_page(db, page, per_page)


@app.post(f"{PREFIX}/users/{{user_id}}/role", tags=["Admin"])
async def update_user_role(
    reader: AuditedAdmin, user_id: UUID, role: schemas.Role, language: RequestLanguage
) -> schemas.RoleResponse:
    """Set a user's role. For a paying user, Stripe's next subscription event overwrites it with the paid plan."""
    return set_role(user_id, role, require_user_id(reader), language)


@app.get(f"{PREFIX}/users/{{user_id}}/subscription", tags=["Admin"])
async def read_user_subscription(reader: Admin, db: Connection, user_id: UUID) -> schemas.UserSubscriptionResponse:
    """A user's role and their subscriptions."""
    return user_subscription(db, user_id)


@app.post(f"{PREFIX}/notifications/broadcast", tags=["Admin"])
async def broadcast_notification(
    reader: AuditedAdmin, request: schemas.NotificationRequest
) -> schemas.BroadcastResponse:
    """Broadcast a message to all subscribed browsers once. A job sends it, outside quiet hours."""
    return broadcast(reader, request)


def _cached_kind(kind: str, generation: int) -> schemas.CacheKindStatus:
    policy = CACHE_POLICIES[CacheKind(kind)]
    return schemas.CacheKindStatus(
        key=kind,
        generation=generation,
        ttl_seconds=round(policy.ttl.total_seconds()),
        stale_seconds=round(policy.stale_ttl.total_seconds()),
        per_plan=policy.per_plan,
    )


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
