"""What a function refuses to start on: a secret that is missing, an example, of the wrong kind or too short.

It is asked for what it was given variables for, in serverless.yml, and for nothing else.
"""

import logging
from collections.abc import Collection, Iterator
from dataclasses import fields

from shared.runtime import error_reports, logs
from shared.runtime.settings import MIN_SECRET_LENGTH, Settings, SettingsError, provided_names, settings

PLACEHOLDERS = ("example", "@localhost")
"""What the values of .env.example have in them, and no real one has."""
REQUIRED = {"database_url"}
"""What every function is given."""
OPTIONAL = frozenset(
    {
        "clock",
        "cors_origins",
        "demo",
        "sentry_dsn",  # nothing is reported
        "supabase_jwt_secret",  # the project signs with keys alone
        "football_data_api_key",  # matches come from the CSV service
        "the_odds_api_key",  # so do prices
        "met_norway_url",  # no weather
        "news_feeds_url",  # the publishers' own
        "qdrant_url",  # news is chosen without vectors
        "qdrant_api_key",
        "groq_api_key",  # the other writer, or the template
        "anthropic_api_key",
        "vapid_public_key",  # no notices
        "vapid_private_key",
        "vapid_subject",
        "jobs_url",  # AWS
        "backup_url",
    }
)
"""What a function works without, and how; whatever else it is given a variable for, it needs."""


def run() -> None:
    """Refuse to start on settings that will not do. Whoever starts us is told which, in the log; readers are not.

    Raises:
        SettingsError: which they are, and how to mend them.
    """
    error_reports.start()  # before anything is logged: what libraries log as errors is reported too
    if problems := list(find_problems(settings(), provided_names())):
        error = SettingsError("; ".join(problems))
        logs.write(logging.CRITICAL, "refused to start", error=str(error))
        error_reports.capture(error)
        raise error


def find_problems(config: Settings, provided: Collection[str]) -> Iterator[str]:
    """Why a function may not start, in words that name settings and no values.

    Args:
        told: its settings.
        given: names of those that it was given a variable for, be it an empty one.
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
    """Whether nothing is told; of two with a comma between them one is enough."""
    return value == () or (isinstance(value, str) and not value.strip(", "))
