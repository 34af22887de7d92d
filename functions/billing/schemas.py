"""Request and response models of subscriptions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from shared.web.params import STRING_IN_SCHEMA
from shared.web.strict_json import RequestModel

Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]


class CreateCheckoutRequest(RequestModel):
    """The plan to subscribe to, and the pages to return to after payment or cancellation."""

    plan: Annotated[Literal["premium", "elite"], STRING_IN_SCHEMA]
    success_url: Address
    cancel_url: Address


class CheckoutResponse(BaseModel):
    """Stripe's checkout page."""

    session_id: str
    checkout_url: str


class PortalRequest(RequestModel):
    """The page to return to from the customer portal."""

    return_url: Address


class PortalResponse(BaseModel):
    """Stripe's portal page for invoices, card and plan; valid for this user only."""

    portal_url: str


class CancelRequest(RequestModel):
    """Whether to cancel immediately, or at the end of the paid period."""

    immediate: bool = False


class SubscriptionResponse(BaseModel):
    """A subscription as last read from Stripe; `plan` is its current entitlement, `free` if unpaid."""

    id: str
    status: str
    plan: str
    current_period_start: datetime
    current_period_end: datetime
    cancel_at_period_end: bool
    entitled_until: datetime | None
    trial_end: datetime | None


class SubscriptionChangeResponse(BaseModel):
    """The new state of a subscription."""

    id: str
    status: str
    cancel_at_period_end: bool
