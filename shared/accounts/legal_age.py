"""Of age: those younger than 18 may not bet (Code de la sécurité intérieure, L320-7)."""

from datetime import date

OF_AGE = 18
"""Years."""


def is_of_age(born: date, today: date) -> bool:
    """Whether somebody is 18 or older; who was born on 29 February is so from 1 March in a year without one."""
    return (today.year - OF_AGE, today.month, today.day) >= (born.year, born.month, born.day)
