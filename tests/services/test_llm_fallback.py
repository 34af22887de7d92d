"""Who writes, in which order, how often, and until when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.fake_llms import write_from_facts
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.llm.completion import MAX_OUTPUT_TOKENS, Completion, IncompleteCompletion
from shared.runtime import clock
from shared.services.llm_fallback import Generation, LLMFallback
from tests.explanations.sample_request import PROMPT, build_sample
from tests.running import environment

NOW = datetime(2026, 11, 22, 4, 10, tzinfo=UTC)
REQUEST = build_sample()
GOOD = write_from_facts(REQUEST.system, REQUEST.user)
LIE = GOOD.replace("57%", "99%")


@dataclass
class Scripted:
    """A writer that gives the scripted responses, then valid ones."""

    name: str
    outputs: list[str | UpstreamError] = field(default_factory=list[str | UpstreamError])
    requests: list[str] = field(default_factory=list[str])
    model: str = "claude-haiku-5-5"

    def complete(self, system: str, user: str, schema: dict[str, Any], *, deadline: datetime) -> Completion:
        self.requests.append(user)
        output = self.outputs.pop(0) if self.outputs else GOOD
        if isinstance(output, UpstreamError):
            raise output
        return Completion(output, 1000, 500)


def never(seconds: float) -> None:
    raise AssertionError("no wait is expected here")


def chain(*writers: Scripted, tokens: int = 150_000, sleep: Callable[[float], None] = never) -> LLMFallback:
    return LLMFallback(writers, tokens, NOW + timedelta(minutes=4), sleep)


def write(writers: LLMFallback, at: datetime = NOW) -> Generation:
    with environment(LOG_LEVEL="ERROR"), clock.at(at):
        return writers.generate(REQUEST, PROMPT, 7)


def outcomes(result: Generation) -> list[tuple[str, str, bool]]:
    return [(call.provider, call.outcome, call.repair) for call in result.calls]


def test_the_first_llm_is_used_if_it_succeeds() -> None:
    groq, anthropic = Scripted("groq"), Scripted("anthropic")
    result = write(chain(groq, anthropic))
    assert (result.writer, outcomes(result), anthropic.requests) == ("groq", [("groq", "accepted", False)], [])
    (call,) = result.calls
    assert (call.tokens_in, call.tokens_out, call.cost) == (1000, 500, Decimal("0.00035"))
    assert (call.prompt, call.prompt_hash) == (PROMPT.version, PROMPT.hash)


def test_tokens_of_an_incomplete_completion_are_counted() -> None:
    """Cut short by thinking: the next writer writes, and the day's budget is that much smaller."""
    writers = chain(Scripted("groq", [IncompleteCompletion("ended with length", 2600, 4000)]), Scripted("anthropic"))
    result = write(writers)
    assert outcomes(result) == [("groq", "failed", False), ("anthropic", "accepted", False)]
    assert [(call.tokens_in, call.tokens_out) for call in result.calls] == [(2600, 4000), (1000, 500)]
    assert result.calls[0].cost == Decimal("0.00226")
    assert writers.token_budget == 150_000 - 6600 - 1500


def test_a_prompts_tokens_are_estimated_conservatively() -> None:
    """2.5 characters a token on average: the budget must not be passed by a text that has fewer."""
    characters = len(REQUEST.system) + len(REQUEST.user)
    assert write(chain(Scripted("groq"), tokens=int(characters / 2.5) + MAX_OUTPUT_TOKENS)).writer == "template"
    assert write(chain(Scripted("groq"), tokens=characters // 2 + MAX_OUTPUT_TOKENS)).writer == "groq"


@pytest.mark.case("E13", "E14")
@pytest.mark.parametrize(
    "error",
    [RateLimited("slow", 60), Rejected("no", 404), Rejected("no", 401), Unavailable("down"), InvalidResponse("what")],
)
def test_a_failed_llm_falls_back_to_the_next_and_then_to_the_template(error: UpstreamError) -> None:
    result = write(chain(Scripted("groq", [error]), Scripted("anthropic")))
    assert (result.writer, outcomes(result)) == (
        "anthropic",
        [("groq", "failed", False), ("anthropic", "accepted", False)],
    )
    assert result.calls[0].reason == str(error)
    alone = write(chain(Scripted("groq", [error]), Scripted("anthropic", [Unavailable("down")])))
    assert (alone.writer, alone.answer, len(alone.calls)) == ("template", None, 2)


@pytest.mark.case("E13")
def test_a_rate_limited_llm_is_skipped_until_its_retry_after() -> None:
    groq, anthropic = Scripted("groq", [RateLimited("slow", 60)]), Scripted("anthropic")
    writers = chain(groq, anthropic)
    assert [write(writers, NOW + timedelta(seconds=s)).writer for s in (0, 30, 59)] == ["anthropic"] * 3
    assert len(groq.requests) == 1
    assert write(writers, NOW + timedelta(seconds=61)).writer == "groq"


def test_a_short_retry_after_of_the_only_llm_is_waited_for() -> None:
    waited: list[float] = []
    writers = chain(Scripted("groq", [RateLimited("slow", 12)]), sleep=waited.append)
    assert write(writers).writer == "template"
    assert (write(writers).writer, waited) == ("groq", [12.0])
    longer = chain(Scripted("groq", [RateLimited("slow", 600)]))
    assert [write(longer).writer, write(longer).writer] == ["template", "template"], "and not for ten minutes"


@pytest.mark.case("E14", "E15")
def test_an_llm_that_rejects_a_request_is_not_called_again_in_this_run_and_raises_an_alarm() -> None:
    groq = Scripted("groq", [Rejected("Groq answered 404", 404)])
    writers = chain(groq)
    assert [write(writers).writer for _ in range(3)] == ["template"] * 3
    assert (len(groq.requests), [alarm.status for alarm in writers.rejections]) == (1, [404])
    with clock.at(NOW):
        assert writers.stop_reason(REQUEST) == "writers"


@pytest.mark.case("E16", "N4", "N6")
@pytest.mark.parametrize("bad", ["not json", "{}", LIE, GOOD.replace("Our forecast", "Guaranteed: our forecast")])
def test_an_invalid_completion_is_retried_once_and_then_falls_back_to_the_template(bad: str) -> None:
    repaired = Scripted("groq", [bad])
    result = write(chain(repaired))
    assert (result.writer, outcomes(result)) == ("groq", [("groq", "rejected", False), ("groq", "accepted", True)])
    assert repaired.requests[1].startswith(REQUEST.user)
    assert "An earlier answer was refused" in repaired.requests[1]
    exhausted = Scripted("groq", [bad, bad]), Scripted("anthropic")
    result = write(chain(*exhausted))
    assert (result.writer, result.answer, len(exhausted[1].requests)) == ("template", None, 0)
    assert outcomes(result) == [("groq", "rejected", False), ("groq", "rejected", True)]


def test_the_repair_may_come_from_the_next_writer() -> None:
    result = write(chain(Scripted("groq", [LIE, Unavailable("down")]), Scripted("anthropic")))
    assert (result.writer, result.calls[-1].repair) == ("anthropic", True)


@pytest.mark.case("N11")
def test_the_budget_is_never_exceeded() -> None:
    """What a call may take at most must be left."""
    groq, most = Scripted("groq"), (len(REQUEST.system) + len(REQUEST.user)) // 2 + MAX_OUTPUT_TOKENS
    writers = chain(groq, tokens=most + 1500)
    while True:
        with clock.at(NOW):
            if writers.stop_reason(REQUEST):
                break
        write(writers)
    with clock.at(NOW):
        assert writers.stop_reason(REQUEST) == "budget"
    assert writers.token_budget == most - 1500, "not enough for a third call"
    assert len(groq.requests) == 2
    assert write(writers).writer == "template"
    assert len(groq.requests) == 2


def test_no_llm_is_called_after_the_deadline() -> None:
    groq = Scripted("groq")
    assert write(chain(groq), NOW + timedelta(minutes=5)).writer == "template"
    assert groq.requests == []
