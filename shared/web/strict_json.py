"""Strict parsing of JSON request bodies.

Python's parser accepts duplicate keys, lone surrogates and NUL. Duplicate keys are read differently by other parsers;
the others cannot be stored in Postgres.
"""

import json
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

from shared.web.authentication import access_rules
from shared.web.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 256 * 1024
"""Bytes."""
MAX_DEPTH = 32
"""Levels of nested arrays and objects."""
MAX_VALUES = 2_000
"""Values and keys of a body."""


class RequestModel(BaseModel):
    """A JSON request body; unknown fields are rejected."""

    # Built at import: FastAPI hides a warning of pydantic's about its parameters only while it declares the route.
    model_config = ConfigDict(extra="forbid", defer_build=False)


class StrictJsonRoute(APIRoute):
    """A route that validates its JSON body strictly, after the access rules."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The request handler."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        access = tuple(access_rules(self.dependant))

        async def read(request: Request) -> Response:
            for rule in access:
                await rule(request)
            if len(body := await request.body()) > MAX_BODY_BYTES:
                raise PayloadTooLarge
            if body:
                validate_body(request.headers.get("content-type", ""), body)
            return await handle(request)

        return read


def validate_body(media_type: str, body: bytes) -> None:
    """Validate a body. Syntax errors are left to FastAPI, which reports their position.

    Raises:
        UnsupportedMediaType: the media type is not JSON.
        BadRequest: a duplicate key, a NUL or lone surrogate in a string, an unrepresentable number, more than
            `MAX_DEPTH` levels or more than `MAX_VALUES` values.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not (kind.startswith("application/") and kind.endswith(("/json", "+json"))):
        raise UnsupportedMediaType
    try:
        value = json.loads(body, object_pairs_hook=_reject_duplicate_keys)
        _validate_values(value)
    except json.JSONDecodeError:
        return
    except (ValueError, RecursionError):
        raise BadRequest("unreadable") from None


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadRequest("unreadable")
    return members


def _validate_values(body: Any) -> None:
    """Walk through a body level by level: no recursion, linear time."""
    count, level = 0, [body]
    for _ in range(MAX_DEPTH + 1):
        children: list[Any] = []
        for value in level:
            count += 1
            if isinstance(value, str):
                if "\0" in value:
                    raise BadRequest("unreadable")
                value.encode()
            elif isinstance(value, list):
                children += value
            elif isinstance(value, dict):
                children += value
                children += value.values()
        if count + len(children) > MAX_VALUES:
            raise BadRequest("unreadable")
        if not children:
            return
        level = children
    raise BadRequest("unreadable")
