"""Groq, the preferred LLM: `POST /openai/v1/chat/completions` (console.groq.com/docs), through its SDK.

Errors (see `shared.clients.errors`): `RateLimited` for 429, `Rejected` for other 4xx (404: unknown model),
`Unavailable` for 5xx, timeouts and connection errors, `InvalidResponse` for unreadable responses. No retries: the next
client is the fallback. The SDK is imported with the first request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.clients.errors import InvalidResponse
from shared.clients.llm.completion import (
    MAX_OUTPUT_TOKENS,
    Completion,
    IncompleteCompletion,
    request_timeout,
    translate_error,
)

TIMEOUT = 15.0
"""Seconds."""


class GroqClient:
    """A model of Groq's.

    Args:
        base_url: URL of the API, with or without `/openai/v1`.
        model: the model's name; its existence is checked once.
    """

    name = "groq"

    def __init__(self, base_url: str, key: str, model: str, now: Callable[[], datetime]) -> None:
        self.model = model
        self._base_url, self._key, self._now = base_url.rstrip("/").removesuffix("/openai/v1"), key, now
        self._model_checked = False

    def complete(self, system: str, user: str, schema: dict[str, Any], *, deadline: datetime) -> Completion:
        """A completion in the form of a JSON schema."""
        import httpx  # noqa: PLC0415
        from groq import Groq, GroqError  # noqa: PLC0415  # takes 130 ms

        from shared.clients import tls  # noqa: PLC0415

        http = httpx.Client(verify=tls.context(), trust_env=False)
        try:
            with Groq(api_key=self._key, base_url=self._base_url, max_retries=0, http_client=http) as client:
                if not self._model_checked:
                    client.models.retrieve(self.model, timeout=request_timeout("Groq", self._now, deadline, TIMEOUT))
                    self._model_checked = True
                response = client.chat.completions.create(
                    model=self.model,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "answer", "strict": True, "schema": schema},
                    },
                    reasoning_effort="low",
                    temperature=0.3,
                    max_completion_tokens=MAX_OUTPUT_TOKENS,
                    timeout=request_timeout("Groq", self._now, deadline, TIMEOUT),
                )
        except GroqError as error:
            raise translate_error("Groq", error) from None
        if not response.choices or response.usage is None:
            raise InvalidResponse("Groq's answer is empty")
        [choice, *_], tokens = response.choices, (response.usage.prompt_tokens, response.usage.completion_tokens)
        if choice.finish_reason != "stop":  # length: truncated
            raise IncompleteCompletion(f"Groq's answer ended with {choice.finish_reason}", *tokens)
        if not choice.message.content:
            raise IncompleteCompletion("Groq's answer is empty", *tokens)
        return Completion(choice.message.content, *tokens)
