"""RFC 8785: one value, one sequence of bytes."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.canonical_json import MAX_INTEGER, canonical_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.case("O9")
@given(VALUES)
def test_canonical_json_equals_the_reference_implementation_and_parses_back(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)
    assert json.loads(canonical_json(value)) == value


@pytest.mark.case("O9")
def test_keys_are_ordered_by_utf_16_code_units_as_in_the_example_of_the_rfc() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys, 0)))) == expected


@pytest.mark.case("O9")
@pytest.mark.parametrize("value", [0.1, float("nan"), MAX_INTEGER + 1, {1: 2}, b"bytes", {"a": [1.5]}, "\ud800"])
def test_a_value_without_a_canonical_form_is_rejected(value: Any) -> None:
    with pytest.raises(ValueError, match=r"use a string|keys are strings|JSON compliant|surrogates"):
        canonical_json(value)
