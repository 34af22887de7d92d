"""A transaction pooler before Postgres: what PgBouncer with `pool_mode = transaction` does, at the wire.

A client has a server's connection from the first message of a transaction until the server reports its end; then it is
another client's. So settings of the session and prepared statements may be on another connection next time. Clients
wait for a free connection for `query_wait_timeout` at most. COPY is not supported.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from urllib.parse import parse_qs, urlsplit

PROTOCOL_3, SSL_REQUEST = 196608, 80877103
READY, TERMINATE = b"Z", b"X"
AUTHENTICATED = b"R" + struct.pack("!II", 8, 0)
NO_TRANSACTION = b"Z" + struct.pack("!I", 5) + b"I"
ENDS_A_BATCH = frozenset(b"QS")
"""Query and Sync: the server answers each with ReadyForQuery."""


@contextmanager
def serve(url: str, places: int, query_wait_timeout: float) -> Iterator[str]:
    """Listen before a database at a Unix socket; yields the URL of the pooler.

    Args:
        url: of the database, without a password.
        places: connections to the database.
        query_wait_timeout: seconds.
    """
    target, database = parse_qs(urlsplit(url).query)["host"][0], urlsplit(url).path[1:]
    free: Queue[_Server] = Queue()
    servers = [_Server(f"{target}/.s.PGSQL.5432", database) for _ in range(places)]
    for server in servers:
        free.put(server)
    clients: list[tuple[socket.socket, threading.Thread]] = []
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:

        def listen() -> None:
            with suppress(OSError):  # the block has ended
                while True:
                    client, _ = listener.accept()
                    thread = threading.Thread(target=_attend, args=(client, free, servers[0], query_wait_timeout))
                    clients.append((client, thread))
                    thread.start()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"postgresql://postgres@127.0.0.1:{listener.getsockname()[1]}/{database}?sslmode=disable&gssencmode=disable"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for client, attending in clients:
                with suppress(OSError):  # it has left
                    client.shutdown(socket.SHUT_RDWR)
                attending.join()
            for server in servers:
                server.socket.close()


class _Server:
    """A connection to Postgres, with what Postgres reported when it began."""

    def __init__(self, path: str, database: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        parameters = b"user\0postgres\0database\0" + database.encode() + b"\0\0"
        self.socket.sendall(struct.pack("!II", 8 + len(parameters), PROTOCOL_3) + parameters)
        self.parameters = b"".join(message for message in _until_ready(self.socket) if message[:1] == b"S")


def _attend(client: socket.socket, free: "Queue[_Server]", any_server: _Server, query_wait_timeout: float) -> None:
    """Serve a client until it leaves."""
    with client, suppress(OSError):
        _begin(client, any_server.parameters)
        while (message := _message(client))[:1] not in {b"", TERMINATE}:
            try:
                server = free.get(timeout=query_wait_timeout)
            except Empty:
                return client.sendall(_error(b"08P01", b"query_wait_timeout"))
            try:
                _transaction(client, server.socket, message)
            finally:
                free.put(server)
    return None


def _begin(client: socket.socket, parameters: bytes) -> None:
    """Answer the startup message; every client is accepted."""
    (length,) = struct.unpack("!I", _read(client, 4))
    _read(client, length - 4)
    client.sendall(AUTHENTICATED + parameters + NO_TRANSACTION)


def _transaction(client: socket.socket, server: socket.socket, message: bytes) -> None:
    """Pass messages on, from the first one of a transaction until the server reports that it is over.

    A client that leaves before is rolled back, so that the next one finds no transaction.
    """
    while True:
        server.sendall(message)
        if message[0] in ENDS_A_BATCH:
            answers = b"".join(_until_ready(server))
            with suppress(OSError):  # the client has left
                client.sendall(answers)
            if answers[-1:] == b"I":
                return
        message = _message(client)
        if message[:1] in {b"", TERMINATE}:
            server.sendall(b"Q" + struct.pack("!I", 13) + b"ROLLBACK\0")
            list(_until_ready(server))
            return


def _until_ready(server: socket.socket) -> Iterator[bytes]:
    """The messages of a server up to ReadyForQuery."""
    while True:
        message = _message(server)
        if not message:
            raise ConnectionError("Postgres has closed the connection")
        yield message
        if message[:1] == READY:
            return


def _message(source: socket.socket) -> bytes:
    """The next message with its kind and length; empty when the connection has ended."""
    head = _read(source, 5)
    return head + _read(source, struct.unpack("!I", head[1:])[0] - 4) if head else b""


def _read(source: socket.socket, length: int) -> bytes:
    """So many bytes; none when the connection has ended."""
    data = b""
    while len(data) < length:
        part = source.recv(length - len(data))
        if not part:
            return b""
        data += part
    return data


def _error(code: bytes, text: bytes) -> bytes:
    fields = b"SFATAL\0C" + code + b"\0M" + text + b"\0\0"
    return b"E" + struct.pack("!I", 4 + len(fields)) + fields
