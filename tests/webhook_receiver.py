"""Programs that are told things, at public addresses of their names. They stand in the place of the network."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

ADDRESS = "93.184.215.14"


@dataclass
class Receivers:
    """What they were sent, and what they answer.

    Attributes:
        requests: all of them.
        status: of the answers, by name where they differ.
        retry_after: header of that name, by name.
        addresses: of names, where they are not `ADDRESS`; a name without any is unknown.
        faults: what happens instead of an answer, by name.
        meanwhile: what happens once while a name answers.
    """

    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    status: int = 204
    statuses: dict[str, int] = field(default_factory=dict[str, int])
    retry_after: dict[str, str] = field(default_factory=dict[str, str])
    addresses: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    faults: dict[str, Exception] = field(default_factory=dict[str, Exception])
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict[str, Callable[[], object]])

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request that comes to the address that its name has."""
        name = request.headers["host"]
        assert request.url.scheme == "https"
        assert request.url.host == self.addresses.get(name, [ADDRESS])[0], "no name is looked up again"
        assert request.extensions["sni_hostname"] == name
        assert "cookie" not in request.headers, "another's: names share addresses"
        self.requests.append(request)
        if name in self.faults:
            raise self.faults[name]
        if name in self.meanwhile:
            self.meanwhile.pop(name)()
        headers = {"Location": str(request.url), "Set-Cookie": f"name={name}"}
        if name in self.retry_after:
            headers["Retry-After"] = self.retry_after[name]
        return httpx.Response(self.statuses.get(name, self.status), headers=headers)

    async def resolve(self, name: str) -> list[str]:
        """The addresses of a name."""
        addresses = self.addresses.get(name, [ADDRESS])
        if not addresses:
            raise socket.gaierror("unknown")
        return addresses

    @property
    def payloads(self) -> list[Any]:
        """The bodies of the requests."""
        return [json.loads(request.content) for request in self.requests]


def signature_of(secret: str, request: httpx.Request) -> str:
    """What signs a request, as the specification says (Standard Webhooks, "Signature scheme", symmetric)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    return "v1," + base64.b64encode(hmac.digest(key, head + request.content, hashlib.sha256)).decode()


@contextmanager
def receivers() -> Iterator[Receivers]:
    """Have whatever is sent over TLS from an event loop reach them; nothing leaves this machine."""
    service = Receivers()

    async def handle(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await service(request)

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        addresses = service.addresses.get(host, [ADDRESS])
        if not addresses:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    plain = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
        patch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *a, **k: (
                getaddrinfo(host, *a, **k) if str(host).endswith(".example") else plain(host, *a, **k)
            ),
        )
        yield service
