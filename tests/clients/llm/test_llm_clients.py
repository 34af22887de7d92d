"""Groq and Anthropic at the wire, by their own SDKs: real HTTP to servers that stand for them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local import fake_llms
from local.fake_llms import ANTHROPIC_KEY, GROQ_KEY, FakeLLMs
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.llm.anthropic_client import AnthropicClient
from shared.clients.llm.completion import MAX_OUTPUT_TOKENS, IncompleteCompletion, cost, parse_retry_after
from shared.clients.llm.groq_client import GroqClient
from shared.explanations.prompt import SCHEMA
from tests.explanations.sample_request import build_sample

NOW = datetime(2026, 11, 22, 4, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
GROQ, HAIKU = "openai/gpt-oss-120b", "claude-haiku-5-5"
REQUEST = build_sample()
ERROR = {"type": "error", "error": {"type": "x", "message": "secret words of the request"}, "request_id": "r"}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[FakeLLMs, str]]:
    stand_in = FakeLLMs()
    with fake_llms.serve(stand_in) as address:
        yield stand_in, address


@pytest.fixture
def both(server: tuple[FakeLLMs, str]) -> FakeLLMs:
    stand_in, _ = server
    stand_in.requests.clear()
    for instead in stand_in.queued.values():
        instead.clear()
    return stand_in


def groq(address: str, **changes: Any) -> GroqClient:
    options = {"base_url": f"{address}/openai/v1", "key": GROQ_KEY, "model": GROQ, "now": lambda: NOW, **changes}
    return GroqClient(**options)


def anthropic(address: str, **changes: Any) -> AnthropicClient:
    options = {"base_url": address, "key": ANTHROPIC_KEY, "model": HAIKU, "now": lambda: NOW, "pause": lambda: None}
    return AnthropicClient(**{**options, **changes})


WRITERS: list[Any] = [pytest.param(groq, id="groq"), pytest.param(anthropic, id="anthropic")]


def write(writer: Any, deadline: datetime = LATER) -> Any:
    return writer.complete(REQUEST.system, REQUEST.user, SCHEMA, deadline=deadline)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_completion_has_its_token_counts(both: FakeLLMs, server: Any, writer: Any) -> None:
    completion = write(writer(server[1]))
    assert completion.text.startswith('{"fr"')
    assert (completion.tokens_in, completion.tokens_out) == (
        (len(REQUEST.system + REQUEST.user)) // 4,
        len(completion.text) // 4,
    )


def test_requests_enforce_the_json_schema(both: FakeLLMs, server: Any) -> None:
    write(groq(server[1]))
    write(anthropic(server[1]))
    _, groq_request, _, anthropic_request = (request for _, _, request in both.requests)
    response_format = groq_request["response_format"]
    assert (
        response_format["type"],
        response_format["json_schema"]["strict"],
        response_format["json_schema"]["schema"],
    ) == ("json_schema", True, SCHEMA)
    assert groq_request["reasoning_effort"] == "low"
    assert anthropic_request["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "low"}
    assert anthropic_request["max_tokens"] == groq_request["max_completion_tokens"] == MAX_OUTPUT_TOKENS, (
        "thinking included"
    )
    assert anthropic_request["system"] == groq_request["messages"][0]["content"] == REQUEST.system


@pytest.mark.parametrize("writer", WRITERS)
def test_the_model_is_checked_once(both: FakeLLMs, server: Any, writer: Any) -> None:
    one = writer(server[1])
    write(one)
    write(one)
    assert [method for method, _, _ in both.requests] == ["GET", "POST", "POST"]


@pytest.mark.case("E14")
@pytest.mark.parametrize("writer", WRITERS)
def test_an_unknown_model_is_rejected_before_a_completion_is_requested(
    both: FakeLLMs, server: Any, writer: Any
) -> None:
    with pytest.raises(Rejected) as refused:
        write(writer(server[1], model="gone"))
    assert refused.value.status == 404
    assert len(both.requests) == 1


@pytest.mark.case("E13")
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"retry-after": "7"}, RateLimited),
        (429, {}, RateLimited),
        (401, {}, Rejected),
        (400, {}, Rejected),
        (413, {}, Rejected),
        (500, {}, Unavailable),
        (503, {}, Unavailable),
    ],
)
def test_each_error_status_is_translated_and_not_retried(
    both: FakeLLMs, server: Any, writer: Any, status: int, headers: dict[str, str], expected: type[UpstreamError]
) -> None:
    """The next writer is the second try."""
    both.queued[writer("x").name].append((status, ERROR, headers))
    with pytest.raises(expected) as raised:
        write(writer(server[1]))
    assert both.completions(writer("x").name) == 1
    assert "secret" not in str(raised.value)
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == float(headers.get("retry-after", 60))


@pytest.mark.case("E15")
def test_an_exhausted_spend_limit_is_rejected_and_not_retried(both: FakeLLMs, server: Any) -> None:
    """Not tried again."""
    limit = {
        "type": "rate_limit_error",
        "message": "no more",
        "details": {"error_code": "enforced_spend_limit_reached"},
    }
    both.queued["anthropic"].append((429, {**ERROR, "error": limit}, {"retry-after": "60"}))
    with pytest.raises(Rejected, match="spend limit"):
        write(anthropic(server[1]))
    assert both.completions("anthropic") == 1


@pytest.mark.case("E15")
def test_an_overloaded_api_is_retried_once_after_a_pause(both: FakeLLMs, server: Any) -> None:
    """With jitter, which the pause brings."""
    pauses: list[int] = []
    both.queued["anthropic"].append((529, ERROR, {}))
    assert write(anthropic(server[1], pause=lambda: pauses.append(1))).text
    assert (both.completions("anthropic"), pauses) == (2, [1])
    both.queued["anthropic"] += [(529, ERROR, {}), (529, ERROR, {})]
    with pytest.raises(Unavailable):
        write(anthropic(server[1]))
    assert both.completions("anthropic") == 4


@pytest.mark.parametrize("writer", WRITERS)
def test_an_unreachable_api_is_unavailable(writer: Any) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        write(writer("http://127.0.0.1:9"))


@pytest.mark.parametrize("writer", WRITERS)
def test_no_request_is_sent_after_the_deadline(both: FakeLLMs, server: Any, writer: Any) -> None:
    with pytest.raises(Unavailable, match="no time left"):
        write(writer(server[1]), deadline=NOW)
    assert both.requests == []


@pytest.mark.parametrize("writer", WRITERS)
def test_an_empty_completion_is_invalid(both: FakeLLMs, server: Any, writer: Any) -> None:
    both.model = lambda system, user: ""
    try:
        with pytest.raises(InvalidResponse):
            write(writer(server[1]))
    finally:
        both.model = fake_llms.write_from_facts


def anthropic_message(stop_reason: str, *content: dict[str, Any]) -> dict[str, Any]:
    """As its API answers; thinking is counted among the tokens that were written."""
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": HAIKU, "content": list(content)}
    return {**body, "stop_reason": stop_reason, "usage": {"input_tokens": 2600, "output_tokens": 4000}}


def groq_completion(finish_reason: str, content: str) -> dict[str, Any]:
    """As its API answers."""
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": content}}
    usage = {"prompt_tokens": 2600, "completion_tokens": 4000, "total_tokens": 6600}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": GROQ}
    return {**body, "choices": [choice], "usage": usage}


THINKING = {"type": "thinking", "thinking": "…", "signature": "s"}
HALF = {"type": "text", "text": '{"fr": {"explanation": "Notre prév'}


@pytest.mark.case("E16")
@pytest.mark.parametrize(
    ("writer", "body", "why"),
    [
        (anthropic, anthropic_message("max_tokens", THINKING), "ended with max_tokens"),
        (anthropic, anthropic_message("max_tokens", THINKING, HALF), "ended with max_tokens"),
        (anthropic, anthropic_message("refusal"), "ended with refusal"),
        (anthropic, anthropic_message("refusal", HALF), "ended with refusal"),
        (anthropic, anthropic_message("end_turn", THINKING), "empty"),
        (groq, groq_completion("length", HALF["text"]), "ended with length"),
        (groq, groq_completion("length", ""), "ended with length"),
        (groq, groq_completion("stop", ""), "empty"),
    ],
)
def test_an_incomplete_completion_is_an_error_with_its_token_counts(
    both: FakeLLMs, server: Any, writer: Any, body: dict[str, Any], why: str
) -> None:
    both.queued[writer("x").name].append((200, body, {}))
    with pytest.raises(IncompleteCompletion, match=why) as raised:
        write(writer(server[1]))
    assert (raised.value.tokens_in, raised.value.tokens_out) == (2600, 4000)


def test_thinking_is_not_part_of_the_text(both: FakeLLMs, server: Any) -> None:
    both.queued["anthropic"].append((200, anthropic_message("end_turn", THINKING, {"type": "text", "text": "{}"}), {}))
    assert write(anthropic(server[1])).text == "{}"


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("0.5", 0.5), (None, 60), ("soon", 60), ("-1", 0), ("1e9", 86_400)]
)
def test_retry_after_is_bounded_and_has_a_default(header: str | None, seconds: float) -> None:
    assert parse_retry_after(header) == seconds


def test_cost_of_tokens_by_model() -> None:
    assert cost(GROQ, 1_000_000, 1_000_000) == Decimal("0.75")
    assert cost(HAIKU, 1_000_000, 200_000) == Decimal("0.20")
    assert cost("a model of tomorrow", 1_000_000, 0) == Decimal(4), "taken for the dearest, never for free"


def test_no_sdk_is_imported_before_the_first_request() -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = (
        "import sys; import shared.clients.llm.groq_client, shared.clients.llm.anthropic_client;"
        "import shared.services.llm_fallback;"
        "print([name for name in ('groq', 'anthropic', 'httpx') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"\[\]\s*", output)
