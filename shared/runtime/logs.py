"""Logs: one JSON line an event. A secret never reaches one: the writer picks each value, never whole settings.

Whatever still looks like an address of a person, a token or a key, as in the text of an error, is taken out.
"""

import json
import logging
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from shared.runtime import clock
from shared.runtime.settings import settings

_PRIVATE = re.compile(
    r"""
    (?<=[?\#])[^\s"'<>\\)=]{1,100}=[^\s"'<>\\)]*           # what an address asks: keys stand there
    | (?P<told>                                            # a header, a field; or a value that nobody could read
        (?i:authorization|cookie|passw(?:or)?d|secret|signature|api[_-]?key|(?:access|refresh|id)_token)
        (?: \\?["']\s*[:,]\s*b?\\?["'] | \s*[:=]\s*(?:\\?["'])? )
        | (?i:invalid\ input\ \w+\ for\ [^:"]{1,60}|out\ of\ range|base\ \d+|to\ float):\ \\?["']
      )
      (?: (?<=["'])[^"'\\]* | (?:[A-Za-z]+\s)?[^\s"',;}\\)]+(?:[;,]\s?\w+=[^\s"',;}\\)]+)* )
    | [\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+            # an e-mail address
    | \beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?                   # a token
    | (?i:bearer):?\s+[\w.~+/=-]+                        # one of another kind
    | \b(?:ps_live|sb_secret|sk|rk|gsk)_\w[\w-]+          # a key: ours, Supabase's, Stripe's, Groq's
    | \bwhsec_[\w+/=-]+                                  # what signs webhooks: ours, Stripe's
    | \b(?:sk-ant-|AGE-SECRET-KEY-)\w[\w-]+               # Anthropic's, of backups
    | \b(?:AKIA|ASIA)[0-9A-Z]{12,}                        # of AWS
    | (?<=://)[^\s"'<>\\]{0,300}@                         # whoever an address is opened by, and their password
    """,
    re.VERBOSE,
)


def write(level: int, event: str, **fields: object) -> None:
    """Write one line to standard output, where Lambda collects it."""
    if level >= logging.getLevelNamesMapping()[settings().log_level]:
        line = {"time": clock.now().isoformat(), "level": logging.getLevelName(level), "event": event, **fields}
        text = json.dumps(scrub_values(line), default=_to_text, ensure_ascii=False) + "\n"
        text = text.encode(errors="backslashreplace").decode()  # half a character becomes JSON's own escape
        # What was committed is answered, and a job goes on, where a line cannot be written: a full disk, a closed pipe.
        with suppress(OSError):
            sys.stdout.write(text)
            sys.stdout.flush()


def first_line(error: BaseException | str) -> str:
    """The class of an error and the first line of what it says: further ones quote data; of a group, its parts."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(first_line(part) for part in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    first, _, _ = str(error).partition("\n")
    return first if isinstance(error, str) else f"{type(error).__name__}: {first}"


def scrub(text: str) -> str:
    """A text without what nobody but its owner should read: people's addresses, tokens, keys."""
    return _PRIVATE.sub(lambda found: f"{found['told'] or ''}…", settings().without_secrets(text))


def scrub_values(value: Any, exclude: Collection[str] = ()) -> Any:
    """A value with scrubbed texts, names and values alike, however deep; members of some names are left out."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        return {scrub(name): scrub_values(member, exclude) for name, member in members if name not in exclude}
    if isinstance(value, list | tuple):
        return [scrub_values(each, exclude) for each in cast("list[Any]", value)]
    return scrub(value) if isinstance(value, str) else value


@cache
def capture_library_logs() -> None:
    """Write what other modules say through `logging` as such lines too."""
    root = logging.getLogger()
    root.handlers = [_JsonLineHandler()]
    root.setLevel(logging.WARNING)


class _JsonLineHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; of its message the first line, as of an error."""
        write(record.levelno, first_line(record.getMessage()), logger=record.name)


def _to_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else scrub(str(value))
