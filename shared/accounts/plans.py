"""Who reads, and what they pay for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.accounts.sign_up import SignUp


class Plan(StrEnum):
    """What somebody may see and do, from the least to the most."""

    ANONYMOUS = "anonymous"
    FREE = "free"
    PREMIUM = "premium"
    ELITE = "elite"
    ADMIN = "admin"

    def covers(self, other: "Plan") -> bool:
        """Whether all that `other` may is in it."""
        plans = tuple(Plan)
        return plans.index(self) >= plans.index(other)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever sends a request.

    Attributes:
        user_id: the person's id; None for nobody that we know.
        plan: what they may see. `ANONYMOUS` with a user id is a visitor's account that names no person.
        email: the person's address, where the token tells it.
        by_key: whether an API key spoke for the person.
        second_factor: whether the person signed in with two factors.
        paused: whether the person has asked to be shown no picks for a while.
        sign_up: what the person's token states of their sign-up; nothing for a program.
    """

    user_id: UUID | None
    plan: Plan
    email: str | None
    by_key: bool
    second_factor: bool = False
    paused: bool = False
    sign_up: SignUp = field(default_factory=SignUp)


NOBODY = Reader(user_id=None, plan=Plan.ANONYMOUS, email=None, by_key=False)
PROFILE_ROLES = {Plan.FREE: "free", Plan.PREMIUM: "premium", Plan.ELITE: "premium", Plan.ADMIN: "admin"}
"""The words that the column `role` of Supabase's table `user_profiles` takes."""


def plan_told_by(app_metadata: Mapping[str, object]) -> Plan:
    """The plan of a person without an account of ours: the role that only we can write into their token, else free."""
    role = app_metadata.get("role")
    return Plan(role) if role in (Plan.PREMIUM, Plan.ELITE, Plan.ADMIN) else Plan.FREE
