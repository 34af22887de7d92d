"""Fakes of Groq and Anthropic at the wire: models that restate the facts.

They replace https://api.groq.com and https://api.anthropic.com in tests and for `make run`. Like the real APIs they
reject a missing key, an unknown model and a schema that is not strict.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from starlette import responses
from starlette.requests import Request

from local.asgi import Application
from local.http_server import serve as serve_http

GROQ_KEY, ANTHROPIC_KEY = "gsk_local", "sk-ant-local"
MODELS = {"openai/gpt-oss-120b", "claude-haiku-5-5"}

Response = tuple[int, dict[str, Any], dict[str, str]]
"""Status, body, headers."""
Model = Callable[[str, str], str]
"""Generates a completion from system and user message."""


def write_from_facts(system: str, user: str) -> str:
    """A completion that restates the facts, and cites the first article if there is one."""
    facts = json.loads(user.partition("FACTS\n")[2].partition("\nEND OF FACTS")[0])
    articles = json.loads(user.partition("\nNEWS\n")[2].partition("\nEND OF NEWS")[0])
    texts: dict[str, Any] = {
        language: _text(language, facts[language], cites=bool(articles)) for language in ("fr", "en")
    }
    return json.dumps({**texts, "cited_sources": [article["id"] for article in articles[:1]], "signals": []})


class FakeLLMs(Application):
    """The ASGI application of both."""

    def __init__(self, model: Model = write_from_facts) -> None:
        self.model = model
        self.requests: list[tuple[str, str, dict[str, Any]]] = []  # method, path and body of every request
        self.queued: dict[str, list[Response]] = {"groq": [], "anthropic": []}  # returned instead of the next ones
        self.models = set(MODELS)

    def completions(self, provider: str) -> int:
        """Number of completion requests to a provider."""
        path = {"groq": "/openai/v1/chat/completions", "anthropic": "/v1/messages"}[provider]
        return sum(requested == path for _, requested, _ in self.requests)

    async def respond(self, request: Request) -> responses.Response:
        """The response of the API whose path is requested."""
        path, payload = request.scope["path"], json.loads(await request.body() or b"{}")
        self.requests.append((request.method, path, payload))
        status, content, headers = self._respond(path, payload, request.headers)
        return responses.JSONResponse(content, status, headers)

    def _respond(self, path: str, payload: dict[str, Any], headers: Mapping[str, str]) -> Response:
        groq = path.startswith("/openai/v1/")
        # Anthropic's SDK sends the key as a bearer token from 2.x on; the API accepts that and x-api-key.
        key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if key != (GROQ_KEY if groq else ANTHROPIC_KEY):
            return 401, _error("authentication_error", "invalid key"), {}
        if "/models/" in path:
            model = path.partition("/models/")[2]
            if model not in self.models:
                return 404, _error("model_not_found", f"{model} does not exist"), {}
            listed = {"object": "model", "owned_by": "", "active": True, "type": "model", "display_name": model}
            return 200, {"id": model, "created": 0, "created_at": "2026-01-01T00:00:00Z", **listed}, {}
        if path.endswith("/models"):
            return 200, {"data": [{"id": model} for model in sorted(self.models)], "object": "list"}, {}
        queued = self.queued["groq" if groq else "anthropic"]
        if queued:
            return queued.pop(0)
        return (
            (200, self._groq(payload) if groq else self._anthropic(payload), {})
            if self._is_valid(payload)
            else ((400, _error("invalid_request_error", "an unknown model, or a schema that is not strict"), {}))
        )

    def _is_valid(self, payload: dict[str, Any]) -> bool:
        # Claude's models of 2026 accept no sampling parameters (platform.claude.com, migration guide).
        if "messages" in payload and "system" in payload and payload.keys() & {"temperature", "top_p", "top_k"}:
            return False
        schema = payload.get("response_format", {}).get("json_schema") or payload.get("output_config", {}).get(
            "format", {}
        )
        return payload.get("model") in self.models and schema.get("schema", {}).get("additionalProperties") is False

    def _groq(self, payload: dict[str, Any]) -> dict[str, Any]:
        system, user = (message["content"] for message in payload["messages"])
        text = self.model(system, user)
        usage = {"prompt_tokens": _tokens(system + user), "completion_tokens": _tokens(text)}
        usage["total_tokens"] = sum(usage.values())
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
        return {
            "id": "chatcmpl-local",
            "object": "chat.completion",
            "created": 0,
            "model": payload["model"],
            "choices": [choice],
            "usage": usage,
        }

    def _anthropic(self, payload: dict[str, Any]) -> dict[str, Any]:
        user = payload["messages"][0]["content"]
        text = self.model(payload["system"], user)
        return {
            "id": "msg_local",
            "type": "message",
            "role": "assistant",
            "model": payload["model"],
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": _tokens(payload["system"] + user), "output_tokens": _tokens(text)},
        }


@contextmanager
def serve(fake: FakeLLMs) -> Iterator[str]:
    """Serve both until the block ends; yields their address."""
    with serve_http(fake) as address:
        yield address


def _tokens(text: str) -> int:
    """About four characters each."""
    return len(text) // 4


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "code": kind, "message": message}, "request_id": "req_local"}


def _text(language: str, facts: dict[str, Any], *, cites: bool) -> dict[str, Any]:
    home, away, shares = facts["home"]["name"], facts["away"]["name"], facts["probabilities"]
    goals = facts["expected_goals"]
    if language == "fr":
        return {
            "explanation": f"Notre prévision donne {shares['home_win']} à {home}, {shares['draw']} au nul et "
            f"{shares['away_win']} à {away}. "
            f"Les buts attendus sont de {goals[0]} pour {home} et de {goals[1]} pour {away}.",
            "context": f"Les articles parlent de l'avant-match de {home} et des absences dans les deux équipes."
            if cites
            else "",
            "key_factors": [f"Les buts attendus de {home} : {goals[0]}"],
            "risk_factors": [f"Le nul garde une probabilité de {shares['draw']}"],
        }
    return {
        "explanation": f"Our forecast gives {shares['home_win']} to {home}, {shares['draw']} to the draw and "
        f"{shares['away_win']} to {away}. The expected goals are {goals[0]} for {home} and {goals[1]} for {away}.",
        "context": f"The articles tell of the days before the match of {home} and of those missing." if cites else "",
        "key_factors": [f"The expected goals of {home}: {goals[0]}"],
        "risk_factors": [f"The draw keeps a probability of {shares['draw']}"],
    }
