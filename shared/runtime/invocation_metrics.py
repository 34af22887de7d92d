"""Counters of the current invocation. A process serves one event at a time."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """The counters of one invocation.

    Attributes:
        cold: whether it is the first of its process.
        commands: commands sent to Redis.
        queries: statements sent to Postgres, without those that begin and end transactions.
        credits: credits of The Odds API spent.
        credits_left: credits left this month; None if unknown.
        refused: whether a Stripe event had an invalid signature.
        events_missed: people whose subscription changed without a Stripe event; None if not checked.
        source_faults: new faults in the data of outside sources; None if not checked.
        left: items that a run in pages left at its end; None for other runs.
    """

    cold: bool
    commands: int = 0
    queries: int = 0
    credits: int = 0
    credits_left: int | None = None
    refused: bool = False
    events_missed: int | None = None
    source_faults: int | None = None
    left: int | None = None

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


def count_postgres_statement() -> None:
    """Count a statement sent to Postgres."""
    _current.queries += 1
