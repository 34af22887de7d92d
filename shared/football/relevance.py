"""Ranking of articles by relevance to a match.

The score of an article is its cosine similarity to the query (0 if unknown), minus `AGE_PENALTY_PER_DAY`, plus
`UNAVAILABILITY_BONUS` for injuries and suspensions. The weights are set by hand so that two weeks of age weigh about as
much as the difference between a related and the exact article (docs/understand/news.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.football.articles import Article, ArticleKind
from shared.football.story_clustering import deduplicate

AGE_PENALTY_PER_DAY = 0.01
UNAVAILABILITY_BONUS = 0.05


def most_relevant(
    articles: Iterable[Article],
    similarity: Mapping[UUID, float],
    team_ids: Sequence[int],
    now: datetime,
    limit: int,
) -> list[Article]:
    """The highest-scored articles in descending order, one a story.

    Each club gets an equal share of places while it has articles: a famous club does not crowd out its opponent.

    Args:
        similarity: similarity to the query, by article id.
        team_ids: the clubs of the query.
        now: articles published later are excluded.
    """

    def score(article: Article) -> tuple[float, datetime, UUID]:
        age = (now - article.published_at) / timedelta(days=1)
        bonus = UNAVAILABILITY_BONUS if article.kind in {ArticleKind.INJURY, ArticleKind.SUSPENSION} else 0.0
        return (
            similarity.get(article.article_id, 0.0) - AGE_PENALTY_PER_DAY * age + bonus,
            article.published_at,
            article.article_id,
        )

    published = (article for article in articles if article.published_at <= now)
    ranked = deduplicate(sorted(published, key=score, reverse=True))
    share = limit // max(len(team_ids), 1)
    first = {article.article_id for team_id in team_ids for article in _about_team(team_id, ranked)[:share]}
    rest = [article.article_id for article in ranked if article.article_id not in first]
    chosen = first | set(rest[: max(limit - len(first), 0)])
    return [article for article in ranked if article.article_id in chosen][:limit]


def _about_team(team_id: int, articles: Iterable[Article]) -> list[Article]:
    return [article for article in articles if team_id in article.team_ids]
