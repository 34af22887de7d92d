"""Dependency wiring: factories of the database connection and all clients, built on first use and reused while warm.

Imports are local, so that a process loads only what it uses. A factory raises `SettingsError` if a setting that it
needs is missing or malformed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from shared.runtime import clock, invocation_metrics
from shared.runtime.settings import settings

if TYPE_CHECKING:
    import httpx
    from upstash_redis import Redis

    from shared.clients.aws.lambda_invoke import LambdaInvoke
    from shared.clients.aws.object_storage import ObjectStorage
    from shared.clients.identity.supabase import Supabase
    from shared.clients.identity.supabase_admin import SupabaseAdmin
    from shared.clients.llm.completion import LLMClient
    from shared.clients.messaging.web_push import WebPush
    from shared.clients.messaging.webhooks import Webhooks
    from shared.clients.payments.stripe_payments import StripePayments
    from shared.clients.sources.football_data_org import FootballDataOrg
    from shared.clients.sources.football_data_uk import FootballDataUk
    from shared.clients.sources.met_norway import MetNorway
    from shared.clients.sources.news_feeds import NewsFeeds
    from shared.clients.sources.the_odds_api import TheOddsApi
    from shared.clients.vectors.qdrant import Qdrant
    from shared.clients.vectors.sentence_encoder import SentenceEncoder
    from shared.stores.database import Connection

MAX_CONNECTION_AGE = timedelta(hours=1)
REDIS_TIMEOUT = 1.0
"""Seconds."""
USER_AGENT = "paris-sportif/0.1 (+https://paris-sportif.vercel.app)"

_connection: tuple[Connection, datetime] | None = None


def database() -> Connection:
    """The connection of this process: checked before use, renewed after an hour.

    Raises:
        SettingsError: DATABASE_URL is not set.
        DatabaseUnavailable: Postgres does not answer.
    """
    global _connection  # noqa: PLW0603  # the connection is replaced when it is broken or too old
    from shared.stores.database import is_alive

    if _connection is not None:
        connection, opened_at = _connection
        if abs(clock.now() - opened_at) < MAX_CONNECTION_AGE and is_alive(connection):
            return connection
        connection.close()
        _connection = None
    fresh = second_connection()
    _connection = (fresh, clock.now())
    return fresh


def second_connection() -> Connection:
    """A new connection, for commits during the first one's transaction; use it in a `with` block."""
    from shared.stores.database import connect

    return connect(settings().require("database_url"), "paris-sportif", invocation_metrics.count_postgres_statement)


@cache
def http() -> httpx.Client:
    """The HTTP client that all clients share."""
    import httpx

    from shared.clients import tls

    return httpx.Client(headers={"User-Agent": USER_AGENT}, verify=tls.context(), trust_env=False)


@cache
def redis() -> Redis:
    """Redis over HTTP."""
    from shared.clients.redis.upstash import Upstash

    url, token = settings().require("upstash_redis_rest_url"), settings().require("upstash_redis_rest_token")
    return Upstash(url, token, REDIS_TIMEOUT, clock.now, invocation_metrics.count_redis_command)


@cache
def football_data_uk() -> FootballDataUk:
    """football-data.co.uk, or a directory that mirrors it."""
    import httpx

    from shared.clients.sources.football_data_uk import FootballDataUk
    from shared.clients.sources.football_data_uk_mirror import MirrorTransport

    source = settings().football_data_uk_url
    if source.startswith(("http://", "https://")):
        return FootballDataUk(source, http(), clock.now)
    mirror = httpx.Client(transport=MirrorTransport(Path(source), clock.now))
    return FootballDataUk("http://mirror", mirror, clock.now)


@cache
def football_data_org() -> FootballDataOrg | None:
    """football-data.org, or None without its key."""
    if not settings().football_data_api_key:
        return None
    from shared.clients.redis.circuit_breaker import CircuitBreaker
    from shared.clients.redis.outbound_throttle import OutboundThrottle
    from shared.clients.sources.football_data_org import CALLS_PER_MINUTE, FootballDataOrg

    return FootballDataOrg(
        http(),
        settings().football_data_url,
        settings().football_data_api_key,
        OutboundThrottle(redis(), "football-data.org", CALLS_PER_MINUTE, clock.now, sleep),
        CircuitBreaker(redis(), "football-data.org"),
        clock.now,
    )


@cache
def the_odds_api() -> TheOddsApi | None:
    """The Odds API, or None without its key."""
    if not settings().the_odds_api_key:
        return None
    import httpx

    from shared.clients import tls
    from shared.clients.sources.the_odds_api import KeyTransport, TheOddsApi

    inner = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
    transport = KeyTransport(inner, settings().the_odds_api_key)
    keyed = httpx.Client(headers={"User-Agent": USER_AGENT}, transport=transport)
    return TheOddsApi(keyed, settings().the_odds_api_url, clock.now, sleep)


@cache
def met_norway() -> MetNorway | None:
    """MET Norway's forecasts, or None without its URL."""
    if not settings().met_norway_url:
        return None
    from shared.clients.sources.met_norway import MetNorway

    return MetNorway(settings().met_norway_url, http(), clock.now, sleep)


@cache
def news_feeds() -> NewsFeeds | None:
    """The publishers' news feeds, or None if they are disabled."""
    source = settings().news_feeds_url
    if not source:
        return None
    from shared.clients.sources.news_feeds import NewsFeeds

    return NewsFeeds(http(), clock.now, "" if source == "publishers" else source)


@cache
def sentence_encoder() -> SentenceEncoder:
    """The sentence encoder; its model is loaded with the first call."""
    from shared.clients.vectors.sentence_encoder import SentenceEncoder

    return SentenceEncoder()


@cache
def qdrant() -> Qdrant | None:
    """The vector store of the news, or None without its URL."""
    if not settings().qdrant_url:
        return None
    from shared.clients.vectors.qdrant import Qdrant

    return Qdrant(settings().qdrant_url, settings().qdrant_api_key)


@cache
def llm_clients() -> tuple[LLMClient, ...]:
    """The LLM clients whose keys are set, in order of preference."""
    import random

    from shared.clients.llm.anthropic_client import AnthropicClient
    from shared.clients.llm.groq_client import GroqClient

    config = settings()
    clients: list[LLMClient] = []
    if config.groq_api_key:
        clients.append(GroqClient(config.groq_url, config.groq_api_key, config.groq_model, clock.now))
    if config.anthropic_api_key:

        def pause() -> None:
            sleep(random.uniform(0.5, 1.5))  # noqa: S311  # jitter

        key, model = config.anthropic_api_key, config.anthropic_model
        clients.append(AnthropicClient(config.anthropic_url, key, model, clock.now, pause))
    return tuple(clients)


@cache
def supabase() -> Supabase:
    """The verifier of access tokens; importing it takes 80 ms."""
    from shared.clients.identity.supabase import Supabase

    return Supabase(http(), settings().require("supabase_url"), settings().supabase_jwt_secret, clock.now)


@cache
def supabase_admin() -> SupabaseAdmin | None:
    """The Supabase Admin API, or None without the secret key."""
    if not settings().supabase_service_key:
        return None
    from shared.clients.identity.supabase_admin import SupabaseAdmin

    return SupabaseAdmin(http(), settings().require("supabase_url"), settings().supabase_service_key, clock.now)


@cache
def stripe_payments() -> StripePayments:
    """The Stripe client."""
    from shared.clients.payments.stripe_payments import StripePayments

    return StripePayments(settings().require("stripe_secret_key"), settings().stripe_api_url)


@cache
def web_push() -> WebPush | None:
    """The web push client, or None without its keys."""
    if not settings().vapid_private_key:
        return None
    from shared.clients.messaging.web_push import WebPush

    public, subject = settings().require("vapid_public_key"), settings().require("vapid_subject")
    return WebPush(http(), public, settings().vapid_private_key, subject, clock.now)


@cache
def webhooks() -> Webhooks:
    """The sender of webhooks."""
    import httpx

    from shared.clients import tls
    from shared.clients.messaging.webhooks import Webhooks

    return Webhooks(lambda: httpx.AsyncHTTPTransport(verify=tls.context(), trust_env=False), USER_AGENT, clock.now)


@cache
def lambda_functions() -> LambdaInvoke:
    """The Lambda client that starts and calls our other functions."""
    from shared.clients.aws.lambda_invoke import LambdaInvoke

    config = settings()
    return LambdaInvoke("" if config.jobs_url else f"paris-sportif-{config.app_env}-", config.jobs_url)


@cache
def backup_storage() -> ObjectStorage | None:
    """The storage of backups; None in development without a bucket."""
    if not settings().backup_bucket and settings().app_env == "development":
        return None
    from shared.clients.aws.object_storage import ObjectStorage

    return ObjectStorage(settings().require("backup_bucket"), settings().backup_url)
