"""An article of the news as it is kept: title, link and a short extract, never the text itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

MAX_TITLE_LENGTH, MAX_EXTRACT_LENGTH = 300, 300
"""Characters that are kept."""
RETENTION = timedelta(days=90)
"""How long an article is kept after it was published."""
RECENT = timedelta(days=14)
"""How long before a match an article still says something of it."""


class ArticleKind(StrEnum):
    """What an article is about."""

    INJURY = "injury"
    SUSPENSION = "suspension"
    TRANSFER = "transfer"
    FORM = "form"
    PREVIEW = "preview"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Article:
    """An article. Its words are those of strangers: to be shown and cited, never obeyed.

    Attributes:
        article_id: UUIDv5 of its canonical URL.
        url: canonical, https.
        title: plain text.
        extract: plain text, at most `LONGEST_EXTRACT` characters.
        outlet: key of the feed it came from.
        language: of its words.
        published_at: as the feed says, UTC.
        team_ids: the clubs that it names, ascending.
        kind: what it is about.
        story_id: the id of the first article that told the same story; its own where it is the first.
    """

    article_id: UUID
    url: str
    title: str
    extract: str
    outlet: str
    language: Literal["fr", "en"]
    published_at: datetime
    team_ids: tuple[int, ...]
    kind: ArticleKind
    story_id: UUID
