"""Request and response models of the vector store, under the frontend's field names."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from shared.web.admin_actions import JobRun
from shared.web.params import SINGLE_LINE, STRIPPED
from shared.web.strict_json import RequestModel


class SearchResult(BaseModel):
    """A found article; `score` is its similarity to the query, at most 1. `content`: its extract."""

    id: str
    score: float
    title: str
    content: str | None = None
    team_name: str | None = None
    article_type: str | None = None
    published_at: str | None = None
    source: str | None = None
    url: str | None = None


class SearchResponse(BaseModel):
    """Articles, most similar first, one per story.

    `search_method`: `semantic`, or `keyword` as the fallback (no vector store, one that is being refilled, an encoder
    that is still loading).
    """

    query: str
    results: list[SearchResult]
    total: int
    search_time_ms: float
    search_method: Literal["semantic", "keyword"]


class VectorStoreStats(BaseModel):
    """The vector store; `undated` points have no date and so never expire."""

    collection: str = "news"
    total_vectors: int
    embedding_dimension: int = 512
    status: str = "ready"
    undated: int = 0


class IngestionResponse(BaseModel):
    """The ingestion was started. The counts are 0; the job's state has the results."""

    status: Literal["started", "running"]
    total_indexed: int = 0
    competitions_processed: int | None = None
    teams_processed: int | None = None
    details: list[str] = []
    timestamp: str
    runs: list[JobRun]


class CustomArticleRequest(RequestModel):
    """An article to add; its clubs and its type are parsed from its text."""

    url: Annotated[str, Field(min_length=9, max_length=2000, pattern=SINGLE_LINE)]
    title: Annotated[str, Field(max_length=500, pattern=r"\S[\s\S]{3,}\S"), STRIPPED]
    content: Annotated[str, Field(max_length=5000)] | None = None
    language: Literal["fr", "en"]
    published_at: AwareDatetime | None = None


class IndexedResponse(BaseModel):
    """An added article; `indexed`: whether it is in the vector store already, or only after the next ingestion."""

    status: Literal["success"] = "success"
    indexed: bool
    article_id: str
    timestamp: str


class TeamArticles(BaseModel):
    """News on a club by type, newest first."""

    team_name: str
    injuries: list[SearchResult] = []
    transfers: list[SearchResult] = []
    form: list[SearchResult] = []
    general: list[SearchResult] = []
    total_articles: int


class TeamContextResponse(BaseModel):
    """News on a club."""

    team_name: str
    context: TeamArticles
    retrieved_at: datetime


class MatchArticles(BaseModel):
    """News on two clubs; `head_to_head`: articles on both."""

    home_team: TeamArticles
    away_team: TeamArticles
    head_to_head: list[SearchResult] = []
    searched_at: datetime


class MatchContextResponse(BaseModel):
    """News on a match."""

    home_team: str
    away_team: str
    competition: str
    context: MatchArticles
    retrieved_at: datetime
