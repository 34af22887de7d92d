"""The interface of LLM clients, their completions and errors, and the cost of tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.fact_sheets import MODEL_PRICES

HIGHEST_PRICE = max(MODEL_PRICES.values())
"""The price assumed for unknown models."""
MAX_OUTPUT_TOKENS = 4000
"""Of one completion, thinking tokens included."""
DEFAULT_RETRY_AFTER = 60.0
"""Seconds to wait after a 429 without Retry-After."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's text, with its input and output tokens."""

    text: str
    tokens_in: int
    tokens_out: int


class IncompleteCompletion(InvalidResponse):
    """A billed completion without a complete text: empty, truncated or declined."""

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
    read, written = MODEL_PRICES.get(model, HIGHEST_PRICE)
    return (read * tokens_in + written * tokens_out) / 1_000_000


def request_timeout(provider: str, now: Callable[[], datetime], deadline: datetime, most: float) -> float:
    """The timeout of a request before a deadline, at most `most`, in seconds.

    Raises:
        Unavailable: less than a second is left.
    """
    left = min((deadline - now()).total_seconds(), most)
    if left < 1:
        raise Unavailable(f"there is no time left to ask {provider}")
    return left


def translate_error(provider: str, error: Any) -> UpstreamError:
    """An exception of Groq's or Anthropic's SDK, without its text, which may quote the request."""
    status = getattr(error, "status_code", None)
    if status == 429:
        wait = parse_retry_after(error.response.headers.get("retry-after"))
        return RateLimited(f"{provider} returned 429: its rate limit is exceeded", wait)
    if status is not None:
        reason = f"{provider} answered {status}"
        return Unavailable(reason) if status >= 500 else Rejected(reason, status)
    match type(error).__name__:
        case "APITimeoutError":
            return Unavailable(f"{provider} did not answer in time")
        case "APIConnectionError":
            return Unavailable(f"{provider} cannot be reached")
        case name:
            return InvalidResponse(f"{provider}'s answer is none: {name}")


def parse_retry_after(header: str | None) -> float:
    """A `Retry-After` header in seconds, at most a day."""
    try:
        return min(max(float(header or DEFAULT_RETRY_AFTER), 0.0), 86_400.0)
    except ValueError:
        return DEFAULT_RETRY_AFTER
