"""Calendars of OpenTimestamps (https://opentimestamps.org), which anchor digests in Bitcoin's chain.

Format of proofs: python-opentimestamps 0.4.5, `core/timestamp.py`, `core/op.py` and `core/notary.py`.

Errors (see `shared.clients.errors`): `Rejected` for 4xx, `Unavailable` for 5xx and timeouts, `InvalidResponse` for
undocumented responses.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from shared.clients.errors import InvalidResponse, Rejected
from shared.clients.http import fetch

MAX_BYTES = 10_000
_MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
_VERSION, _SHA256 = b"\x01", 0x08
_ATTESTATION, _FORK, _APPEND, _PREPEND = 0x00, 0xFF, 0xF0, 0xF1
_HASHES = frozenset({0x02, 0x03, _SHA256, 0x67})
_TAG_BYTES = 8


class Calendar:
    """A client of one calendar.

    Args:
        url: its address.
        http: the HTTP client.
        now: the clock.
    """

    def __init__(self, url: str, http: httpx.Client, now: Callable[[], datetime]) -> None:
        self._url, self._http, self._now = url.rstrip("/"), http, now
        self.name = urlsplit(url).netloc

    def stamp(self, digest: bytes, *, deadline: datetime) -> bytes:
        """Submit a SHA-256; returns the file `.ots` that anchors it, once the calendar has written to the chain."""
        response = fetch(
            self._http,
            f"{self._url}/digest",
            method="POST",
            content=digest,
            headers={"Accept": "application/vnd.opentimestamps.v1"},
            max_bytes=MAX_BYTES,
            now=self._now,
            deadline=deadline,
        )
        if response.status != 200:
            raise Rejected(f"{self.name} answered {response.status}", response.status)
        try:
            is_whole = _end_of_timestamp(response.body, 0) == len(response.body)
        except IndexError:
            is_whole = False
        if not is_whole:
            raise InvalidResponse(f"{self.name} sent no timestamp")
        return _MAGIC + _VERSION + bytes([_SHA256]) + digest + response.body


def _end_of_timestamp(data: bytes, start: int) -> int:
    """Where a serialised timestamp ends: operations up to an attestation, after forks several of them.

    Raises:
        IndexError: it has no end.
    """
    place, open_branches = start, 1
    while open_branches:
        tag = data[place]
        place += 1
        if tag == _FORK:
            open_branches += 1
        elif tag == _ATTESTATION:
            place = _end_of_bytes(data, place + _TAG_BYTES)
            open_branches -= 1
        elif tag in {_APPEND, _PREPEND}:
            place = _end_of_bytes(data, place)
        elif tag not in _HASHES:
            raise IndexError(f"unknown operation {tag}")
    return place


def _end_of_bytes(data: bytes, place: int) -> int:
    """Where bytes with their length before them end; the length is a little-endian base-128 integer."""
    length, shift = 0, 0
    while True:
        byte = data[place]
        place += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    if place + length > len(data):
        raise IndexError("the bytes end too early")
    return place + length
