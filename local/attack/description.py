"""The operations to attack, from the OpenAPI document (.build/openapi.json)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

METHODS = {"get", "post", "put", "patch", "delete"}
FOR_ADMINISTRATORS = "For administrators."


@dataclass(frozen=True)
class Parameter:
    """A path or query parameter: its JSON types and a valid example."""

    name: str
    in_path: bool
    required: bool
    types: frozenset[str]
    example: str


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Any  # an example of the request body; None without one
    statuses: frozenset[int]  # documented response statuses
    credentials: frozenset[str]  # accepted credentials: `token`, `key` or `nothing`
    for_administrators: bool
    takes_idempotency_key: bool

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it is a write."""
        return self.method != "GET"

    @property
    def is_rate_limited(self) -> bool:
        """Whether it has a rate limit."""
        return 429 in self.statuses

    @property
    def collection(self) -> str:
        """The path of its collection."""
        return self.path.partition("/{")[0]

    def target(self, values: dict[str, str]) -> str:
        """Path and query with the given quoted values; missing required parameters get their examples."""
        path, query = self.path, []
        for parameter in self.parameters:
            value = values.get(parameter.name)
            if parameter.in_path:
                example = quote(parameter.example, safe="")
                path = path.replace(f"{{{parameter.name}}}", example if value is None else value)
            elif value is not None:
                query.append(f"{parameter.name}={value}")
            elif parameter.required:
                query.append(f"{parameter.name}={quote(parameter.example, safe='')}")
        return path + ("?" + "&".join(query) if query else "")


def parse(path: Path, values: dict[str, str]) -> list[Operation]:
    """Parse all operations of an OpenAPI document.

    Args:
        values: existing ids by name, for parameters and for fields in examples.
    """
    document = json.loads(path.read_text())
    return [
        _operation(document, address, method, each, values)
        for address, methods in document["paths"].items()
        for method, each in methods.items()
        if method in METHODS
    ]


def _operation(
    document: dict[str, Any], path: str, method: str, spec: dict[str, Any], values: dict[str, str]
) -> Operation:
    parameters = spec.get("parameters", [])
    credentials = {name for way in spec["security"] for name in way or ["nothing"]}
    return Operation(
        method.upper(),
        path,
        tuple(_parameter(document, each, values) for each in parameters if each["in"] in {"path", "query"}),
        _substitute(spec["requestBody"]["content"]["application/json"].get("example", {}), values)
        if "requestBody" in spec
        else None,
        frozenset(map(int, spec["responses"])),
        frozenset(credentials),
        FOR_ADMINISTRATORS in spec.get("description", ""),
        any(each["name"].lower() == "idempotency-key" for each in parameters),
    )


def _parameter(document: dict[str, Any], spec: dict[str, Any], values: dict[str, str]) -> Parameter:
    schemas = [_resolve(document, each) for each in spec["schema"].get("anyOf", [spec["schema"]])]
    types = frozenset(each.get("type", "string") for each in schemas)
    return Parameter(
        spec["name"], spec["in"] == "path", spec.get("required", False), types, _example(spec, schemas, values)
    )


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _example(spec: dict[str, Any], schemas: list[dict[str, Any]], values: dict[str, str]) -> str:
    if spec["name"] in values:
        return values[spec["name"]]
    if "example" in spec:
        return str(spec["example"])
    for schema in schemas:
        if allowed := schema.get("enum"):
            return str(allowed[0])
        if schema.get("format") == "uuid":
            return "a11ce000-0000-4000-8000-000000000001"
        if schema.get("type") in {"integer", "number"}:
            return "2"
        if schema.get("type") == "boolean":
            return "true"
    return "Arsenal"


def _substitute(example: Any, values: dict[str, str]) -> Any:
    """An example with its ids replaced by existing ones."""
    if isinstance(example, dict):
        return {
            key: int(values[key]) if key in values and isinstance(value, int) else _substitute(value, values)
            for key, value in example.items()
        }
    return example
