"""Structured logs: one JSON line an event, without secrets: e-mail addresses, tokens and keys are redacted."""

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
    (?<=[?\#])[^\s"'<>\\)=]{1,100}=[^\s"'<>\\)]*           # a query string, which may hold keys
    | (?P<label>                                           # a header or field, or a value that failed to parse
        (?i:authorization|cookie|passw(?:or)?d|secret|signature|api[_-]?key|(?:access|refresh|id)_token)
        (?: \\?["']\s*[:,]\s*b?\\?["'] | \s*[:=]\s*(?:\\?["'])? )
        | (?i:invalid\ input\ \w+\ for\ [^:"]{1,60}|out\ of\ range|base\ \d+|to\ float):\ \\?["']
      )
      (?: (?<=["'])[^"'\\]* | (?:[A-Za-z]+\s)?[^\s"',;}\\)]+(?:[;,]\s?\w+=[^\s"',;}\\)]+)* )
    | [\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+            # an e-mail address
    | \beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?                   # a token
    | (?i:bearer):?\s+[\w.~+/=-]+                        # another bearer token
    | \b(?:ps_live|sb_secret|sk|rk|gsk)_\w[\w-]+          # a key: ours, Supabase's, Stripe's, Groq's
    | \bwhsec_[\w+/=-]+                                  # a webhook secret: ours, Stripe's
    | \b(?:sk-ant-|AGE-SECRET-KEY-)\w[\w-]+               # Anthropic's, age's
    | \b(?:AKIA|ASIA)[0-9A-Z]{12,}                        # AWS's
    | (?<=://)[^\s"'<>\\]{0,300}@                         # user and password in a URL
    """,
    re.VERBOSE,
)


def write(level: int, event: str, **fields: object) -> None:
    """Write one line to standard output, which Lambda sends to CloudWatch."""
    if level >= logging.getLevelNamesMapping()[settings().log_level]:
        line = {"time": clock.now().isoformat(), "level": logging.getLevelName(level), "event": event, **fields}
        text = json.dumps(scrub_values(line), default=_to_text, ensure_ascii=False) + "\n"
        text = text.encode(errors="backslashreplace").decode()  # escapes lone surrogates
        # A log line that cannot be written (full disk, closed pipe) must not fail a request or a job.
        with suppress(OSError):
            sys.stdout.write(text)
            sys.stdout.flush()


def first_line(error: BaseException | str) -> str:
    """An error's class and the first line of its message, as later lines quote data; of a group, those of its parts."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(first_line(part) for part in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    first, _, _ = str(error).partition("\n")
    return first if isinstance(error, str) else f"{type(error).__name__}: {first}"


def scrub(text: str) -> str:
    """A text with e-mail addresses, tokens and keys redacted."""
    return _PRIVATE.sub(lambda match: f"{match['label'] or ''}…", settings().without_secrets(text))


def scrub_values(value: Any, exclude: Collection[str] = ()) -> Any:
    """A nested value with all strings scrubbed, keys included; excluded keys are removed."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        return {scrub(name): scrub_values(member, exclude) for name, member in members if name not in exclude}
    if isinstance(value, list | tuple):
        return [scrub_values(each, exclude) for each in cast("list[Any]", value)]
    return scrub(value) if isinstance(value, str) else value


@cache
def capture_library_logs() -> None:
    """Write records of the `logging` module as JSON lines too."""
    root = logging.getLogger()
    root.handlers = [_JsonLineHandler()]
    root.setLevel(logging.WARNING)


class _JsonLineHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write the first line of a record."""
        write(record.levelno, first_line(record.getMessage()), logger=record.name)


def _to_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else scrub(str(value))
