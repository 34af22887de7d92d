"""Canonical JSON: one sequence of bytes for one value, so that a hash of it can be computed again by anyone.

RFC 8785, JSON Canonicalization Scheme (https://www.rfc-editor.org/rfc/rfc8785), without its numbers: a number with a
fraction is a string here, since two languages print the same float differently.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

MAX_INTEGER = 2**53 - 1
"""Larger ones are not exact in a double, which is what JavaScript parses."""


def canonical_json(value: object) -> bytes:
    """The canonical form of a value, in UTF-8.

    Raises:
        ValueError: a float, an integer beyond `MAX_INTEGER`, a key that is no string, or a lone surrogate.

    >>> canonical_json({"b": ["1.50", True, None], "a": 2})
    b'{"a":2,"b":["1.50",true,null]}'
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: object) -> object:
    """The same value with the keys of its objects in the order of RFC 8785: by UTF-16 code units."""
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ValueError(f"{value} is not exact as a JSON number; use a string")
    if isinstance(value, (str, int)) or value is None:
        return value
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        if not all(isinstance(key, str) for key in members):  # pyright: ignore[reportUnnecessaryIsInstance]  # checked here
            raise ValueError(f"keys are strings, not {list(members)}")
        return {key: _ordered(members[key]) for key in sorted(members, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, (list, tuple)):
        return [_ordered(each) for each in cast("Sequence[object]", value)]
    raise ValueError(f"{type(value).__name__} has no canonical form; use a string")
