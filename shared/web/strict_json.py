"""Bodies of requests: JSON, of which everybody who reads it makes the same, and which a database can keep.

The library takes a key that stands twice, half a character and a NUL; the first means one thing to us and another to
whoever checks it before us, the others cannot be stored.
"""

import json
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.web.authentication import rules
from shared.web.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType

LARGEST = 256 * 1024
"""Bytes."""
DEEPEST = 32
"""Levels of lists and objects in each other."""
MOST_VALUES = 2_000
"""Values and keys of a whole body."""


class JsonRoute(APIRoute):
    """A route whose body is read strictly, where it takes one, and only once its sender may call the route."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """What answers a request."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        access = tuple(rules(self.dependant))

        async def read(request: Request) -> Response:
            for rule in access:
                await rule(request)
            if len(body := await request.body()) > LARGEST:
                raise PayloadTooLarge
            if body:
                check(request.headers.get("content-type", ""), body)
            return await handle(request)

        return read


def check(media_type: str, body: bytes) -> None:
    """Refuse a body that is not readable JSON. Where only its grammar is wrong, the library says at which place.

    Raises:
        UnsupportedMediaType: it says to be something else.
        BadRequest: a key stands twice in an object, a text holds NUL or half a character, a number is beyond all
            measure, it is nested more than `DEEPEST` levels deep or holds more than `MOST_VALUES` values.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not (kind.startswith("application/") and kind.endswith(("/json", "+json"))):
        raise UnsupportedMediaType
    try:
        value = json.loads(body, object_pairs_hook=_each_once)
        _check_values(value)
    except json.JSONDecodeError:
        return
    except (ValueError, RecursionError):
        raise BadRequest("unreadable") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRequest("unreadable")
    return found


def _check_values(body: Any) -> None:
    """Walk through a body without recursion, in a time that grows with its size alone."""
    found, level = 0, [body]
    for _ in range(DEEPEST + 1):
        inside: list[Any] = []
        for value in level:
            found += 1
            if isinstance(value, str):
                if "\0" in value:
                    raise BadRequest("unreadable")
                value.encode()
            elif isinstance(value, list):
                inside += value
            elif isinstance(value, dict):
                inside += value
                inside += value.values()
        if found + len(inside) > MOST_VALUES:
            raise BadRequest("unreadable")
        if not inside:
            return
        level = inside
    raise BadRequest("unreadable")
