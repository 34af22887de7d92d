"""Canonical numbers in paths and queries: `23`, not `023`, `+23`, `2_3`, `23.0` or other scripts' digits.

Pydantic accepts them all, which would give one resource many URLs and cache entries.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, get_args

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_WHOLE = re.compile("0|-?[1-9][0-9]*")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
"""A JSON number (RFC 8259, section 6)."""


class StrictNumbersRoute(APIRoute):
    """A route that rejects (422) non-canonical numbers in its path and query.

    Text that is not a number is left to the parameter's type: a match may also be `PL_497405`.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The request handler."""
        handle = super().get_route_handler()
        patterns = {
            (place, field.alias): pattern
            for dependant in _flatten(self.dependant)
            for place, fields in (("path", dependant.path_params), ("query", dependant.query_params))
            for field in fields
            if (pattern := _pattern_for(field.field_info.annotation))
        }
        if not patterns:
            return handle

        async def check(request: Request) -> Response:
            if faults := list(_errors(request, patterns)):
                raise RequestValidationError(faults)
            return await handle(request)

        return check


def _flatten(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _flatten(inner)


def _pattern_for(annotation: Any) -> re.Pattern[str] | None:
    """The canonical pattern of a parameter's type; None if it is not numeric."""
    kinds = [kind for kind in _types_in(annotation) if isinstance(kind, type)]
    if Decimal in kinds or float in kinds:
        return _DECIMAL
    return _WHOLE if int in kinds else None


def _types_in(annotation: Any) -> Iterator[Any]:
    """The types in an annotation, inside `Annotated` and unions too."""
    yield annotation
    for inner in get_args(annotation):
        yield from _types_in(inner)


def _errors(request: Request, patterns: dict[tuple[str, str], re.Pattern[str]]) -> Iterator[dict[str, Any]]:
    for (place, name), pattern in patterns.items():
        texts = request.query_params.getlist(name) if place == "query" else [str(request.path_params[name])]
        for text in texts:
            if not _is_canonical(text, pattern):
                kind = "int_parsing" if pattern is _WHOLE else "decimal_parsing"
                yield {"type": kind, "loc": (place, name), "msg": "a number in plain digits", "input": text}


def is_canonical(annotation: Any, text: str) -> bool:
    """Whether a parameter's text is a canonical number, or no number at all."""
    pattern = _pattern_for(annotation)
    return pattern is None or _is_canonical(text, pattern)


def _is_canonical(text: str, pattern: re.Pattern[str]) -> bool:
    try:
        float(text)
    except ValueError:  # not a number
        return True
    return pattern.fullmatch(text) is not None
