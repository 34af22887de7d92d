"""What the news says of a match: the articles that an explanation may cite."""

import logging
from datetime import datetime
from uuid import UUID

from shared.clients.errors import UpstreamError
from shared.football.news import RECENT, Article
from shared.football.relevance import best
from shared.runtime import logs, wiring
from shared.stores import articles
from shared.stores.database import Connection

MOST = 300
"""Articles on two clubs that are weighed, the newest."""


def about(
    db: Connection, team_ids: tuple[int, int], question: str, now: datetime, limit: int = 8
) -> tuple[Article, ...]:
    """The articles on either of two clubs that answer a question best, the best first, one of each story.

    Where the vector store is not there, the newest and those on who cannot play.

    Args:
        db: where articles are kept.
        team_ids: home and away.
        question: what is to be known, in French or English.
        now: nothing published later, or more than `shared.football.news.RECENT` before, is given.
        limit: how many at most.
    """
    known = articles.of_teams(db, team_ids, now - RECENT, now, MOST)
    near = _nearness(team_ids, question, now) if known else {}
    return tuple(best(known, near, team_ids, now, limit))


def _nearness(team_ids: tuple[int, int], question: str, now: datetime) -> dict[UUID, float]:
    """How near articles lie to a question, by id; nothing where the vector store does not answer."""
    vectors = wiring.qdrant()
    if vectors is None:
        return {}
    [vector] = wiring.sentence_encoder().encode([question])
    try:
        found = vectors.search(vector, now - RECENT, now, MOST, team_ids)
    except UpstreamError as error:
        logs.write(logging.WARNING, "news is chosen without its vectors", error=str(error))
        return {}
    return {each.article_id: each.score for each in found}
