"""Validation of settings at start-up: secrets that are missing, placeholders, of the wrong kind or too short.

Only settings whose variables serverless.yml passes to the function are checked.
"""

import logging
from collections.abc import Collection, Iterator
from dataclasses import fields

from shared.runtime import error_reports, logs
from shared.runtime.settings import MIN_SECRET_LENGTH, Settings, SettingsError, provided_names, settings

PLACEHOLDERS = ("example", "@localhost")
"""Substrings of the placeholder values in .env.example."""
REQUIRED = {"database_url"}
"""Required by every function."""
OPTIONAL = frozenset(
    {
        "clock",
        "cors_origins",
        "demo",
        "sentry_dsn",  # no error reports
        "supabase_jwt_secret",  # the project signs with asymmetric keys only
        "football_data_api_key",  # matches come from the CSV service
        "the_odds_api_key",  # so do prices
        "met_norway_url",  # no weather
        "news_feeds_url",  # no news
        "qdrant_url",  # no semantic search
        "qdrant_api_key",
        "groq_api_key",  # the other LLM, or the template
        "anthropic_api_key",
        "vapid_public_key",  # no push notifications
        "vapid_private_key",
        "vapid_subject",
        "publisher_name",  # the page about the law says what is missing
        "publisher_address",
        "publisher_contact",
        "publication_director",
        "hosting_provider",
        "jobs_url",  # AWS
        "backup_url",
    }
)
"""Settings that may be empty, and what happens then; all others are required where they are passed."""


def run() -> None:
    """Validate the settings; problems are logged and reported."""
    error_reports.start()  # first, so that errors logged by libraries are reported
    if problems := list(find_problems(settings(), provided_names())):
        error = SettingsError("; ".join(problems))
        logs.write(logging.CRITICAL, "refused to start", error=str(error))
        error_reports.capture(error)
        raise error


def find_problems(config: Settings, provided: Collection[str]) -> Iterator[str]:
    """The problems of settings; messages contain names, never values.

    Args:
        provided: names of settings whose variable is set, even if empty.
    """
    yield from _check_stripe_mode(config)
    if config.app_env == "development":
        return
    for name in sorted((REQUIRED | set(provided)) - OPTIONAL):
        if _is_empty(getattr(config, name)):
            yield f"{name.upper()} is not set; see .env.example"
    for name in (f.name for f in fields(config)):
        if any(example in str(getattr(config, name)) for example in PLACEHOLDERS):
            yield f"{name.upper()} has a value of .env.example in it: set your own"
    secret = config.supabase_jwt_secret
    if 0 < len(secret) < MIN_SECRET_LENGTH:
        yield f"SUPABASE_JWT_SECRET must have at least {MIN_SECRET_LENGTH} characters: copy it whole"
    secrets = config.stripe_webhook_secret
    if secrets and not all(one.strip().startswith("whsec_") for one in secrets.split(",")):
        yield "STRIPE_WEBHOOK_SECRET must be one secret that begins with whsec_, or two with a comma"


def _check_stripe_mode(config: Settings) -> Iterator[str]:
    is_live = config.stripe_secret_key.startswith("sk_live_")
    if config.app_env == "production" and config.stripe_secret_key and not is_live:
        yield "STRIPE_SECRET_KEY must begin with sk_live_ in production: no real money moves with others"
    if config.app_env != "production" and is_live:
        yield "STRIPE_SECRET_KEY must not begin with sk_live_ except in production: it moves real money"


def _is_empty(value: object) -> bool:
    """Whether a value is empty; a comma alone counts as empty."""
    return value == () or (isinstance(value, str) and not value.strip(", "))
