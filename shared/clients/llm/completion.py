"""What a language model wrote, and what it cost: the same from every writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from shared.clients.errors import InvalidResponse
from shared.clients.fact_sheets import MODEL_PRICES

PRICES = MODEL_PRICES
"""US dollars for a million tokens read and written."""
HIGHEST_PRICE = max(PRICES.values())
"""What a model of unknown price is taken to cost."""
MAX_OUTPUT_TOKENS = 4000
"""That a writer may write in one answer. Thinking counts too: both writers' models think before they write."""


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer, and how many tokens it took."""

    text: str
    tokens_in: int
    tokens_out: int


class IncompleteCompletion(InvalidResponse):
    """A model's answer that holds no whole text, though its tokens are paid for: empty, cut short, or declined.

    Attributes:
        tokens_in, tokens_out: what it took.
    """

    def __init__(self, message: str, tokens_in: int, tokens_out: int) -> None:
        super().__init__(message)
        self.tokens_in, self.tokens_out = tokens_in, tokens_out


class LLMClient(Protocol):
    """A language model that answers in JSON."""

    name: str
    model: str

    def complete(self, system: str, user: str, schema: dict[str, Any], *, deadline: datetime) -> Completion:
        """An answer in the form of a schema.

        Raises:
            UpstreamError: there is none (see `shared.clients.errors`); `Refused` with 404: there is no such model;
                `NoAnswer`: there is none, and it took tokens.
        """
        ...


def cost(model: str, tokens_in: int, tokens_out: int) -> Decimal:
    """What tokens cost, in US dollars."""
    read, written = PRICES.get(model, HIGHEST_PRICE)
    return (read * tokens_in + written * tokens_out) / 1_000_000


def seconds_left(now: Callable[[], datetime], deadline: datetime, most: float) -> float:
    """How long an answer may be waited for; 0 where the time is up."""
    return max(min((deadline - now()).total_seconds(), most), 0.0)
