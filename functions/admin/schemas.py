"""What the function answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.web.admin_actions import JobRun
from shared.web.params import SINGLE_LINE, STRING_IN_SCHEMA

Status = Literal["ok", "warning", "critical"]


class AdminStatsResponse(BaseModel):
    """What there is; `success_rate` is a percentage, of the `success_rate_n` forecasts of the last 365 days that were
    checked: how often the outcome that was called the most probable came.
    """

    total_users: int
    premium_users: int
    total_predictions: int
    success_rate: float
    success_rate_n: int
    total_matches: int
    competitions_with_standings: int
    last_match_sync: str | None
    last_standings_sync: str | None


class DataQualityCheckResponse(BaseModel):
    """One check: what it found (`value`), and from where on that is too much or too little (`threshold`)."""

    name: str
    status: Status
    message: str
    value: float | int | str | None = None
    threshold: float | int | str | None = None
    details: dict[str, object] = {}


class DataQualityResponse(BaseModel):
    """The state of our data; `overall_status` is that of the worst check. Anomalies are what jobs could not fit."""

    timestamp: datetime
    overall_status: Status
    freshness: DataQualityCheckResponse
    completeness: DataQualityCheckResponse
    range_validation: DataQualityCheckResponse
    consistency: DataQualityCheckResponse
    anomalies: list[dict[str, object]] = []
    metrics: dict[str, object] = {}


class DataQualityAlertResponse(BaseModel):
    """Whether we were told of the state of our data."""

    status: Literal["sent", "not_needed"]
    overall_status: Status
    alert_sent: bool
    checks: dict[str, Status]
    anomaly_count: int


class DataStatusResponse(BaseModel):
    """How much is held of everything."""

    status: Literal["success"] = "success"
    data: dict[str, dict[str, object]]
    timestamp: datetime


class CacheKindStatus(BaseModel):
    """How the answers of one kind are kept. Each change of its data begins a new `generation`."""

    key: str
    type: Literal["kind"] = "kind"
    generation: int
    ttl_seconds: int
    stale_seconds: int
    per_plan: bool


class CacheStatusResponse(BaseModel):
    """The cache of answers; `off` where there is no Redis."""

    status: Literal["on", "off"]
    cached_items: list[CacheKindStatus]
    total_cached: int
    timestamp: datetime


class CacheRefreshResponse(BaseModel):
    """Which kinds' answers count no longer; `refresh_cache` makes the most wanted ones anew."""

    status: Literal["started", "running"]
    success: list[str]
    failed: list[str] = []
    timestamp: datetime
    runs: list[JobRun]


class PrefillResponse(BaseModel):
    """Forecasts are being published. The counts are 0: what comes of it is told later, by `/api/v1/sync/status`."""

    status: Literal["started", "running"]
    message: str
    team_data: dict[str, int] = {}
    elo_ratings: int = 0
    predictions: int = 0
    redis_cache: int = 0
    duration_seconds: float = 0.0
    timestamp: datetime
    runs: list[JobRun]


class TestErrorResponse(BaseModel):
    """An error that was reported to see that reports arrive; without SENTRY_DSN none is, and there is no id."""

    event_id: str | None


class VerifyPredictionsResponse(BaseModel):
    """Picks are being settled; the counts are of the picks before that."""

    status: Literal["started", "running"]
    message: str
    verified_count: int = 0
    already_verified: int
    total_unverified: int
    timestamp: datetime
    runs: list[JobRun]


Role = Annotated[Literal["free", "premium", "elite", "admin"], STRING_IN_SCHEMA]


class UserListItem(BaseModel):
    """A person; the address is empty where nobody told it."""

    id: str
    email: str
    role: str
    created_at: datetime


class UserListResponse(BaseModel):
    """Some of the people."""

    users: list[UserListItem]
    total: int
    page: int
    per_page: int


class RoleResponse(BaseModel):
    """That a person's role was set, and what may change it again."""

    status: Literal["success"] = "success"
    message: str
    user_id: str


class StripeSubscription(BaseModel):
    """A subscription as Stripe stated it when it was last asked; `plan` is what it entitles to."""

    model_config = ConfigDict(from_attributes=True)

    subscription_id: str
    status: str
    price_id: str | None
    plan: str
    entitled_until: datetime | None
    created_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    cancel_at_period_end: bool
    refunded_or_disputed: bool


class UserSubscriptionResponse(BaseModel):
    """What a person has, and what they pay for. `stripe_plan` is what Stripe's word gives; null who never paid."""

    user_id: str
    role: str
    stripe_customer_id: str | None
    stripe_plan: str | None
    subscriptions: list[StripeSubscription]
    push_devices: int


class NotificationRequest(BaseModel):
    """Words for everybody's browsers, or for those who have switched a preference on; `url` is one of our pages."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=SINGLE_LINE)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=SINGLE_LINE)]
    url: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^/([A-Za-z0-9._~?&=%-][A-Za-z0-9._~?&=%/-]*)?$")
    ] = "/"
    preference_filter: Annotated[Literal["daily_picks", "match_start", "result_updates"], STRING_IN_SCHEMA] | None = (
        None
    )


class BroadcastResponse(BaseModel):
    """Words that are being sent.

    The same words on the same day are one broadcast: asked for again it is not sent again, and the counts tell how far
    it has come.

    Attributes:
        status: `known` for one that was asked for before.
        sent: browsers that have it.
        failed: browsers whose push service did not take it, or has not said so.
        total: browsers that are to have it, as things stand.
    """

    status: Literal["started", "running", "known"]
    broadcast_id: str
    sent: int
    failed: int
    total: int
    runs: list[JobRun] = []
