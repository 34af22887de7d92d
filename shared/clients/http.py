"""HTTP requests to outside systems, with a deadline, a size limit and restricted redirects."""

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
"""300 offers several choices and redirects to none."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response with status 2xx, 300, 304 or 4xx and its complete body."""

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
    content: bytes | None = None,
    max_bytes: int = MAX_BODY_BYTES,
    follow_redirects: bool = False,
) -> HttpResponse:
    """Send a request and read its response.

    Args:
        deadline: when to give up, at most `MAX_DURATION` from now. A pending read may take up to 10 seconds longer.
        follow_redirects: whether to follow up to `MAX_REDIRECTS` redirects that `allowed_redirect` accepts. Not for
            requests with a key, which would be sent along.

    Raises:
        Unavailable: no connection, timeout, or 5xx.
        Redirected: a redirect was not followed.
        InvalidResponse: the body exceeds `max_bytes` or cannot be decompressed.
    """
    give_up_at = min(deadline, now() + MAX_DURATION)
    address = httpx.URL(url, params=params) if params else httpx.URL(url)
    redirects_left = MAX_REDIRECTS if follow_redirects else 0
    while True:
        try:
            return _request(http, method, address, headers, json, content, now, give_up_at, max_bytes)
        except Redirected as error:
            next_address = allowed_redirect(address, error.location) if redirects_left else None
            if next_address is None:
                raise
            address, redirects_left = next_address, redirects_left - 1


def allowed_redirect(address: httpx.URL, location: str) -> httpx.URL | None:
    """The target of a redirect, if it is the same origin or https within the same registrable domain; else None.

    This prevents server-side request forgery through redirects to our own network.

    Args:
        location: the Location header; may be relative.
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
    """`football-data.co.uk` for `www.football-data.co.uk`; None for an IP address or a public suffix."""
    try:
        ip_address(host)
    except ValueError:
        return _public_suffixes().privatesuffix(host.lower().rstrip("."))
    return None


@cache
def _public_suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  # loads a long list, needed only for redirects

    return PublicSuffixList()


def _request(
    http: httpx.Client,
    method: str,
    address: httpx.URL,
    headers: Mapping[str, str] | None,
    json: object,
    content: bytes | None,
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
            content=content,
            headers={"Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(min(timeout, 10), connect=min(timeout, 3)),
            follow_redirects=False,
        ) as response:
            if response.status_code >= 500:
                raise Unavailable(f"{host} answered {response.status_code}")
            if response.status_code in _REDIRECT_STATUSES:
                message = f"{host} answered with a redirect, which is not followed; mend its address"
                raise Redirected(message, response.headers.get("Location", ""))
            return HttpResponse(
                response.status_code, response.headers, _read_body(response, host, now, give_up_at, max_bytes)
            )
    except httpx.TimeoutException as error:
        raise Unavailable(f"{host} did not answer in time") from error
    except httpx.TransportError as error:
        raise Unavailable(f"{host} cannot be reached: {error}") from error
    except httpx.DecodingError as error:
        raise InvalidResponse(f"{host} sent a body that cannot be unpacked") from error


def _read_body(
    response: httpx.Response, host: str, now: Callable[[], datetime], give_up_at: datetime, max_bytes: int
) -> bytes:
    # Only gzip is accepted: its 64 kB chunks decompress to at most 64 MB, while stacked encodings are unbounded.
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
