"""Stored news of clubs, competitions and matches. HTTP: GET /api/v1/rag/…"""

from enum import Enum
from math import cos, hypot, radians
from typing import Annotated

from fastapi import Query

from functions.news import schemas
from shared.football.articles import RECENT, Article, ArticleKind
from shared.football.grounds import GROUNDS
from shared.football.outlets import outlet_name
from shared.football.teams import by_id
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.stores.forecasting import predictions
from shared.stores.news import articles, explanations
from shared.stores.news.explanations import ExplanationRow
from shared.stores.operations import jobs
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone, Premium
from shared.web.cached_route import cached
from shared.web.errors import NotFound
from shared.web.match_conditions import weather_info
from shared.web.match_params import RequestedFixture, ResolvedFixture, resolve_club
from shared.web.params import CompetitionName, TeamName, resolve_competition_code
from shared.web.schemas import article_type, displayed_date

app = http_app("news")

PREFIX = "/api/v1/rag"
TAGS: list[str | Enum] = ["RAG Enrichment"]
CANNOT_PLAY = (ArticleKind.INJURY, ArticleKind.SUSPENSION)
ARTICLES_PER_CLUB = 5
"""Articles of each club in a match context."""
DERBY_KM = 15
KM_PER_DEGREE = 111.2


@app.get(f"{PREFIX}/news", operation_id="get_football_news_api_v1_rag_news_get", tags=TAGS)
@cached(CacheKind.NEWS)
async def read_news(
    reader: Anyone,
    db: Connection,
    team: TeamName | None = None,
    competition: CompetitionName | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> schemas.NewsResponse:
    """News of the last fortnight: of a club, else of a competition's clubs, else all."""
    now, team_ids = clock.now(), None
    if team is not None:
        team_ids = [resolve_club(db, team).team_id]
    elif competition is not None:
        team_ids = articles.team_ids_of(db, resolve_competition_code(competition), now)
    return _news_response(db, articles.latest(db, now - RECENT, now, limit, team_ids))


@app.get(f"{PREFIX}/news/injuries", operation_id="get_injury_news_api_v1_rag_news_injuries_get", tags=TAGS)
@cached(CacheKind.NEWS)
async def read_injuries(
    reader: Anyone, db: Connection, team: TeamName, limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> schemas.NewsResponse:
    """News on a club's injuries and suspensions."""
    now, club = clock.now(), resolve_club(db, team)
    return _news_response(db, articles.latest(db, now - RECENT, now, limit, [club.team_id], CANNOT_PLAY))


@app.get(f"{PREFIX}/status", operation_id="get_rag_status_api_v1_rag_status_get", tags=TAGS)
async def read_status(reader: Premium, db: Connection) -> schemas.RAGStatusResponse:
    """Whether there is news, and how many articles."""
    article_count = articles.count(db)
    reports = jobs.reports(db, ["ingest_news", "write_explanations"])
    last, _ = reports.get("ingest_news", (None, {}))
    return schemas.RAGStatusResponse(
        enabled=article_count > 0,
        groq_configured=bool(reports.get("write_explanations", (None, {}))[1].get("groq")),
        last_enrichment=last,
        total_enrichments=article_count,
    )


@app.get(f"{PREFIX}/enrich", operation_id="enrich_match_api_v1_rag_enrich_get", tags=TAGS)
async def enrich(
    reader: Premium, db: Connection, language: RequestLanguage, pair: RequestedFixture
) -> schemas.MatchContext:
    """News on both clubs before the kick-off of a match, and its weather."""
    now, hour_known = min(clock.now(), pair.before), pair.match is None or pair.match.hour_known
    home_articles, away_articles = (
        articles.latest(db, now - RECENT, now, 4 * ARTICLES_PER_CLUB, [club.team_id]) for club in (pair.home, pair.away)
    )
    text = _latest_text(db, pair)
    cited = {
        article.article_id: article
        for article in (*home_articles[:ARTICLES_PER_CLUB], *away_articles[:ARTICLES_PER_CLUB])
    }.values()
    return schemas.MatchContext(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        match_date=displayed_date(pair.before, hour_known=hour_known),
        hour_known=hour_known,
        home_context=_team_context(pair.home.name, home_articles),
        away_context=_team_context(pair.away.name, away_articles),
        is_derby=_is_derby(pair),
        weather=weather_info(db, pair.match, language) if pair.match else None,
        combined_analysis=(text.content[language]["context"] or None) if text else None,
        enriched_at=clock.now(),
        sources_used=sorted({outlet_name(article.outlet) for article in cited}),
        articles=[_article_response(article) for article in cited],
    )


@app.post(f"{PREFIX}/analyze", operation_id="analyze_match_context_api_v1_rag_analyze_post", tags=TAGS)
async def analyze(
    reader: Premium, db: Connection, language: RequestLanguage, pair: RequestedFixture
) -> schemas.MatchAnalysis:
    """The stored explanation of a match's newest forecast and news; no text is generated on request."""
    text = _latest_text(db, pair)
    if text is None:
        raise NotFound("no_analysis")
    content = text.content[language]
    return schemas.MatchAnalysis(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        analysis=" ".join(filter(None, (content["explanation"], content["context"]))),
        generated_at=text.created_at,
        sources=[
            schemas.AnalysisSource(**{name: source[name] for name in ("source", "title", "url")})
            for source in text.sources
        ],
    )


def _latest_text(db: Connection, pair: ResolvedFixture) -> ExplanationRow | None:
    """The text that a language model wrote for the newest forecast of a match."""
    if pair.match is None:
        return None
    prediction = predictions.latest(db, [pair.match.match_id], clock.now()).get(pair.match.match_id)
    return (
        explanations.by_version(db, [(prediction.match_id, prediction.published_at)]).get(prediction.match_id)
        if prediction
        else None
    )


def _news_response(db: Connection, selected: list[Article]) -> schemas.NewsResponse:
    read_at, _ = jobs.reports(db, ["ingest_news"]).get("ingest_news", (clock.now(), {}))
    return schemas.NewsResponse(
        articles=[_article_response(article) for article in selected],
        total=len(selected),
        fetched_at=read_at,
    )


def _article_response(article: Article) -> schemas.NewsArticle:
    club = by_id(article.team_ids[0]) if article.team_ids else None
    return schemas.NewsArticle(
        title=article.title,
        source=outlet_name(article.outlet),
        published_at=article.published_at,
        url=article.url,
        article_type=article_type(article.kind),
        team_name=club.name if club else None,
        extract=article.extract,
        language=article.language,
        team_ids=list(article.team_ids),
    )


def _team_context(name: str, selected: list[Article]) -> schemas.TeamContext:
    return schemas.TeamContext(
        team_name=name,
        recent_news=[article.title for article in selected[:ARTICLES_PER_CLUB]],
        injuries=[article.title for article in selected if article.kind in CANNOT_PLAY][:ARTICLES_PER_CLUB],
    )


def _is_derby(pair: ResolvedFixture) -> bool:
    """Whether two grounds are close, by the equirectangular approximation at one of them."""
    here, there = (GROUNDS.get(club.team_id) for club in (pair.home, pair.away))
    if here is None or there is None:
        return False
    east = (there.longitude - here.longitude) * cos(radians(here.latitude))
    return KM_PER_DEGREE * hypot(east, there.latitude - here.latitude) <= DERBY_KM


handler = lambda_handler(app)
