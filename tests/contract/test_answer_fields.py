"""Every field of a response is named by a test of its function: an untested field may hold anything."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from deploy import openapi, service

TESTS = service.ROOT / "tests"
FUNCTIONS = [name for name, function in service.read().functions.items() if function.paths]


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of: its own, those of its arguments and those of their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for argument in get_args(annotation):
        yield from models(argument)


def response_models() -> dict[type[BaseModel], set[str]]:
    """The models that functions answer, and those that these are made from, with the functions that do."""
    classes: dict[type[BaseModel], set[str]] = {}
    for name in FUNCTIONS:
        for route in openapi.app_of(name).routes:
            for model in models(route.response_model) if isinstance(route, APIRoute) else ():
                for base in model.__mro__[: model.__mro__.index(BaseModel)]:
                    classes.setdefault(base, set()).add(name)
    return classes


def json_names(model: type[BaseModel]) -> list[str]:
    """The fields of a model, as they are written in JSON."""
    return [info.serialization_alias or info.alias or name for name, info in model.model_fields.items()]


@dataclass(frozen=True, slots=True)
class Module:
    """A module of tests.

    Attributes:
        functions: those that it bears the name of, and those that it calls by their name.
        names: strings that stand alone, attributes and keywords.
    """

    functions: frozenset[str]
    names: frozenset[str]


def parse_modules(root: Path) -> list[Module]:
    """The modules of the tests of functions."""
    parsed: list[Module] = []
    for path in sorted((root / "functions").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        keywords = {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
        first = [node.args[0] for node in nodes if isinstance(node, ast.Call) and node.args]
        invoked = {str(argument.value) for argument in first if isinstance(argument, ast.Constant)}
        own = {path.stem.removeprefix("test_"), path.parent.name}
        parsed.append(Module(frozenset(invoked | own), frozenset(strings | attributes | keywords)))
    return parsed


def names_in_tests(functions: set[str], modules: list[Module]) -> set[str]:
    """What the tests of some functions name."""
    return {name for module in modules if module.functions & functions for name in module.names}


NEVER_RETURNED = {"LiveMatchEvent": "no source sends match events, so that `events` is always empty"}
"""Models of the contract that no answer holds, and why."""
RESPONSE_MODELS = response_models()


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    return parse_modules(TESTS)


@pytest.mark.parametrize(
    ("model", "functions"), list(RESPONSE_MODELS.items()), ids=[model.__name__ for model in RESPONSE_MODELS]
)
def test_every_field_of_an_answer_is_named_by_a_test(
    model: type[BaseModel], functions: set[str], modules: list[Module]
) -> None:
    """Of a function that answers it: what several answer alike may be named in the tests of any of them."""
    known = names_in_tests(functions, modules)
    unnamed = [field for field in json_names(model) if field not in known]
    assert bool(unnamed) == (model.__name__ in NEVER_RETURNED), unnamed


def test_a_field_that_no_test_names_is_found(tmp_path: Path) -> None:
    """Not where another function's test names it, nor where its name is a part of another word."""

    class Inner(BaseModel):
        depth: int

    class Outer(BaseModel):
        inner: list[Inner] | None
        height: int

    assert set(models(dict[str, Outer | None])) == {Outer, Inner}
    folder = tmp_path / "functions"
    folder.mkdir()
    (folder / "test_mine.py").write_text('assert body["inner"] == ["the depth"]')
    (folder / "test_more.py").write_text('ask("mine").height')
    (folder / "test_other.py").write_text('ask("other")["depth"]')
    known = names_in_tests({"mine"}, parse_modules(tmp_path))
    assert {"inner", "height"} <= known
    assert "depth" not in known
