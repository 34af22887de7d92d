"""A local Lambda service: HTTP in front of the functions of serverless.yml.

A request goes to the function whose route comes first, as the production front does; `POST /_invoke/<function>` runs
any function with the event in the body. Functions that call others do it by Lambda's own Invoke API.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from deploy.service import Function, Service
from local.asgi import Application
from local.function_url import build_event, parse_response
from local.lambda_runtime import InvocationResult, InvocationStatus, Worker, failure

INVOKE = "/_invoke/"
PUBLIC = "/record/"
"""Paths of public files, which the production front reads from a bucket."""
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
"""Names of this machine in a browser."""
INVOKE_API = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
WORKERS = 2  # processes per function; further events wait for a free one
PAYLOAD_BYTES = 6 * 2**20  # Lambda's limit, for the event and for the result
STATUS = {
    InvocationStatus.OK: 200,
    InvocationStatus.ERROR: 502,
    InvocationStatus.TIMEOUT: 504,
    InvocationStatus.THROTTLED: 429,
}


class Pool:
    """The workers of one function, started on demand."""

    def __init__(self, function: Function, root: Path, environment: dict[str, str], log: IO[bytes]) -> None:
        self.function = function
        self._start = (root, environment, log)
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._running = 0
        self._is_stopped = False
        self._free = asyncio.Semaphore(min(WORKERS, function.concurrency or WORKERS))

    async def invoke(self, event: bytes, *, waits: bool = False) -> InvocationResult:
        """Run an event on a warm worker if there is one, else on a new one.

        Where all are busy it is throttled, or `waits` like an asynchronous invocation in Lambda's queue.
        """
        if not waits and self.function.concurrency is not None and self._running >= self.function.concurrency:
            return failure(InvocationStatus.THROTTLED, "TooManyRequestsException", "Rate Exceeded.")
        self._running += 1
        try:
            async with self._free:
                return await self._run(event)
        finally:
            self._running -= 1

    async def stop(self) -> None:
        """Stop all workers, and start no more."""
        self._is_stopped = True
        await asyncio.gather(*(worker.stop() for worker in tuple(self._all)))

    async def _run(self, event: bytes) -> InvocationResult:
        worker = next((w for w in reversed(self._idle) if w.usable), None)
        self._idle = [w for w in self._idle if w.usable and w is not worker]
        if worker is None and self._is_stopped:
            return failure(InvocationStatus.ERROR, "Runtime.ExitError", "the gateway has stopped")
        if worker is None:
            worker = Worker(self.function)
            self._all.add(worker)
            await worker.start(*self._start)
        outcome = await worker.run(event)
        if worker.usable:
            self._idle.append(worker)
        else:
            await worker.stop()
            self._all.discard(worker)
        if outcome.status is InvocationStatus.OK and len(outcome.payload) > PAYLOAD_BYTES:
            return failure(InvocationStatus.ERROR, "Function.ResponseSizeTooLarge", "the answer is larger than 6 MB")
        return outcome


class Gateway(Application):
    """The ASGI application.

    Args:
        root: the folder that the handlers are imported from.
        environment: variables; each function gets those that serverless.yml gives it.
        logs: a folder; what a function writes goes to `<function>.log` there.
        on_failure: called with function and result of each failed invocation.
        public: the folder of public files, the record; None for none.
    """

    def __init__(
        self,
        service: Service,
        root: Path,
        environment: dict[str, str],
        logs: Path,
        on_failure: Callable[[str, InvocationResult], None] = lambda function, outcome: None,
        public: Path | None = None,
    ) -> None:
        self._service = service
        self._root = root
        self._environment = {**os.environ, **environment}
        self._logs = logs
        self._on_failure = on_failure
        self._public = public
        self._pools: dict[str, Pool] = {}
        self._open: list[IO[bytes]] = []
        self._started: set[asyncio.Task[InvocationResult]] = set()

    async def respond(self, request: Request) -> Response:
        """The response of a function, or of the Invoke API."""
        path, body = request.scope["raw_path"].decode("latin-1"), await request.body()
        if path.startswith(INVOKE):
            return await self._handle_invoke(request, path.removeprefix(INVOKE), body)
        if match := INVOKE_API.fullmatch(path):
            return await self._handle_invoke_api(request, match[1], body)
        if path.startswith(PUBLIC) and self._public is not None:
            return _public_file(self._public, path)
        if function := self._service.function_for(path):
            return await self._handle_request(request, function, body)
        return _error(404, "Not Found")

    async def _handle_invoke(self, request: Request, name: str, body: bytes) -> Response:
        function = self._service.functions.get(name)
        if function is None:
            return _error(404, f"no function {name!r}; serverless.yml names them")
        if request.method != "POST":
            return JSONResponse({"detail": "POST the event as JSON"}, 405, {"allow": "POST"})
        if not _is_local(request):
            return _error(403, "functions are run by this machine's own programs and pages")
        if not _is_json(body := body or b"{}"):
            return _error(400, "the event must be JSON")
        if len(body) > PAYLOAD_BYTES:
            return _error(413, "an event may have 6 MB at most")
        outcome = await self._invoke(function, body)
        return Response(outcome.payload, STATUS[outcome.status], media_type="application/json")

    async def _handle_invoke_api(self, request: Request, name: str, body: bytes) -> Response:
        function = self._service.functions.get(name)
        if function is None:
            refusal = {"x-amzn-errortype": "ResourceNotFoundException"}
            return JSONResponse({"Type": "User", "Message": f"Function not found: {name}"}, 404, refusal)
        if request.headers.get("x-amz-invocation-type") == "Event":
            task = asyncio.create_task(self._invoke(function, body, waits=True))
            self._started.add(task)  # the loop has only weak references to tasks
            task.add_done_callback(self._started.discard)
            return Response(status_code=202)
        outcome = await self._invoke(function, body)
        failed = {} if outcome.status is InvocationStatus.OK else {"x-amz-function-error": "Unhandled"}
        return Response(outcome.payload, headers=failed, media_type="application/json")

    async def _handle_request(self, request: Request, function: Function, body: bytes) -> Response:
        event = json.dumps(build_event(request.scope, body)).encode()
        if len(event) > PAYLOAD_BYTES:
            return JSONResponse({"Message": "Request must be smaller than 6291456 bytes"}, 413)
        outcome = await self._invoke(function, event)
        if outcome.status is InvocationStatus.OK:
            return parse_response(outcome.payload)
        if outcome.status is InvocationStatus.THROTTLED:
            reason = {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User"}
            return JSONResponse(reason | {"message": "Rate Exceeded."}, 429)
        return PlainTextResponse("Internal Server Error", STATUS[outcome.status])  # details are only in the log

    async def _invoke(self, function: Function, event: bytes, *, waits: bool = False) -> InvocationResult:
        outcome = await self._pool(function).invoke(event, waits=waits)
        if outcome.status is not InvocationStatus.OK:
            self._on_failure(function.name, outcome)
        return outcome

    def _pool(self, function: Function) -> Pool:
        if function.name not in self._pools:
            self._logs.mkdir(parents=True, exist_ok=True)
            self._open.append(log := (self._logs / f"{function.name}.log").open("ab"))
            environment = self._service.environment_of(function, self._environment)
            self._pools[function.name] = Pool(function, self._root, environment, log)
        return self._pools[function.name]

    async def close(self) -> None:
        """Stop all workers."""
        await asyncio.gather(*(pool.stop() for pool in self._pools.values()))
        for log in self._open:
            log.close()


def _error(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)


def _public_file(folder: Path, path: str) -> Response:
    file = (folder / unquote(path).lstrip("/")).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return _error(404, "Not Found")
    kind = "application/json" if file.suffix == ".json" else "application/octet-stream"
    return Response(file.read_bytes(), media_type=kind, headers={"access-control-allow-origin": "*"})


def _is_local(request: Request) -> bool:
    """Whether a request does not come from a page of another site, by `Origin` and `Host`.

    A name that resolves to 127.0.0.1 (DNS rebinding) makes a page of another site look like our own; `Host` shows it.
    """
    try:
        hosts = {urlsplit(f"//{request.headers.get('host', '')}").hostname}
        if "origin" in request.headers:
            hosts.add(urlsplit(request.headers["origin"]).hostname)
    except ValueError:  # not a valid address
        return False
    return hosts <= LOCAL_HOSTS


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
