"""Whatever ends a process, what it started ends too, and the folders that it made are gone."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from local import postgres, process_lifetime
from local.run import ROOT
from tests.waiting import HANG, wait_until

MAKER = """
import signal, sys
from pathlib import Path
from deploy.service import read
from local import fake_upstash, postgres, process_lifetime
from local.gateway import Gateway
from local.http_server import serve
from tests.waiting import wait_until
import httpx
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
lasting, bundle, data = map(Path, sys.argv[1:])
gateway = Gateway(read(bundle), bundle, {}, lasting / "logs")
with (
    process_lifetime.folder("made-", lasting) as folder,
    postgres.serve(folder / "data"),
    postgres.serve(data),
    fake_upstash.serve(),
    process_lifetime.program([sys.executable, "-c", "import time; time.sleep(1000)"]),
    serve(gateway) as address,
):
    httpx.post(f"{address}/_invoke/inspect", json={}).raise_for_status()
    httpx.post(f"{address}/2015-03-31/functions/sleep/invocations", json={}, headers={"X-Amz-Invocation-Type": "Event"})
    log = lasting / "logs" / "sleep.log"
    wait_until(lambda: log.exists() and "asleep" in log.read_text())
    print("started", flush=True)
    assert sys.stdin.read() == "go on", "what fails"
"""


def kill(number: signal.Signals) -> Callable[[subprocess.Popen[str]], None]:
    return lambda process: process.send_signal(number)


def fail(process: subprocess.Popen[str]) -> None:
    process.communicate("stop")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database that outlasts its servers; creating one takes a second."""
    return tmp_path_factory.mktemp("lasting") / "data"


@pytest.mark.parametrize(
    "end",
    [kill(signal.SIGKILL), kill(signal.SIGTERM), kill(signal.SIGINT), fail],
    ids=["SIGKILL", "SIGTERM", "SIGINT", "a failure"],
)
def test_child_processes_end_with_their_parent_however_it_ends(
    end: Callable[[subprocess.Popen[str]], None], bundle: Path, data: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", MAKER, str(tmp_path), str(bundle), str(data)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as maker:
        assert maker.stdout is not None
        assert maker.stdout.readline() == "started\n", maker.communicate()
        started = psutil.Process(maker.pid).children(recursive=True)
        names = [process.name() for process in started]
        assert names.count("postgres") >= 2
        assert "valkey-server" in names
        end(maker)
        maker.wait()
        assert maker.returncode != 0
    _, alive = psutil.wait_procs(started, timeout=HANG)
    assert alive == []
    wait_until(lambda: list(tmp_path.glob("made-*")) == [])
    # The data that was to last is free, and undamaged.
    with postgres.serve(data) as url, psycopg.connect(url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_program_that_ends_by_itself_ends_the_process_beside_it(tmp_path: Path) -> None:
    with process_lifetime.program([sys.executable, "-c", "raise SystemExit(7)"]) as process:
        assert process.wait(HANG) == 7


def test_a_block_ends_with_its_program_and_its_folder() -> None:
    with process_lifetime.folder("made-") as folder, process_lifetime.program(["sleep", "1000"]) as process:
        (folder / "word").write_text("kept for now")
        assert folder.stat().st_mode & 0o777 == 0o700
        wait_until(lambda: [child.name() for child in psutil.Process(process.pid).children()] == ["sleep"])
        (program,) = psutil.Process(process.pid).children()
    assert not program.is_running()
    assert not folder.exists()


def test_a_program_may_run_as_another_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may choose a user")
    with process_lifetime.program(["sleep", "1000"], user="nobody") as process:
        wait_until(lambda: [child.name() for child in psutil.Process(process.pid).children()] == ["sleep"])
        (program,) = psutil.Process(process.pid).children()
        assert program.username() == "nobody"
    assert not program.is_running()


UNTIED = {"Popen", "TemporaryDirectory", "mkdtemp", "ValkeyServer", "get_server", "pg_ctl"}
"""What leaves a program or a folder behind when its maker is killed."""


def calls(source: str) -> set[str]:
    """The names of what is called somewhere."""
    called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in called}


def test_every_long_running_process_is_started_through_process_lifetime() -> None:
    files = [*(ROOT / "local").glob("*.py"), ROOT / "tests" / "conftest.py"]
    untied = {file.name: calls_found for file in files if (calls_found := calls(file.read_text()) & UNTIED)}
    # mutmut writes only below .build, and is waited for.
    assert untied == {"process_lifetime.py": {"Popen"}, "mutate.py": {"Popen"}}
