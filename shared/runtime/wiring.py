"""Wiring: the only place where a store or a client is chosen. Each is built on first use and kept while warm.

Imports stand inside the functions, so that a process loads only what it uses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from shared.runtime import clock
from shared.runtime.settings import settings

if TYPE_CHECKING:
    import httpx
    from upstash_redis import Redis

    from shared.clients.football_data_org import FootballDataOrg
    from shared.clients.football_data_uk import FootballDataUk
    from shared.stores.database import Connection

CONNECTION_LIFE = timedelta(hours=1)
REDIS_TIMEOUT = 1.0
"""Seconds."""
USER_AGENT = "paris-sportif/0.1 (+https://paris-sportif.vercel.app)"

_connection: tuple[Connection, datetime] | None = None


def database() -> Connection:
    """The connection of this process: checked before it is handed out, renewed after an hour.

    Raises:
        SettingsError: DATABASE_URL is not set.
        DatabaseUnavailable: Postgres does not answer.
    """
    global _connection  # noqa: PLW0603  # the one thing that a warm function keeps and may have to renew
    from shared.stores.database import answers, connect

    if _connection is not None:
        kept, opened = _connection
        if abs(clock.now() - opened) < CONNECTION_LIFE and answers(kept):
            return kept
        kept.close()
        _connection = None
    fresh = connect(settings().require("database_url"), "paris-sportif")
    _connection = (fresh, clock.now())
    return fresh


@cache
def http() -> httpx.Client:
    """The HTTP client that all clients share: building its TLS context costs 30 ms."""
    import httpx

    return httpx.Client(headers={"User-Agent": USER_AGENT}, trust_env=False)


@cache
def redis() -> Redis:
    """Redis over HTTP, with time limits that its library lacks.

    Raises:
        SettingsError: its address or token is not set.
    """
    import httpx
    from upstash_redis import Redis

    client = Redis(
        url=settings().require("upstash_redis_rest_url"),
        token=settings().require("upstash_redis_rest_token"),
        rest_retries=0,
        allow_telemetry=False,
    )
    # The library waits for ever and has no argument for it; a test holds this private name in place.
    client._http._client.timeout = httpx.Timeout(REDIS_TIMEOUT)
    return client


@cache
def football_data_uk() -> FootballDataUk:
    """The CSV service, or the directory that stands for it."""
    import httpx

    from shared.clients.football_data_uk import FootballDataUk
    from shared.clients.mirror import MirrorTransport

    told = settings().football_data_uk_url
    if told.startswith(("http://", "https://")):
        return FootballDataUk(told, http(), clock.now)
    mirror = httpx.Client(transport=MirrorTransport(Path(told), clock.now))
    return FootballDataUk("http://mirror", mirror, clock.now)


@cache
def football_data_org() -> FootballDataOrg | None:
    """football-data.org, or None without its key."""
    if not settings().football_data_api_key:
        return None
    from shared.clients.call_limit import CallLimit
    from shared.clients.circuit import Circuit
    from shared.clients.football_data_org import CALLS_PER_MINUTE, FootballDataOrg

    return FootballDataOrg(
        http(),
        settings().football_data_url,
        settings().football_data_api_key,
        CallLimit(redis(), "football-data.org", CALLS_PER_MINUTE, clock.now, sleep),
        Circuit(redis(), "football-data.org"),
        clock.now,
    )
