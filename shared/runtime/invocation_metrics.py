"""What one invocation asked of others, counted while it lasts. A process serves one event at a time."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """The counts of one invocation.

    Attributes:
        cold: whether it is the first of its process.
        commands: commands sent to Redis.
        queries: statements sent to Postgres, those that begin and end transactions excepted.
        credits: credits of The Odds API that were spent.
        credits_left: how many may still be spent this month; None where nobody asked.
        refused: whether it was an event that Stripe did not sign.
        events_missed: people whose subscriptions had changed without an event that told us; None where nobody looked.
        source_faults: what an outside source brought for the first time that we could not take as it was; None where
            nobody looked.
    """

    cold: bool
    commands: int = 0
    queries: int = 0
    credits: int = 0
    credits_left: int | None = None
    refused: bool = False
    events_missed: int | None = None
    source_faults: int | None = None

    def as_dict(self) -> dict[str, object]:
        """What the invocation's line says of it."""
        return {name: getattr(self, name) for name in ("cold", "commands", "queries", "credits")}


_current = Counters(cold=True)
_begun = False


def reset() -> Counters:
    """Count anew: an invocation begins."""
    global _current, _begun  # a process serves one event at a time
    _current, _begun = Counters(cold=not _begun), True
    return _current


def current() -> Counters:
    """The counts of the invocation that lasts."""
    return _current


def count_redis_command() -> None:
    """A command is sent to Redis."""
    _current.commands += 1


def count_postgres_statement() -> None:
    """A statement is sent to Postgres."""
    _current.queries += 1
