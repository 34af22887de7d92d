"""Qdrant at the wire: what is not as documented is an error, and nothing of it is used."""

from datetime import UTC, datetime

import pytest

from shared.clients.errors import InvalidResponse, Rejected, Unavailable, UpstreamError
from tests.http_service import RawResponse, serve
from tests.vector_store import open_store

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def searched(status: int, body: bytes) -> None:
    """Search a store that answers so."""

    def respond(method: str, target: str, headers: dict[str, str], sent: bytes) -> RawResponse:
        assert (method, target) == ("POST", "/collections/news/points/query")
        return status, {}, body

    with serve(respond) as address, open_store(address) as store:
        store.search([1.0], NOW, NOW, 5)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, Unavailable),
        (404, Unavailable),
        (408, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (400, Rejected),
    ],
)
def test_a_suspended_or_broken_store_is_unavailable_and_a_refused_request_rejected(
    status: int, error: type[UpstreamError]
) -> None:
    with pytest.raises(error):
        searched(status, b"{}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b"{}",
        b'{"result": null}',
        b'{"result": []}',
        b'{"result": {}}',
        b'{"result": {"points": {}}}',
        b'{"result": {"points": [1]}}',
        b'{"result": {"points": [{"score": 1}]}}',
        b'{"result": {"points": [{"id": "00000000-0000-0000-0000-000000000001"}]}}',
        b'{"result": {"points": [{"id": 7, "score": 1}]}}',
        b'{"result": {"points": [{"id": "no UUID", "score": 1}]}}',
        b'{"result": {"points": [{"id": "00000000-0000-0000-0000-000000000001", "score": "high"}]}}',
        b"[" * 100_000,
    ],
)
def test_a_response_that_is_not_as_documented_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        searched(200, body)
