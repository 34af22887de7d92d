"""Counters of the current invocation. A process serves one event at a time."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_WRITTEN = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|COPY)\s+(\w+)")


@dataclass(slots=True)
class Counters:
    """The counters of one invocation."""

    cold: bool  # whether it is the first of its process
    commands: int = 0  # commands sent to Redis
    queries: int = 0  # statements sent to Postgres, without those that begin and end transactions
    credits: int = 0  # credits of The Odds API spent
    credits_left: int | None = None  # credits left this month; None if unknown
    refused: bool = False  # whether a Stripe event had an invalid signature
    events_missed: int | None = None  # people whose subscription changed without a Stripe event; None if not checked
    source_faults: int | None = None  # new faults in the data of outside sources; None if not checked
    left: int | None = None  # items that a run in pages left at its end; None for other runs
    # Tables that statements wrote to, whether or not their transaction committed.
    written: set[str] = field(default_factory=set[str])

    def as_dict(self) -> dict[str, object]:
        """The fields of the invocation's log line."""
        return {name: getattr(self, name) for name in ("cold", "commands", "queries", "credits")}


_current = Counters(cold=True)
_begun = False


def reset() -> Counters:
    """Start new counters at the beginning of an invocation."""
    global _current, _begun  # a process serves one event at a time
    _current, _begun = Counters(cold=not _begun), True
    return _current


def current() -> Counters:
    """The counters of the current invocation."""
    return _current


def count_redis_command() -> None:
    """Count a command sent to Redis."""
    _current.commands += 1


def count_postgres_statement(statement: object) -> None:
    """Count a statement sent to Postgres, and note the tables that it writes to."""
    _current.queries += 1
    if isinstance(statement, str):
        _current.written |= _written_tables(statement)


@lru_cache(maxsize=512)
def _written_tables(statement: str) -> frozenset[str]:
    """The tables that a statement writes to; among them may be other words that follow UPDATE, such as SET."""
    return frozenset(_WRITTEN.findall(statement))
