"""Which articles say most of a match: near to the question, new, and of who cannot play.

An article's worth is its nearness to the question (cosine, 0 where it is not known), less `A_DAY` for each day of its
age, plus `TELLING` where it is of an injury or a suspension. The numbers are set by hand so that a fortnight weighs
about as much as the step from a related article to the one that was asked for (docs/news.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.football.articles import Article, Kind
from shared.football.story_clustering import one_each

A_DAY = 0.01
TELLING = 0.05


def best(
    articles: Iterable[Article],
    nearness: Mapping[UUID, float],
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

    def worth(article: Article) -> tuple[float, datetime, UUID]:
        age = (now - article.published_at) / timedelta(days=1)
        telling = TELLING if article.kind in {Kind.INJURY, Kind.SUSPENSION} else 0.0
        return nearness.get(article.article_id, 0.0) - A_DAY * age + telling, article.published_at, article.article_id

    known = (article for article in articles if article.published_at <= now)
    ranked = one_each(sorted(known, key=worth, reverse=True))
    share = limit // max(len(team_ids), 1)
    first = {article.article_id for team_id in team_ids for article in _of(team_id, ranked)[:share]}
    rest = [article.article_id for article in ranked if article.article_id not in first]
    chosen = first | set(rest[: max(limit - len(first), 0)])
    return [article for article in ranked if article.article_id in chosen][:limit]


def _of(team_id: int, articles: Iterable[Article]) -> list[Article]:
    return [article for article in articles if team_id in article.team_ids]
