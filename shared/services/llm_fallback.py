"""Who writes: the first writer that can, one repair, and what every call came to. Where none can, the template does."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.clients.errors import RateLimited, Refused, Unavailable, UpstreamError
from shared.clients.llm.completion import MOST_TOKENS, NoAnswer, Writer, Written, cost
from shared.explanations.output_validation import Answer, NotAnAnswer, read, reasons
from shared.explanations.prompt import SCHEMA, Asked, Prompt, repair
from shared.runtime import clock, logs
from shared.stores.news.explanations import CallRow

REST = timedelta(minutes=5)
"""For how long a writer is left alone that cannot be reached."""
LONGEST_WAIT = timedelta(seconds=30)
"""For how long a writer is waited for where there is no other."""
LONGEST_REASON = 300
UNBILLED = Written("", 0, 0)
CHARACTERS_A_TOKEN = 2
"""At least: so that what a question takes is not taken for less than it is. Claude's tokeniser of 2026 has 2.5 on
average (platform.claude.com/docs/en/models/haiku-5-5/overview: a million tokens are 2.5 million characters)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a question.

    Attributes:
        answer: what may be kept; None where the template has to speak.
        writer, model: who wrote it.
        calls: all that were made for it.
    """

    answer: Answer | None
    writer: str
    model: str
    calls: tuple[CallRow, ...]

    @property
    def words(self) -> dict[str, Any] | None:
        """What may be kept, by language; None where nothing may."""
        if self.answer is None:
            return None
        return {language.value: asdict(text) for language, text in self.answer.words.items()}

    @property
    def took(self) -> dict[str, Any]:
        """Tokens and US dollars of all calls."""
        return {
            "tokens_in": sum(call.tokens_in for call in self.calls),
            "tokens_out": sum(call.tokens_out for call in self.calls),
            "cost": sum((call.cost for call in self.calls), Decimal(0)),
        }


@dataclass(slots=True)
class Writers:
    """The writers in their order, within a budget of tokens.

    A writer that says no (its key, its model, its spend limit) is not asked again in this run, and is told of as an
    alarm; one that says to wait is not asked before; one that cannot be reached rests.

    Attributes:
        writers: in the order in which they are asked.
        tokens: how many may still be used today.
        deadline: when the run's time is up.
        sleep: waits so many seconds.
        alarms: who said no, and why.
    """

    writers: Sequence[Writer]
    tokens: int
    deadline: datetime
    sleep: Callable[[float], None]
    alarms: list[Refused] = field(default_factory=list[Refused])
    _until: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _out: set[str] = field(default_factory=set[str])

    def stopped(self, question: Asked) -> str | None:
        """Why nothing can be asked any more: `time`, `budget` or `writers`; None where something can."""
        if clock.now() >= self.deadline:
            return "time"
        if self._most(question) > self.tokens:
            return "budget"
        return None if any(writer.name not in self._out for writer in self.writers) else "writers"

    def write(self, question: Asked, prompt: Prompt, match_id: int) -> Result:
        """Ask for a text; what may not be kept is asked for once more, and then given up."""
        calls: list[CallRow] = []
        faults: tuple[str, ...] = ()
        for again in (False, True):
            user = repair(question, faults) if again else question.user
            answered = self._first(question, user, prompt, match_id, calls, again=again)
            if answered is None:
                break
            writer, said, took = answered
            try:
                answer = read(said.text)
                faults = reasons(answer, question)
            except NotAnAnswer as error:
                answer, faults = None, (str(error),)
            kept = not faults
            reason = None if kept else "; ".join(faults)[:LONGEST_REASON]
            calls.append(
                _call(writer, prompt, match_id, said, took, "kept" if kept else "refused", reason, again=again)
            )
            if kept:
                _tell(calls)
                return Result(answer, writer.name, writer.model, tuple(calls))
        _tell(calls)
        return Result(None, "template", "", tuple(calls))

    def _first(
        self, question: Asked, user: str, prompt: Prompt, match_id: int, calls: list[CallRow], *, again: bool
    ) -> tuple[Writer, Written, float] | None:
        """The answer of the first writer that gives one."""
        self._wait()
        for writer in self.writers:
            if (
                self.stopped(question)
                or writer.name in self._out
                or self._until.get(writer.name, clock.now()) > clock.now()
            ):
                continue
            watch = clock.stopwatch()
            try:
                said = writer.write(question.system, user, SCHEMA, deadline=self.deadline)
            except UpstreamError as error:
                self._failed(writer, error)
                reason = str(error)[:LONGEST_REASON]
                none = Written("", error.tokens_in, error.tokens_out) if isinstance(error, NoAnswer) else UNBILLED
                self.tokens -= none.tokens_in + none.tokens_out
                calls.append(_call(writer, prompt, match_id, none, watch(), "failed", reason, again=again))
                continue
            self.tokens -= said.tokens_in + said.tokens_out
            return writer, said, watch()
        return None

    def _failed(self, writer: Writer, error: UpstreamError) -> None:
        now = clock.now()
        if isinstance(error, RateLimited):
            self._until[writer.name] = now + timedelta(seconds=error.retry_after)
        elif isinstance(error, Refused):
            self._out.add(writer.name)
            self.alarms.append(error)
        elif isinstance(error, Unavailable):
            self._until[writer.name] = now + REST

    def _wait(self) -> None:
        """Wait for the first writer that may be asked soon, where none may be asked now."""
        now = clock.now()
        resting = [self._until.get(writer.name, now) for writer in self.writers if writer.name not in self._out]
        if resting and now < min(resting) <= min(now + LONGEST_WAIT, self.deadline):
            self.sleep((min(resting) - now).total_seconds())
            self._until = {name: until for name, until in self._until.items() if until > min(resting)}

    def _most(self, question: Asked) -> int:
        return (len(question.system) + len(question.user)) // CHARACTERS_A_TOKEN + MOST_TOKENS


def _call(
    writer: Writer,
    prompt: Prompt,
    match_id: int,
    said: Written,
    took: float,
    outcome: str,
    reason: str | None,
    *,
    again: bool,
) -> CallRow:
    return CallRow(
        called_at=clock.now(),
        match_id=match_id,
        writer=writer.name,
        model=writer.model,
        prompt=prompt.version,
        prompt_hash=prompt.hash,
        repair=again,
        tokens_in=said.tokens_in,
        tokens_out=said.tokens_out,
        cost=cost(writer.model, said.tokens_in, said.tokens_out),
        milliseconds=round(took),
        outcome=outcome,
        reason=reason,
    )


def _tell(calls: Sequence[CallRow]) -> None:
    """What was asked, what failed and what it cost, a line each."""
    for call in calls:
        logs.write(
            logging.INFO if call.outcome == "kept" else logging.WARNING,
            "words",
            match_id=call.match_id,
            writer=call.writer,
            model=call.model,
            outcome=call.outcome,
            reason=call.reason,
            tokens_in=call.tokens_in,
            tokens_out=call.tokens_out,
            cost_usd=str(call.cost),
            ms=call.milliseconds,
        )
