"""The interface of LLM clients, their completions, and the cost of tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from shared.clients.errors import InvalidResponse
from shared.clients.fact_sheets import MODEL_PRICES

PRICES = MODEL_PRICES
"""US dollars per million input and output tokens."""
HIGHEST_PRICE = max(PRICES.values())
"""The price assumed for unknown models."""
MAX_OUTPUT_TOKENS = 4000
"""Of one completion, thinking tokens included."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's text, with its input and output tokens."""

    text: str
    tokens_in: int
    tokens_out: int


class IncompleteCompletion(InvalidResponse):
    """A billed completion without a complete text: empty, truncated or declined.

    Attributes:
        tokens_in, tokens_out: input and output tokens.
    """

    def __init__(self, message: str, tokens_in: int, tokens_out: int) -> None:
        super().__init__(message)
        self.tokens_in, self.tokens_out = tokens_in, tokens_out


class LLMClient(Protocol):
    """A language model with structured JSON output."""

    name: str
    model: str

    def complete(self, system: str, user: str, schema: dict[str, Any], *, deadline: datetime) -> Completion:
        """A completion in the form of a JSON schema.

        Raises:
            UpstreamError: see `shared.clients.errors`; `Rejected` with 404 for an unknown model,
                `IncompleteCompletion` if tokens were billed.
        """
        ...


def cost(model: str, tokens_in: int, tokens_out: int) -> Decimal:
    """The cost of tokens in US dollars."""
    read, written = PRICES.get(model, HIGHEST_PRICE)
    return (read * tokens_in + written * tokens_out) / 1_000_000


def seconds_left(now: Callable[[], datetime], deadline: datetime, most: float) -> float:
    """The timeout of a request before a deadline, at most `most`; 0 if the deadline has passed."""
    return max(min((deadline - now()).total_seconds(), most), 0.0)
