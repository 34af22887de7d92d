"""Embedding of articles into the vector store, and reconciliation of the store with Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared.football.articles import Article
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.news import articles

if TYPE_CHECKING:  # not loaded at start-up: some functions embed only sometimes
    from shared.clients.vectors.qdrant import Qdrant
    from shared.clients.vectors.sentence_encoder import SentenceEncoder

BATCH_SIZE = 50
PAGE_SIZE = 500
"""Articles or points compared at a time."""


def reconcile(db: Connection, vectors: Qdrant, deadline: datetime) -> tuple[int, int]:
    """Reconcile Postgres and the vector store, which is created if missing.

    Articles whose vector is missing are marked for `embed`; vectors without an article are deleted. Works page by page
    until the deadline; idempotent.

    Returns:
        The numbers of articles without a vector and of vectors without an article.

    Raises:
        UpstreamError: the vector store failed.
    """
    vectors.prepare()
    missing_vectors, last = 0, UUID(int=0)
    while clock.now() < deadline and (page := articles.with_vector(db, last, PAGE_SIZE)):
        missing = set(page) - vectors.existing(page)
        articles.clear_embedded(db, missing)
        missing_vectors, last = missing_vectors + len(missing), page[-1]
    orphans = 0
    for points in vectors.iterate_ids(PAGE_SIZE):
        if clock.now() >= deadline:
            break
        known = articles.by_ids(db, [point for point in points if isinstance(point, UUID)])
        if orphaned := [point for point in points if point not in known]:
            vectors.delete(orphaned)
        orphans += len(orphaned)
    return missing_vectors, orphans


def embed(db: Connection, vectors: Qdrant, encoder: SentenceEncoder, now: datetime, deadline: datetime) -> int:
    """Embed the articles without a vector, newest first, until the deadline; returns how many.

    Raises:
        UpstreamError: the vector store failed; batches stored before are marked as embedded.
    """
    count = 0
    while clock.now() < deadline and (waiting := articles.without_vector(db, BATCH_SIZE)):
        put(db, vectors, encoder, waiting, now)
        count += len(waiting)
    return count


def put(db: Connection, vectors: Qdrant, encoder: SentenceEncoder, batch: Sequence[Article], now: datetime) -> None:
    """Store articles' vectors and mark the articles as embedded."""
    vectors.upsert(batch, encoder.encode([f"{article.title}. {article.extract}" for article in batch]))
    articles.mark_embedded(db, [article.article_id for article in batch], now)
