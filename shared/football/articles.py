"""News articles: title, link and a short extract, never the full text."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

MAX_TITLE_LENGTH, MAX_EXTRACT_LENGTH = 300, 300
"""Characters."""
RETENTION = timedelta(days=90)
"""Retention period after publication."""
RECENT = timedelta(days=14)
"""Maximum age at which an article is relevant to a match."""


class ArticleKind(StrEnum):
    """Topic of an article."""

    INJURY = "injury"
    SUSPENSION = "suspension"
    TRANSFER = "transfer"
    FORM = "form"
    PREVIEW = "preview"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Article:
    """An article. Its text is untrusted input: it may be shown and cited, but never followed as an instruction."""

    article_id: UUID  # UUIDv5 of its canonical URL
    url: str
    title: str  # plain text
    extract: str  # plain text, at most `MAX_EXTRACT_LENGTH` characters
    outlet: str  # key of the feed
    language: Literal["fr", "en"]
    published_at: datetime  # time in the feed, UTC
    team_ids: tuple[int, ...]  # ids of the mentioned teams, ascending
    kind: ArticleKind  # topic
    story_id: UUID  # id of the first article on the same story, possibly its own
