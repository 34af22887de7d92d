"""The description of the API: what the edge does stands at every operation, and examples are what is answered."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from deploy import openapi, service
from tests.api_description import description

Json = dict[str, Any]
EXAMPLES = json.loads((service.ROOT / openapi.EXAMPLES).read_text())
HTTP = [name for name, function in service.read().functions.items() if function.paths]
ROUTES = {
    route.operation_id or route.unique_id: route
    for name in HTTP
    for route in openapi.app_of(name).routes
    if isinstance(route, APIRoute) and route.include_in_schema
}


@pytest.fixture(scope="module")
def made() -> Json:
    return description()


def operations(made: Json) -> Iterator[tuple[str, Json]]:
    for path, each in made["paths"].items():
        for operation in each.values():
            yield path, operation


def test_every_operation_has_a_name_of_its_own_a_group_and_words(made: Json) -> None:
    names = [operation["operationId"] for _, operation in operations(made)]
    assert sorted(names) == sorted(set(names)) == sorted(ROUTES)
    described = {tag["name"] for tag in made["tags"] if tag["description"]}
    for _, operation in operations(made):
        assert set(operation["tags"]) <= described
        assert len(operation["description"].split("\n\n")) > 1, operation["operationId"]


def test_every_operation_documents_the_middlewares_error_statuses(made: Json) -> None:
    for path, operation in operations(made):
        refused = {status for status in operation["responses"] if status >= "4"}
        expected = {"401", "403", "503"}
        expected |= set() if path.startswith("/health") else {"429"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"400", "422"} if "parameters" in operation or "requestBody" in operation else set()
        expected |= {"413", "415"} if "requestBody" in operation else set()
        assert refused >= expected, operation["operationId"]
        assert "429" not in refused or not path.startswith("/health")


def test_the_openapi_schema_of_a_validation_error_matches_our_responses(made: Json) -> None:
    """The library's own description has fields that the edge leaves out: what was sent, and why."""
    fault = made["components"]["schemas"]["ValidationError"]
    assert sorted(fault["properties"]) == sorted(fault["required"]) == ["loc", "msg", "type"]


def test_no_schema_carries_the_name_of_a_module(made: Json) -> None:
    """Where two functions use one name for two things, every client's types change their names."""
    assert [name for name in made["components"]["schemas"] if "__" in name] == []


def test_every_answer_has_an_example(made: Json) -> None:
    """`python -m local.examples` fetches most; those of Stripe's customers are written by hand."""
    for _, operation in operations(made):
        (success,) = [response for status, response in operation["responses"].items() if status.startswith("2")]
        content = success.get("content", {}).get("application/json")
        assert content is None or "example" in content, operation["operationId"]


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if "answer" in example])
def test_each_example_matches_the_response_model(name: str) -> None:
    """Neither a field more nor a field less; else: `python -m local.examples`."""
    form = TypeAdapter(ROUTES[name].response_model)
    response = form.validate_python(EXAMPLES[name]["answer"])
    assert json.loads(form.dump_json(response, by_alias=True)) == EXAMPLES[name]["answer"]


def test_examples_stand_where_tools_look_for_them(made: Json) -> None:
    operation = made["paths"]["/api/v1/matches/{match_id}"]["get"]
    (match_id,) = [parameter for parameter in operation["parameters"] if parameter["name"] == "match_id"]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert match_id["example"] == example["id"] == EXAMPLES["getMatch"]["parameters"]["match_id"]
    sent = made["paths"]["/api/v1/keys"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert sent == {"name": "my tool", "scopes": ["read"]}


def test_an_example_of_no_operation_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / openapi.EXAMPLES).write_text(json.dumps(EXAMPLES | {"gone": {}}))
    for name in ("serverless.yml", "functions"):
        (tmp_path / name).symlink_to(service.ROOT / name)
    with pytest.raises(openapi.ExampleError, match="no operation: gone"):
        openapi.build(tmp_path)


def test_it_is_written_for_tools_and_packed_for_readers(made: Json, tmp_path: Path) -> None:
    openapi.write(made, tmp_path)
    packed = tmp_path / openapi.SITE / "openapi.json.gz"
    assert json.loads((tmp_path / openapi.OUT).read_text()) == json.loads(gzip.decompress(packed.read_bytes())) == made
    before = packed.read_bytes()
    openapi.write(made, tmp_path)
    assert packed.read_bytes() == before
