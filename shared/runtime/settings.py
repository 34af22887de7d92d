"""Settings: the only reader of the environment. One frozen value, read once per process."""

import logging
import os
from dataclasses import dataclass, fields
from functools import cache

ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000", "https://paris-sportif.vercel.app")

SHORTEST_SECRET = 32
"""Characters of a secret that signs: with fewer it could be found by trying."""
SECRET_ENDINGS = ("_key", "_token", "_secret", "_dsn")
"""Names of settings whose values nobody may read; the address of the database is another."""


class SettingsError(ValueError):
    """A variable of the environment is missing or malformed; the message names it, never its value."""


@dataclass(frozen=True)
class Settings:
    """What this process was told. Each field is the environment variable of the same name in upper case.

    Attributes:
        app_env: `development`, `staging` or `production`.
        app_version: version told by `/health`.
        log_level: name of a level of `logging`.
        clock: empty for the real time; an ISO instant to live at (`2024-04-27T08:00:00Z`), where time stands still; or
            a number of seconds to add to the real time (`-81000000`).
        demo: `true` when the data is the demonstration league; every answer then says so.
        cors_origins: further origins that browsers may call from, separated by commas.
        database_url: Postgres, through a transaction pooler in the cloud.
        upstash_redis_rest_url: Redis over HTTP.
        upstash_redis_rest_token: its token.
        qdrant_url: vector store over HTTP.
        qdrant_api_key: its key.
        football_data_uk_url: address of the CSV service, or a directory laid out like it.
        football_data_url: address of football-data.org's API.
        football_data_api_key: its token; without it fixtures and results come from the CSV service alone.
        the_odds_api_url: address of The Odds API.
        the_odds_api_key: its key; without it prices come from the CSV service alone.
        odds_credits_a_month: how many of its credits may be spent in a month.
        met_norway_url: address of MET Norway's forecasts; empty for no weather.
        groq_url: address of Groq's API.
        groq_api_key: its key.
        supabase_url: address of the Supabase project that people sign in with.
        supabase_jwt_secret: its legacy secret, with which it may still sign tokens; empty where it has none.
        supabase_service_key: its secret key, with which people's names are written there and people deleted.
        stripe_api_url: address of Stripe's API.
        stripe_secret_key: its secret key; without it nobody can subscribe.
        stripe_webhook_secret: what Stripe signs its events with; two with a comma while one takes the other's place.
        stripe_price_premium: Stripe's id of the price of Premium.
        stripe_price_elite: Stripe's id of the price of Elite.
        cdn_secret: what our CDN sends with each request in `X-CDN-Secret`; empty where none stands before us.
        public_calls_per_minute: calls in any minute of a caller who has not signed in.
        sentry_dsn: where errors are reported; empty for nowhere.
        jobs_url: where functions are started, by Lambda's own API; empty for AWS.
    """

    app_env: str = "development"
    app_version: str = "0.1.0"
    log_level: str = "INFO"
    clock: str = ""
    demo: bool = False
    cors_origins: tuple[str, ...] = ()
    database_url: str = ""
    upstash_redis_rest_url: str = ""
    upstash_redis_rest_token: str = ""
    qdrant_url: str = ""
    qdrant_api_key: str = ""
    football_data_uk_url: str = "https://www.football-data.co.uk"
    football_data_url: str = "https://api.football-data.org/v4"
    football_data_api_key: str = ""
    the_odds_api_url: str = "https://api.the-odds-api.com/v4"
    the_odds_api_key: str = ""
    odds_credits_a_month: int = 500
    met_norway_url: str = ""
    groq_url: str = "https://api.groq.com/openai/v1"
    groq_api_key: str = ""
    supabase_url: str = ""
    supabase_jwt_secret: str = ""
    supabase_service_key: str = ""
    stripe_api_url: str = "https://api.stripe.com"
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_price_premium: str = ""
    stripe_price_elite: str = ""
    cdn_secret: str = ""
    public_calls_per_minute: int = 10
    sentry_dsn: str = ""
    jobs_url: str = ""

    def require(self, name: str) -> str:
        """The value of a setting that this function cannot work without.

        Raises:
            SettingsError: it is not set.
        """
        value = getattr(self, name)
        if not value:
            raise SettingsError(f"{name.upper()} is not set; see .env.example")
        return value

    def without_secrets(self, text: str) -> str:
        """A text in which no secret stands that was told to this process."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value and (field.name.endswith(SECRET_ENDINGS) or field.name == "database_url"):
                text = text.replace(value, "…")
        return text

    def __repr__(self) -> str:
        """Names only: a value may be a secret."""
        return f"Settings({', '.join(f.name for f in fields(self) if getattr(self, f.name))})"


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable is malformed.
    """
    given = {f.name: os.environ[f.name.upper()].strip() for f in fields(Settings) if os.environ.get(f.name.upper())}
    return parse(given)


def parse(given: dict[str, str]) -> Settings:
    """Settings from texts by field name.

    Raises:
        SettingsError: a value is malformed.
    """
    values: dict[str, object] = dict(given)
    if "demo" in given:
        if given["demo"].lower() not in {"true", "false"}:
            raise SettingsError("DEMO must be true or false")
        values["demo"] = given["demo"].lower() == "true"
    if given.get("app_env", "development") not in {"development", "staging", "production"}:
        raise SettingsError("APP_ENV must be development, staging or production")
    secret = given.get("supabase_jwt_secret", "")
    if given.get("app_env") == "production" and 0 < len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"SUPABASE_JWT_SECRET must have at least {SHORTEST_SECRET} characters: copy it whole")
    _check_stripe(given)
    values["log_level"] = given.get("log_level", Settings.log_level).upper()
    if values["log_level"] not in logging.getLevelNamesMapping():
        raise SettingsError("LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    if "public_calls_per_minute" in given:
        if not given["public_calls_per_minute"].isdecimal() or int(given["public_calls_per_minute"]) < 1:
            raise SettingsError("PUBLIC_CALLS_PER_MINUTE must be a whole number of at least 1")
        values["public_calls_per_minute"] = int(given["public_calls_per_minute"])
    if "odds_credits_a_month" in given:
        if not given["odds_credits_a_month"].isdecimal():
            raise SettingsError("ODDS_CREDITS_A_MONTH must be a whole number such as 500")
        values["odds_credits_a_month"] = int(given["odds_credits_a_month"])
    if "cors_origins" in given:
        origins = tuple(o.strip().rstrip("/") for o in given["cors_origins"].split(",") if o.strip())
        if any(o in {"*", "null"} or not o.startswith(("https://", "http://")) for o in origins):
            raise SettingsError("CORS_ORIGINS must list origins such as https://app.example.com; no wildcard, no null")
        values["cors_origins"] = origins
    return Settings(**values)  # type: ignore[arg-type]  # names are the fields', values were checked above


def _check_stripe(given: dict[str, str]) -> None:
    key, production = given.get("stripe_secret_key", ""), given.get("app_env") == "production"
    if key and production and not key.startswith("sk_live_"):
        raise SettingsError("STRIPE_SECRET_KEY must begin with sk_live_ in production: no real money moves with others")
    if key.startswith("sk_live_") and not production:
        raise SettingsError("STRIPE_SECRET_KEY must not begin with sk_live_ except in production: it moves real money")
    secrets = [secret.strip() for secret in given.get("stripe_webhook_secret", "whsec_").split(",")]
    if production and not all(secret.startswith("whsec_") for secret in secrets):
        raise SettingsError("STRIPE_WEBHOOK_SECRET must be one secret that begins with whsec_, or two with a comma")
