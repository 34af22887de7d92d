"""Serving an ASGI application on this machine alone, from a thread of its own."""

import asyncio
import errno
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn._types import ASGIApplication

from local.errors import LocalError

STOPPING_SECONDS = 60


def listen(port: int = 0) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes any free one.

    Raises:
        Problem: another program has the port.
    """
    # asyncio switches Nagle's delay off only on a socket that says it is TCP; with it an answer takes 40 ms longer.
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


@contextmanager
def serve(app: ASGIApplication, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve an application until the block ends; yields its base address.

    Raises:
        RuntimeError: the application did not start.
    """
    listener = listener or listen()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who connects is who asks, whatever X-Forwarded-For says, as at a function URL
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the application did not start; its error is above")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # That a request still running is cut off is what stopping means, not an error to report.
        errors = logging.getLogger("uvicorn.error")
        errors.disabled = True
        server.should_exit = True
        thread.join(STOPPING_SECONDS)
        errors.disabled = False
        if thread.is_alive():  # it ends with this process; what it waits for is worth knowing
            tasks = asyncio.all_tasks(server.servers[0].get_loop())
            errors.error("the application did not stop within %s s; it waits in %s", STOPPING_SECONDS, tasks)
