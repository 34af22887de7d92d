"""Bodies of requests: JSON, of which everybody who reads it makes the same, and which a database can keep.

The library takes a key that stands twice, half a character and a NUL; the first means one thing to us and another to
whoever checks it before us, the others cannot be stored.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.runtime.api_errors import BadRequest, PayloadTooLarge, UnsupportedMediaType

LARGEST = 256 * 1024
"""Bytes."""


class JsonRoute(APIRoute):
    """A route whose body is read strictly, where it takes one."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """What answers a request."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def read(request: Request) -> Response:
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
        BadRequest: a key stands twice in an object, a text holds NUL or half a character, numbers or nesting are beyond
            all measure.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not (kind.startswith("application/") and kind.endswith(("/json", "+json"))):
        raise UnsupportedMediaType
    try:
        for text in _texts(json.loads(body, object_pairs_hook=_each_once)):
            if "\0" in text:
                raise BadRequest("unreadable")
            text.encode()
    except json.JSONDecodeError:
        return
    except (ValueError, RecursionError):
        raise BadRequest("unreadable") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRequest("unreadable")
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)
