"""Semantic search of the news: the vector store, and an encoder that is loaded in a background thread.

Reasons: docs/decisions/loading-the-encoder.md.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.clients.vectors.qdrant import Qdrant
    from shared.clients.vectors.sentence_encoder import SentenceEncoder


@dataclass(frozen=True, slots=True)
class SemanticSearch:
    """The vector store, and an encoder whose model is loaded."""

    vectors: Qdrant
    encoder: SentenceEncoder


def load(timeout: float | None) -> SemanticSearch | None:
    """The semantic search; None without a vector store, or if loading exceeds the timeout.

    Loading starts with the first call and continues in its thread after a timeout, so that later calls wait less.

    Args:
        timeout: seconds to wait; None for no limit.
    """
    if not settings().qdrant_url:
        return None
    try:
        return loading().result(timeout)
    except TimeoutError:
        return None


@cache
def loading() -> Future[SemanticSearch]:
    """The loading of this process, which the first call starts."""
    url, api_key = settings().qdrant_url, settings().qdrant_api_key
    future = Future[SemanticSearch]()

    def load() -> None:
        try:
            from shared.clients.vectors.qdrant import Qdrant  # noqa: PLC0415  # slow imports
            from shared.clients.vectors.sentence_encoder import SentenceEncoder  # noqa: PLC0415

            encoder = SentenceEncoder()
            encoder.encode(["football"])  # loads the model
            future.set_result(SemanticSearch(Qdrant(url, api_key), encoder))
        except BaseException as error:  # re-raised by `Future.result`
            future.set_exception(error)

    Thread(target=load, daemon=True).start()
    return future
