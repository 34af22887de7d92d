"""Readiness probes: one real request to each dependency, with a timeout."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import Error as DatabaseError

from shared.clients.errors import UpstreamError
from shared.clients.http import HttpResponse, fetch
from shared.runtime import clock, wiring
from shared.runtime.schedule import MAX_INTERVALS
from shared.runtime.settings import SettingsError, settings
from shared.stores.database import ping
from shared.stores.errors import DatabaseUnavailable
from shared.stores.news import articles, feeds

TIMEOUT = timedelta(seconds=3)
COLLECTION = "news"
"""As in `shared.clients.vectors.qdrant`, whose library this function does not bundle."""
NEWS_GRACE = timedelta(hours=1)
"""How late a read of the news feeds may be."""
CACHE_TTL = timedelta(seconds=60)
"""Cache TTL for outside systems, so that frequent health checks do not reach them as often."""

OWN_CACHE_TTL = timedelta(seconds=5)
"""Cache TTL for the database and Redis: the route is public and not rate limited."""

_cache: dict[str, tuple[datetime, float | None]] = {}


@dataclass(frozen=True, slots=True)
class ProbeResults:
    """Latency of each dependency in milliseconds; None if it failed."""

    database: float | None
    redis: float | None
    football_api: float | None
    llm_api: float | None
    qdrant: float | None
    news: float | None
    not_configured: frozenset[str]


def probe() -> ProbeResults:
    """Run all probes of configured dependencies."""
    config = settings()
    keys = {
        "redis": config.upstash_redis_rest_url,
        "llm_api": config.groq_api_key or config.anthropic_api_key,
        "qdrant": config.qdrant_url,
        "news": config.news_feeds_url,
    }
    missing = {name for name, value in keys.items() if not value}
    return ProbeResults(
        database=_cached("database", _database, OWN_CACHE_TTL),
        redis=None if "redis" in missing else _cached("redis", _redis, OWN_CACHE_TTL),
        football_api=_cached("football_api", _football_api),
        llm_api=None if "llm_api" in missing else _cached("llm_api", _llm_api),
        qdrant=None if "qdrant" in missing else _cached("qdrant", _qdrant),
        news=None if "news" in missing else _cached("news", _news),
        not_configured=frozenset(missing),
    )


def _database() -> bool:
    try:
        ping(wiring.database())
    except (DatabaseUnavailable, SettingsError):
        return False
    return True


def _redis() -> bool:
    from shared.clients.redis.upstash import REDIS_FAILURES  # noqa: PLC0415  # with the Redis library, where it is used

    try:
        return wiring.redis().ping() == "PONG"
    except REDIS_FAILURES:
        return False


def _football_api() -> bool:
    """football-data.org if its key is set, else the CSV service."""
    if not settings().football_data_api_key:
        try:
            return wiring.football_data_uk().fetch_fixtures(TIMEOUT) is not None
        except UpstreamError:
            return False
    return _responds(
        f"{settings().football_data_url}/competitions/PL", {"X-Auth-Token": settings().football_data_api_key}
    )


def _llm_api() -> bool:
    """Whether a configured language model provider responds; listing models is free."""
    config = settings()
    if config.groq_api_key and _responds(
        f"{config.groq_url}/models", {"Authorization": f"Bearer {config.groq_api_key}"}
    ):
        return True
    headers = {"x-api-key": config.anthropic_api_key, "anthropic-version": "2023-06-01"}
    return bool(config.anthropic_api_key) and _responds(f"{config.anthropic_url}/v1/models", headers)


def _qdrant() -> bool:
    """Whether semantic search works: the collection exists, and is not empty while there are articles."""
    config = settings()
    headers = {"api-key": config.qdrant_api_key} if config.qdrant_api_key else {}
    try:
        response = _fetch(f"{config.qdrant_url}/collections/{COLLECTION}", headers)
        if response.status != 200:  # 404: no collection, or a suspended cluster
            return False
        state = json.loads(response.body)["result"]
        return state["status"] != "red" and (state["points_count"] > 0 or not articles.count(wiring.database()))
    except (UpstreamError, ValueError, KeyError, TypeError, DatabaseUnavailable, DatabaseError, SettingsError):
        return False


def _news() -> bool:
    try:
        read_at = feeds.last_read(wiring.database())
    except (DatabaseUnavailable, DatabaseError, SettingsError):
        return False
    return read_at is not None and clock.now() - read_at < MAX_INTERVALS["ingest_news"] + NEWS_GRACE


def _responds(url: str, headers: dict[str, str]) -> bool:
    try:
        return _fetch(url, headers).status == 200
    except UpstreamError:
        return False


def _fetch(url: str, headers: dict[str, str]) -> HttpResponse:
    return fetch(wiring.http(), url, now=clock.now, deadline=clock.now() + TIMEOUT, headers=headers)


def _cached(name: str, check: Callable[[], bool], ttl: timedelta = CACHE_TTL) -> float | None:
    now = clock.now()
    entry = _cache.get(name)
    if entry is None or not timedelta(0) <= now - entry[0] < ttl:
        entry = _cache[name] = (now, _timed(check))
    return entry[1]


def _timed(check: Callable[[], bool]) -> float | None:
    watch = clock.stopwatch()
    return round(watch(), 1) if check() else None
