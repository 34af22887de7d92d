"""The launcher as a user meets it: a process that starts, answers, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.service import Schedule
from local import http_server
from local.errors import LocalError
from local.process_lifetime import EXIT_WITH_PARENT
from local.run import is_overdue, running
from tests.waiting import HANG, wait_until

PROJECT = Path(__file__).resolve().parents[2]
JOBS = """
CREATE TABLE jobs (job text PRIMARY KEY, last_run_at timestamptz NOT NULL, day date, report jsonb);
"""


@pytest.fixture(scope="module")
def world(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with a free port, a data directory of its own and a mirror of one match."""
    (bundle / "migrations").mkdir()
    (bundle / "migrations" / "0001_jobs.sql").write_text(JOBS)
    mirror = tmp_path_factory.mktemp("mirror")
    (mirror / "mmz4281" / "2324").mkdir(parents=True)
    (mirror / "mmz4281" / "2324" / "E0.csv").write_text("Div,Date,HomeTeam,AwayTeam\nE0,19/05/2024,A,B\n")
    return {
        "PORT": str(http_server.free_port()),
        "DATA_DIR": str(tmp_path_factory.mktemp("kept")),
        "FOOTBALL_DATA_UK_URL": str(mirror),
        "FOOTBALL_DATA_API_KEY": "a-key-for-the-live-service",
        "CLOCK": "2024-04-27T08:00:00Z",
    }


def command(bundle: Path, before: str = "") -> list[str]:
    start = f"import sys; from pathlib import Path; from local.run import main; sys.exit(main(Path({str(bundle)!r})))"
    return [sys.executable, "-c", before + start]


def family(data_dir: str) -> set[int]:
    """Processes that belong to a launcher on that directory: its children, and servers that have left the family."""
    pids: set[int] = set()
    for process in psutil.process_iter(["environ", "cmdline"]):
        folder = (process.info["environ"] or {}).get("DATA_DIR")
        if folder == data_dir or any(data_dir in part for part in process.info["cmdline"] or []):
            pids.add(process.pid)
    return pids


@contextmanager
def launched(bundle: Path, world: dict[str, str], output: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    address = f"http://127.0.0.1:{world['PORT']}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command(bundle, EXIT_WITH_PARENT),
            cwd=PROJECT,
            env={**os.environ, **world},
            stdin=subprocess.PIPE,  # of the test that is killed, too, nothing stays
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        wait_until(lambda: "Ctrl-C stops" in output.read_text() or process.poll() is not None)
        assert process.poll() is None, output.read_text()
        yield process, address
    finally:
        process.terminate()
        process.wait(HANG)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_answers_runs_the_jobs_and_leaves_no_process(
    end: signal.Signals, bundle: Path, world: dict[str, str], tmp_path: Path
) -> None:
    output = tmp_path / "output"
    with launched(bundle, world, output) as (process, address):
        body = httpx.get(f"{address}/echo", timeout=HANG).json()
        assert body["variables"] == ["DATABASE_URL", "DEMO"]
        assert "sync_fixtures: " in output.read_text()
        assert len(family(world["DATA_DIR"])) >= 3, "the launcher, Postgres and workers"
        process.send_signal(end)
        assert process.wait(HANG) == 0
    assert family(world["DATA_DIR"]) == set()
    assert output.read_text().rstrip().endswith("Stopped.")
    assert "Traceback" not in output.read_text()


def test_sigterm_stops_the_launcher_during_a_running_job(bundle: Path, world: dict[str, str], tmp_path: Path) -> None:
    with launched(bundle, world, tmp_path / "output") as (process, address), ThreadPoolExecutor() as threads:
        sleeping = threads.submit(httpx.post, f"{address}/_invoke/sleep", json={}, timeout=HANG)
        logs = Path(world["DATA_DIR"])
        wait_until(lambda: any("asleep" in log.read_text() for log in logs.glob("*/logs/sleep.log")))
        process.terminate()
        assert process.wait(HANG) == 0
        assert sleeping.result().status_code >= 500
    assert family(world["DATA_DIR"]) == set()
    assert (tmp_path / "output").read_text().rstrip().endswith("Ctrl-C stops everything.\nStopped.")


def test_the_clock_resumes_from_its_stored_instant(bundle: Path, world: dict[str, str], tmp_path: Path) -> None:
    world = {**world, "DATA_DIR": str(tmp_path)}
    with launched(bundle, world, tmp_path / "output"):
        pass
    (clock_file,) = tmp_path.glob("*/clock")
    stopped_at = datetime.fromisoformat(clock_file.read_text())
    assert timedelta() < stopped_at - datetime(2024, 4, 27, 8, tzinfo=UTC) < timedelta(hours=1)
    clock_file.write_text("2024-04-27T15:30:00+00:00")
    with launched(bundle, world, tmp_path / "output"):
        pass
    stopped_at = datetime.fromisoformat(clock_file.read_text())
    assert timedelta() < stopped_at - datetime(2024, 4, 27, 15, 30, tzinfo=UTC) < timedelta(hours=1)


def test_a_second_instance_on_the_same_directory_or_port_is_rejected_with_a_remedy(
    bundle: Path, world: dict[str, str], tmp_path: Path
) -> None:
    with launched(bundle, world, tmp_path / "output") as (process, _):
        assert re.search(r"Port \d+ is in use; choose another one: PORT=", refusal(bundle, world))
        free = str(http_server.free_port())
        assert f"Process {process.pid} already runs on" in error(bundle, {**world, "PORT": free})


def test_a_killed_launcher_does_not_block_the_next_one(bundle: Path, world: dict[str, str], tmp_path: Path) -> None:
    with launched(bundle, world, tmp_path / "first") as (process, _):
        process.kill()
        process.wait()
        with launched(bundle, world, tmp_path / "second") as (again, address):
            assert httpx.get(f"{address}/echo").status_code == 200
            assert again.poll() is None
    assert family(world["DATA_DIR"]) == set()


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [("PORT", "0", "PORT must be a number"), ("DATA_DIR", "/dev/null/kept", "choose another place: DATA_DIR=")],
)
def test_a_setting_that_cannot_be_is_named(
    variable: str, value: str, part: str, bundle: Path, world: dict[str, str]
) -> None:
    assert part in refusal(bundle, {**world, variable: value})


def test_a_corrupt_directory_is_one_sentence(bundle: Path, world: dict[str, str], tmp_path: Path) -> None:
    with launched(bundle, world, tmp_path / "output"):
        pass
    (clock_file,) = Path(world["DATA_DIR"]).glob("*/clock")
    for broken in ("postgres/PG_VERSION", "clock"):
        file = tmp_path / clock_file.parent.name / broken
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("nonsense")
        assert "to begin afresh" in error(bundle, {**world, "DATA_DIR": str(tmp_path)})


def error(bundle: Path, world: dict[str, str]) -> str:
    """The sentence of the error that ends a launcher, within this process: `refusal` shows how a user sees it."""
    with pytest.raises(LocalError) as raised, running(bundle, {**os.environ, **world}):
        pass
    return str(raised.value)


def refusal(bundle: Path, world: dict[str, str]) -> str:
    """The output of a launcher that cannot start: one sentence, no traceback, exit code 1."""
    ended = subprocess.run(
        command(bundle),
        cwd=PROJECT,
        env={**os.environ, **world},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    return ended.stderr


def test_jobs_are_missed_that_never_ran_or_were_due_since() -> None:
    schedules = (Schedule("a", "0 3 * * ? *"), Schedule("b", "30 3 * * ? *"))
    night = datetime(2024, 4, 27, 3, 30, 5, tzinfo=UTC)
    ran = {"a": night, "b": night}
    assert not is_overdue(["a", "b"], schedules, ran, night + timedelta(hours=23))
    assert is_overdue(["a", "b"], schedules, ran, night + timedelta(hours=24))
    assert is_overdue(["a", "b"], schedules, {"a": night}, night)
    assert not is_overdue(["a"], schedules, {"a": night}, night)
