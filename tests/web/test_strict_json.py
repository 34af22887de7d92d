"""Which bodies are read."""

import json
from typing import Annotated, Any

import pytest
from fastapi import Depends, Request

from local import function_url
from shared.accounts.plans import Reader
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import SignedIn
from shared.web.errors import BadRequest, UnsupportedMediaType
from shared.web.strict_json import MAX_BODY_BYTES, MAX_VALUES, validate_body
from tests.running import Handler, environment, invoke

JSON = "application/json"


@pytest.mark.parametrize(
    "media_type",
    [JSON, "Application/JSON", "application/json; charset=utf-8", " application/json ;x", "application/ld+json"],
)
def test_json_media_types_are_accepted(media_type: str) -> None:
    validate_body(media_type, b'{"a": 1}')


@pytest.mark.case("H3")
@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "text/json", "application/xml", "application/jsonp", "application/x-json", "xapplication/json",
     "text/plain; x=application/json", "json", "multipart/form-data"],
)  # fmt: skip
def test_other_media_types_are_rejected(media_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        validate_body(media_type, b'{"a": 1}')


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "7",
        '"é"',
        "[]",
        '{"a": {"a": 1}, "b": {"a": 1}}',
        '["a", "a"]',
        r'"\\u0000"',
        r'"\ud83d\ude00"',
        "NaN",
        '{"a": [1, {"b": [null, true, 1.5]}]}',
        '["x",' * 32 + "7" + "]" * 32,
        "[" + "7," * (MAX_VALUES - 2) + "7]",
    ],
)
def test_unambiguous_json_is_accepted(body: str) -> None:
    validate_body(JSON, body.encode())


@pytest.mark.case("H2")
@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1, "a": 1}',
        '[[{"b": {"a": 1, "b": 2, "a": 3}}]]',
        r'{"a": 1, "\u0061": 2}',
        r'"\u0000"',
        r'["a", ["b\u0000"]]',
        r'{"a": "b", "c": {"d": "\u0000"}}',
        r'{"\u0000": 1}',
        r'{"a": {"\u0000": 1}}',
        r'"\ud800"',
        r'{"a": ["\udc00\ud800"]}',
        "1" * 5000,
        "[" * 100_000,
        '["x",' * 33 + "7" + "]" * 33,
        '{"a":' * 33 + "7" + "}" * 33,
        "[" + "7," * MAX_VALUES + "7]",
        json.dumps({str(number): number for number in range(MAX_VALUES // 2)}),
        '["x",' * 700 + '"x"' + "]" * 700,
    ],
)
def test_ambiguous_or_unstorable_json_is_rejected(body: str) -> None:
    """A key twice, NUL, half a character, a number and a nesting beyond all measure."""
    with pytest.raises(BadRequest, match=r"^unreadable$"):
        validate_body(JSON, body.encode())


@pytest.mark.parametrize("body", ["{", "{'a': 1}", "", '{"a": 1} x'])
def test_syntax_errors_are_left_to_the_library(body: str) -> None:
    validate_body(JSON, body.encode())


@pytest.fixture
def handler() -> Handler:
    """An operation that takes any body, and one that takes none."""
    app = http_app("try")

    @app.post("/take")
    async def take(body: dict[str, str] | None = None) -> int:
        return len(body["a"]) if body else -1

    @app.post("/mine")
    async def mine(reader: SignedIn, body: dict[str, str]) -> int:
        return len(body)

    async def met(reader: SignedIn) -> Reader:
        return reader

    @app.post("/met")
    async def registered_only(reader: Annotated[Reader, Depends(met)], body: dict[str, str]) -> int:
        return len(body)

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    with environment():
        return lambda_handler(app)


@pytest.mark.parametrize(("spare", "status"), [(0, 200), (-1, 413)])
def test_a_body_of_256_kibibytes_is_the_largest(handler: Handler, spare: int, status: int) -> None:
    text = "x" * (256 * 1024 - len('{"a": ""}') - spare)
    with environment():
        response = invoke(handler, "/take", method="POST", body={"a": text})
    assert MAX_BODY_BYTES == 262_144
    assert (response.status, response.json if status == 200 else len(text)) == (status, len(text))


@pytest.mark.case("H3")
def test_a_body_without_a_media_type_is_a_415(handler: Handler) -> None:
    scope: Any = {
        "method": "POST",
        "raw_path": b"/take",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 0),
        "http_version": "1.1",
    }
    with environment():
        response = handler(function_url.build_event(scope, b'{"a": "b"}'), None)
    assert response["statusCode"] == 415


def test_the_media_type_is_checked_only_where_a_json_body_is_expected(handler: Handler) -> None:
    with environment():
        assert invoke(handler, "/take", method="POST").json == -1
        assert invoke(handler, "/take", method="POST", body={"a": "b"}, content_type="text/plain").status == 415
        assert invoke(handler, "/raw", method="POST", body={"a": "b"}, content_type="text/plain").status == 200


@pytest.mark.case("A1")
@pytest.mark.parametrize("target", ["/mine", "/met"], ids=["by its signature", "by a dependency"])
def test_the_body_of_an_unauthorized_caller_is_not_parsed(handler: Handler, target: str) -> None:
    with environment():
        response = invoke(handler, target, method="POST", body={"a": "\0"}, content_type="text/plain")
    assert response.status == 401


def test_of_many_faults_the_first_twenty_are_named(handler: Handler) -> None:
    with environment():
        response = invoke(handler, "/take", method="POST", body={str(number): number for number in range(900)})
    assert response.status == 422
    assert [fault["loc"] for fault in response.json["detail"]] == [["body", str(number)] for number in range(20)]
