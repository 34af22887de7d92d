"""Minimal ASGI helpers of the fakes in this folder: read a request body, send a response."""

import json
from collections.abc import Iterable
from typing import Any

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable


async def read_body(receive: ASGIReceiveCallable) -> bytes:
    """The whole body of a request."""
    parts: list[bytes] = []
    while True:
        message: Any = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def send_response(
    send: ASGISendCallable, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Send a response in one piece."""
    with_length = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": with_length, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def send_json(
    send: ASGISendCallable, status: int, value: object, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Send a value as JSON."""
    await send_response(send, status, json.dumps(value).encode(), [(b"content-type", b"application/json"), *headers])
