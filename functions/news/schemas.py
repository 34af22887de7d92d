"""What the function answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.web.match_conditions import WeatherInfo
from shared.web.schemas import ArticleType


class NewsArticle(BaseModel):
    """An article: what it is called and where it is to be read. `team_name` is the first club that it names."""

    title: str
    source: str
    published_at: datetime | None = None
    url: str | None = None
    article_type: ArticleType = "general"
    team_name: str | None = None
    extract: str = ""
    language: Literal["fr", "en"]
    team_ids: list[int] = []


class NewsResponse(BaseModel):
    """News, newest first, each story once; `fetched_at` is when the feeds were last read."""

    articles: list[NewsArticle]
    total: int
    fetched_at: datetime


class RAGStatusResponse(BaseModel):
    """Whether there is news, when it was last read, and how many articles are kept.

    `groq_configured`: whether the last explanations were written by Groq's model.
    """

    enabled: bool
    groq_configured: bool
    last_enrichment: datetime | None = None
    total_enrichments: int = 0


class TeamContext(BaseModel):
    """What the news says of a club: titles. Their tone is not judged, so that it is always neutral."""

    team_name: str
    recent_news: list[str] = []
    injuries: list[str] = []
    sentiment_score: float = 0.0
    sentiment_label: Literal["neutral"] = "neutral"


class MatchContext(BaseModel):
    """What the news says of a match. `is_derby`: the clubs' grounds lie at most 15 km apart."""

    home_team: str
    away_team: str
    competition: str
    match_date: datetime
    hour_known: bool = True
    home_context: TeamContext
    away_context: TeamContext
    is_derby: bool = False
    match_importance: Literal["normal"] = "normal"
    weather: WeatherInfo | None = None
    combined_analysis: str | None = None
    enriched_at: datetime
    sources_used: list[str] = []
    articles: list[NewsArticle] = []


class AnalysisSource(BaseModel):
    """An article that an analysis cites."""

    source: str
    title: str
    url: str


class MatchAnalysis(BaseModel):
    """A forecast and the news before its match, in words."""

    home_team: str
    away_team: str
    competition: str
    analysis: str
    generated_at: datetime
    sources: list[AnalysisSource] = []
