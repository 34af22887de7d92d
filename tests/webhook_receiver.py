"""Fake receivers of webhooks at public host names; they replace DNS and the HTTP transport."""

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
    """The receivers, with a record of their requests.

    Attributes:
        requests: all requests.
        status: of the responses; `statuses` overrides it by host.
        retry_after: the Retry-After header, by host.
        addresses: of hosts, by default `ADDRESS`; a host with an empty list is unknown.
        faults: raised instead of a response, by host.
        meanwhile: called once while a host handles a request.
    """

    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    status: int = 204
    statuses: dict[str, int] = field(default_factory=dict[str, int])
    retry_after: dict[str, str] = field(default_factory=dict[str, str])
    addresses: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    faults: dict[str, Exception] = field(default_factory=dict[str, Exception])
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict[str, Callable[[], object]])

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request, which must go to the address of its host."""
        name = request.headers["host"]
        assert request.url.scheme == "https"
        assert request.url.host == self.addresses.get(name, [ADDRESS])[0], "hosts are resolved once"
        assert request.extensions["sni_hostname"] == name
        assert "cookie" not in request.headers, "of another host at the same address"
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
        """The addresses of a host."""
        addresses = self.addresses.get(name, [ADDRESS])
        if not addresses:
            raise socket.gaierror("unknown")
        return addresses

    @property
    def payloads(self) -> list[Any]:
        """The parsed bodies of the requests."""
        return [json.loads(request.content) for request in self.requests]


def signature_of(secret: str, request: httpx.Request) -> str:
    """The signature of a request (Standard Webhooks, "Signature scheme", symmetric)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    return "v1," + base64.b64encode(hmac.digest(key, head + request.content, hashlib.sha256)).decode()


@contextmanager
def receivers() -> Iterator[Receivers]:
    """Route all HTTPS requests of event loops to the receivers; nothing leaves this machine."""
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
