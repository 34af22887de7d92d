"""Anthropic, the fallback LLM: `POST /v1/messages` (platform.claude.com/docs), through its SDK.

Errors are those of `groq_client`; besides, a 429 for an exhausted spend limit is `Rejected`, since waiting does not
help, and a 529 (overloaded) is retried once. The models think before they write, which counts as output tokens: low
`effort` keeps that short. They have no `temperature`.

The SDK loads 3,000 modules in 0.7 s, so it is imported with the first request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.clients.errors import Rejected, UpstreamError
from shared.clients.llm.completion import (
    MAX_OUTPUT_TOKENS,
    Completion,
    IncompleteCompletion,
    request_timeout,
    translate_error,
)

if TYPE_CHECKING:
    from anthropic import Anthropic, AnthropicError
    from anthropic.types import Message

TIMEOUT = 20.0
"""Seconds."""
OVERLOADED = 529
SPEND_LIMIT_CODE = "enforced_spend_limit_reached"


class AnthropicClient:
    """A model of Anthropic's.

    Args:
        model: the model's name; its existence is checked once.
        pause: waits a short random time.
    """

    name = "anthropic"

    def __init__(
        self, base_url: str, key: str, model: str, now: Callable[[], datetime], pause: Callable[[], None]
    ) -> None:
        self.model = model
        self._base_url, self._key, self._now, self._pause = base_url.rstrip("/"), key, now, pause
        self._model_checked = False

    def complete(self, system: str, user: str, schema: dict[str, Any], *, deadline: datetime) -> Completion:
        """A completion in the form of a JSON schema."""
        from anthropic import Anthropic, AnthropicError, APIStatusError, DefaultHttpxClient  # noqa: PLC0415

        http = DefaultHttpxClient(trust_env=False)
        try:
            with Anthropic(api_key=self._key, base_url=self._base_url, max_retries=0, http_client=http) as client:
                if not self._model_checked:
                    client.models.retrieve(self.model, timeout=self._timeout(deadline))
                    self._model_checked = True
                try:
                    message = self._create_message(client, system, user, schema, deadline)
                except APIStatusError as error:
                    if error.status_code != OVERLOADED:
                        raise
                    self._pause()
                    message = self._create_message(client, system, user, schema, deadline)
        except AnthropicError as error:
            raise _translate_error(error) from None
        text = "".join(block.text for block in message.content if block.type == "text")
        tokens = message.usage.input_tokens, message.usage.output_tokens
        if message.stop_reason != "end_turn":  # max_tokens: cut short; refusal: declined by its safety classifiers
            raise IncompleteCompletion(f"Anthropic's answer ended with {message.stop_reason}", *tokens)
        if not text:
            raise IncompleteCompletion("Anthropic's answer is empty", *tokens)
        return Completion(text, *tokens)

    def _create_message(
        self, client: Anthropic, system: str, user: str, schema: dict[str, Any], deadline: datetime
    ) -> Message:
        return client.messages.create(
            model=self.model,
            system=system,
            messages=[{"role": "user", "content": user}],
            output_config={"format": {"type": "json_schema", "schema": schema}, "effort": "low"},
            max_tokens=MAX_OUTPUT_TOKENS,
            timeout=self._timeout(deadline),
        )

    def _timeout(self, deadline: datetime) -> float:
        return request_timeout("Anthropic", self._now, deadline, TIMEOUT)


def _translate_error(error: AnthropicError) -> UpstreamError:
    if SPEND_LIMIT_CODE in str(getattr(error, "body", "")):
        return Rejected("Anthropic's spend limit is used up: raise it, or wait for the next month", 429)
    return translate_error("Anthropic", error)
