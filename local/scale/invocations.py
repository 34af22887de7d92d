"""Asynchronous invocations as Lambda runs them: a queue, some workers side by side, bounded retries after a crash."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.asgi import Application
from local.gateway import INVOKE_API

ROOT = Path(__file__).resolve().parent.parent.parent
KILL_SECONDS = (30.0, 90.0)
"""Shortest and longest time between two kills."""
RETRY_SECONDS = 60
"""Lambda waits for a minute before it retries an event whose run failed."""


@dataclass(frozen=True)
class Event:
    """An event in the queue."""

    function: str
    payload: dict[str, Any]
    request_id: str = field(default_factory=lambda: str(uuid4()))  # the same for each attempt
    attempt: int = 1


@dataclass
class Usage:
    """What a job used: CPU seconds of its workers, invocations, killed workers, and the errors of failed runs.

    `dropped` counts events whose last attempt was killed.
    """

    cpu: float = 0.0
    invocations: int = 0
    kills: int = 0
    dropped: int = 0
    failures: list[str] = field(default_factory=list[str])


class Invocations(Application):
    """The queue, and Lambda's Invoke API in front of it, through which a job starts itself again."""

    def __init__(self) -> None:
        self.queue: Queue[Event] = Queue()  # those that are due
        self.retries = 0  # number of events that wait for their retry
        self.requests: Counter[str] = Counter()  # to Stripe, by customer

    async def respond(self, request: Request) -> Response:
        """The response to an invocation, or to a request to Stripe, whose customers have no subscriptions."""
        path = request.scope["path"]
        if match := INVOKE_API.fullmatch(path):
            self.queue.put(Event(match[1], await request.json()))
            return Response(status_code=202)
        if request.method == "DELETE":
            return JSONResponse({"id": path.rpartition("/")[2], "object": "customer", "deleted": True})
        if customer := request.query_params.get("customer"):
            self.requests[customer] += 1
        return JSONResponse({"object": "list", "url": path, "data": [], "has_more": False})

    def run(
        self,
        job: str,
        workers: int,
        environment: Mapping[str, str],
        received: Path,
        *,
        seconds: float,
        limit: float,
        attempts: int,
        kills: random.Random | None = None,
    ) -> Usage:
        """Run a job, and whatever it starts, until nothing is left or `limit` seconds are over.

        Args:
            workers: executions side by side.
            received: where the stand-ins record what they receive.
            seconds: timeout of an invocation.
            limit: bound on the whole.
            attempts: how often an event is tried before it is dropped.
            kills: kills a worker at random instants.
        """
        usage, end, lock = Usage(), time.monotonic() + limit, threading.Lock()
        self.queue.put(Event(job, {}))
        running = [_Environment(job, environment, received) for _ in range(workers)]
        busy = [True] * workers

        def retry(event: Event) -> None:
            self.queue.put(replace(event, attempt=event.attempt + 1))
            with lock:
                self.retries -= 1

        def work(place: int) -> None:
            while time.monotonic() < end:
                try:
                    event = self.queue.get(timeout=0.2)
                except Empty:
                    busy[place] = False
                    if not any(busy) and not self.retries:
                        return
                    continue
                busy[place] = True
                assert event.function == job, f"{job} started {event.function}"  # noqa: S101
                response = running[place].invoke(event, min(seconds, end - time.monotonic() + 15))
                with lock:
                    usage.invocations += 1
                    if response is None and event.attempt < attempts:
                        self.retries += 1
                        threading.Timer(RETRY_SECONDS, retry, (event,)).start()
                    elif response is None:
                        usage.dropped += 1
                    else:
                        usage.cpu += response["cpu"]
                        if "error" in response:
                            usage.failures.append(response["error"])

        threads = [threading.Thread(target=work, args=(place,)) for place in range(workers)]
        for thread in threads:
            thread.start()
        while kills is not None and (alive := [thread for thread in threads if thread.is_alive()]):
            alive[0].join(kills.uniform(*KILL_SECONDS))
            if alive[0].is_alive():
                usage.kills += kills.choice(running).kill()
        for thread in threads:
            thread.join()
        for each in running:
            each.close()
        while not self.queue.empty():
            self.queue.get_nowait()
        return usage


class _Environment:
    """A worker process, started on demand."""

    def __init__(self, job: str, environment: Mapping[str, str], received: Path) -> None:
        self._command = [sys.executable, "-m", "local.scale.worker", job, str(received)]
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def invoke(self, event: Event, seconds: float) -> dict[str, Any] | None:
        """The response to an event; None if the worker was killed meanwhile."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        process = self._process
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        try:
            message = {"event": event.payload, "request_id": event.request_id, "seconds": seconds}
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            return json.loads(line)
        self.close()
        return None

    def kill(self) -> bool:
        """Kill the process as a crash does; False if none runs."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.kill()
        return True

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
            self._process = None
