"""Plans and the caller of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.accounts.sign_up import SignUp


class Plan(StrEnum):
    """Plans in ascending order."""

    ANONYMOUS = "anonymous"
    FREE = "free"
    PREMIUM = "premium"
    ELITE = "elite"
    ADMIN = "admin"

    def covers(self, other: "Plan") -> bool:
        """Whether the plan includes everything that `other` does."""
        plans = tuple(Plan)
        return plans.index(self) >= plans.index(other)


@dataclass(frozen=True, slots=True)
class Reader:
    """The caller of a request."""

    user_id: UUID | None  # id of the user; None without authentication
    plan: Plan  # effective plan. `ANONYMOUS` with a user id is an anonymous sign-in.
    email: str | None
    by_key: bool  # whether the request was authenticated by an API key
    second_factor: bool = False
    paused: bool = False  # whether a cool-off is active
    sign_up: SignUp = field(default_factory=SignUp)


ANONYMOUS_READER = Reader(user_id=None, plan=Plan.ANONYMOUS, email=None, by_key=False)
PROFILE_ROLES = {Plan.FREE: "free", Plan.PREMIUM: "premium", Plan.ELITE: "premium", Plan.ADMIN: "admin"}
"""Allowed values of the column `role` of Supabase's table `user_profiles`."""


def plan_from_metadata(app_metadata: Mapping[str, object]) -> Plan:
    """The plan of a user without an account row: the role in the token's `app_metadata`, else free.

    >>> plan_from_metadata({"role": "elite"})
    <Plan.ELITE: 'elite'>
    """
    role = app_metadata.get("role")
    return Plan(role) if role in (Plan.PREMIUM, Plan.ELITE, Plan.ADMIN) else Plan.FREE
