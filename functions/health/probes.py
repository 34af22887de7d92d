"""One real question to each thing that the service depends on, each within a time limit."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import Error as DatabaseError

from shared.clients.errors import UpstreamError
from shared.clients.http import Answer, fetch
from shared.runtime import clock, wiring
from shared.runtime.schedule import LONGEST_PAUSE
from shared.runtime.settings import SettingsError, settings
from shared.stores.database import DatabaseUnavailable, ping
from shared.stores.news import articles, feeds

PATIENCE = timedelta(seconds=3)
COLLECTION = "news"
"""That of `shared.clients.vectors.qdrant`, whose library this function does not carry."""
LATE = timedelta(hours=1)
"""By how much a reading of the news may be late."""
REMEMBERED = timedelta(seconds=60)
"""How long the answer of an outside system counts: whoever asks us often must not make us ask them as often."""

OWN_REMEMBERED = timedelta(seconds=5)
"""How long the answer of our database and of Redis counts: the route is open to all, and its calls are not counted."""

_remembered: dict[str, tuple[datetime, float | None]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """How many milliseconds each took to answer; None where it did not. Of the news, whether any was read lately."""

    database: float | None
    redis: float | None
    football_api: float | None
    llm_api: float | None
    qdrant: float | None
    news: float | None
    not_configured: frozenset[str]


def probe() -> Found:
    """Ask all of them."""
    told = settings()
    keys = {
        "redis": told.upstash_redis_rest_url,
        "llm_api": told.groq_api_key or told.anthropic_api_key,
        "qdrant": told.qdrant_url,
        "news": told.news_feeds_url,
    }
    missing = {name for name, value in keys.items() if not value}
    return Found(
        database=_remember("database", _database, OWN_REMEMBERED),
        redis=None if "redis" in missing else _remember("redis", _redis, OWN_REMEMBERED),
        football_api=_remember("football_api", _football_api),
        llm_api=None if "llm_api" in missing else _remember("llm_api", _llm_api),
        qdrant=None if "qdrant" in missing else _remember("qdrant", _qdrant),
        news=None if "news" in missing else _remember("news", _news),
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
    """football-data.org where we have its key, else the CSV service."""
    if not settings().football_data_api_key:
        try:
            return wiring.football_data_uk().fixtures(PATIENCE) is not None
        except UpstreamError:
            return False
    return _answers(
        f"{settings().football_data_url}/competitions/PL", {"X-Auth-Token": settings().football_data_api_key}
    )


def _llm_api() -> bool:
    """Whether one of the writers that we have a key of answers; their lists of models cost nothing."""
    told = settings()
    if told.groq_api_key and _answers(f"{told.groq_url}/models", {"Authorization": f"Bearer {told.groq_api_key}"}):
        return True
    headers = {"x-api-key": told.anthropic_api_key, "anthropic-version": "2023-06-01"}
    return bool(told.anthropic_api_key) and _answers(f"{told.anthropic_url}/v1/models", headers)


def _qdrant() -> bool:
    """Whether the news can be searched by meaning: the collection is there, and not empty while there are articles."""
    told = settings()
    headers = {"api-key": told.qdrant_api_key} if told.qdrant_api_key else {}
    try:
        found = _fetch(f"{told.qdrant_url}/collections/{COLLECTION}", headers)
        if found.status != 200:  # 404: the collection, or a suspended cluster at its gateway
            return False
        state = json.loads(found.body)["result"]
        return state["status"] != "red" and (state["points_count"] > 0 or not articles.count(wiring.database()))
    except (UpstreamError, ValueError, KeyError, TypeError, DatabaseUnavailable, DatabaseError, SettingsError):
        return False


def _news() -> bool:
    try:
        read_at = feeds.last_read(wiring.database())
    except (DatabaseUnavailable, DatabaseError, SettingsError):
        return False
    return read_at is not None and clock.now() - read_at < LONGEST_PAUSE["ingest_news"] + LATE


def _answers(url: str, headers: dict[str, str]) -> bool:
    try:
        return _fetch(url, headers).status == 200
    except UpstreamError:
        return False


def _fetch(url: str, headers: dict[str, str]) -> Answer:
    return fetch(wiring.http(), url, now=clock.now, deadline=clock.now() + PATIENCE, headers=headers)


def _remember(name: str, ask: Callable[[], bool], span: timedelta = REMEMBERED) -> float | None:
    now = clock.now()
    kept = _remembered.get(name)
    if kept is None or not timedelta(0) <= now - kept[0] < span:
        kept = _remembered[name] = (now, _timed(ask))
    return kept[1]


def _timed(ask: Callable[[], bool]) -> float | None:
    watch = clock.stopwatch()
    return round(watch(), 1) if ask() else None
