"""The clock: the only module that reads the time. Every instant is timezone-aware and in UTC."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from time import perf_counter

from shared.runtime.settings import SettingsError, settings

_override: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """The current time; CLOCK and `at` override it.

    Raises:
        SettingsError: CLOCK is neither an ISO instant with a zone nor a number of seconds.
    """
    if (instant := _override.get()) is not None:
        return instant
    setting = settings().clock
    if not setting:
        return datetime.now(UTC)
    try:
        return datetime.now(UTC) + timedelta(seconds=int(setting))
    except (ValueError, OverflowError):
        return instant_from(setting)


def instant_from(text: str) -> datetime:
    """An ISO 8601 text with a zone as an instant in UTC; `SettingsError` for any other text."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SettingsError("CLOCK must be an instant such as 2024-04-27T08:00:00Z, or seconds from now such as -86400")
    return instant.astimezone(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Freeze the time within a `with` block (replay and tests).

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _override.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _override.reset(token)


def stopwatch() -> Callable[[], float]:
    """A function that returns the milliseconds elapsed since this call, by the monotonic clock."""
    start = perf_counter()
    return lambda: (perf_counter() - start) * 1000
