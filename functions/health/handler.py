"""Whether the service lives, and what it depends on answers. HTTP: GET /health, GET /health/ready"""

from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from functions.health import probes
from shared.runtime.settings import settings
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Anyone

app = http_app("health")


class HealthResponse(BaseModel):
    """The function runs."""

    status: Literal["healthy"] = "healthy"
    version: str


class RedisHealth(BaseModel):
    """Whether Redis answers, and how fast."""

    connected: bool
    latency_ms: float | None
    backend: Literal["redis"] = "redis"


class ReadinessResponse(BaseModel):
    """What the service depends on, each asked within the last five seconds or, outside systems, the last minute.

    `llm_api`: a writer of explanations answers; `qdrant`: the news can be searched by meaning, that is its collection
    is there, and has vectors if there are articles; `news`: some feed was read when it should have been.

    `ready`: all that is configured answers. `degraded`: readers are served, but something else is missing.
    `unavailable`: the database does not answer, and neither do we; the status is 503.
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
    """The function runs; nothing else is asked."""
    return HealthResponse(version=settings().app_version)


@app.get("/health/ready", operation_id="readiness_check_health_ready_get", tags=["Health"])
async def ready(reader: Anyone, response: Response) -> ReadinessResponse:
    """Whether readers can be served, and what else is missing."""
    probed = probes.probe()
    configured = [
        name for name in ("redis", "football_api", "llm_api", "qdrant", "news") if name not in probed.not_configured
    ]
    healthy = all(getattr(probed, name) is not None for name in configured)
    status = "unavailable" if probed.database is None else "ready" if healthy else "degraded"
    if status == "unavailable":
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    response.headers["Cache-Control"] = "no-store"
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
