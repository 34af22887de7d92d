"""A client of a vector store whose connections are its own, so that it outlives the clients of a process."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from shared.clients.vectors.qdrant import Qdrant
from shared.runtime import clock


@contextmanager
def open_store(address: str) -> Iterator[Qdrant]:
    """The vector store at an address."""
    with httpx.Client(trust_env=False) as http:
        yield Qdrant(http, address, "", clock.now)
