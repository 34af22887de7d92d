"""How a person stands with us: what they may see, whether they are gone, and until when they pause."""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.plans import Plan

DELETED = "deleted"
NO_ACCOUNT = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """What our database says of a person.

    Attributes:
        plan: a word of `Plan`, `deleted` for a person who is gone, `none` for one without an account of ours.
        paused_until: when their cool-off ends or ended; None where they never asked for one.
    """

    plan: str
    paused_until: datetime | None = None

    def paused(self, now: datetime) -> bool:
        """Whether they have asked to be shown no picks at an instant."""
        return self.paused_until is not None and now < self.paused_until

    def text(self) -> str:
        """The same in a line; `read` makes it a standing again."""
        return self.plan if self.paused_until is None else f"{self.plan} {self.paused_until.isoformat()}"


def read(text: str | None) -> Standing | None:
    """A standing from its line; None where there is none, or it is none of ours."""
    plan, _, until = (text or "").partition(" ")
    if plan not in {*Plan, DELETED, NO_ACCOUNT}:
        return None
    try:
        paused_until = datetime.fromisoformat(until) if until else None
    except ValueError:
        return None
    return None if paused_until is not None and paused_until.tzinfo is None else Standing(plan, paused_until)
