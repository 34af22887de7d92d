"""Liveness and readiness probes. HTTP: GET /health, GET /health/ready"""

from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from shared.runtime.settings import settings
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Anyone

app = http_app("health", uses_postgres=False)


class HealthResponse(BaseModel):
    """The function runs."""

    status: Literal["healthy"] = "healthy"
    version: str


class RedisHealth(BaseModel):
    """Whether Redis responds, and its latency."""

    connected: bool
    latency_ms: float | None
    backend: Literal["redis"] = "redis"


class ReadinessResponse(BaseModel):
    """The state of each dependency, cached for five seconds, or for a minute for outside systems.

    `llm_api`: a language model provider responds; `qdrant`: semantic search works, which means that the collection
    exists, and has vectors if there are articles; `news`: a feed was read on schedule.

    `ready`: everything configured responds. `degraded`: requests are served, but another dependency is missing.
    `unavailable`: the database does not respond; the status is 503.
    """

    status: Literal["ready", "degraded", "unavailable"]
    database: bool
    redis: RedisHealth
    football_api: bool
    llm_api: bool
    qdrant: bool
    news: bool
    not_configured: list[str]


@app.get("/health", operation_id="health_check_health_get", tags=["Health"])
async def health(reader: Anyone) -> HealthResponse:
    """Liveness: the function runs; no dependency is checked."""
    return HealthResponse(version=settings().app_version)


@app.get("/health/ready", operation_id="readiness_check_health_ready_get", tags=["Health"])
async def ready(reader: Anyone, response: Response) -> ReadinessResponse:
    """Readiness: whether requests can be served, and which dependencies are missing."""
    from functions.health import probes  # noqa: PLC0415  # with Postgres' driver and httpx, which /health does not need

    probed = probes.probe()
    configured = [
        name for name in ("redis", "football_api", "llm_api", "qdrant", "news") if name not in probed.not_configured
    ]
    healthy = all(getattr(probed, name) is not None for name in configured)
    status = "unavailable" if probed.database is None else "ready" if healthy else "degraded"
    if status == "unavailable":
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return ReadinessResponse(
        status=status,
        database=probed.database is not None,
        redis=RedisHealth(connected=probed.redis is not None, latency_ms=probed.redis),
        football_api=probed.football_api is not None,
        llm_api=probed.llm_api is not None,
        qdrant=probed.qdrant is not None,
        news=probed.news is not None,
        not_configured=sorted(probed.not_configured),
    )


handler = lambda_handler(app)
