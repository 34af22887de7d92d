"""Programs and folders that end with the process that made them, however that ends: an error, SIGTERM, SIGKILL.

A process of its own stands beside each. Its standard input is a pipe whose other end only the maker has. The system
closes that end when the maker is gone, and then the process stops the program or removes the folder. It holds for
programs that run as another user, too, and needs nothing but pipes.
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
"""Seconds that a program has to stop before it is killed."""
EXIT_WITH_PARENT = """
import os, signal, threading
def follow():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=follow, daemon=True).start()
"""
"""Code that has a Python process end, and its group, when its standard input does; without a process beside it."""


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
    """Run a program until the block or this process ends; yields the process beside it, which ends when it does.

    Args:
        command: the program and its arguments.
        stop: the signal that stops it.
        user: whom it runs as, where this process may choose.
        output: where it writes.
        cwd: where it runs.
        environment: its variables, where they are not those of this process.
    """
    arguments = ["program", str(int(stop)), user, *map(str, command)]
    with _supervisor(arguments, output, cwd, environment) as process:
        yield process


@contextmanager
def folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """A new folder for this user alone, removed when the block or this process ends.

    Args:
        prefix: what its name begins with.
        within: where it lies; among the temporary files of the system by default.
    """
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
        start_new_session=True,  # Ctrl-C is for the maker
    )
    try:
        yield process
    finally:
        assert process.stdin is not None  # noqa: S101 a pipe
        process.stdin.close()
        process.wait()


def main(arguments: Sequence[str]) -> int:
    """What the process does that stands beside."""
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
    """Remove a folder, in which a program that is being stopped may still write."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while path.exists() and time.monotonic() < end:
        shutil.rmtree(path, ignore_errors=True)
        time.sleep(0.02)
    return int(path.exists())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
