"""Retrieval of the news articles that an explanation of a match may cite."""

import logging
from datetime import datetime
from uuid import UUID

from shared.clients.errors import UpstreamError
from shared.football.articles import RECENT, Article
from shared.football.relevance import most_relevant
from shared.runtime import logs
from shared.services import semantic_search
from shared.stores.database import Connection
from shared.stores.news import articles

MAX_CANDIDATES = 300
"""The newest articles on two teams that are ranked."""


def relevant_articles(
    db: Connection,
    team_ids: tuple[int, int],
    question: str,
    now: datetime,
    limit: int = 8,
    timeout: float | None = None,
) -> tuple[Article, ...]:
    """The articles on two teams most relevant to a question, best first, one for each story.

    Falls back to the newest articles and those on unavailable players if semantic search is unavailable.

    Args:
        question: in French or English.
        now: articles published up to `shared.football.articles.RECENT` before it are considered.
        timeout: seconds to wait for the encoder; None for no limit.
    """
    candidates = articles.of_teams(db, team_ids, now - RECENT, now, MAX_CANDIDATES)
    similarities = _similarities(team_ids, question, now, timeout) if candidates else {}
    return tuple(most_relevant(candidates, similarities, team_ids, now, limit))


def _similarities(team_ids: tuple[int, int], question: str, now: datetime, timeout: float | None) -> dict[UUID, float]:
    """Cosine similarities of articles to a question, by id; empty if the vector store is unavailable."""
    semantic = semantic_search.load(timeout)
    if semantic is None:
        return {}
    [vector] = semantic.encoder.encode([question])
    try:
        found = semantic.vectors.search(vector, now - RECENT, now, MAX_CANDIDATES, team_ids)
    except UpstreamError as error:
        logs.write(logging.WARNING, "news is chosen without its vectors", error=str(error))
        return {}
    return {each.article_id: each.score for each in found}
