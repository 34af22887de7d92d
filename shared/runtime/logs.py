"""Logs: one JSON line an event. A secret never reaches one: the writer picks each value, never whole settings.

Whatever still looks like an address of a person, a token or a key, as in the text of an error, is taken out.
"""

import json
import logging
import re
import sys
from datetime import date, datetime
from functools import cache
from typing import cast

from shared.runtime import clock
from shared.runtime.settings import settings

_PRIVATE = re.compile(
    r"""
    [\w.+-]+@[\w-]+(\.[\w-]+)+          # an e-mail address
    | \beyJ[\w-]+\.[\w-]+(\.[\w-]*)?       # a token
    | (?i:bearer)\s+[\w.~+/=-]+         # one of another kind
    | \b(ps_live|sb_secret|sk|rk|whsec)_\w[\w-]+  # a key: ours, Supabase's, Stripe's
    | (?<=://)[^\s/@"']+@               # whoever an address is opened by, and their password
    | (?<=\?)[\w.~%+-]+=[^\s"'<>\\)]*   # what an address asks: keys stand there
    | (?i:authorization|cookie|password|api[_-]?key)'?\s?[:=]\s?'?([a-z]+\s)?[^\s"',;}\\)]+  # a header, a form's field
    """,
    re.VERBOSE,
)


def write(level: int, event: str, **fields: object) -> None:
    """Write one line to standard output, where Lambda collects it."""
    if level >= logging.getLevelNamesMapping()[settings().log_level]:
        line = {"time": clock.now().isoformat(), "level": logging.getLevelName(level), "event": event, **fields}
        sys.stdout.write(scrubbed(json.dumps(line, default=_text, ensure_ascii=False)) + "\n")
        sys.stdout.flush()


def in_a_line(error: BaseException | str) -> str:
    """The class of an error and the first line of what it says: further ones quote data; of a group, its parts."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(in_a_line(part) for part in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    first, _, _ = str(error).partition("\n")
    return first if isinstance(error, str) else f"{type(error).__name__}: {first}"


def scrubbed(text: str) -> str:
    """A text without what nobody but its owner should read: people's addresses, tokens, keys."""
    return settings().without_secrets(_PRIVATE.sub("…", text))


@cache
def take_in() -> None:
    """Write what other modules say through `logging` as such lines too."""
    root = logging.getLogger()
    root.handlers = [_Lines()]
    root.setLevel(logging.WARNING)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        write(record.levelno, record.getMessage(), logger=record.name)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
