"""What the news says of a match: the articles that an explanation may cite."""

import logging
from datetime import datetime
from uuid import UUID

from shared.clients.errors import UpstreamError
from shared.football.articles import RECENT, Article
from shared.football.relevance import best
from shared.runtime import logs, wiring
from shared.stores.database import Connection
from shared.stores.news import articles

MOST = 300
"""Articles on two clubs that are weighed, the newest."""


def about(
    db: Connection,
    team_ids: tuple[int, int],
    question: str,
    now: datetime,
    limit: int = 8,
    timeout: float | None = None,
) -> tuple[Article, ...]:
    """The articles on either of two clubs that answer a question best, the best first, one of each story.

    Where nothing can be searched by meaning, the newest and those on who cannot play.

    Args:
        db: where articles are kept.
        team_ids: home and away.
        question: what is to be known, in French or English.
        now: nothing published later, or more than `shared.football.articles.RECENT` before, is given.
        limit: how many at most.
        timeout: seconds that the caller can wait for the encoder; None for as long as it takes.
    """
    known = articles.of_teams(db, team_ids, now - RECENT, now, MOST)
    near = _nearness(team_ids, question, now, timeout) if known else {}
    return tuple(best(known, near, team_ids, now, limit))


def _nearness(team_ids: tuple[int, int], question: str, now: datetime, timeout: float | None) -> dict[UUID, float]:
    """How near articles lie to a question, by id; nothing where the vector store does not answer."""
    semantic = wiring.semantic_search(timeout)
    if semantic is None:
        return {}
    [vector] = semantic.encoder.encode([question])
    try:
        found = semantic.vectors.search(vector, now - RECENT, now, MOST, team_ids)
    except UpstreamError as error:
        logs.write(logging.WARNING, "news is chosen without its vectors", error=str(error))
        return {}
    return {each.article_id: each.score for each in found}
