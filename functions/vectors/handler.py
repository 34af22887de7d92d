"""Semantic search of news, and its administration. HTTP: GET, POST /api/v1/vector/…"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Query

from functions.vectors import schemas
from shared.accounts.plans import Reader
from shared.clients.errors import UpstreamError
from shared.clients.sources.url_canonicalization import article_id, canonicalize
from shared.football.article_parsing import parse_article
from shared.football.articles import RECENT, RETENTION, Article, ArticleKind
from shared.football.outlets import outlet_name
from shared.football.story_clustering import MAX_GAP, assign_stories, deduplicate
from shared.football.teams import by_id
from shared.runtime import clock, logs, wiring
from shared.services import semantic_search
from shared.services.article_embedding import put
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.retrieval import relevant_articles
from shared.stores.football.teams import TeamRow
from shared.stores.news import articles
from shared.web.admin_actions import AuditedAdmin, overall_status, start
from shared.web.app import Connection, RemainingSeconds, http_app, lambda_handler
from shared.web.authentication import Admin, Premium
from shared.web.errors import BadRequest
from shared.web.match_params import RequestedFixture, resolve_club
from shared.web.params import SINGLE_LINE, STRING_IN_SCHEMA, CompetitionName, TeamName, resolve_competition_code
from shared.web.schemas import ArticleType
from shared.web.schemas import article_type as shown_type

app = http_app("vectors")

PREFIX = "/api/v1/vector"
TAGS: list[str | Enum] = ["Vector Store"]
OVERSAMPLING = 4
"""Candidates fetched per result, because several articles may cover one story."""
RESERVE = 10.0
"""Seconds of a request reserved for the vector store and the response, not spent waiting for the encoder."""


@app.get(f"{PREFIX}/search", operation_id="search_news_api_v1_vector_search_get", tags=TAGS)
async def search_news(
    reader: Premium,
    db: Connection,
    left: RemainingSeconds,
    query: Annotated[str, Query(min_length=3, max_length=200, pattern=SINGLE_LINE)],
    team_name: TeamName | None = None,
    article_type: Annotated[ArticleType, STRING_IN_SCHEMA] | None = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> schemas.SearchResponse:
    """The most similar articles of the last ninety days to a query in French or English.

    Falls back to keyword search if the semantic search finds nothing: without a vector store, while it is refilled, and
    while the encoder is loading.
    """
    watch, club = clock.stopwatch(), resolve_club(db, team_name) if team_name else None
    team_ids = [club.team_id] if club else None
    kinds = [ArticleKind.OTHER if article_type == "general" else ArticleKind(article_type)] if article_type else None
    scores = _nearest(query, team_ids, kinds, OVERSAMPLING * limit, left)
    is_semantic = bool(scores)
    if not is_semantic:
        now = clock.now()
        scores = articles.text_search(db, query, now - RETENTION, now, OVERSAMPLING * limit, team_ids, kinds)
    stored = articles.by_ids(db, scores)
    distinct = deduplicate([stored[article_id] for article_id in scores if article_id in stored])[:limit]
    return schemas.SearchResponse(
        query=query,
        results=[_search_result(article, scores[article.article_id]) for article in distinct],
        total=len(distinct),
        search_time_ms=round(watch(), 1),
        search_method="semantic" if is_semantic else "keyword",
    )


@app.get(f"{PREFIX}/team-context", operation_id="get_team_context_api_v1_vector_team_context_get", tags=TAGS)
async def read_team_context(
    reader: Premium, db: Connection, team_name: TeamName, limit: Annotated[int, Query(ge=1, le=10)] = 5
) -> schemas.TeamContextResponse:
    """News of the last fortnight on a club."""
    club = resolve_club(db, team_name)
    return schemas.TeamContextResponse(
        team_name=club.name, context=_team_articles(db, club, limit), retrieved_at=clock.now()
    )


@app.get(f"{PREFIX}/match-context", operation_id="get_match_context_api_v1_vector_match_context_get", tags=TAGS)
async def read_match_context(
    reader: Premium, db: Connection, pair: RequestedFixture, left: RemainingSeconds
) -> schemas.MatchContextResponse:
    """News of the fortnight before a match on its clubs."""
    now = clock.now()
    both = {pair.home.team_id, pair.away.team_id}
    query = f"{pair.home.name} {pair.away.name}"
    related = relevant_articles(
        db, (pair.home.team_id, pair.away.team_id), query, min(now, pair.before), 20, _encoder_timeout(left)
    )
    return schemas.MatchContextResponse(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        context=schemas.MatchArticles(
            home_team=_team_articles(db, pair.home, 5),
            away_team=_team_articles(db, pair.away, 5),
            head_to_head=[_search_result(article, 0) for article in related if both <= set(article.team_ids)][:3],
            searched_at=now,
        ),
        retrieved_at=now,
    )


@app.get(f"{PREFIX}/stats", operation_id="get_vector_stats_api_v1_vector_stats_get", tags=TAGS)
async def read_stats(reader: Admin) -> schemas.VectorStoreStats:
    """The number of vectors; `absent` without a vector store."""
    vectors = wiring.qdrant()
    if vectors is None:
        return schemas.VectorStoreStats(total_vectors=0, status="absent")
    stock = vectors.stats()
    return schemas.VectorStoreStats(total_vectors=stock.points, status=stock.status, undated=stock.undated)


@app.post(f"{PREFIX}/ingest/team", operation_id="ingest_team_news_api_v1_vector_ingest_team_post", tags=TAGS)
async def ingest_team(reader: AuditedAdmin, db: Connection, team_name: TeamName) -> schemas.IngestionResponse:
    """Start ingesting all feeds, because there are none per club; 404 for an unknown club."""
    resolve_club(db, team_name)
    return _ingest(reader)


@app.post(
    f"{PREFIX}/ingest/competition",
    operation_id="ingest_competition_news_api_v1_vector_ingest_competition_post",
    tags=TAGS,
)
async def ingest_competition(reader: AuditedAdmin, competition: CompetitionName) -> schemas.IngestionResponse:
    """Start ingesting all feeds, because there are none per competition; 404 for an unknown one."""
    resolve_competition_code(competition)
    return _ingest(reader)


@app.post(f"{PREFIX}/ingest/all", operation_id="ingest_all_news_api_v1_vector_ingest_all_post", tags=TAGS)
async def ingest_all(reader: AuditedAdmin) -> schemas.IngestionResponse:
    """Start ingesting all feeds."""
    return _ingest(reader)


@app.post(f"{PREFIX}/index/article", operation_id="index_custom_article_api_v1_vector_index_article_post", tags=TAGS)
async def index_article(
    reader: AuditedAdmin, request: schemas.CustomArticleRequest, left: RemainingSeconds
) -> schemas.IndexedResponse:
    """Add an article manually.

    If the vector store is unavailable or the encoder is loading, the next ingestion adds its vector.
    """
    now, db = clock.now(), wiring.database()
    published_at = request.published_at or now
    if not now - RETENTION < published_at <= now:
        raise BadRequest("article_out_of_time")
    article = _article(request, published_at.astimezone(UTC))
    with db.transaction():
        nearby = articles.between(db, published_at - MAX_GAP, published_at + MAX_GAP)
        exists = articles.by_ids(db, [article.article_id])
        articles.add(db, [article] if exists else assign_stories([article], nearby), now)
    indexed = _embedded(db, article.article_id, left)
    invalidate(CacheKind.NEWS)
    return schemas.IndexedResponse(indexed=indexed, article_id=str(article.article_id), timestamp=now.isoformat())


def _article(request: schemas.CustomArticleRequest, published_at: datetime) -> Article:
    try:
        url = canonicalize(request.url)
        host = urlsplit(url).netloc
        return parse_article(
            article_id(url), url, request.title, request.content or "", host, request.language, published_at
        )
    except ValueError as error:
        raise BadRequest("unfit_article") from error


def _embedded(db: Connection, article_id: UUID, left: float | None) -> bool:
    """Embed an added article; returns whether it is in the vector store."""
    semantic = semantic_search.load(_encoder_timeout(left))
    if semantic is None:
        return False
    try:
        with db.transaction():
            semantic.vectors.prepare()
            added = articles.by_ids(db, [article_id])
            put(db, semantic.vectors, semantic.encoder, list(added.values()), clock.now())
    except UpstreamError as error:
        logs.write(logging.WARNING, "an article waits for its vector", error=str(error))
        return False
    return True


def _encoder_timeout(left: float | None) -> float | None:
    """Seconds that a request may wait for the encoder, of those left to it."""
    return None if left is None else max(left - RESERVE, 0.0)


def _ingest(reader: Reader) -> schemas.IngestionResponse:
    runs = start(reader, "ingest_news", {})
    return schemas.IngestionResponse(status=overall_status(runs), timestamp=clock.now().isoformat(), runs=runs)


def _nearest(
    query: str, team_ids: Sequence[int] | None, kinds: Sequence[ArticleKind] | None, limit: int, left: float | None
) -> dict[UUID, float]:
    """Ids and similarity scores of the nearest articles, nearest first; empty if semantic search is unavailable."""
    semantic, now = semantic_search.load(_encoder_timeout(left)), clock.now()
    if semantic is None:
        return {}
    [vector] = semantic.encoder.encode([query])
    try:
        hits = semantic.vectors.search(vector, now - RETENTION, now, limit, team_ids or (), kinds or ())
    except UpstreamError as error:
        logs.write(logging.WARNING, "news is searched by words", error=str(error))
        return {}
    return {each.article_id: each.score for each in hits}


def _team_articles(db: Connection, club: TeamRow, limit: int) -> schemas.TeamArticles:
    now = clock.now()
    selected = articles.latest(db, now - RECENT, now, 100, [club.team_id])

    def by_kind(*kinds: ArticleKind) -> list[schemas.SearchResult]:
        return [_search_result(article, 0) for article in selected if article.kind in kinds][:limit]

    return schemas.TeamArticles(
        team_name=club.name,
        injuries=by_kind(ArticleKind.INJURY, ArticleKind.SUSPENSION),
        transfers=by_kind(ArticleKind.TRANSFER),
        form=by_kind(ArticleKind.FORM),
        general=by_kind(ArticleKind.PREVIEW, ArticleKind.OTHER),
        total_articles=len(selected),
    )


def _search_result(article: Article, score: float) -> schemas.SearchResult:
    club = by_id(article.team_ids[0]) if article.team_ids else None
    return schemas.SearchResult(
        id=str(article.article_id),
        score=round(score, 4),
        title=article.title,
        content=article.extract or None,
        team_name=club.name if club else None,
        article_type=shown_type(article.kind),
        published_at=article.published_at.isoformat(),
        source=outlet_name(article.outlet),
        url=article.url,
    )


handler = lambda_handler(app)
