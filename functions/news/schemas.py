"""Response models of the news group, under the frontend's field names."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.web.match_conditions import WeatherInfo
from shared.web.schemas import ArticleType


class NewsArticle(BaseModel):
    """An article with its link. `team_name` is the first club that it mentions."""

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
    """News, newest first, one article per story; `fetched_at` is when the feeds were last read."""

    articles: list[NewsArticle]
    total: int
    fetched_at: datetime


class RAGStatusResponse(BaseModel):
    """Whether there is news, when it was last read, and how many articles are stored.

    `groq_configured`: whether Groq wrote any of the last explanations.
    """

    enabled: bool
    groq_configured: bool
    last_enrichment: datetime | None = None
    total_enrichments: int = 0


class TeamContext(BaseModel):
    """Titles of a club's news. Sentiment is not analysed, so it is always neutral."""

    team_name: str
    recent_news: list[str] = []
    injuries: list[str] = []
    sentiment_score: float = 0.0
    sentiment_label: Literal["neutral"] = "neutral"


class MatchContext(BaseModel):
    """News on a match. `is_derby`: the clubs' grounds are at most 15 km apart."""

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
    """An article cited by an analysis."""

    source: str
    title: str
    url: str


class MatchAnalysis(BaseModel):
    """A written analysis of a forecast and the news before its match."""

    home_team: str
    away_team: str
    competition: str
    analysis: str
    generated_at: datetime
    sources: list[AnalysisSource] = []
