"""From what a publisher sent to an article as it is kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.football.article_topics import classify
from shared.football.articles import MAX_EXTRACT_LENGTH, MAX_TITLE_LENGTH, Article
from shared.football.plain_text import to_plain_text
from shared.football.team_mentions import mentioned_teams


def parse_article(
    article_id: UUID,
    url: str,
    title: str,
    summary: str,
    outlet: str,
    language: Literal["fr", "en"],
    published_at: datetime,
) -> Article:
    """An article, with the clubs that it names and what it is about; it tells a story of its own so far.

    Args:
        article_id: of its address.
        url: its address, canonical.
        title: as it was sent, markup and all.
        summary: likewise; may be empty.
        outlet: key of the feed.
        language: of its words.
        published_at: UTC.

    Raises:
        ValueError: no title is left once markup is gone.
    """
    plain_title, extract = to_plain_text(title, MAX_TITLE_LENGTH), to_plain_text(summary, MAX_EXTRACT_LENGTH)
    if not plain_title:
        raise ValueError("an article needs a title")
    return Article(
        article_id=article_id,
        url=url,
        title=plain_title,
        extract=extract,
        outlet=outlet,
        language=language,
        published_at=published_at,
        team_ids=mentioned_teams(f"{plain_title}.\n{extract}", language),
        kind=classify(plain_title, extract),
        story_id=article_id,
    )
