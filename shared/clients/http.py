"""How every outside system is read over HTTP: within a time, up to a size, and from nobody but whom we asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

import httpx

from shared.clients.errors import InvalidResponse, Redirected, Unavailable

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MAX_BODY_BYTES = 10_000_000
MAX_DURATION = timedelta(seconds=20)
MAX_REDIRECTS = 3
_REDIRECT_STATUSES = frozenset(range(301, 400)) - {304}
"""300 lists several answers and sends us to none."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What an outside system answered: a status of 2xx, 300, 304 or 4xx, and a body that is whole and not too large."""

    status: int
    headers: httpx.Headers
    body: bytes


def fetch(
    http: httpx.Client,
    url: str,
    *,
    now: Callable[[], datetime],
    deadline: datetime,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    json: object = None,
    max_bytes: int = MAX_BODY_BYTES,
    follow_redirects: bool = False,
) -> HttpResponse:
    """Ask an address.

    Args:
        http: whose connections are used.
        url: the address.
        now: the clock.
        deadline: when the caller's time is up; the exchange never takes longer than `SLOWEST` either. A piece that is
            being waited for at that instant is given up at most 10 seconds later.
        params: of the query.
        headers: of the request.
        method: of the request.
        json: its body.
        largest: how many bytes the answer's body may have once unpacked.
        follow: whether redirects are followed, `MOST_REDIRECTS` at most and only to where `onward` goes. Not for a
            request with a key: it would be sent along.

    Raises:
        Unavailable: no connection, no timely answer, or 5xx.
        Redirected: a redirect, which was not followed.
        Unintelligible: a body over `largest` bytes once unpacked, or one that cannot be unpacked.
    """
    give_up_at = min(deadline, now() + MAX_DURATION)
    address = httpx.URL(url, params=params) if params else httpx.URL(url)
    redirects_left = MAX_REDIRECTS if follow_redirects else 0
    while True:
        try:
            return _request(http, method, address, headers, json, now, give_up_at, max_bytes)
        except Redirected as error:
            next_address = allowed_redirect(address, error.location) if redirects_left else None
            if next_address is None:
                raise
            address, redirects_left = next_address, redirects_left - 1


def allowed_redirect(address: httpx.URL, location: str) -> httpx.URL | None:
    """Where a redirect leads, if it may be followed: to the same origin, or by https to the same registrable domain.

    Whoever can make an upstream redirect could point us at an address inside our own network. Nothing there has a
    certificate for a name of the upstream's domain.

    Args:
        address: who redirects.
        location: where to, as its answer says; it may be relative.
    """
    try:
        target = address.join(location)
    except httpx.InvalidURL:
        return None
    if not location or target.userinfo:
        return None
    if (target.scheme, target.host, target.port) == (address.scheme, address.host, address.port):
        return target
    domain = _registrable_domain(target.host)
    if target.scheme != "https" or target.port is not None or domain is None:
        return None
    return target if domain == _registrable_domain(address.host) else None


def _registrable_domain(host: str) -> str | None:
    """`football-data.co.uk` of `www.football-data.co.uk`; None of an IP address and of a name without an owner."""
    try:
        ip_address(host)
    except ValueError:
        return _public_suffixes().privatesuffix(host.lower().rstrip("."))
    return None


@cache
def _public_suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  only a redirect needs it, and it reads a long list

    return PublicSuffixList()


def _request(
    http: httpx.Client,
    method: str,
    address: httpx.URL,
    headers: Mapping[str, str] | None,
    json: object,
    now: Callable[[], datetime],
    give_up_at: datetime,
    max_bytes: int,
) -> HttpResponse:
    host = address.host
    timeout = max((give_up_at - now()).total_seconds(), 0.001)
    try:
        with http.stream(
            method,
            address,
            json=json,
            headers={"Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(min(timeout, 10), connect=min(timeout, 3)),
            follow_redirects=False,
        ) as response:
            if response.status_code >= 500:
                raise Unavailable(f"{host} answered {response.status_code}")
            if response.status_code in _REDIRECT_STATUSES:
                message = f"{host} answered with a redirect, which is not followed; mend its address"
                raise Redirected(message, response.headers.get("Location", ""))
            return HttpResponse(response.status_code, response.headers, _read_body(response, host, now, give_up_at, max_bytes))
    except httpx.TimeoutException as error:
        raise Unavailable(f"{host} did not answer in time") from error
    except httpx.TransportError as error:
        raise Unavailable(f"{host} cannot be reached: {error}") from error
    except httpx.DecodingError as error:
        raise InvalidResponse(f"{host} sent a body that cannot be unpacked") from error


def _read_body(response: httpx.Response, host: str, now: Callable[[], datetime], give_up_at: datetime, max_bytes: int) -> bytes:
    # Only gzip was asked for. Its 64 kB pieces unpack to 64 MB at most; encodings laid over each other know no bound.
    if response.headers.get("Content-Encoding", "identity").lower() not in {"identity", "gzip"}:
        raise InvalidResponse(f"{host} packed its body in a way we did not ask for")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > max_bytes:
            raise InvalidResponse(f"{host} sent more than {max_bytes:,} bytes")
        if now() > give_up_at:
            raise Unavailable(f"{host} did not finish its answer in time")
    return bytes(body)
