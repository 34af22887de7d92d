"""The examples in docstrings run, and show what they return; each pure room has some."""

import doctest
from importlib import import_module

import pytest

from deploy.service import ROOT

PURE = {"football", "forecasting", "betting", "explanations", "accounts"}
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("functions", "shared", "deploy", "local", "models")
    for path in (ROOT / folder).rglob("*.py")
    if ">>> " in path.read_text()
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_right(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def test_each_pure_room_has_examples() -> None:
    assert {name.split(".")[1] for name in MODULES if name.startswith("shared.")} >= PURE
