"""One execution environment of a function: AWS's runtime client in a process, and the Runtime API for it.

The client requests an event (`GET next`), runs the handler, posts the response or the error, and requests the next one.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
import uuid
from asyncio.subprocess import Process
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import IO

from deploy.service import Function
from local import http_server
from local.process_lifetime import EXIT_WITH_PARENT

STARTING_SECONDS = 120  # Lambda allows 10; a busy machine needs more
EXIT_SECONDS = 10  # after SIGKILL; a stop never waits longer
HEAD_BYTES = 2**21  # the runtime client sends the trace of an error in a header of up to 1 MB


class InvocationStatus(StrEnum):
    """How an invocation ended."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"


@dataclass(frozen=True)
class InvocationResult:
    """The status of an invocation, and the handler's result or the error, as JSON."""

    status: InvocationStatus
    payload: bytes


def failure(status: InvocationStatus, error_type: str, message: str) -> InvocationResult:
    """A failed invocation in Lambda's error format."""
    return InvocationResult(status, json.dumps({"errorType": error_type, "errorMessage": message}).encode())


class Worker:
    """A process that runs one event at a time and stays warm."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._events: asyncio.Queue[bytes] = asyncio.Queue()
        self._result: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connections: set[asyncio.Task[None]] = set()
        self._listener: socket.socket | None = None
        self._api: asyncio.Server | None = None
        self._process: Process | None = None
        self._exit: asyncio.Task[int] | None = None
        self._lifeline: int | None = None

    async def start(self, root: Path, environment: dict[str, str], log: IO[bytes]) -> None:
        """Start the process; it imports the handler and then requests an event."""
        # A socket of our own: asyncio leaves one that it made open if this is cancelled before the server is returned.
        self._listener = http_server.listen()
        self._api = await asyncio.start_server(self._serve, sock=self._listener, limit=HEAD_BYTES)
        port = self._listener.getsockname()[1]
        # Its standard input closes with this process, so that no worker outlives it. A pipe of asyncio does not work:
        # wait() would return only after this end is closed.
        stdin, self._lifeline = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                f"{EXIT_WITH_PARENT}import sys\nfrom awslambdaric.__main__ import main\nmain(sys.argv)",
                self._function.handler,
                cwd=root,
                env={**environment, **self._lambda_environment(root, port)},
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C goes only to the launcher, which stops its workers
            )
        finally:
            os.close(stdin)
        self._exit = asyncio.create_task(self._process.wait())

    @property
    def usable(self) -> bool:
        """Whether it can take another event."""
        return self._exit is not None and not self._exit.done()

    async def run(self, event: bytes) -> InvocationResult:
        """Run one event; a crash and a timeout are results, too."""
        assert self._exit is not None  # noqa: S101 started
        self._result = asyncio.get_running_loop().create_future()
        self._events.put_nowait(event)
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait({self._ready, self._result, self._exit}, timeout=STARTING_SECONDS, return_when=first)
        if self._ready.done():
            await asyncio.wait({self._result, self._exit}, timeout=self._function.timeout, return_when=first)
        if self._result.done():
            return self._result.result()
        if self._exit.done():
            return failure(
                InvocationStatus.ERROR, "Runtime.ExitError", f"the process exited with {self._exit.result()}"
            )
        await self.stop()
        return failure(
            InvocationStatus.TIMEOUT, "Sandbox.Timedout", f"Task timed out after {self._function.timeout:g} seconds"
        )

    async def stop(self) -> None:
        """Kill the process and close its Runtime API."""
        if self._process is not None and self._exit is not None:
            with contextlib.suppress(ProcessLookupError):  # it has already exited
                os.killpg(self._process.pid, signal.SIGKILL)
            await asyncio.wait({self._exit}, timeout=EXIT_SECONDS)
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        for connection in self._connections:
            connection.cancel()
        if self._api is not None:
            self._api.close()
        if self._listener is not None:
            self._listener.close()

    def _lambda_environment(self, root: Path, port: int) -> dict[str, str]:
        name = self._function.name
        return {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            "AWS_REGION": "eu-west-3",
            "LAMBDA_TASK_ROOT": str(root),
            "PYTHONPATH": str(root),
            "PYTHONUNBUFFERED": "1",
        }

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 a coroutine runs in one
        self._connections.add(task)
        try:
            while request := await _read_request(reader):
                await self._respond(writer, *request)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the process has ended, or is being stopped
        finally:
            self._connections.discard(task)
            writer.close()

    async def _respond(self, writer: asyncio.StreamWriter, path: str, body: bytes) -> None:
        headers: dict[str, str] = {"Content-Type": "application/json"}
        if path.endswith("/invocation/next"):
            if not self._ready.done():
                self._ready.set_result(None)
            reply, status = await self._events.get(), HTTPStatus.OK
            headers["Lambda-Runtime-Aws-Request-Id"] = str(uuid.uuid4())
            headers["Lambda-Runtime-Deadline-Ms"] = str(int((time.time() + self._function.timeout) * 1000))
            arn = f"arn:aws:lambda:eu-west-3:000000000000:function:{self._function.name}"
            headers["Lambda-Runtime-Invoked-Function-Arn"] = arn
        else:
            if not self._result.done():
                self._result.set_result(
                    InvocationResult(
                        InvocationStatus.OK if path.endswith("/response") else InvocationStatus.ERROR, body
                    )
                )
            reply, status = b'{"status":"OK"}', HTTPStatus.ACCEPTED
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, f"Content-Length: {len(reply)}", "", ""])
        writer.write(head.encode() + reply)
        await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, bytes] | None:
    """Path and body of the next request on a connection; None at its end."""
    try:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    except asyncio.IncompleteReadError:
        return None
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return first.split(" ")[1], await reader.readexactly(int(headers.get("content-length", 0)))
