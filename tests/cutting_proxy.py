"""A proxy before Postgres that cuts the connection at a chosen message: what a run that is killed there leaves."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

from shared.runtime import wiring

NAME = ".s.PGSQL.5432"
Cut = Literal["before", "after"]
LAST_RESPONSE = 0.05
"""Seconds."""


@dataclass
class CuttingProxy:
    """Forwards the bytes of one connection at a time.

    Attributes:
        url: address of the proxy.
        cut_at: number of the client's message at which it cuts; None for never. Messages are counted by connection.
        mode: `before` the server receives the message, or `after` it has processed it, without its response.
    """

    url: str
    upstream: str
    cut_at: int | None = None
    mode: Cut = "before"

    def serve(self, listener: socket.socket) -> None:
        """Accept connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self.upstream)
            number = 0
            while True:
                for source in select.select([client, server], [], [])[0]:
                    if not (received := source.recv(1 << 20)):
                        return
                    if source is server:
                        client.sendall(received)
                        continue
                    number += 1
                    if number == self.cut_at and self.mode == "before":
                        return
                    server.sendall(received)
                    if number == self.cut_at:
                        server.settimeout(LAST_RESPONSE)  # the message may be a part of one, without a response
                        server.recv(1 << 20)
                        return


@contextmanager
def cutting_proxy(url: str, folder: Path) -> Iterator[CuttingProxy]:
    """Serve until the block ends."""
    upstream = parse_qs(urlsplit(url).query)["host"][0]
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / NAME))
        listener.listen()
        proxy = CuttingProxy(url.replace(quote(upstream, safe=""), quote(str(folder), safe="")), f"{upstream}/{NAME}")
        threading.Thread(target=proxy.serve, args=(listener,), daemon=True).start()
        yield proxy


def forget_connection() -> None:
    """Drop the process's connection, as a killed process does."""
    if wiring._connection is not None:
        wiring._connection[0].close()
        wiring._connection = None
