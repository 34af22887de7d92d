"""Fields of JSON from outside, of exactly the documented type; else `InvalidField` is raised."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

_T = TypeVar("_T")


class InvalidField(ValueError):
    """A field is missing or malformed; the message names it."""


def field(item: Any, path: str, kind: type[_T]) -> _T:
    """The value at a dotted path, of exactly this type (`true` is not an int)."""
    value = optional_field(item, path, kind)
    if value is None:
        raise InvalidField(f"{path} is missing")
    return value


def optional_field(item: Any, path: str, kind: type[_T]) -> _T | None:
    """As `field`; None where it is missing or null.

    >>> optional_field({"score": {"duration": "REGULAR"}}, "score.duration", str)
    'REGULAR'
    """
    value = item
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is not None and type(value) is not kind:
        raise InvalidField(f"{path} is not of type {kind.__name__}")
    return value


def parse_instant(text: str, name: str) -> datetime:
    """An ISO instant in UTC.

    Raises:
        InvalidField: it is malformed or has no zone; `name` says what it is.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidField(f"{name} is no instant with a zone")
    return instant.astimezone(UTC)


def minified(item: Any) -> str:
    """The item as JSON that Postgres can store."""
    try:
        payload = json.dumps(item, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        payload.encode()
    except ValueError as error:
        raise InvalidField("it holds a character or number that cannot be stored") from error
    if r"\u0000" in payload:
        raise InvalidField("it holds a character that cannot be stored")
    return payload
