"""The status of an account: plan, deletion and cool-off."""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.plans import Plan

DELETED = "deleted"
NO_ACCOUNT = "none"


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """The status of a user's account in our database."""

    plan: str  # a value of `Plan`, `deleted` for a deleted account, or `none` without an account
    paused_until: datetime | None = None  # end of the latest cool-off, past or future; None without one

    def paused(self, now: datetime) -> bool:
        """Whether a cool-off is active."""
        return self.paused_until is not None and now < self.paused_until

    def serialize(self) -> str:
        """The status as one line of text, the inverse of `parse`.

        >>> AccountStatus("free", datetime.fromisoformat("2026-11-22T15:00:00+00:00")).serialize()
        'free 2026-11-22T15:00:00+00:00'
        """
        return self.plan if self.paused_until is None else f"{self.plan} {self.paused_until.isoformat()}"


def parse(text: str | None) -> AccountStatus | None:
    """Parse a serialized status; None for missing or invalid text.

    >>> parse("premium")
    AccountStatus(plan='premium', paused_until=None)
    """
    plan, _, until = (text or "").partition(" ")
    if plan not in {*Plan, DELETED, NO_ACCOUNT}:
        return None
    try:
        paused_until = datetime.fromisoformat(until) if until else None
    except ValueError:
        return None
    return None if paused_until is not None and paused_until.tzinfo is None else AccountStatus(plan, paused_until)
