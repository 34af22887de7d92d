"""Programs and folders that end with the process that created them, however it ends: error, SIGTERM or SIGKILL.

Each has a supervisor process. Its standard input is a pipe whose other end only the creator holds. The system closes
the pipe when the creator exits; then the supervisor stops the program or removes the folder. This works for programs of
other users, too.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO

TIMEOUT_SECONDS = 60
"""Seconds before a program that does not stop is killed."""
EXIT_WITH_PARENT = """
import os, signal, threading
def follow():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=follow, daemon=True).start()
"""
"""Python code that kills the process and its group when its standard input closes; needs no supervisor."""


@contextmanager
def program(
    command: Sequence[str | Path],
    *,
    stop: signal.Signals = signal.SIGTERM,
    user: str = "",
    output: IO[bytes] | int = subprocess.DEVNULL,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block or this process ends; yields its supervisor, which exits with it.

    Args:
        stop: the signal that stops it.
        user: the user that it runs as; empty for that of this process.
        output: its standard output and error.
        environment: its variables; None for those of this process.
    """
    arguments = ["program", str(int(stop)), user, *map(str, command)]
    with _supervisor(arguments, output, cwd, environment) as process:
        yield process


@contextmanager
def folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """A new private folder, removed when the block or this process ends."""
    path = (within or Path(tempfile.gettempdir())) / f"{prefix}{token_hex(6)}"
    with _supervisor(["folder", str(path)], subprocess.DEVNULL, None, None):
        path.mkdir(mode=0o700)
        yield path


@contextmanager
def _supervisor(
    arguments: Sequence[str], output: IO[bytes] | int, cwd: Path | None, environment: Mapping[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, *arguments],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=environment,
        start_new_session=True,  # Ctrl-C goes only to the creator
    )
    try:
        yield process
    finally:
        assert process.stdin is not None  # noqa: S101 a pipe
        process.stdin.close()
        process.wait()


def main(arguments: Sequence[str]) -> int:
    """The supervisor."""
    match arguments:
        case ["program", stop, user, *command]:
            return _run(command, signal.Signals(int(stop)), user or None)
        case ["folder", path]:
            os.read(0, 1)
            return _remove(Path(path))
        case _:
            raise ValueError(arguments)


def _run(command: Sequence[str], stop: signal.Signals, user: str | None) -> int:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, user=user)

    def await_parent_exit() -> None:
        os.read(0, 1)
        process.send_signal(stop)
        try:
            process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    threading.Thread(target=await_parent_exit, daemon=True).start()
    return process.wait()


def _remove(path: Path) -> int:
    """Remove a folder, with retries while a stopping program still writes to it."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while path.exists() and time.monotonic() < end:
        shutil.rmtree(path, ignore_errors=True)
        time.sleep(0.02)
    return int(path.exists())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
