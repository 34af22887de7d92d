"""Serve an ASGI application on localhost, from a background thread."""

import asyncio
import errno
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import randrange

import uvicorn
from starlette.types import ASGIApp

from local.errors import LocalError

STOPPING_SECONDS = 60


def listen(port: int = 0) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes any free one."""
    # asyncio disables Nagle's algorithm only on sockets with IPPROTO_TCP; otherwise a response takes 40 ms longer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        why = "is in use" if error.errno == errno.EADDRINUSE else "needs more rights"
        raise LocalError(f"Port {port} {why}; choose another one: PORT={port + 1 if port >= 1024 else 8000}.") from None
    listener.listen(128)
    return listener


def free_port() -> int:
    """A port that is free now, and that the system gives to no connection or listener of others in the meantime.

    Linux takes ephemeral ports from 32768 on, macOS and Windows from 49152 on.
    """
    while True:
        with suppress(LocalError), listen(randrange(16384, 32768)) as listener:  # noqa: S311  # no secret
            return listener.getsockname()[1]


class _Server(uvicorn.Server):
    """Stops at once without open requests; uvicorn needs 0.2 s, and tests stop hundreds of servers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        self._loop, self._stop_event = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        """Serve until `stop`."""
        seconds = 0
        while not await self.on_tick(10 * seconds):  # in tenths of a second
            seconds += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop_event.wait(), 1)

    def stop(self) -> None:
        """Request a stop, from any thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._stop_event.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, and close idle ones."""
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)  # idle connections close now
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        else:
            await self.lifespan.shutdown()


@contextmanager
def serve(app: ASGIApp, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve an application until the block ends; yields its base address."""
    with listener or listen() as listening:  # asyncio closes it too, unless the application does not start
        server = _Server(
            uvicorn.Config(
                app,
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,  # X-Forwarded-For is ignored, as at a function URL
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the application did not start; its error is above")
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            # Stopping aborts running requests, which is not an error.
            errors = logging.getLogger("uvicorn.error")
            errors.disabled = True
            server.stop()
            thread.join(STOPPING_SECONDS)
            errors.disabled = False
            if thread.is_alive():  # it ends with this process; log what it waits for
                tasks = asyncio.all_tasks(server.servers[0].get_loop())
                errors.error("the application did not stop within %s s; it waits in %s", STOPPING_SECONDS, tasks)
