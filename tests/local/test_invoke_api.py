"""The gateway as functions see it that call others: Lambda's own Invoke API, through AWS's own library."""

import shutil
from pathlib import Path

import httpx
import pytest

from deploy.service import read
from local.gateway import Gateway
from local.http_server import serve
from shared.clients.aws.lambda_invoke import LambdaInvoke
from shared.clients.errors import Unavailable
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def functions(gateway: httpx.Client) -> LambdaInvoke:
    return LambdaInvoke("", str(gateway.base_url))


def test_a_question_is_answered_by_the_function(functions: LambdaInvoke) -> None:
    assert functions.invoke("inspect", {"day": "2024-04-27"})["event"] == {"day": "2024-04-27"}


def test_a_start_waits_for_nothing_and_the_function_runs(bundle: Path, tmp_path: Path) -> None:
    log: list[str] = []
    gateway = Gateway(
        read(bundle),
        bundle,
        {},
        tmp_path,
        lambda name, outcome: log.append(f"{name} {outcome.status}"),
    )
    with serve(gateway) as address:
        functions = LambdaInvoke("", address)
        functions.start("sleep", {})  # for longer than any caller would wait
        functions.start("slow", {})  # which is ended at its timeout
        wait_until(lambda: log == ["slow timeout"])


def test_starts_beyond_the_reserved_concurrency_wait_as_in_lambda_s_queue(bundle: Path, tmp_path: Path) -> None:
    """So a run may start its successor before it ends."""
    root, failures = tmp_path / "bundle", list[str]()
    shutil.copytree(bundle, root)
    for name in ("begun", "go on", "done"):
        (root / name).unlink(missing_ok=True)
    with serve(Gateway(read(root), root, {}, tmp_path, lambda name, _: failures.append(name))) as address:
        functions = LambdaInvoke("", address)
        for _ in range(2):
            functions.start("single", {})
        wait_until((root / "begun").exists)
        (root / "go on").touch()
        wait_until(lambda: (root / "done").exists() and (root / "done").read_text() == "..")
    assert failures == []


@pytest.mark.parametrize("name", ["boom", "leave", "broken", "slow"])
def test_a_failing_function_and_a_missing_one_raise_different_errors(functions: LambdaInvoke, name: str) -> None:
    with pytest.raises(Unavailable, match=f"{name} failed"):
        functions.invoke(name, {})
    for call in (functions.invoke, functions.start):
        with pytest.raises(Unavailable, match=r"ResourceNotFoundException.*Function not found: nobody"):
            call("nobody", {})
