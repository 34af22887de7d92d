"""What is asked and answered about subscriptions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.web.params import STRING_IN_SCHEMA

Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CreateCheckoutRequest(_Request):
    """A subscription that is wished for, and where its person goes when they have paid, or have not."""

    plan: Annotated[Literal["premium", "elite"], STRING_IN_SCHEMA]
    success_url: Address
    cancel_url: Address


class CheckoutResponse(BaseModel):
    """The page of Stripe's on which to subscribe."""

    session_id: str
    checkout_url: str


class PortalRequest(_Request):
    """Where the person goes from the customer portal."""

    return_url: Address


class PortalResponse(BaseModel):
    """The page of Stripe's on which a person sees invoices and changes card or plan. It is theirs alone."""

    portal_url: str


class CancelRequest(_Request):
    """Whether a subscription ends at once, or with the period that is paid for."""

    immediate: bool = False


class SubscriptionResponse(BaseModel):
    """A subscription as Stripe states it; `plan` is what it gives now, `free` where nothing is paid."""

    id: str
    status: str
    plan: str
    current_period_start: datetime
    current_period_end: datetime
    cancel_at_period_end: bool
    entitled_until: datetime | None
    trial_end: datetime | None


class SubscriptionChangeResponse(BaseModel):
    """What became of a subscription."""

    id: str
    status: str
    cancel_at_period_end: bool
