"""The contract with the clients that there are: nothing that they use is missing, renamed or of another type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy import openapi, service
from tests.api_description import description
from tests.contract.contract import (
    ADDED,
    FORMER,
    FORMER_STRINGS,
    NULL_INSTEAD_OF_INVENTED,
    OPERATIONS,
    SCHEMAS,
    Operation,
)

SIMPLE = {"str": {"string"}, "int": {"integer"}, "float": {"number", "integer"}, "bool": {"boolean"}}
Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field in the contract."""

    type: str
    optional: bool
    nullable: bool


def fields(text: str) -> dict[str, Field]:
    """The fields of a line of the contract."""
    result = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, kind = part.split(" ", 1)
        result[name.removesuffix("?")] = Field(kind.removesuffix("?"), name.endswith("?"), kind.endswith("?"))
    return result


class Description:
    """The OpenAPI description checked against the contract. Each fault names its location."""

    def __init__(self, spec: Json) -> None:
        self._made = spec
        self._seen: set[str] = set()

    def faults(self, operation: Operation) -> list[str]:
        """What an operation lacks or has otherwise."""
        spec = self._made["paths"].get(operation.path, {}).get(operation.method.lower())
        if spec is None:
            return [f"{operation.method} {operation.path} is missing"]
        result = [] if spec["operationId"] == operation.name else [f"is called {spec['operationId']}"]
        result += [] if operation.tag in spec["tags"] else [f"stands under {spec['tags']}"]
        result += [*self._parameters(spec, operation), *self._body(spec, operation), *self._response(spec, operation)]
        return [f"{operation.name}: {fault}" for fault in result]

    def lists_values(self, method: str, path: str, name: str) -> bool:
        """Whether what an operation takes under a name is described as one of a list."""
        spec = self._made["paths"][path][method.lower()]
        schemas = {parameter["name"]: parameter["schema"] for parameter in spec.get("parameters", [])}
        for content in spec.get("requestBody", {}).get("content", {}).values():
            schemas |= self._resolved(content["schema"])["properties"]
        return bool(self._listed(schemas[name]))

    def _parameters(self, spec: Json, operation: Operation) -> Iterator[str]:
        ours = {(parameter["in"], parameter["name"]): parameter for parameter in spec.get("parameters", [])}
        in_path = set(re.findall(r"{(\w+)}", operation.path))
        expected = fields(operation.query)
        for name, field in expected.items():
            parameter = ours.get(("query", name))
            if parameter is None:
                yield f"does not take {name}"
            else:
                yield from (f"{name} {fault}" for fault in self._takes(parameter["schema"], field))
        needed = {("query", name) for name, field in expected.items() if not field.optional}
        needed |= {("path", name) for name in in_path}
        yield from (
            f"needs {where}" for where, parameter in ours.items() if parameter.get("required") and where not in needed
        )

    def _body(self, spec: Json, operation: Operation) -> Iterator[str]:
        if not operation.request_body:
            if spec.get("requestBody", {}).get("required"):
                yield "needs a body"
            return
        schema = spec["requestBody"]["content"]["application/json"]["schema"]
        yield from self._named(schema, operation.request_body)
        ours, expected = self._resolved(schema), fields(SCHEMAS[operation.request_body])
        for name, field in expected.items():
            if name not in ours["properties"]:
                yield f"does not take {name}"
            else:
                yield from (f"{name} {fault}" for fault in self._takes(ours["properties"][name], field))
        needed = {name for name, field in expected.items() if not field.optional}
        yield from (f"needs {name}" for name in ours.get("required", []) if name not in needed)

    def _response(self, spec: Json, operation: Operation) -> Iterator[str]:
        response = spec["responses"].get(str(operation.status))
        if response is None:
            yield f"does not answer {operation.status}"
        elif operation.response:
            schema = response["content"]["application/json"]["schema"]
            yield from self._gives(schema, Field(operation.response, optional=False, nullable=False))

    def _takes(self, schema: Json, field: Field) -> Iterator[str]:
        """Whether what clients send is taken."""
        kinds = self._kinds(schema)
        for kind in field.type.split("|"):
            if not (SIMPLE.get(kind, {"array"}) & kinds):
                yield f"is {sorted(kinds)} and was {field.type}"
        if field.nullable and "null" not in kinds and not field.optional:
            yield "may no longer be null"
        if field.type == "str" and (values := self._listed(schema)):
            yield f"is one of {values}, to which a client's string cannot be assigned"

    def _gives(self, schema: Json, field: Field) -> Iterator[str]:
        """Whether what clients get is what they got."""
        kinds = self._kinds(schema)
        if "null" in kinds and not field.nullable:
            yield "may be null"
        actual, kind = self._present(schema), field.type
        if kind.startswith("["):
            if kinds - {"null"} != {"array"}:
                yield f"is {sorted(kinds)} and was {kind}"
            else:
                inner = Field(kind[1:-1], optional=False, nullable=False)
                yield from (f"[] {fault}" for fault in self._gives(self._resolved(actual)["items"], inner))
        elif kind.startswith("{") or kind == "object":
            if kinds - {"null"} != {"object"}:
                yield f"is {sorted(kinds)} and was {kind}"
        elif kind in SCHEMAS:
            yield from self._named(actual, kind)
            yield from self._fields(actual, kind)
        else:
            allowed = set[str]().union(*(SIMPLE[each] for each in kind.split("|")))
            if kinds == {"null"} or not kinds - {"null"} <= allowed:
                yield f"is {sorted(kinds)} and was {kind}"

    def _fields(self, schema: Json, name: str) -> Iterator[str]:
        if name in self._seen:
            return
        self._seen.add(name)
        ours = self._resolved(schema).get("properties", {})
        for field, expected in fields(SCHEMAS[name]).items():
            if field not in ours:
                yield f"{name} lacks {field}"
                continue
            for fault in self._gives(ours[field], expected):
                if not (fault == "may be null" and (name, field) in NULL_INSTEAD_OF_INVENTED):
                    yield f"{name}.{field} {fault}"

    def _named(self, schema: Json, name: str) -> Iterator[str]:
        """Whether a schema has its name; where two functions use one name, FastAPI puts the module before it."""
        plain = name.partition("(")[0]
        called = schema.get("$ref", "none").rpartition("/")[2]
        if plain[0].isupper() and called.rpartition("__")[2] != plain:
            yield f"is the schema {called} and was {plain}"

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self._made["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _present(self, schema: Json) -> Json:
        """A schema without its null."""
        non_null = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
        return non_null[0] if len(non_null) == 1 else schema

    def _listed(self, schema: Json) -> list[str]:
        """The values that a schema lists, which generated clients make a type of."""
        schema = self._resolved(schema)
        listed = [value for branch in schema.get("anyOf", []) for value in self._listed(branch)]
        return listed + schema.get("enum", []) + ([schema["const"]] if "const" in schema else [])

    def _kinds(self, schema: Json) -> set[str]:
        """The JSON types of a schema."""
        schema = self._resolved(schema)
        if "anyOf" in schema:
            return set[str]().union(*(self._kinds(branch) for branch in schema["anyOf"]))
        kind = schema.get("type", "object")
        return set(kind) if isinstance(kind, list) else {kind}


@pytest.fixture(scope="module")
def openapi_spec() -> Json:
    return description()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_operations_of_the_former_api_are_compatible(openapi_spec: Json, operation: Operation) -> None:
    assert Description(openapi_spec).faults(operation) == []


@pytest.mark.parametrize(("method", "path"), FORMER, ids=FORMER.values())
def test_operations_that_no_page_calls_have_stable_operation_ids(openapi_spec: Json, method: str, path: str) -> None:
    """Clients generate a module for every operation; the name of each is the name of a function in it."""
    assert openapi_spec["paths"][path][method.lower()]["operationId"] == FORMER[method, path]


@pytest.mark.parametrize(("method", "path"), FORMER_STRINGS)
def test_strings_that_were_sent_there_are_strings(openapi_spec: Json, method: str, path: str) -> None:
    assert not Description(openapi_spec).lists_values(method, path, FORMER_STRINGS[method, path])


@pytest.mark.case("Q10")
def test_every_route_is_listed_in_the_contract() -> None:
    # Pages are for people, and no part of the contract.
    http = [name for name, function in service.read().functions.items() if function.paths and name != "pages"]
    routes = [route for name in http for route in openapi.app_of(name).routes]
    existing = {
        (method, route.path_format) for route in routes if isinstance(route, APIRoute) for method in route.methods or ()
    }
    listed = {(operation.method, operation.path) for operation in OPERATIONS} | FORMER.keys() | ADDED
    assert existing - listed == set(), "not in tests/contract/contract.py"
    assert listed - existing == set(), "in tests/contract/contract.py, and nowhere else"


def test_every_schema_of_the_contract_is_used() -> None:
    used = {part for operation in OPERATIONS for part in (operation.response.strip("[]"), operation.request_body)}
    while more := {kind for name in used & SCHEMAS.keys() for kind in _kinds_in(SCHEMAS[name])} - used:
        used |= more
    assert SCHEMAS.keys() - used == set()


def _kinds_in(text: str) -> set[str]:
    return {field.type.strip("[]{}") for field in fields(text).values()}
