"""What the function is sent and what it answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.web.admin_actions import JobRun
from shared.web.params import SINGLE_LINE


class SearchResult(BaseModel):
    """An article that was found; `score` is its nearness to the question, at most 1. `content`: its extract."""

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
    """Articles, the nearest first, each story once.

    `by`: whether they were found by meaning or, where nothing is found so (no vector store, one that is being filled
    again, an encoder that is still loading), by words.
    """

    query: str
    results: list[SearchResult]
    total: int
    search_time_ms: float
    search_method: Literal["semantic", "keyword"]


class VectorStoreStats(BaseModel):
    """The vector store; `undated` points have no date, so that they are never deleted for their age."""

    collection: str = "news"
    total_vectors: int
    embedding_dimension: int = 512
    status: str = "ready"
    undated: int = 0


class IngestionResponse(BaseModel):
    """The reading of all feeds was started; what it brought is told by the job's state, so the counts here are 0."""

    status: Literal["started", "running"]
    total_indexed: int = 0
    competitions_processed: int | None = None
    teams_processed: int | None = None
    details: list[str] = []
    timestamp: str
    runs: list[JobRun]


class CustomArticleRequest(BaseModel):
    """An article to be added by hand; the clubs that it names and what it is about are read from its words."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=9, max_length=2000, pattern=SINGLE_LINE)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
    content: Annotated[str, Field(max_length=5000)] | None = None
    language: Literal["fr", "en"]
    published_at: AwareDatetime | None = None


class IndexedResponse(BaseModel):
    """What became of an article; `indexed`: whether it is in the vector store already, not only from the next run."""

    status: Literal["success"] = "success"
    indexed: bool
    article_id: str
    timestamp: str


class TeamArticles(BaseModel):
    """What the news says of a club, by kind, newest first."""

    team_name: str
    injuries: list[SearchResult] = []
    transfers: list[SearchResult] = []
    form: list[SearchResult] = []
    general: list[SearchResult] = []
    total_articles: int


class TeamContextResponse(BaseModel):
    """What the news says of a club."""

    team_name: str
    context: TeamArticles
    retrieved_at: datetime


class MatchArticles(BaseModel):
    """What the news says of two clubs; `head_to_head`: of both at once."""

    home_team: TeamArticles
    away_team: TeamArticles
    head_to_head: list[SearchResult] = []
    searched_at: datetime


class MatchContextResponse(BaseModel):
    """What the news says of a match."""

    home_team: str
    away_team: str
    competition: str
    context: MatchArticles
    retrieved_at: datetime
