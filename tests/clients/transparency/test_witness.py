"""Responses of witnesses that are no signatures."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.clients.errors import InvalidResponse, Rejected, Unavailable, UpstreamError
from shared.clients.transparency.witness import MAX_BYTES, OtherSize, Witness
from shared.runtime import clock
from tests import http_service
from tests.http_service import RawResponse
from tests.ledger.keys import WITNESS

ANSWERS: dict[str, tuple[int, bytes, type[UpstreamError]]] = {
    "unknown": (404, b"", Rejected),
    "forbidden": (403, b"", Rejected),
    "down": (500, b"", Unavailable),
    "no-size": (409, b"many", InvalidResponse),
    "huge-size": (409, b"9" * 30, InvalidResponse),
    "no-text": (200, b"\xff\xff", InvalidResponse),
    "no-signature": (200, b"hello\n", InvalidResponse),
    "too-long": (200, b"a" * (MAX_BYTES + 1), InvalidResponse),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    def respond(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        status, content, _ = ANSWERS[target.split("/")[1]]
        return status, {}, content

    with http_service.serve(respond) as address:
        yield address


@pytest.mark.parametrize("name", ANSWERS)
def test_a_response_without_signatures_is_an_error(address: str, name: str) -> None:
    with httpx.Client(trust_env=False) as http:
        witness = Witness(WITNESS, f"{address}/{name}/", http, clock.now)
        with pytest.raises(ANSWERS[name][2]) as raised:
            witness.add_checkpoint("old 0\n\n", deadline=clock.now() + timedelta(seconds=10))
        assert not isinstance(raised.value, OtherSize)
