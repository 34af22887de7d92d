"""Logs: one JSON line an event. A secret never reaches one: the writer picks each value, never whole settings.

Whatever still looks like an address of a person, a token or a key, as in the text of an error, is taken out.
"""

import json
import logging
import re
import sys
from datetime import date, datetime
from functools import cache

from shared.runtime import clock
from shared.runtime.settings import settings

_PRIVATE = re.compile(
    r"""
    [\w.+-]+@[\w-]+(\.[\w-]+)+          # an e-mail address
    | \beyJ[\w-]+\.[\w-]+(\.[\w-]*)?       # a token
    | (?i:bearer)\s+[\w.~+/=-]+         # one of another kind
    | \b(ps_live|sb_secret|sk|rk|whsec)_\w[\w-]+  # a key: ours, Supabase's, Stripe's
    """,
    re.VERBOSE,
)


def write(level: int, event: str, **fields: object) -> None:
    """Write one line to standard output, where Lambda collects it."""
    if level >= logging.getLevelNamesMapping()[settings().log_level]:
        line = {"time": clock.now().isoformat(), "level": logging.getLevelName(level), "event": event, **fields}
        sys.stdout.write(scrubbed(json.dumps(line, default=_text, ensure_ascii=False)) + "\n")
        sys.stdout.flush()


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
