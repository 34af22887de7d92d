"""One execution environment of a job, with stand-ins for what it sends to: `python -m local.scale.worker JOB FILE`.

Reads events from its standard input, a line each: `{"event": {}, "request_id": "…", "seconds": 240}`; writes a line
with its CPU seconds and its error, if it failed. Appends what the stand-ins receive to FILE.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from shared.clients.messaging.web_push import WebPush
from shared.clients.messaging.webhooks import Webhooks
from shared.runtime import clock, wiring
from shared.runtime.settings import settings

LATENCY_SECONDS = 0.05
"""Time that a push service or a webhook receiver takes to respond: an assumption."""


@dataclass(frozen=True)
class Context:
    """The Lambda context, as far as jobs use it."""

    end: float
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the timeout."""
        return round(1000 * (self.end - time.monotonic()))


class Received:
    """Appends a line for each message that a stand-in receives; lines of one write are never mixed (O_APPEND)."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, receiver: str, message: str) -> None:
        """Record a message by its receiver and its id."""
        os.write(self._file, f"{receiver} {message}\n".encode())


class PushService(httpx.BaseTransport):
    """Accepts every message."""

    def __init__(self, received: Received) -> None:
        self._received = received

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Accept a message."""
        time.sleep(LATENCY_SECONDS)
        self._received.add(str(request.url), request.headers["topic"])
        return httpx.Response(201)


class Receiver(httpx.AsyncBaseTransport):
    """Accepts every webhook event."""

    def __init__(self, received: Received) -> None:
        self._received = received

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Accept an event."""
        await asyncio.sleep(LATENCY_SECONDS)
        self._received.add(request.headers["host"], request.headers["webhook-id"])
        return httpx.Response(204)


async def _resolve(host: str) -> Sequence[str]:
    return ["93.184.215.14"]


def main() -> None:
    """Run the job for each event until the input ends."""
    job, received = sys.argv[1], Received(Path(sys.argv[2]))
    config, results = settings(), sys.stdout
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  # of logs
    push = WebPush(
        httpx.Client(transport=PushService(received)),
        config.vapid_public_key,
        config.vapid_private_key,
        config.vapid_subject,
        clock.now,
    )
    wiring.web_push = lambda: push
    wiring.webhooks = lambda: Webhooks(lambda: Receiver(received), "scale", clock.now, _resolve)
    handler = import_module(f"functions.{job}.handler").handler
    for line in sys.stdin:
        message: dict[str, Any] = json.loads(line)
        began, response = time.process_time(), dict[str, Any]()
        try:
            handler(message["event"], Context(time.monotonic() + message["seconds"], message["request_id"]))
        except Exception as error:
            response["error"] = repr(error)
        print(json.dumps(response | {"cpu": time.process_time() - began}), file=results, flush=True)


if __name__ == "__main__":
    main()
