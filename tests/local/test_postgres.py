"""The embedded server: reachable from other processes, stopped with its block, and clear when it cannot start."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local import postgres
from local.errors import LocalError
from local.migrate import migrate

QUERY = "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute('SELECT 6 * 7').fetchone()[0])"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a server ran before."""
    directory = tmp_path_factory.mktemp("postgres") / "data"
    with postgres.serve(directory):
        return directory


@pytest.fixture
def url(directory: Path) -> Iterator[str]:
    with postgres.serve(directory) as served:
        yield served


def servers(directory: Path) -> list[int]:
    return [p.pid for p in psutil.process_iter(["cmdline"]) if str(directory) in (p.info["cmdline"] or [])]


def test_other_processes_reach_it_and_nothing_stays_behind(directory: Path) -> None:
    with postgres.serve(directory) as url:
        process = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", QUERY, url], capture_output=True, text=True, check=True
        )
        assert process.stdout == "42\n"
        assert servers(directory)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE TABLE kept (word text)")
    assert servers(directory) == []
    with postgres.serve(directory) as url, psycopg.connect(url) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_it_is_stopped_when_the_block_fails_and_the_error_is_not_hidden(directory: Path) -> None:
    with pytest.raises(ValueError, match="mine"), postgres.serve(directory):
        raise ValueError("mine")
    assert servers(directory) == []


def test_a_stale_pid_file_of_a_killed_launcher_is_ignored(directory: Path) -> None:
    # A pid file whose number another process has got meanwhile.
    (directory / postgres.PID_FILE).write_text(
        f"{os.getpid()}\n{directory}\n1700000000\n5432\n{directory}\n\n1 1\nready\n"
    )
    with postgres.serve(directory) as url, psycopg.connect(url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert servers(directory) == []


def test_data_committed_before_a_kill_is_there_at_the_next_start(directory: Path) -> None:
    command = (
        "import os, pathlib, psycopg, sys; from local import postgres\n"
        "with postgres.serve(pathlib.Path(sys.argv[1])) as url:\n"
        "    with psycopg.connect(url) as db: db.execute('CREATE TABLE written (word text)')\n"
        "    os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", command, directory], check=False, cwd=Path(__file__).parents[2])
    with postgres.serve(directory) as url, psycopg.connect(url) as db:  # once the other server has ended
        assert db.execute("SELECT count(*) FROM written").fetchone() == (0,)
    assert servers(directory) == []


def test_a_corrupt_data_directory_is_reported_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18\n")
    message = r"does not start on .*data.*; remove that directory to begin afresh"
    with pytest.raises(LocalError, match=message), postgres.serve(tmp_path / "data"):
        pass


def test_a_databases_locale_is_the_same_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    with postgres.serve(tmp_path / "data") as url, psycopg.connect(url) as db:
        row = db.execute("SELECT datcollate, pg_encoding_to_char(encoding), lower('É') FROM pg_database").fetchone()
    assert row == ("C", "UTF8", "é")


def test_a_database_that_knows_ascii_alone_is_not_migrated(url: str, tmp_path: Path) -> None:
    ascii_url = url.replace("/postgres?", "/ascii?")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE DATABASE ascii TEMPLATE template0 LC_CTYPE 'C'")
    with pytest.raises(LocalError, match=r"LC_CTYPE 'C\.UTF-8'"):
        migrate(ascii_url, tmp_path)


def test_migrations_run_once_in_order_and_may_not_change(url: str, tmp_path: Path) -> None:
    (tmp_path / "0002_b.sql").write_text("INSERT INTO a VALUES (2);")
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (n int); INSERT INTO a VALUES (1);")
    assert migrate(url, tmp_path) == ["0001_a.sql", "0002_b.sql"]
    assert migrate(url, tmp_path) == []
    (tmp_path / "0003_c.sql").write_text("INSERT INTO a VALUES (3); SELECT nonsense;")
    with pytest.raises(LocalError, match=r"0003_c\.sql does not run: .*nonsense"):
        migrate(url, tmp_path)
    (tmp_path / "0003_c.sql").write_text("INSERT INTO a VALUES (4);")
    assert migrate(url, tmp_path) == ["0003_c.sql"]
    with psycopg.connect(url) as db:
        assert db.execute("SELECT array_agg(n ORDER BY n) FROM a").fetchone() == ([1, 2, 4],)
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (n bigint);")
    with pytest.raises(LocalError, match=r"0001_a\.sql was changed"):
        migrate(url, tmp_path)
