"""Proofs of OpenTimestamps calendars, and responses that are none."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.clients.errors import InvalidResponse, Rejected
from shared.clients.transparency.calendar import Calendar
from shared.runtime import clock
from tests import http_service
from tests.http_service import RawResponse
from tests.witness_service import PENDING

DIGEST = bytes(range(32))
ATTESTATION = b"\x00" + PENDING + b"\x03\x02at"
WHOLE = {
    "one": ATTESTATION,
    "appended": b"\xf0\x02ab\xf1\x01c\x08" + ATTESTATION,
    "forked": b"\xff" + ATTESTATION + b"\x08\xff" + ATTESTATION + ATTESTATION,
    "long": b"\xf0\x80\x01" + b"a" * 128 + b"\x08" + ATTESTATION,
}
BROKEN = {
    "empty": b"",
    "cut": ATTESTATION[:-1],
    "no-attestation": b"\xf0\x02ab\x08",
    "more": ATTESTATION + b"\x00",
    "unknown-operation": b"\x77" + ATTESTATION,
    "endless": b"\xf0" + b"\xff" * 40,
    "page": b"<html>",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    def respond(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        name = target.split("/")[1]
        return (200, {}, (WHOLE | BROKEN)[name]) if name in WHOLE | BROKEN else (400, {}, b"")

    with http_service.serve(respond) as address:
        yield address


def stamp(address: str, name: str) -> bytes:
    with httpx.Client(trust_env=False) as http:
        return Calendar(f"{address}/{name}", http, clock.now).stamp(DIGEST, deadline=clock.now() + timedelta(seconds=9))


@pytest.mark.parametrize("name", WHOLE)
def test_a_timestamp_becomes_a_file(address: str, name: str) -> None:
    """Its head is that of every `.ots` file of a SHA-256 (python-opentimestamps, `core/timestamp.py`)."""
    head = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e892940108")
    assert stamp(address, name) == head + DIGEST + WHOLE[name]


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_timestamp_is_not_published(address: str, name: str) -> None:
    with pytest.raises(InvalidResponse, match="no timestamp"):
        stamp(address, name)


def test_a_refusal_is_an_error(address: str) -> None:
    with pytest.raises(Rejected, match="400"):
        stamp(address, "refused")
