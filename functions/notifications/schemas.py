"""What the function is asked and answers."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from shared.accounts.push_endpoints import ADDRESS, MAX_LENGTH, is_push_endpoint
from shared.web.params import INTEGER_ONLY

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


class PushKeys(BaseModel):
    """A browser's keys in base64url: an uncompressed point of P-256, and 16 bytes that it shares with us."""

    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, StringConstraints(pattern=r"^B[A-P][A-Za-z0-9_-]{85}=?$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{21}[AQgw](==)?$")]


class SubscriptionRequest(BaseModel):
    """A subscription as browsers give it (`PushSubscription.toJSON`); its end in milliseconds since 1970."""

    model_config = ConfigDict(extra="forbid")

    endpoint: Endpoint
    expirationTime: Annotated[int, Field(ge=0, le=MAX_EXPIRATION), INTEGER_ONLY] | None = None  # noqa: N815  # the browsers' name
    keys: PushKeys


class PushSubscriptionResponse(BaseModel):
    """That a browser is subscribed."""

    message: str
    id: int


class UnsubscribeRequest(BaseModel):
    """Which subscription to end: by its address, which only the browser knows, or by a word of one of our notices."""

    model_config = ConfigDict(extra="forbid")

    endpoint: Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None = None
    token: Annotated[str, StringConstraints(max_length=100)] | None = None


class SubscriptionPreferences(BaseModel):
    """What a browser is told, of what its person's preferences allow, and the hours of theirs without any notice.

    The hours are left as they are where they are left out; the same twice stands for none.
    """

    model_config = ConfigDict(extra="forbid")

    daily_picks: StrictBool = True
    match_start: StrictBool = False
    result_updates: StrictBool = False
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


class MessageResponse(BaseModel):
    """That something was done."""

    message: str


class SubscriptionStatus(BaseModel):
    """Whether a browser is subscribed, and to what.

    Attributes:
        public_key: what a page gives its browser to subscribe with; null where no notices are sent.
        devices: how many browsers of the person are subscribed.
        retired_devices: how many more were, until their push services refused whatever we sent.
        retired_at: since when nothing is sent to this browser for that reason; subscribing again lets it go on.
    """

    subscribed: bool
    preferences: SubscriptionPreferences | None = None
    public_key: str | None
    devices: int
    retired_devices: int = 0
    retired_at: datetime | None = None
