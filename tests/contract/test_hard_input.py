"""Malformed input: every operation, through its real handler, rejects it with a 4xx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

import pytest

from shared.explanations.translations import Language, translate
from shared.web.middleware import DEFAULT_HEADERS
from shared.web.strict_json import MAX_BODY_BYTES
from tests.api_description import description
from tests.conftest import SATURDAY
from tests.contract.front import SERVICE
from tests.running import HttpResponse, invoke
from tests.tokens import bearer

Json = dict[str, Any]
ADMIN = bearer(SATURDAY, app_metadata={"role": "admin"}, aal="aal2")
OPENAPI = description()
UUID = "a11ce000-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Operation:
    """An operation as it is described."""

    method: str
    path: str
    spec: Json

    def parameters(self, kind: str) -> list[str]:
        """The names of its parameters of a JSON type, in its address."""
        return [p["name"] for p in self._in_address() if kind in _types(p["schema"]) and "format" not in p["schema"]]

    @property
    def needs_body(self) -> bool:
        """Whether something must be sent that a body can lack."""
        return self.spec["requestBody"].get("required", False) and "required" in self._body

    @property
    def fields(self) -> Json:
        """The schemas of the body's fields."""
        return self._body.get("properties", {})

    @property
    def _body(self) -> Json:
        schema = self.spec["requestBody"]["content"]["application/json"]["schema"]
        (name,) = [branch["$ref"] for branch in schema.get("anyOf", [schema]) if "$ref" in branch]
        return OPENAPI["components"]["schemas"][name.rpartition("/")[2]]

    def send(self, body: Any = None, arguments: Json | None = None, **headers: str) -> HttpResponse:
        """What it answers; `given` are parameters as they stand in the address, others have ordinary values."""
        values = {p["name"]: quote(_valid_value(p)) for p in self._in_address() if p.get("required")} | (
            arguments or {}
        )
        path = self.path
        for name in [p["name"] for p in self._in_address() if p["in"] == "path"]:
            path = path.replace(f"{{{name}}}", values.pop(name))
        query = "&".join(f"{name}={value}" for name, value in values.items())
        function = SERVICE.function_for(path)
        assert function, path
        headers = {"authorization": ADMIN, **headers}
        response = invoke(function.name, f"{path}?{query}", method=self.method, body=body, **cast("Any", headers))
        for fault in response.json["detail"] if response.status == 422 else ():
            assert not LIBRARYS.search(fault["msg"]), "the error is in the reader's language"
        return response

    def _in_address(self) -> list[Json]:
        return [p for p in self.spec.get("parameters", []) if p["in"] in {"path", "query"}]


def _types(schema: Json) -> set[str]:
    return {branch.get("type", "") for branch in schema.get("anyOf", [schema])}


def _valid_value(parameter: Json) -> str:
    schema = parameter["schema"]
    if "example" in parameter:
        return str(parameter["example"])
    if "integer" in _types(schema) or "number" in _types(schema):
        return "2"
    return UUID if schema.get("format") == "uuid" else str(next(iter(schema.get("enum", ["Arsenal"]))))


LIBRARYS = re.compile("should|required|permitted|error|Invalid|Unable")
"""Words of pydantic's messages, of which none is French."""
OPERATIONS = [
    Operation(method.upper(), path, spec) for path, each in OPENAPI["paths"].items() for method, spec in each.items()
]
WITH_BODY = [operation for operation in OPERATIONS if "requestBody" in operation.spec]
GETS = [operation for operation in OPERATIONS if operation.method == "GET"]


def cases(kind: str) -> list[Any]:
    """Every parameter of a JSON type of every operation."""
    return [
        pytest.param(operation, name, id=f"{operation.spec['operationId']}-{name}")
        for operation in OPERATIONS
        for name in operation.parameters(kind)
    ]


def as_params(operations: list[Operation]) -> list[Any]:
    return [pytest.param(operation, id=operation.spec["operationId"]) for operation in operations]


pytestmark = pytest.mark.usefixtures("saturday_functions")


TEXTS = {
    "nul": "%00",
    "nul within": "Arsenal%00",
    "lone surrogate": "%ED%A0%80",
    "no utf-8": "%FF%FE",
    "right to left": "%E2%80%AEsenalrA%E2%80%8F",
    "zero width": "%E2%80%8B%E2%80%8B",
    "control": "%0D%0ASet-Cookie:%20a=b",
    "megabyte": "x" * 1_000_000,
    "quotes": quote("' OR 1=1; DROP TABLE matches; --", safe=""),
    "wildcards": quote("%_%\\%", safe=""),
    "pattern": quote("(a+)+$[", safe=""),
    "path": quote("../../etc/passwd", safe=""),
    "template": quote("{{7*7}}${7*7}<script>", safe=""),
    "accents": quote("e\u0301" * 20, safe=""),
    "nothing": "",
}


@pytest.mark.case("H2", "H9")
@pytest.mark.parametrize(("operation", "name"), cases("string"))
def test_any_text_parameter_is_accepted_or_rejected_without_a_5xx(operation: Operation, name: str) -> None:
    for label, text in TEXTS.items():
        response = operation.send(arguments={name: text})
        assert response.status < 500, label
        assert "set-cookie" not in response.headers, label
        assert response.status != 200 or label != "megabyte", label


@pytest.mark.case("H3", "H7")
@pytest.mark.parametrize(("operation", "name"), cases("integer"))
def test_a_number_parameter_is_whole_and_within_bounds_or_rejected(operation: Operation, name: str) -> None:
    spellings = ["01", "1_000", "%2B5", "5.0", "%205", "5%20", "%D9%A5", "%EF%BC%91", "1e9", "0x10"]
    for text in [*spellings, "-1", str(2**63), "true", "1.5", "NaN", "Infinity", "9" * 5000]:
        response = operation.send(arguments={name: text})
        if text.isalpha() and response.status == 404:  # a word may be the path of another route
            assert response.json["detail"] == translate("unknown_route", Language.FR), text
        else:
            assert response.status == 422, text
            assert name in [fault["loc"][-1] for fault in response.json["detail"]]
    assert operation.send(arguments={name: "0"}).status < 500


@pytest.mark.case("H8")
@pytest.mark.parametrize("operation", as_params(WITH_BODY))
@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "text/json", "json"],
)
def test_a_body_of_another_media_type_is_rejected(operation: Operation, media_type: str) -> None:
    response = operation.send(b'{"a": 1}', content_type=media_type, accept_language="en")
    assert (response.status, response.json["detail"]) == (415, "Send the body as application/json.")


@pytest.mark.case("H2", "H4", "H8")
@pytest.mark.parametrize("operation", as_params(WITH_BODY))
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": [{"b": 1, "b": 1}]}', 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": ["\\udc00\\ud800"]}', 400),
        (b'{"\\u0000": 1}', 400),
        (b'{"a": "b\\u0000"}', 400),
        (b'{"a": "\xff"}', 400),
        (b'{"a": ' + b"9" * 5000 + b"}", 400),
        (b'{"a": NaN, "b": -Infinity}', 422),
        (b'{"a": 1e999}', 422),
        (b'{"a": 1,}', 422),
        (b'{"a": 1} {}', 422),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{" + b" " * MAX_BODY_BYTES + b"}", 413),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_an_unreadable_body_is_rejected(operation: Operation, body: bytes, status: int) -> None:
    """In words, and never with what was sent."""
    response = operation.send(body, content_type="application/json")
    assert response.status == status if status != 422 or operation.needs_body else response.status < 500
    assert "xxxx" not in response.body


@pytest.mark.case("H8")
@pytest.mark.parametrize("operation", as_params(WITH_BODY))
def test_a_body_too_large_is_rejected_with_a_message(operation: Operation) -> None:
    """As for a body with a content length, which the library would answer in plain text."""
    body = b'"' + b"x" * MAX_BODY_BYTES + b'"'
    response = operation.send(
        body, content_type="application/json", content_length=str(len(body)), accept_language="en"
    )
    assert (response.status, response.json["detail"]) == (413, "The body of the request is too large.")


@pytest.mark.case("H2")
@pytest.mark.parametrize("operation", as_params(WITH_BODY))
def test_what_is_described_of_a_text_holds_before_spaces_are_removed_from_its_ends(operation: Operation) -> None:
    for name, schema in operation.fields.items():
        for text in _unlike(schema):
            response = operation.send({name: text})
            assert response.status == 422, (name, text)
            assert name in [fault["loc"][1] for fault in response.json["detail"]], (name, text)


def _unlike(schema: Json) -> Iterator[str]:
    """Texts that break a text's pattern or length, and would not if spaces at their ends were removed."""
    for branch in schema.get("anyOf", [schema]):
        if "pattern" in branch:
            yield from (text for text in ("\rlonger", "longer\x1c") if not re.search(branch["pattern"], text))
        if "maxLength" in branch:
            yield "longer" + " " * branch["maxLength"]


@pytest.mark.case("H3", "H4")
@pytest.mark.parametrize("operation", as_params(WITH_BODY))
def test_a_number_in_a_body_is_a_number(operation: Operation) -> None:
    for name, schema in operation.fields.items():
        if _types(schema) & {"integer", "number"}:
            for value in (True, "1e9", "", [1], {}, 2**63, float("nan"), 1e300):
                response = operation.send({name: value})
                assert response.status == 422, (name, value)
                assert name in [fault["loc"][1] for fault in response.json["detail"]], (name, value)


@pytest.mark.case("H12")
@pytest.mark.parametrize("operation", as_params(GETS))
def test_head_is_get_without_a_body(operation: Operation) -> None:
    got = operation.send()
    head = Operation("HEAD", operation.path, operation.spec).send()
    assert (head.status, head.body) == (got.status, "")


@pytest.mark.case("H12")
@pytest.mark.parametrize("operation", as_params(OPERATIONS))
def test_a_405_lists_the_allowed_methods_and_method_override_headers_are_ignored(operation: Operation) -> None:
    at_address = {each.method for each in OPERATIONS if each.path == operation.path}
    strange = Operation("TRACE", operation.path, operation.spec).send(
        x_http_method_override=operation.method, x_method_override=operation.method
    )
    assert (strange.status, set(strange.headers["allow"].split(", "))) == (405, at_address)
    assert Operation("OPTIONS", operation.path, operation.spec).send().status == 405


@pytest.mark.case("H13", "H14")
@pytest.mark.parametrize("operation", as_params(OPERATIONS))
def test_every_answer_has_the_headers_of_the_edge(operation: Operation) -> None:
    """On what is answered, refused, and forbidden to a page of unknown origin."""
    # One of the operations deletes its caller.
    people = [bearer(SATURDAY, sub=str(uuid4()), app_metadata={"role": "admin"}, aal="aal2") for _ in range(2)]
    responses = [
        operation.send(origin="null", authorization=people[0]),
        operation.send(origin="https://paris-sportif.vercel.app.evil.example", authorization=people[1]),
        operation.send(authorization="Bearer nonsense"),
    ]
    assert [response.status == 401 for response in responses] == [False, False, True]
    for response in responses:
        usual = DEFAULT_HEADERS | {"cache-control": response.headers["cache-control"]}
        assert usual.items() <= response.headers.items()
        assert response.headers["cache-control"]
        assert not [name for name in response.headers if name.startswith("access-control-allow")]
