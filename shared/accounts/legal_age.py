"""Legal age for betting in France: 18 (Code de la sécurité intérieure, L320-7)."""

from datetime import date

LEGAL_AGE = 18
"""Years."""


def is_of_age(born: date, today: date) -> bool:
    """Whether a person is 18 or older; a birthday on 29 February counts from 1 March in other years.

    >>> is_of_age(date(2008, 2, 29), date(2026, 2, 28))
    False
    """
    return (today.year - LEGAL_AGE, today.month, today.day) >= (born.year, born.month, born.day)
