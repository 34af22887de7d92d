"""Request and response models of the administration."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.web.admin_actions import JobRun
from shared.web.params import STRING_IN_SCHEMA, STRIPPED, TEXT_LINE
from shared.web.strict_json import RequestModel

Status = Literal["ok", "warning", "critical"]


class AdminStatsResponse(BaseModel):
    """Counts. `success_rate` is the percentage of the `success_rate_n` verified forecasts of the last 365 days whose
    most probable outcome came true.
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
    """One check: the measured `value`, and the `threshold` at which its status changes."""

    name: str
    status: Status
    message: str
    value: float | int | str | None = None
    threshold: float | int | str | None = None
    details: dict[str, object] = {}


class DataQualityResponse(BaseModel):
    """Data quality; `overall_status` is that of the worst check. `anomalies`: input that jobs had to set aside."""

    timestamp: datetime
    overall_status: Status
    freshness: DataQualityCheckResponse
    completeness: DataQualityCheckResponse
    range_validation: DataQualityCheckResponse
    consistency: DataQualityCheckResponse
    anomalies: list[dict[str, object]] = []
    metrics: dict[str, object] = {}


class DataQualityAlertResponse(BaseModel):
    """Whether a data quality alert was sent."""

    status: Literal["sent", "not_needed"]
    overall_status: Status
    alert_sent: bool
    checks: dict[str, Status]
    anomaly_count: int


class DataStatusResponse(BaseModel):
    """Row counts by kind of data."""

    status: Literal["success"] = "success"
    data: dict[str, dict[str, object]]
    timestamp: datetime


class CacheKindStatus(BaseModel):
    """The cache policy of one kind of response. Each change of its data starts a new `generation`."""

    key: str
    type: Literal["kind"] = "kind"
    generation: int
    ttl_seconds: int
    stale_seconds: int
    per_plan: bool


class CacheStatusResponse(BaseModel):
    """The response cache; `off` without Redis."""

    status: Literal["on", "off"]
    cached_items: list[CacheKindStatus]
    total_cached: int
    timestamp: datetime


class CacheRefreshResponse(BaseModel):
    """The invalidated cache kinds; `refresh_cache` refills the most requested responses."""

    status: Literal["started", "running"]
    success: list[str]
    failed: list[str] = []
    timestamp: datetime
    runs: list[JobRun]


class PrefillResponse(BaseModel):
    """Forecasts are being published. The counts are 0; `/api/v1/sync/status` has the result later."""

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
    """The id of the test error; null without SENTRY_DSN, as nothing is reported then."""

    event_id: str | None


class VerifyPredictionsResponse(BaseModel):
    """Picks are being settled; the counts were taken before."""

    status: Literal["started", "running"]
    message: str
    verified_count: int = 0
    already_verified: int
    total_unverified: int
    timestamp: datetime
    runs: list[JobRun]


Role = Annotated[Literal["free", "premium", "elite", "admin"], STRING_IN_SCHEMA]


class UserListItem(BaseModel):
    """A user; the email is empty if unknown."""

    id: str
    email: str
    role: str
    created_at: datetime


class UserListResponse(BaseModel):
    """A page of users."""

    users: list[UserListItem]
    total: int
    page: int
    per_page: int


class RoleResponse(BaseModel):
    """Confirms a role; the message says what may change it again."""

    status: Literal["success"] = "success"
    message: str
    user_id: str


class StripeSubscription(BaseModel):
    """A subscription as last read from Stripe; `plan` is what it entitles to."""

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
    """A user's role and subscriptions. `stripe_plan` is the plan by Stripe; null for who never paid."""

    user_id: str
    role: str
    stripe_customer_id: str | None
    stripe_plan: str | None
    subscriptions: list[StripeSubscription]
    push_devices: int


class NotificationRequest(RequestModel):
    """A message to all browsers, or to those with a preference enabled; `url` is a path of our site."""

    title: Annotated[str, Field(max_length=80, pattern=TEXT_LINE), STRIPPED]
    body: Annotated[str, Field(max_length=400, pattern=TEXT_LINE), STRIPPED]
    url: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^/([A-Za-z0-9._~?&=%-][A-Za-z0-9._~?&=%/-]*)?$")
    ] = "/"
    preference_filter: Annotated[Literal["daily_picks", "match_start", "result_updates"], STRING_IN_SCHEMA] | None = (
        None
    )


class BroadcastResponse(BaseModel):
    """A broadcast that is being sent.

    The same message on the same day is one broadcast: a repeated request does not send it again, and returns its
    current counts.
    """

    status: Literal["started", "running", "known"] = Field(description="`known` if it was requested before.")
    broadcast_id: str
    sent: int = Field(description="Browsers that received it.")
    failed: int = Field(description="Browsers whose push service refused it or has not confirmed it.")
    total: int = Field(description="Browsers currently addressed.")
    runs: list[JobRun] = []
