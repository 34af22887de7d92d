"""How the service stands, and what sets it right. HTTP: GET, POST /api/v1/admin/… (administrators)"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from functions.admin.broadcasts import broadcast
from functions.admin.people import counted, give, listed, subscription_of
from functions.admin.quality import Found, judge
from functions.admin.schemas import (
    AdminStatsResponse,
    BroadcastResponse,
    CachedKind,
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
from shared.football.competition import known
from shared.runtime import clock, error_reports, logs
from shared.runtime.schedule import LONGEST_PAUSE
from shared.runtime.settings import settings
from shared.services import redis_backed
from shared.services.cache_policies import KEEPING, Kind, changed
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import SettledRow
from shared.stores.operations import data_quality, jobs, row_counts
from shared.web.admin_actions import Acting, start, status_of
from shared.web.app import Connection, Spoken, http_app, lambda_handler
from shared.web.authentication import Admin, person

app = http_app("admin")

PREFIX = "/api/v1/admin"
UNSTORED = {"Cache-Control": "no-store"}
YEAR, MONTH = timedelta(days=365), timedelta(days=30)
COMING = timedelta(days=3)
"""Whatever kicks off within it was seen by several runs, and must have a forecast."""
LONGEST_PLAY = timedelta(hours=8)
LONGEST_WAIT = timedelta(days=5)
"""The CSV service tells results twice a week."""


class TestError(Exception):
    """Nothing is wrong: an administrator wants to see that reports arrive."""


class DataQualityAlarm(Exception):
    """Our data are not as they should be; the message says what is wrong."""


@app.get(f"{PREFIX}/stats", tags=["Admin"])
async def get_admin_stats(reader: Admin, db: Connection) -> AdminStatsResponse:
    """People, forecasts and how often they were right, matches, and when data last came."""
    now = clock.now()
    held, checked = row_counts.held(db), predictions.settled(db, now - YEAR, now)
    [sync] = jobs.states(db, ["sync_fixtures"])
    right = sum(_is_right(row) for row in checked)
    return AdminStatsResponse(
        total_users=counted(db),
        premium_users=held.paying,
        total_predictions=held.predicted_matches,
        success_rate=round(100 * right / len(checked), 1) if checked else 0.0,
        success_rate_n=len(checked),
        total_matches=held.matches,
        competitions_with_standings=held.competitions_with_standings,
        last_match_sync=_iso(sync.last_run_at),
        last_standings_sync=_iso(held.newest_table),
    )


@app.post(f"{PREFIX}/test-error", tags=["Admin"])
async def send_test_error(reader: Acting) -> TestErrorResponse:
    """Report an error that is none, to see that reports arrive; the id is Sentry's."""
    return TestErrorResponse(
        event_id=error_reports.capture(TestError("an administrator asked for it"), function="admin")
    )


@app.get(f"{PREFIX}/data-quality", tags=["Admin"])
async def get_data_quality_status(reader: Admin, db: Connection, language: Spoken) -> DataQualityResponse:
    """Whether our data are fresh, whole, possible and consistent."""
    return _judged(db, language)


@app.post(f"{PREFIX}/data-quality/alert", tags=["Admin"])
async def trigger_data_quality_alert(
    reader: Acting, db: Connection, language: Spoken, force: bool = False
) -> DataQualityAlertResponse:
    """Tell us of the state of our data, as one error report, where it is critical or that is asked for."""
    found = _judged(db, language)
    checks = [found.freshness, found.completeness, found.range_validation, found.consistency]
    needed = force or found.overall_status == "critical"
    if needed:
        said = "; ".join(f"{check.name}: {check.status}, {check.message}" for check in checks)
        logs.write(logging.ERROR, "data quality alarm", function="admin", status=found.overall_status, said=said)
        error_reports.capture(DataQualityAlarm(said), function="admin")
    return DataQualityAlertResponse(
        status="sent" if needed else "not_needed",
        overall_status=found.overall_status,
        alert_sent=needed,
        checks={check.name: check.status for check in checks},
        anomaly_count=len(found.anomalies),
    )


@app.get(f"{PREFIX}/data-status", tags=["Admin"])
async def get_data_status(reader: Admin, db: Connection) -> DataStatusResponse:
    """How much is held of everything."""
    held = row_counts.held(db)
    return DataStatusResponse(
        data={
            "teams": {"total": held.teams, "unmatched": held.unmatched_teams},
            "matches": {
                "total": held.matches,
                "finished": held.finished,
                "scheduled": held.scheduled,
                "newest_at": held.newest_match,
            },
            "predictions": {
                "total": held.predictions,
                "matches": held.predicted_matches,
                "newest_at": held.newest_prediction,
            },
            "picks": {"total": held.picks, "settled": held.settled_picks},
            "odds": {"total": held.offers, "newest_at": held.newest_offer},
            "standings": {
                "total": held.standings,
                "competitions": held.competitions_with_standings,
                "newest_at": held.newest_table,
            },
            "reports": {"total": held.reports},
        },
        timestamp=clock.now(),
    )


@app.get(f"{PREFIX}/cache/status", tags=["Admin"])
async def get_cache_status(reader: Admin) -> CacheStatusResponse:
    """How each kind of answers is kept, and how many answers are."""
    state = redis_backed.kept_answers().state(Kind)
    return CacheStatusResponse(
        status="off" if state is None else "on",
        cached_items=[] if state is None else [_cached(kind, generation) for kind, generation in state[0].items()],
        total_cached=0 if state is None else state[1],
        timestamp=clock.now(),
    )


@app.post(f"{PREFIX}/cache/refresh", tags=["Admin"])
async def refresh_cache(reader: Acting) -> CacheRefreshResponse:
    """Let no kept answer count any longer, and have the most wanted ones made anew."""
    changed(*Kind)
    runs = start(reader, "refresh_cache", {})
    return CacheRefreshResponse(status=status_of(runs), success=list(Kind), timestamp=clock.now(), runs=runs)


@app.post(f"{PREFIX}/prefill", tags=["Admin"])
async def run_data_prefill(reader: Acting, language: Spoken) -> PrefillResponse:
    """Publish forecasts of the coming days. The day's picks are chosen at their hour only: they are committed once."""
    runs = start(reader, "publish_predictions", {})
    status = status_of(runs)
    return PrefillResponse(
        status=status, message=translate(f"job_{status}", language), timestamp=clock.now(), runs=runs
    )


@app.post(f"{PREFIX}/verify-predictions", tags=["Admin"])
async def verify_all_predictions(reader: Acting, db: Connection, language: Spoken) -> VerifyPredictionsResponse:
    """Settle the picks of the last 30 days whose matches are over."""
    held, runs = row_counts.held(db), start(reader, "settle_picks", {})
    status = status_of(runs)
    return VerifyPredictionsResponse(
        status=status,
        message=translate(f"job_{status}", language),
        already_verified=held.settled_picks,
        total_unverified=held.picks - held.settled_picks,
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
    response.headers.update(UNSTORED)
    return listed(db, page, per_page)


@app.post(f"{PREFIX}/users/{{user_id}}/role", tags=["Admin"])
async def update_user_role(reader: Acting, user_id: UUID, role: Role, language: Spoken) -> RoleResponse:
    """Give a person a role. Whoever pays is given their plan anew by Stripe's next word on their subscription."""
    return give(user_id, role, person(reader), language)


@app.get(f"{PREFIX}/users/{{user_id}}/subscription", tags=["Admin"])
async def read_user_subscription(
    reader: Admin, db: Connection, user_id: UUID, response: Response
) -> UserSubscriptionResponse:
    """What a person has, and what they pay for."""
    response.headers.update(UNSTORED)
    return subscription_of(db, user_id)


@app.post(f"{PREFIX}/notifications/broadcast", tags=["Admin"])
async def broadcast_notification(reader: Acting, words: NotificationRequest) -> BroadcastResponse:
    """Tell everybody's browsers something, once; the job that is started sends it, outside quiet hours."""
    return broadcast(reader, words)


def _judged(db: Connection, language: Language) -> DataQualityResponse:
    now = clock.now()
    in_leagues = [c.code for c in known(demo=settings().demo) if c.forecast and c.division]
    found = Found(
        jobs=jobs.states(db, LONGEST_PAUSE),
        filled=data_quality.filled(db, in_leagues, now, now + COMING),
        out_of_range=data_quality.out_of_range(db, now),
        inconsistent=data_quality.inconsistent(db, now - LONGEST_PLAY, now - LONGEST_WAIT, now - MONTH),
        reported=data_quality.reported(db, now - MONTH),
        held=row_counts.held(db),
    )
    return judge(found, now, language)


def _cached(kind: str, generation: int) -> CachedKind:
    keeping = KEEPING[Kind(kind)]
    return CachedKind(
        key=kind,
        generation=generation,
        fresh_seconds=round(keeping.fresh.total_seconds()),
        kept_beyond_seconds=round(keeping.beyond.total_seconds()),
        by_plan=keeping.tiered,
    )


def _is_right(row: SettledRow) -> bool:
    shares = (row.home, row.draw, row.away)
    return shares[row.outcome] == max(shares)


def _iso(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None


handler = lambda_handler(app)
