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
from urllib.parse import urlsplit

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from deploy.service import Function, Service
from local.asgi import read_body, send_json, send_response
from local.function_url import build_event as event_of
from local.function_url import parse_response as answer_of
from local.lambda_runtime import InvocationResult, InvocationStatus, Worker, failure

INVOKE = "/_invoke/"
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
        """Stop all workers."""
        await asyncio.gather(*(worker.stop() for worker in tuple(self._all)))

    async def _run(self, event: bytes) -> InvocationResult:
        worker = next((w for w in reversed(self._idle) if w.usable), None)
        self._idle = [w for w in self._idle if w.usable and w is not worker]
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


class Gateway:
    """The ASGI application.

    Args:
        service: the functions and their routes.
        root: the folder that the handlers are imported from.
        environment: variables; each function gets those that serverless.yml gives it.
        logs: a folder; what a function writes goes to `<function>.log` there.
        on_failure: called with function and result of each failed invocation.
    """

    def __init__(
        self,
        service: Service,
        root: Path,
        environment: dict[str, str],
        logs: Path,
        on_failure: Callable[[str, InvocationResult], None] = lambda function, outcome: None,
    ) -> None:
        self._service = service
        self._root = root
        self._environment = {**os.environ, **environment}
        self._logs = logs
        self._on_failure = on_failure
        self._pools: dict[str, Pool] = {}
        self._open: list[IO[bytes]] = []
        self._started: set[asyncio.Task[InvocationResult]] = set()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert scope["type"] == "http"  # noqa: S101 uvicorn calls with nothing else
        path = scope["raw_path"].decode("latin-1")
        body = await read_body(receive)
        if path.startswith(INVOKE):
            await self._handle_invoke(scope, path.removeprefix(INVOKE), body, send)
        elif match := INVOKE_API.fullmatch(path):
            await self._handle_invoke_api(scope, match[1], body, send)
        elif function := self._service.function_for(path):
            await self._handle_request(scope, function, body, send)
        else:
            await send_json(send, 404, {"detail": "Not Found"})

    async def _handle_invoke(self, scope: HTTPScope, name: str, body: bytes, send: ASGISendCallable) -> None:
        function = self._service.functions.get(name)
        if function is None:
            await send_json(send, 404, {"detail": f"no function {name!r}; serverless.yml names them"})
        elif scope["method"] != "POST":
            await send_json(send, 405, {"detail": "POST the event as JSON"}, [(b"allow", b"POST")])
        elif not _is_local(scope):
            await send_json(send, 403, {"detail": "functions are run by this machine's own programs and pages"})
        elif not _is_json(body := body or b"{}"):
            await send_json(send, 400, {"detail": "the event must be JSON"})
        elif len(body) > PAYLOAD_BYTES:
            await send_json(send, 413, {"detail": "an event may have 6 MB at most"})
        else:
            outcome = await self._invoke(function, body)
            await send_response(send, STATUS[outcome.status], outcome.payload, [(b"content-type", b"application/json")])

    async def _handle_invoke_api(self, scope: HTTPScope, name: str, body: bytes, send: ASGISendCallable) -> None:
        function = self._service.functions.get(name)
        if function is None:
            refusal = [(b"x-amzn-errortype", b"ResourceNotFoundException")]
            await send_json(send, 404, {"Type": "User", "Message": f"Function not found: {name}"}, refusal)
        elif (b"x-amz-invocation-type", b"Event") in scope["headers"]:
            task = asyncio.create_task(self._invoke(function, body, waits=True))
            self._started.add(task)  # the loop has only weak references to tasks
            task.add_done_callback(self._started.discard)
            await send_response(send, 202, b"")
        else:
            outcome = await self._invoke(function, body)
            error_header = [] if outcome.status is InvocationStatus.OK else [(b"x-amz-function-error", b"Unhandled")]
            await send_response(send, 200, outcome.payload, [(b"content-type", b"application/json"), *error_header])

    async def _handle_request(self, scope: HTTPScope, function: Function, body: bytes, send: ASGISendCallable) -> None:
        event = json.dumps(event_of(scope, body)).encode()
        if len(event) > PAYLOAD_BYTES:
            await send_json(send, 413, {"Message": "Request must be smaller than 6291456 bytes"})
            return
        outcome = await self._invoke(function, event)
        if outcome.status is InvocationStatus.OK:
            result = answer_of(outcome.payload)
            await send_response(send, result.status, result.body, result.headers)
        elif outcome.status is InvocationStatus.THROTTLED:
            reason = {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User"}
            await send_json(send, 429, reason | {"message": "Rate Exceeded."})
        else:  # details are only in the log
            await send_response(
                send, STATUS[outcome.status], b"Internal Server Error", [(b"content-type", b"text/plain")]
            )

    async def _invoke(self, function: Function, event: bytes, *, waits: bool = False) -> InvocationResult:
        outcome = await self._pool(function).invoke(event, waits=waits)
        if outcome.status is not InvocationStatus.OK:
            self._on_failure(function.name, outcome)
        return outcome

    def _pool(self, function: Function) -> Pool:
        if function.name not in self._pools:
            self._logs.mkdir(parents=True, exist_ok=True)
            self._open.append(log := (self._logs / f"{function.name}.log").open("ab"))
            self._pools[function.name] = Pool(function, self._root, self._environment_of(function), log)
        return self._pools[function.name]

    def _environment_of(self, function: Function) -> dict[str, str]:
        """All variables except those that serverless.yml gives only to other functions."""
        others = frozenset[str]().union(*(each.environment for each in self._service.functions.values()))
        withheld = others - function.environment
        return {name: value for name, value in self._environment.items() if name not in withheld}

    async def _stop(self) -> None:
        await asyncio.gather(*(pool.stop() for pool in self._pools.values()))
        for log in self._open:
            log.close()


def _is_local(scope: HTTPScope) -> bool:
    """Whether a request does not come from a page of another site, by `Origin` and `Host`.

    A name that resolves to 127.0.0.1 (DNS rebinding) makes a page of another site look like our own; `Host` shows it.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    try:
        hosts = {urlsplit(f"//{headers.get(b'host', '')}").hostname}
        if b"origin" in headers:
            hosts.add(urlsplit(headers[b"origin"]).hostname)
    except ValueError:  # not a valid address
        return False
    return hosts <= LOCAL_HOSTS


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
