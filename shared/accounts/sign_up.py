"""What people write of themselves when they sign up. It is their own word: a name, an age, and never a right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.accounts.legal_age import is_of_age

LONGEST_NAME = 100
"""Characters."""
EARLIEST = date(1900, 1, 1)
"""No birth date of somebody alive is before it."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """What Supabase's `user_metadata` state, of which people can write anything at any time.

    Attributes:
        full_name: what the person is called.
        birth_date: when they were born.
        is_adult: whether they state to be of age.
    """

    full_name: str | None = None
    birth_date: date | None = None
    is_adult: bool = False

    def states_adult(self, today: date) -> bool | None:
        """Whether it states that somebody is of age; None where it states nothing. A birth date counts first."""
        if self.birth_date is not None and self.birth_date <= today:
            return is_of_age(self.birth_date, today)
        return True if self.is_adult else None


def sign_up_from(user_metadata: Mapping[str, object]) -> SignUp:
    """What of somebody's `user_metadata` can be read; the rest is left out."""
    return SignUp(
        full_name=_name(user_metadata.get("full_name")),
        birth_date=_birth_date(user_metadata.get("birth_date")),
        is_adult=user_metadata.get("is_adult") is True,
    )


def _name(value: object) -> str | None:
    name = value.strip() if isinstance(value, str) else ""
    return name if name.isprintable() and len(name) <= LONGEST_NAME and name else None


def _birth_date(value: object) -> date | None:
    try:
        born = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return born if born is not None and born >= EARLIEST else None
