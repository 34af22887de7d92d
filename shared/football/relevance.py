"""Which articles say most of a match: near to the question, new, and of who cannot play.

An article's worth is its nearness to the question (cosine, 0 where it is not known), less `A_DAY` for each day of its
age, plus `TELLING` where it is of an injury or a suspension. The numbers are set by hand so that a fortnight weighs
about as much as the step from a related article to the one that was asked for (docs/news.md).
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
    """The articles worth most, the best first, one of each story.

    Each club has as many places as the other as long as there is something to tell of it: news of a famous one shall
    not crowd out that of the club it plays.

    Args:
        articles: to choose from.
        nearness: of articles to the question, by id.
        team_ids: the clubs that the question is about.
        now: nothing published later is chosen.
        limit: how many at most.
    """

    def score(article: Article) -> tuple[float, datetime, UUID]:
        age = (now - article.published_at) / timedelta(days=1)
        bonus = UNAVAILABILITY_BONUS if article.kind in {ArticleKind.INJURY, ArticleKind.SUSPENSION} else 0.0
        return similarity.get(article.article_id, 0.0) - AGE_PENALTY_PER_DAY * age + bonus, article.published_at, article.article_id

    published = (article for article in articles if article.published_at <= now)
    ranked = deduplicate(sorted(published, key=score, reverse=True))
    share = limit // max(len(team_ids), 1)
    first = {article.article_id for team_id in team_ids for article in _about_team(team_id, ranked)[:share]}
    rest = [article.article_id for article in ranked if article.article_id not in first]
    chosen = first | set(rest[: max(limit - len(first), 0)])
    return [article for article in ranked if article.article_id in chosen][:limit]


def _about_team(team_id: int, articles: Iterable[Article]) -> list[Article]:
    return [article for article in articles if team_id in article.team_ids]
