"""Text generation with fallbacks: the first available LLM, one repair attempt, and a record of every call."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.clients.errors import RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.llm.completion import MAX_OUTPUT_TOKENS, Completion, IncompleteCompletion, LLMClient, cost
from shared.explanations.output_validation import InvalidOutput, ModelOutput, find_violations, parse_output
from shared.explanations.prompt import SCHEMA, ExplanationRequest, Prompt, build_repair
from shared.runtime import clock, logs
from shared.stores.news.explanations import CallRow

COOLDOWN = timedelta(minutes=5)
"""How long an unreachable client is skipped."""
MAX_WAIT = timedelta(seconds=30)
"""The longest wait for a client if no other is available."""
MAX_REASON_LENGTH = 300
NO_USAGE = Completion("", 0, 0)
CHARACTERS_PER_TOKEN = 2
"""A lower bound, so that token counts are not underestimated. Claude's tokeniser of 2026 averages 2.5
(platform.claude.com/docs/en/models/haiku-5-5/overview: a million tokens are 2.5 million characters)."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The result of a generation."""

    answer: ModelOutput | None  # the validated text; None if the template must be used
    writer: str
    model: str
    calls: tuple[CallRow, ...]

    @property
    def texts(self) -> dict[str, Any] | None:
        """The validated texts by language; None without any."""
        if self.answer is None:
            return None
        return {language.value: asdict(text) for language, text in self.answer.texts.items()}

    @property
    def usage(self) -> dict[str, Any]:
        """Tokens and cost in US dollars of all calls."""
        return {
            "tokens_in": sum(call.tokens_in for call in self.calls),
            "tokens_out": sum(call.tokens_out for call in self.calls),
            "cost": sum((call.cost for call in self.calls), Decimal(0)),
        }


@dataclass(slots=True)
class LLMFallback:
    """LLM clients in order of preference, within a token budget.

    A client that rejects a request (key, model, spend limit) is disabled for the run; a rate-limited one is skipped for
    its Retry-After, an unreachable one for `COOLDOWN`.
    """

    clients: Sequence[LLMClient]
    token_budget: int  # tokens left for today
    deadline: datetime  # of the run
    sleep: Callable[[float], None]
    rejections: list[Rejected] = field(default_factory=list[Rejected])  # the errors that disabled clients
    _paused_until: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _disabled: set[str] = field(default_factory=set[str])

    def stop_reason(self, request: ExplanationRequest) -> str | None:
        """Why no further request is possible: `time`, `budget` or `writers`; None if one is."""
        if clock.now() >= self.deadline:
            return "time"
        if self._max_tokens(request) > self.token_budget:
            return "budget"
        return None if any(client.name not in self._disabled for client in self.clients) else "writers"

    def generate(self, request: ExplanationRequest, prompt: Prompt, match_id: int) -> Generation:
        """Generate a text; an invalid one is repaired once."""
        calls: list[CallRow] = []
        faults: tuple[str, ...] = ()
        for is_repair in (False, True):
            user = build_repair(request, faults) if is_repair else request.user
            completed = self._first_completion(request, user, prompt, match_id, calls, is_repair=is_repair)
            if completed is None:
                break
            client, completion, ms = completed
            try:
                answer = parse_output(completion.text)
                faults = find_violations(answer, request)
            except InvalidOutput as error:
                answer, faults = None, (str(error),)
            is_valid = not faults
            reason = None if is_valid else "; ".join(faults)[:MAX_REASON_LENGTH]
            calls.append(
                _call_row(
                    client,
                    prompt,
                    match_id,
                    completion,
                    ms,
                    "accepted" if is_valid else "rejected",
                    reason,
                    is_repair=is_repair,
                )
            )
            if is_valid:
                _log_calls(calls)
                return Generation(answer, client.name, client.model, tuple(calls))
        _log_calls(calls)
        return Generation(None, "template", "", tuple(calls))

    def _first_completion(
        self,
        request: ExplanationRequest,
        user: str,
        prompt: Prompt,
        match_id: int,
        calls: list[CallRow],
        *,
        is_repair: bool,
    ) -> tuple[LLMClient, Completion, float] | None:
        """The completion of the first client that succeeds, with its client and milliseconds."""
        self._wait_for_client()
        for client in self.clients:
            if (
                self.stop_reason(request)
                or client.name in self._disabled
                or self._paused_until.get(client.name, clock.now()) > clock.now()
            ):
                continue
            watch = clock.stopwatch()
            try:
                completion = client.complete(request.system, user, SCHEMA, deadline=self.deadline)
            except UpstreamError as error:
                self._record_failure(client, error)
                reason = str(error)[:MAX_REASON_LENGTH]
                usage = (
                    Completion("", error.tokens_in, error.tokens_out)
                    if isinstance(error, IncompleteCompletion)
                    else NO_USAGE
                )
                self.token_budget -= usage.tokens_in + usage.tokens_out
                calls.append(_call_row(client, prompt, match_id, usage, watch(), "failed", reason, is_repair=is_repair))
                continue
            self.token_budget -= completion.tokens_in + completion.tokens_out
            return client, completion, watch()
        return None

    def _record_failure(self, client: LLMClient, error: UpstreamError) -> None:
        now = clock.now()
        if isinstance(error, RateLimited):
            self._paused_until[client.name] = now + timedelta(seconds=error.retry_after)
        elif isinstance(error, Rejected):
            self._disabled.add(client.name)
            self.rejections.append(error)
        elif isinstance(error, Unavailable):
            self._paused_until[client.name] = now + COOLDOWN

    def _wait_for_client(self) -> None:
        """If every client is paused, wait for the first one, up to `MAX_WAIT`."""
        now = clock.now()
        paused_until = [
            self._paused_until.get(writer.name, now) for writer in self.clients if writer.name not in self._disabled
        ]
        if paused_until and now < min(paused_until) <= min(now + MAX_WAIT, self.deadline):
            self.sleep((min(paused_until) - now).total_seconds())
            self._paused_until = {
                name: until for name, until in self._paused_until.items() if until > min(paused_until)
            }

    def _max_tokens(self, request: ExplanationRequest) -> int:
        return (len(request.system) + len(request.user)) // CHARACTERS_PER_TOKEN + MAX_OUTPUT_TOKENS


def _call_row(
    client: LLMClient,
    prompt: Prompt,
    match_id: int,
    completion: Completion,
    ms: float,
    outcome: str,
    reason: str | None,
    *,
    is_repair: bool,
) -> CallRow:
    return CallRow(
        called_at=clock.now(),
        match_id=match_id,
        provider=client.name,
        model=client.model,
        prompt=prompt.version,
        prompt_hash=prompt.hash,
        repair=is_repair,
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        cost=cost(client.model, completion.tokens_in, completion.tokens_out),
        milliseconds=round(ms),
        outcome=outcome,
        reason=reason,
    )


def _log_calls(calls: Sequence[CallRow]) -> None:
    """Log each call."""
    for call in calls:
        logs.write(
            logging.INFO if call.outcome == "accepted" else logging.WARNING,
            "words",
            match_id=call.match_id,
            writer=call.provider,
            model=call.model,
            outcome=call.outcome,
            reason=call.reason,
            tokens_in=call.tokens_in,
            tokens_out=call.tokens_out,
            cost_usd=str(call.cost),
            ms=call.milliseconds,
        )
