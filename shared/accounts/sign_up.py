"""Sign-up data from Supabase's `user_metadata`. Users can edit it, so it never grants a permission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.accounts.legal_age import is_of_age

MAX_NAME_LENGTH = 100
"""Characters."""
EARLIEST_BIRTH_DATE = date(1900, 1, 1)
"""Earlier birth dates are rejected."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """Validated sign-up data."""

    full_name: str | None = None
    birth_date: date | None = None
    is_adult: bool = False

    def declares_adult(self, today: date) -> bool | None:
        """Whether the user is of legal age by their own declaration; None if unknown. A birth date takes precedence."""
        if self.birth_date is not None and self.birth_date <= today:
            return is_of_age(self.birth_date, today)
        return True if self.is_adult else None


def parse_sign_up(user_metadata: Mapping[str, object]) -> SignUp:
    """Parse `user_metadata`; invalid fields are ignored.

    >>> parse_sign_up({"full_name": " Camille ", "is_adult": "yes"})
    SignUp(full_name='Camille', birth_date=None, is_adult=False)
    """
    return SignUp(
        full_name=_name(user_metadata.get("full_name")),
        birth_date=_birth_date(user_metadata.get("birth_date")),
        is_adult=user_metadata.get("is_adult") is True,
    )


def _name(value: object) -> str | None:
    name = value.strip() if isinstance(value, str) else ""
    return name if name.isprintable() and len(name) <= MAX_NAME_LENGTH and name else None


def _birth_date(value: object) -> date | None:
    try:
        born = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return born if born is not None and born >= EARLIEST_BIRTH_DATE else None
