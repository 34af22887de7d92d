"""Proxies between the functions and their dependencies, to simulate outages on this machine."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from urllib.parse import parse_qs, quote, urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_CHUNK = 65_536


class FaultProxy:
    """Forwards bytes to an upstream.

    After `cut` it aborts its connections and closes new ones at once, like a restarting machine. Its `url` is in the
    format of the upstream's.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, url: str, folder: Path) -> None:
        self._loop, self._open, self._is_cut = loop, set[asyncio.StreamWriter](), False
        self._server, self.url = asyncio.run_coroutine_threadsafe(self._serve(url, folder), loop).result(5)

    def cut(self) -> None:
        """Abort open connections and reject new ones."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in list(self._open)])

    def restore(self) -> None:
        """Accept connections again."""
        self._is_cut = False

    def close(self) -> None:
        """Stop listening; must be called in the loop."""
        self._server.close()

    async def _serve(self, url: str, folder: Path) -> tuple[asyncio.Server, str]:
        parts = urlsplit(url)
        if parts.hostname:
            port = parts.port or 80
            handler = self._forwarding(lambda: asyncio.open_connection("127.0.0.1", port))
            server = await asyncio.start_server(handler, "127.0.0.1", 0)
            return server, url.replace(f":{port}", f":{server.sockets[0].getsockname()[1]}", 1)
        socket_folder = parse_qs(parts.query)["host"][0]  # Postgres, at a Unix socket
        name = ".s.PGSQL.5432"
        folder.mkdir()
        folder.chmod(0o755)
        server = await asyncio.start_unix_server(
            self._forwarding(lambda: asyncio.open_unix_connection(f"{socket_folder}/{name}")), folder / name
        )
        (folder / name).chmod(0o777)
        return server, url.replace(quote(socket_folder, safe=""), quote(str(folder), safe=""))

    def _forwarding(
        self, connect: Callable[[], Awaitable[Streams]]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self._is_cut:
                writer.transport.abort()
                return
            far_reader, far_writer = await connect()
            ends = {writer, far_writer}
            self._open |= ends
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
            self._open -= ends
            for end in ends:
                end.close()

        return forward


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@contextmanager
def fault_proxies() -> Iterator[Callable[[str, Path], FaultProxy]]:
    """Yields a factory of proxies: upstream URL and folder (for a Unix socket); they close with the block."""
    loops, ended = Queue[asyncio.AbstractEventLoop](), asyncio.Event()

    async def run() -> None:
        loops.put(asyncio.get_running_loop())
        await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    loop, proxies = loops.get(), list[FaultProxy]()

    def make(url: str, folder: Path) -> FaultProxy:
        proxies.append(FaultProxy(loop, url, folder))
        return proxies[-1]

    try:
        yield make
    finally:
        for proxy in proxies:
            proxy.cut()
            loop.call_soon_threadsafe(proxy.close)
        loop.call_soon_threadsafe(ended.set)
        thread.join()
