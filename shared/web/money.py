"""Amounts of money in request bodies: euros, rounded to cents."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.betting.bets import CENT

MAX_AMOUNT = Decimal(1_000_000)
"""The largest bankroll, stake or limit."""


def _reject_non_numbers(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("decimal_type", "a number")
    return value


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def number_schema(low: Decimal, high: Decimal, **extra: float) -> WithJsonSchema:
    """The JSON schema of a number between bounds."""
    return WithJsonSchema({"type": "number", "minimum": float(low), "maximum": float(high), **extra})


NUMBER = BeforeValidator(_reject_non_numbers)
"""Rejects strings and booleans in JSON bodies."""
# Bounds are checked before rounding, which fails on numbers with too many digits.
Money = Annotated[
    Decimal, Field(ge=0, le=MAX_AMOUNT), AfterValidator(cents), NUMBER, number_schema(Decimal(0), MAX_AMOUNT)
]
Stake = Annotated[
    Decimal, Field(ge=CENT, le=MAX_AMOUNT), AfterValidator(cents), NUMBER, number_schema(CENT, MAX_AMOUNT)
]
