"""Request and response models of push subscriptions."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from shared.accounts.push_endpoints import ADDRESS, MAX_LENGTH, is_push_endpoint
from shared.web.params import INTEGER_ONLY
from shared.web.strict_json import RequestModel

MAX_EXPIRATION = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp() * 1000)


def _push_endpoint(url: str) -> str:
    if not is_push_endpoint(url):
        raise PydanticCustomError("push_endpoint", "the address of a push service")
    return url


Endpoint = Annotated[
    str,
    StringConstraints(max_length=MAX_LENGTH),
    AfterValidator(_push_endpoint),
    Field(json_schema_extra={"pattern": ADDRESS}),
]
Hour = Annotated[int, Field(ge=0, le=23), INTEGER_ONLY]


class PushKeys(RequestModel):
    """A browser's keys in base64url: an uncompressed P-256 point, and a shared secret of 16 bytes."""

    p256dh: Annotated[str, StringConstraints(pattern=r"^B[A-P][A-Za-z0-9_-]{85}=?$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{21}[AQgw](==)?$")]


class SubscriptionRequest(RequestModel):
    """A subscription as in `PushSubscription.toJSON`; its expiration is in milliseconds since 1970."""

    endpoint: Endpoint
    expirationTime: Annotated[int, Field(ge=0, le=MAX_EXPIRATION), INTEGER_ONLY] | None = None  # noqa: N815  # the browser API's name
    keys: PushKeys


class PushSubscriptionResponse(BaseModel):
    """Confirms a subscription."""

    message: str
    id: int


class UnsubscribeRequest(RequestModel):
    """The subscription to end: by its endpoint, known only to the browser, or by the token in a notification."""

    endpoint: Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None = None
    token: Annotated[str, StringConstraints(max_length=100)] | None = None


class SubscriptionPreferences(RequestModel):
    """A browser's notification types, within its user's preferences, and its quiet hours in their time zone.

    Hours that are left out stay unchanged; equal hours mean no quiet hours.
    """

    daily_picks: StrictBool = True
    match_start: StrictBool = False
    result_updates: StrictBool = False
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


class MessageResponse(BaseModel):
    """A confirmation message."""

    message: str


class SubscriptionStatus(BaseModel):
    """Whether a browser is subscribed, and to what."""

    subscribed: bool
    preferences: SubscriptionPreferences | None = None
    public_key: str | None = Field(description="The VAPID key to subscribe with; null without notifications.")
    devices: int = Field(description="Subscribed browsers of the user.")
    retired_devices: int = Field(0, description="Browsers whose push services refused every message.")
    retired_at: datetime | None = Field(None, description="When this one was retired; subscribing again ends that.")
