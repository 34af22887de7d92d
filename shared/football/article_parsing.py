"""Parsing of feed items into articles."""

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
    """Parse a feed item into an article with its mentioned teams and topic, as the first of its own story.

    Args:
        article_id: id derived from the URL.
        url: canonical URL.
        title: raw title, possibly with markup.
        summary: raw summary; may be empty.
        outlet: key of the feed.
        published_at: UTC.

    Raises:
        ValueError: the title is empty after removing markup.
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
