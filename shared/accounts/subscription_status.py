"""What a subscription at Stripe entitles its person to; docs/billing.md has the table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.accounts.plans import Plan

GRACE = timedelta(days=7)
"""How long a plan outlives an invoice that could not be paid, while Stripe tries again."""
LIVE = frozenset({"trialing", "active", "past_due", "unpaid", "paused", "incomplete"})
"""Statuses of subscriptions that have not ended: a person has one of them at most."""


class Fault(StrEnum):
    """Why a live subscription entitles nobody, though somebody pays for it: we must look at it."""

    UNKNOWN_PRICE = "unknown_price"
    """Its price is none of our plans'."""
    OF_NOBODY = "of_nobody"
    """It does not name the person that its customer is to us."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as Stripe states it.

    Attributes:
        subscription_id: Stripe's id.
        status: Stripe's word: `trialing`, `active`, `past_due`, `unpaid`, `paused`, `incomplete`, `incomplete_expired`
            or `canceled`.
        person: the id of ours that it was made for; None where it names none.
        price_id: Stripe's id of its price; None where it has several.
        created_at: when it was made.
        period_start: when the running period began.
        period_end: when the running period ends.
        trial_end: when its trial ends or ended; None where it never had one.
        ends_with_period: whether it is not renewed.
        unpaid_since: from when the newest invoice is, if that is not paid.
        taken_back: whether what was paid for the newest invoice was given back in full, or is disputed.
    """

    subscription_id: str
    status: str
    person: str | None
    price_id: str | None
    created_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    ends_with_period: bool
    unpaid_since: datetime | None
    taken_back: bool

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a subscription gives.

    Attributes:
        plan: `FREE` where it gives nothing.
        until: when that ends unless something is paid; None for `FREE`.
        fault: why it gives nothing, where that is for us to mend.
    """

    plan: Plan = Plan.FREE
    until: datetime | None = None
    fault: Fault | None = None


def entitlement_from(told: Subscription, user_id: UUID, prices: Mapping[str, Plan], now: datetime) -> Entitlement:
    """What one subscription entitles a person to.

    Args:
        told: the subscription.
        user_id: the person that its customer is to us.
        prices: the plan of each price that we sell.
        now: this instant.
    """
    if not told.live:
        return Entitlement()
    if told.person != str(user_id):
        return Entitlement(fault=Fault.OF_NOBODY)
    plan = prices.get(told.price_id or "")
    if plan is None:
        return Entitlement(fault=Fault.UNKNOWN_PRICE)
    if told.taken_back:
        return Entitlement()
    match told.status:
        case "trialing" | "active":
            return Entitlement(plan, told.period_end)
        case "past_due":
            until = (told.unpaid_since or told.period_start) + GRACE
            return Entitlement(plan, until) if now < until else Entitlement()
        case _:
            return Entitlement()


def highest(entitlements: Iterable[Entitlement]) -> Entitlement:
    """The one of a person's entitlements that counts."""
    plans = tuple(Plan)
    return max(entitlements, key=lambda each: plans.index(each.plan), default=Entitlement())


def trial_is_over(subscriptions: Iterable[Subscription]) -> bool:
    """Whether a person has had their one trial."""
    return any(each.trial_end is not None for each in subscriptions)
