"""Settings: the only module that reads the environment. One frozen value, read once per process."""

import logging
import os
import re
from dataclasses import dataclass, fields
from functools import cache, cached_property

DEFAULT_CORS_ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000", "https://paris-sportif.vercel.app")

MIN_SECRET_LENGTH = 32
"""Characters of a secret: a shorter one could be brute-forced."""
NON_PUBLIC_TLDS = frozenset({"localhost", "localdomain", "local", "internal", "invalid", "test", "example"})
"""Top-level names that are not on the public internet (RFC 6761, RFC 6762, and ICANN's `internal`)."""
SECRET_SUFFIXES = ("_key", "_token", "_secret", "_dsn")
"""Suffixes of settings that hold secrets; the database URLs do too."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class SettingsError(ValueError):
    """A variable of the environment is missing or malformed; the message names it, never its value."""


@dataclass(frozen=True, eq=False)  # comparing 58 fields would take a millisecond of each start to compile
class Settings:
    """The settings of a process. Each field is the environment variable of the same name in upper case."""

    app_env: str = "development"  # `development`, `staging` or `production`
    app_version: str = "0.1.0"  # version returned by `/health`
    log_level: str = "INFO"  # name of a level of `logging`
    # Empty for the real time; an ISO instant at which time is frozen (`2024-04-27T08:00:00Z`); or seconds to add to the
    # real time (`-81000000`).
    clock: str = ""
    demo: bool = False  # `true` if the data is the demonstration league; every response then says so
    cors_origins: tuple[str, ...] = ()  # further origins that browsers may call from, separated by commas
    database_url: str = ""  # Postgres, through a transaction pooler in the cloud
    direct_database_url: str = ""  # Postgres without the pooler, for dumps
    upstash_redis_rest_url: str = ""  # Redis over HTTP
    upstash_redis_rest_token: str = ""  # its token
    qdrant_url: str = ""  # vector store over HTTP
    qdrant_api_key: str = ""  # its key
    # Address of the CSV service, or a directory laid out like it.
    football_data_uk_url: str = "https://football-data.co.uk"
    football_data_url: str = "https://api.football-data.org/v4"  # address of football-data.org's API
    football_data_api_key: str = ""  # its token; without it fixtures and results come from the CSV service alone
    the_odds_api_url: str = "https://api.the-odds-api.com/v4"  # address of The Odds API
    the_odds_api_key: str = ""  # its key; without it prices come from the CSV service alone
    odds_credits_a_month: int = 500  # how many of its credits may be spent in a month
    met_norway_url: str = ""  # address of MET Norway's forecasts; empty for no weather
    # `publishers` for the publishers' own feeds, or one base address for all; empty for no news.
    news_feeds_url: str = ""
    groq_url: str = "https://api.groq.com/openai/v1"  # address of Groq's API
    groq_api_key: str = ""  # its key
    groq_model: str = "openai/gpt-oss-120b"  # the model that writes explanations there
    anthropic_url: str = "https://api.anthropic.com"  # address of Anthropic's API, the fallback for Groq
    anthropic_api_key: str = ""  # its key; without both keys explanations come from the template alone
    anthropic_model: str = "claude-haiku-5-5"  # the model that writes explanations there
    words_daily_tokens: int = 150_000  # how many tokens explanations may use on a day (UTC)
    supabase_url: str = ""  # address of the Supabase project that people sign in with
    supabase_jwt_secret: str = ""  # its legacy JWT secret; empty if it has none
    supabase_service_key: str = ""  # its secret key, with which roles and names are copied there and people deleted
    admin_second_factor: bool = False  # `true` if administrators need two factors (`aal2` in their token)
    stripe_api_url: str = "https://api.stripe.com"  # address of Stripe's API
    stripe_secret_key: str = ""  # its secret key; without it nobody can subscribe
    stripe_webhook_secret: str = ""  # the signing secret of webhook events; two, separated by a comma, during rotation
    stripe_price_premium: str = ""  # Stripe's id of the price of Premium
    stripe_price_elite: str = ""  # Stripe's id of the price of Elite
    # The VAPID key that browsers subscribe with, in base64url; empty for no push notifications.
    vapid_public_key: str = ""
    vapid_private_key: str = ""  # its private key, which signs them
    vapid_subject: str = ""  # our contact for push services: `mailto:` and an address
    # The `X-CDN-Secret` header that our CDN sends and requests need; two, separated by a comma, during rotation; empty
    # without a CDN.
    cdn_secret: str = ""
    front_domain: str = ""  # our own domain, which absolute addresses begin with; empty for relative ones
    # Who publishes the site and who hosts it, as /about/legal shows it; empty where the site is not public yet.
    publisher_name: str = ""  # name or company, and its number in the register
    publisher_address: str = ""  # its address
    publisher_contact: str = ""  # its telephone number, and an e-mail address
    publication_director: str = ""  # who answers for what is published
    hosting_provider: str = ""  # name, address and telephone number of the host
    public_calls_per_minute: int = 10  # the rate limit of anonymous callers
    sentry_dsn: str = ""  # where errors are reported; empty for nowhere
    jobs_url: str = ""  # endpoint of the Lambda API that starts functions; empty for AWS
    backup_bucket: str = ""  # bucket of the backups; may be empty in development only
    backup_url: str = ""  # endpoint of the S3 API of that bucket; empty for AWS
    backup_recipients: str = ""  # public keys of age (`age1…`) that backups are encrypted for, separated by commas
    record_bucket: str = ""  # public bucket of the record, or a folder (`/…`); may be empty in development only
    record_url: str = ""  # endpoint of the S3 API of that bucket; empty for AWS
    # The key that signs the record's checkpoints, `PRIVATE+KEY+<origin>+<id>+<base64>`; two, separated by a comma,
    # during rotation.
    record_signing_key: str = ""
    record_witnesses: str = ""  # verifier key and address, separated by a blank, of each witness; commas between them
    record_calendars: str = ""  # addresses of OpenTimestamps calendars, separated by commas
    # SHA-256, in hexadecimal, of the API key for the training data; two, separated by a comma, during rotation.
    training_api_key_hashes: tuple[str, ...] = ()

    def require(self, name: str) -> str:
        """The value of a required setting; `SettingsError` if it is not set."""
        value = getattr(self, name)
        if not value:
            raise SettingsError(f"{name.upper()} is not set; see .env.example")
        return value

    def without_secrets(self, text: str) -> str:
        """A text with the secrets of this process redacted."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    @cached_property
    def _secrets(self) -> list[str]:
        names = [field.name for field in fields(self) if field.name.endswith((*SECRET_SUFFIXES, "database_url"))]
        values = [value for name in names if (value := getattr(self, name))]
        # During rotation a setting holds two secrets.
        return [*values, *(one.strip() for value in values for one in value.split(",") if one.strip())]

    def __repr__(self) -> str:
        """Names only: a value may be a secret."""
        return f"Settings({', '.join(f.name for f in fields(self) if getattr(self, f.name))})"


@cache
def settings() -> Settings:
    """The settings of this process."""
    texts = {f.name: os.environ[f.name.upper()].strip() for f in fields(Settings) if os.environ.get(f.name.upper())}
    return parse(texts)


def provided_names() -> frozenset[str]:
    """The settings whose environment variable is set, even if empty."""
    return frozenset(f.name for f in fields(Settings) if f.name.upper() in os.environ)


def parse(texts: dict[str, str]) -> Settings:
    """Parse settings from texts by field name."""
    values: dict[str, object] = dict(texts)
    for name in {"demo", "admin_second_factor"} & texts.keys():
        if texts[name].lower() not in {"true", "false"}:
            raise SettingsError(f"{name.upper()} must be true or false")
        values[name] = texts[name].lower() == "true"
    if texts.get("app_env", "development") not in {"development", "staging", "production"}:
        raise SettingsError("APP_ENV must be development, staging or production")
    if "vapid_subject" in texts and not _is_reachable(texts["vapid_subject"]):
        raise SettingsError(
            "VAPID_SUBJECT must be mailto: and an address at which push services can reach us, such as "
            "mailto:push@example.com; Apple's refuses every message signed with one at localhost or .local"
        )
    values["log_level"] = texts.get("log_level", Settings.log_level).upper()
    if values["log_level"] not in logging.getLevelNamesMapping():
        raise SettingsError("LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    if "public_calls_per_minute" in texts:
        values["public_calls_per_minute"] = _parse_rate(texts["public_calls_per_minute"])
    if "odds_credits_a_month" in texts:
        values["odds_credits_a_month"] = _parse_credits(texts["odds_credits_a_month"])
    if "training_api_key_hashes" in texts:
        values["training_api_key_hashes"] = _parse_hashes(texts["training_api_key_hashes"])
    if "words_daily_tokens" in texts:
        if not texts["words_daily_tokens"].isdecimal():
            raise SettingsError("WORDS_DAILY_TOKENS must be a whole number such as 150000; 0 for none")
        values["words_daily_tokens"] = int(texts["words_daily_tokens"])
    if "cors_origins" in texts:
        values["cors_origins"] = _parse_origins(texts["cors_origins"])
    return Settings(**values)  # type: ignore[arg-type]  # names are the fields', values were checked above


def _parse_credits(text: str) -> int:
    if not text.isdecimal():
        raise SettingsError("ODDS_CREDITS_A_MONTH must be a whole number such as 500")
    return int(text)


def _is_reachable(subject: str) -> bool:
    """Whether it is a `mailto:` address on the public internet."""
    address = re.fullmatch(
        r"mailto:[\w.!#$%&'*+/=?^`{|}~-]+@(?:[a-z0-9-]+\.)+([a-z][a-z0-9-]+)", subject, re.ASCII | re.I
    )
    return address is not None and address[1].lower() not in NON_PUBLIC_TLDS


def _parse_rate(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError("PUBLIC_CALLS_PER_MINUTE must be a whole number of at least 1")
    return int(text)


def _parse_origins(text: str) -> tuple[str, ...]:
    origins = tuple(o.strip().rstrip("/") for o in text.split(",") if o.strip())
    if any(o in {"*", "null"} or not o.startswith(("https://", "http://")) for o in origins):
        raise SettingsError("CORS_ORIGINS must list origins such as https://app.example.com; no wildcard, no null")
    return origins


def _parse_hashes(text: str) -> tuple[str, ...]:
    hashes = tuple(part.strip().lower() for part in text.split(","))
    if not all(_SHA256.fullmatch(part) for part in hashes):
        raise SettingsError("TRAINING_API_KEY_HASHES must be a SHA-256 in hexadecimal, or two with a comma")
    return hashes
