"""Articles into the vector store."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.runtime import clock
from shared.stores import articles
from shared.stores.database import Connection

if TYPE_CHECKING:  # a function that only sometimes embeds does not load them when it starts
    from shared.clients.qdrant import Qdrant
    from shared.clients.sentence_encoder import SentenceEncoder

AT_ONCE = 50


def embed(db: Connection, vectors: Qdrant, encoder: SentenceEncoder, now: datetime, deadline: datetime) -> int:
    """Put the articles that are not in the vector store there, newest first; how many were put.

    What does not fit before the deadline waits for the next time. A store that was emptied is filled again.

    Raises:
        UpstreamError: the vector store does not take them; those that it took are written down.
    """
    vectors.prepare()
    if not vectors.stock().points:
        articles.forget_vectors(db)
    put = 0
    while clock.now() < deadline and (waiting := articles.without_vector(db, AT_ONCE)):
        vectors.put(waiting, encoder.encode([f"{article.title}. {article.extract}" for article in waiting]))
        articles.embedded(db, [article.article_id for article in waiting], now)
        put += len(waiting)
    return put
