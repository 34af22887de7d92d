"""Articles into the vector store, and the two stores compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared.football.articles import Article
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.news import articles

if TYPE_CHECKING:  # a function that only sometimes embeds does not load them when it starts
    from shared.clients.vectors.qdrant import Qdrant
    from shared.clients.vectors.sentence_encoder import SentenceEncoder

AT_ONCE = 50
PAGE = 500
"""Articles, or points, that are compared at once."""


def reconcile(db: Connection, vectors: Qdrant, deadline: datetime) -> tuple[int, int]:
    """Make Postgres and the vector store agree: an article that has no vector is known to have none, for `embed`, and a
    vector that has no article is deleted. A store that is missing is made.

    It ends at the deadline, page by page. What was compared until then is in order, so that it can be run again.

    Returns:
        How many articles had lost their vectors, and how many vectors had no article.

    Raises:
        UpstreamError: the vector store does not answer.
    """
    vectors.prepare()
    lost, last = 0, UUID(int=0)
    while clock.now() < deadline and (page := articles.with_vector(db, last, PAGE)):
        missing = set(page) - vectors.existing(page)
        articles.forget_vectors(db, missing)
        lost, last = lost + len(missing), page[-1]
    orphans = 0
    for points in vectors.pages(PAGE):
        if clock.now() >= deadline:
            break
        known = articles.by_ids(db, [point for point in points if isinstance(point, UUID)])
        if unknown := [point for point in points if point not in known]:
            vectors.delete(unknown)
        orphans += len(unknown)
    return lost, orphans


def embed(db: Connection, vectors: Qdrant, encoder: SentenceEncoder, now: datetime, deadline: datetime) -> int:
    """Put the articles that are not in the vector store there, newest first; how many were put.

    What does not fit before the deadline waits for the next time.

    Raises:
        UpstreamError: the vector store does not take them; those that it took are written down.
    """
    count = 0
    while clock.now() < deadline and (waiting := articles.without_vector(db, AT_ONCE)):
        put(db, vectors, encoder, waiting, now)
        count += len(waiting)
    return count


def put(db: Connection, vectors: Qdrant, encoder: SentenceEncoder, given: Sequence[Article], now: datetime) -> None:
    """Put articles into the vector store, and write down that they are there.

    Raises:
        UpstreamError: the vector store does not take them.
    """
    vectors.put(given, encoder.encode([f"{article.title}. {article.extract}" for article in given]))
    articles.embedded(db, [article.article_id for article in given], now)
