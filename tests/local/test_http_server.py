"""Serving from a thread: what becomes of connections and requests when it stops."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from local.http_server import free_port, listen, serve
from tests.waiting import HANG


async def app(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await Response(b"here", 200)(scope, receive, send)


def test_a_free_port_is_none_that_the_system_gives_to_others() -> None:
    with listen() as given:
        assert max(free_port() for _ in range(20)) < given.getsockname()[1]


def test_open_connections_are_closed_when_the_server_stops() -> None:
    with httpx.Client(timeout=HANG) as client:
        for _ in range(3):
            with serve(app) as address:
                assert client.get(address).text == "here"
            with pytest.raises(httpx.ConnectError):
                client.get(address)


@pytest.mark.parametrize("running", [False, True])
def test_a_running_request_is_cancelled_and_lifespan_shutdown_is_sent(running: bool) -> None:
    begun = Event()
    log: list[str] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            begun.set()
            await asyncio.sleep(2 * HANG)
        for part in ("startup", "shutdown"):
            log.append((await receive())["type"])
            await send({"type": f"lifespan.{part}.complete"})

    with ThreadPoolExecutor(1) as beside:
        with serve(slow) as address:
            waiting = beside.submit(httpx.get, address, timeout=HANG) if running else None
            assert waiting is None or begun.wait(HANG)
            assert log == ["lifespan.startup"]
        assert waiting is None or waiting.result().status_code == 500
    assert log == ["lifespan.startup", "lifespan.shutdown"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # uvicorn's SystemExit
def test_the_port_is_free_again_after_an_application_that_does_not_start() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    listener = listen()
    with pytest.raises(RuntimeError, match="did not start"), serve(broken, listener):
        pass
    assert listener.fileno() == -1
