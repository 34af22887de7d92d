"""How every outside system is read over HTTP: within a time, up to a size, and from nowhere but where we asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from shared.clients.errors import Redirected, Unavailable, Unintelligible

LARGEST = 10_000_000
SLOWEST = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an outside system answered: a status of 2xx, 304 or 4xx, and a body that is whole and not too large."""

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
    largest: int = LARGEST,
) -> Answer:
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

    Raises:
        Unavailable: no connection, no timely answer, or 5xx.
        Redirected: a redirect, which is not followed.
        Unintelligible: a body over `largest` bytes once unpacked, or one that cannot be unpacked.
    """
    host = httpx.URL(url).host
    ends = min(deadline, now() + SLOWEST)
    patience = max((ends - now()).total_seconds(), 0.001)
    try:
        with http.stream(
            method,
            url,
            params=params,
            json=json,
            headers={"Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(min(patience, 10), connect=min(patience, 3)),
            follow_redirects=False,
        ) as response:
            if response.status_code >= 500:
                raise Unavailable(f"{host} answered {response.status_code}")
            if response.is_redirect and response.status_code != httpx.codes.NOT_MODIFIED:
                # Whoever can make an upstream redirect could point us at an address inside our own network.
                told = f"{host} answered with a redirect, which is not followed; mend its address"
                raise Redirected(told, response.headers.get("Location", ""))
            return Answer(response.status_code, response.headers, _body_of(response, host, now, ends, largest))
    except httpx.TimeoutException as error:
        raise Unavailable(f"{host} did not answer in time") from error
    except httpx.TransportError as error:
        raise Unavailable(f"{host} cannot be reached: {error}") from error
    except httpx.DecodingError as error:
        raise Unintelligible(f"{host} sent a body that cannot be unpacked") from error


def _body_of(response: httpx.Response, host: str, now: Callable[[], datetime], ends: datetime, largest: int) -> bytes:
    # Only gzip was asked for. Its 64 kB pieces unpack to 64 MB at most; encodings laid over each other know no bound.
    if response.headers.get("Content-Encoding", "identity").lower() not in {"identity", "gzip"}:
        raise Unintelligible(f"{host} packed its body in a way we did not ask for")
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > largest:
            raise Unintelligible(f"{host} sent more than {largest:,} bytes")
        if now() > ends:
            raise Unavailable(f"{host} did not finish its answer in time")
    return bytes(body)
