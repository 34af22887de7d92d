"""Numbers with decimals in the body of a request: euros, rounded to cents."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.betting.bets import CENT

MAX_AMOUNT = Decimal(1_000_000)
"""The most that a bankroll, a stake or a limit can be."""


def _reject_non_numbers(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("decimal_type", "a number")
    return value


def cents(amount: Decimal) -> Decimal:
    """An amount in whole cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def number_schema(low: Decimal, high: Decimal, **extra: float) -> WithJsonSchema:
    """What the API's description says of a number between bounds."""
    return WithJsonSchema({"type": "number", "minimum": float(low), "maximum": float(high), **extra})


NUMBER = BeforeValidator(_reject_non_numbers)
"""Of a body, in which numbers are no texts; in an address they are."""
# Bounds stand before the rounding, for which a number can have too many digits.
Money = Annotated[
    Decimal, Field(ge=0, le=MAX_AMOUNT), AfterValidator(cents), NUMBER, number_schema(Decimal(0), MAX_AMOUNT)
]
Stake = Annotated[
    Decimal, Field(ge=CENT, le=MAX_AMOUNT), AfterValidator(cents), NUMBER, number_schema(CENT, MAX_AMOUNT)
]
