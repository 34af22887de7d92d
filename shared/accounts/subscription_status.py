"""The entitlement from a Stripe subscription; docs/understand/billing.md has the table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.accounts.plans import Plan

GRACE = timedelta(days=7)
"""Grace period after a failed payment, while Stripe retries."""
LIVE_STATUSES = frozenset({"trialing", "active", "past_due", "unpaid", "paused", "incomplete"})
"""Statuses of subscriptions that have not ended; a user has at most one such subscription."""


class EntitlementFault(StrEnum):
    """Why a live subscription gives no entitlement although it is paid; needs manual review."""

    UNKNOWN_PRICE = "unknown_price"
    """Its price belongs to no plan."""
    USER_MISMATCH = "user_mismatch"
    """The user id in its metadata is not that of its customer."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A Stripe subscription."""

    subscription_id: str
    # `trialing`, `active`, `past_due`, `unpaid`, `paused`, `incomplete`, `incomplete_expired` or `canceled`.
    status: str
    owner_id: str | None  # user id in its metadata, if any
    price_id: str | None  # Stripe's price id; None with several prices
    created_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None  # end of its trial; None if it never had one
    cancel_at_period_end: bool
    unpaid_since: datetime | None  # creation time of the latest invoice if unpaid
    refunded_or_disputed: bool  # whether the payment of the latest invoice was fully refunded or is disputed

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.status in LIVE_STATUSES


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The entitlement from a subscription."""

    plan: Plan = Plan.FREE  # `FREE` for no entitlement
    until: datetime | None = None  # when it expires without another payment; None for `FREE`
    fault: EntitlementFault | None = None  # why it is missing, if manual review is needed


def entitlement_from(
    subscription: Subscription, user_id: UUID, prices: Mapping[str, Plan], now: datetime
) -> Entitlement:
    """The entitlement from one subscription.

    Args:
        prices: plan by price id.
    """
    if not subscription.live:
        return Entitlement()
    if subscription.owner_id != str(user_id):
        return Entitlement(fault=EntitlementFault.USER_MISMATCH)
    plan = prices.get(subscription.price_id or "")
    if plan is None:
        return Entitlement(fault=EntitlementFault.UNKNOWN_PRICE)
    if subscription.refunded_or_disputed:
        return Entitlement()
    match subscription.status:
        case "trialing" | "active":
            return Entitlement(plan, subscription.period_end)
        case "past_due":
            until = (subscription.unpaid_since or subscription.period_start) + GRACE
            return Entitlement(plan, until) if now < until else Entitlement()
        case _:
            return Entitlement()


def highest(entitlements: Iterable[Entitlement]) -> Entitlement:
    """The entitlement with the highest plan."""
    plans = tuple(Plan)
    return max(entitlements, key=lambda each: plans.index(each.plan), default=Entitlement())


def trial_used(subscriptions: Iterable[Subscription]) -> bool:
    """Whether the user has used their one trial."""
    return any(each.trial_end is not None for each in subscriptions)
