"""The news as it was last read: of clubs, competitions and matches. HTTP: GET /api/v1/rag/…"""

from datetime import UTC
from enum import Enum
from math import cos, hypot, radians
from typing import Annotated

from fastapi import Query

from functions.news.schemas import (
    AnalysisSource,
    MatchAnalysis,
    MatchContext,
    NewsArticle,
    NewsResponse,
    RAGStatusResponse,
    TeamContext,
)
from shared.football.articles import RECENT, Article, Kind
from shared.football.grounds import GROUNDS
from shared.football.outlets import name_of
from shared.football.teams import by_id
from shared.runtime import clock
from shared.services.cache_policies import CacheKind as Kept
from shared.stores.forecasting import predictions
from shared.stores.news import articles, explanations
from shared.stores.news.explanations import TextRow
from shared.stores.operations import jobs
from shared.web.app import Connection, Spoken, http_app, lambda_handler
from shared.web.authentication import Anyone, Premium
from shared.web.cached_route import cached
from shared.web.errors import NotFound
from shared.web.match_conditions import weather_of
from shared.web.match_params import AskedPair, Pair, club_named
from shared.web.params import CompetitionName, TeamName, code_of_any
from shared.web.schemas import article_type, shown_date

app = http_app("news")

PREFIX = "/api/v1/rag"
TAGS: list[str | Enum] = ["RAG Enrichment"]
CANNOT_PLAY = (Kind.INJURY, Kind.SUSPENSION)
OF_A_CLUB = 5
"""Titles of a club in the context of a match."""
DERBY_KM = 15
KM_A_DEGREE = 111.2


@app.get(f"{PREFIX}/news", operation_id="get_football_news_api_v1_rag_news_get", tags=TAGS)
@cached(Kept.NEWS)
async def read_news(
    reader: Anyone,
    db: Connection,
    team: TeamName | None = None,
    competition: CompetitionName | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> NewsResponse:
    """The news of the last fortnight: of a club, else of the clubs of a competition, else all of it."""
    now, team_ids = clock.now(), None
    if team is not None:
        team_ids = [club_named(db, team).team_id]
    elif competition is not None:
        team_ids = articles.clubs_of(db, code_of_any(competition), now)
    return _answer(db, articles.latest(db, now - RECENT, now, limit, team_ids))


@app.get(f"{PREFIX}/news/injuries", operation_id="get_injury_news_api_v1_rag_news_injuries_get", tags=TAGS)
@cached(Kept.NEWS)
async def read_injuries(
    reader: Anyone, db: Connection, team: TeamName, limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> NewsResponse:
    """The news of a club's players who cannot play, or can again."""
    now, club = clock.now(), club_named(db, team)
    return _answer(db, articles.latest(db, now - RECENT, now, limit, [club.team_id], CANNOT_PLAY))


@app.get(f"{PREFIX}/status", operation_id="get_rag_status_api_v1_rag_status_get", tags=TAGS)
async def read_status(reader: Premium, db: Connection) -> RAGStatusResponse:
    """Whether there is news, and how much."""
    kept = articles.count(db)
    told = jobs.reports(db, ["ingest_news", "write_explanations"])
    last, _ = told.get("ingest_news", (None, {}))
    return RAGStatusResponse(
        enabled=kept > 0,
        groq_configured=bool(told.get("write_explanations", (None, {}))[1].get("groq")),
        last_enrichment=last.astimezone(UTC) if last else None,
        total_enrichments=kept,
    )


@app.get(f"{PREFIX}/enrich", operation_id="enrich_match_api_v1_rag_enrich_get", tags=TAGS)
async def enrich(reader: Premium, db: Connection, language: Spoken, pair: AskedPair) -> MatchContext:
    """What the news says of the clubs of a match before its kick-off, and the weather there."""
    now, hour_known = min(clock.now(), pair.before), pair.match is None or pair.match.hour_known
    of_home, of_away = (
        articles.latest(db, now - RECENT, now, 4 * OF_A_CLUB, [club.team_id]) for club in (pair.home, pair.away)
    )
    text = _written(db, pair)
    told = {article.article_id: article for article in (*of_home[:OF_A_CLUB], *of_away[:OF_A_CLUB])}.values()
    return MatchContext(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        match_date=shown_date(pair.before, hour_known=hour_known),
        hour_known=hour_known,
        home_context=_context(pair.home.name, of_home),
        away_context=_context(pair.away.name, of_away),
        is_derby=_is_derby(pair),
        weather=weather_of(db, pair.match, language) if pair.match else None,
        combined_analysis=(text.words[language]["context"] or None) if text else None,
        enriched_at=clock.now(),
        sources_used=sorted({name_of(article.outlet) for article in told}),
        articles=[_shown(article) for article in told],
    )


@app.post(f"{PREFIX}/analyze", operation_id="analyze_match_context_api_v1_rag_analyze_post", tags=TAGS)
async def analyze(reader: Premium, db: Connection, language: Spoken, pair: AskedPair) -> MatchAnalysis:
    """What was written of the newest forecast of a match and of the news before it; nothing is written on request."""
    text = _written(db, pair)
    if text is None:
        raise NotFound("no_analysis")
    told = text.words[language]
    return MatchAnalysis(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        analysis=" ".join(filter(None, (told["explanation"], told["context"]))),
        generated_at=text.created_at.astimezone(UTC),
        sources=[
            AnalysisSource(**{name: source[name] for name in ("source", "title", "url")}) for source in text.sources
        ],
    )


def _written(db: Connection, pair: Pair) -> TextRow | None:
    """What a model wrote of the newest forecast of a match."""
    if pair.match is None:
        return None
    said = predictions.latest(db, [pair.match.match_id], clock.now()).get(pair.match.match_id)
    return explanations.of(db, [(said.match_id, said.published_at)]).get(said.match_id) if said else None


def _answer(db: Connection, found: list[Article]) -> NewsResponse:
    read_at, _ = jobs.reports(db, ["ingest_news"]).get("ingest_news", (clock.now(), {}))
    return NewsResponse(
        articles=[_shown(article) for article in found], total=len(found), fetched_at=read_at.astimezone(UTC)
    )


def _shown(article: Article) -> NewsArticle:
    club = by_id(article.team_ids[0]) if article.team_ids else None
    return NewsArticle(
        title=article.title,
        source=name_of(article.outlet),
        published_at=article.published_at.astimezone(UTC),
        url=article.url,
        article_type=article_type(article.kind),
        team_name=club.name if club else None,
        extract=article.extract,
        language=article.language,
        team_ids=list(article.team_ids),
    )


def _context(name: str, found: list[Article]) -> TeamContext:
    return TeamContext(
        team_name=name,
        recent_news=[article.title for article in found[:OF_A_CLUB]],
        injuries=[article.title for article in found if article.kind in CANNOT_PLAY][:OF_A_CLUB],
    )


def _is_derby(pair: Pair) -> bool:
    """Whether two grounds lie near each other: on a plane that touches the earth at one of them."""
    here, there = (GROUNDS.get(club.team_id) for club in (pair.home, pair.away))
    if here is None or there is None:
        return False
    east = (there.longitude - here.longitude) * cos(radians(here.latitude))
    return KM_A_DEGREE * hypot(east, there.latitude - here.latitude) <= DERBY_KM


handler = lambda_handler(app)
