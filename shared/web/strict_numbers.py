"""Numbers in paths and queries have one spelling: `23`, not `023`, `+23`, `2_3`, `23.0` or other scripts' digits.

The library accepts them all. One resource would have many addresses, and so many entries in each cache.
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
"""A number as JSON writes it (RFC 8259, section 6)."""


class StrictNumbersRoute(APIRoute):
    """A route that refuses (422) a number in its path or query that is not written plainly.

    Text that is no number in any spelling is left to the parameter's own type: a match may also be `PL_497405`.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """What responds to a request."""
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
    """The spelling of a parameter's type; None where it is no number."""
    kinds = [kind for kind in _types_in(annotation) if isinstance(kind, type)]
    if Decimal in kinds or float in kinds:
        return _DECIMAL
    return _WHOLE if int in kinds else None


def _types_in(annotation: Any) -> Iterator[Any]:
    """The types in an annotation, however deep in `Annotated` and unions they stand."""
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
    """Whether a text, given for a parameter of a type, is no number in another spelling than the plain one."""
    pattern = _pattern_for(annotation)
    return pattern is None or _is_canonical(text, pattern)


def _is_canonical(text: str, pattern: re.Pattern[str]) -> bool:
    try:
        float(text)
    except ValueError:  # no reader of numbers would take it for one
        return True
    return pattern.fullmatch(text) is not None
