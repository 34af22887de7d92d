"""Functions called as AWS Lambda's Invoke API wants it."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.clients.aws.lambda_invoke import LambdaInvoke
from shared.clients.errors import Unavailable
from tests.lambda_api import LambdaApi, lambda_api

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def api() -> Iterator[LambdaApi]:
    with lambda_api() as api:
        yield api


def test_start_invokes_asynchronously_and_unsigned_on_this_machine(api: LambdaApi) -> None:
    LambdaInvoke("", api.address).start("sync_fixtures", {"days": 7, "club": "Köln"})
    [call] = api.calls
    assert (call.function, call.invocation_type, call.event) == ("sync_fixtures", "Event", {"days": 7, "club": "Köln"})
    assert "authorization" not in call.headers, "the gateway of this machine knows no role"


def test_invoke_returns_the_functions_result(api: LambdaApi) -> None:
    api.payload = {"statusCode": 200, "body": "é"}
    assert LambdaInvoke("", api.address).invoke("matches", {"rawPath": "/"}) == api.payload
    assert (api.calls[0].function, api.calls[0].invocation_type) == ("matches", "RequestResponse")


def test_a_function_that_fails_gives_no_answer(api: LambdaApi) -> None:
    api.error, api.payload = "Unhandled", {"errorMessage": "the secret plan"}
    with pytest.raises(Unavailable, match="matches failed; its log says why"):
        LambdaInvoke("", api.address).invoke("matches", {})


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_start_raises_unavailable_without_retries_if_lambda_rejects_the_event(api: LambdaApi, status: int) -> None:
    api.status = status
    with pytest.raises(Unavailable, match="Lambda did not take an event for sync_fixtures"):
        LambdaInvoke("", api.address).start("sync_fixtures", {})
    assert len(api.calls) == 1


def test_start_raises_unavailable_if_lambda_is_unreachable() -> None:
    with pytest.raises(Unavailable, match="sync_fixtures"):
        LambdaInvoke("", "http://127.0.0.1:9").start("sync_fixtures", {})


@pytest.mark.case("E6")
def test_start_times_out_if_lambda_does_not_respond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.clients.aws.lambda_invoke.READ_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        LambdaInvoke("", f"http://127.0.0.1:{silent.getsockname()[1]}").start("sync_fixtures", {})


def test_on_aws_the_functions_role_signs_and_names_are_those_of_the_stage(
    api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL_LAMBDA": api.address,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "AWS_SESSION_TOKEN": "token",
        "AWS_DEFAULT_REGION": "eu-west-3",
    }.items():
        monkeypatch.setenv(name, value)
    LambdaInvoke("paris-sportif-staging-", "").start("sync_fixtures", {})
    [call] = api.calls
    assert call.function == "paris-sportif-staging-sync_fixtures"
    assert call.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-west-3/lambda/aws4_request" in call.headers["authorization"]
    assert call.headers["x-amz-security-token"] == "token"


def test_without_a_role_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("HOME", "/nonexistent")
    with pytest.raises(Unavailable, match="credentials"):
        LambdaInvoke("paris-sportif-staging-", "").start("sync_fixtures", {})


@pytest.mark.parametrize("name", ["admin", "refresh_cache", "sync_fixtures"])
def test_the_library_is_loaded_by_the_first_call_only(name: str) -> None:
    code = f"import sys, functions.{name}.handler; print(sorted({{'boto3', 'botocore', 'numpy'}} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={}, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"
