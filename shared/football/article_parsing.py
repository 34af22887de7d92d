"""From what a publisher sent to an article as it is kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.football.article_topics import kind_of
from shared.football.articles import LONGEST_EXTRACT, LONGEST_TITLE, Article
from shared.football.plain_text import plain
from shared.football.team_mentions import named_teams


def article_from(
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
    shown, extract = plain(title, LONGEST_TITLE), plain(summary, LONGEST_EXTRACT)
    if not shown:
        raise ValueError("an article needs a title")
    return Article(
        article_id=article_id,
        url=url,
        title=shown,
        extract=extract,
        outlet=outlet,
        language=language,
        published_at=published_at,
        team_ids=named_teams(f"{shown}.\n{extract}", language),
        kind=kind_of(shown, extract),
        story_id=article_id,
    )
