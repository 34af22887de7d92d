"""Settings: the only reader of the environment. One frozen value, read once per process."""

import os
from dataclasses import dataclass, fields
from functools import cache

ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000", "https://paris-sportif.vercel.app")


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
        groq_url: address of Groq's API.
        groq_api_key: its key.
        sentry_dsn: where errors are reported; empty for nowhere.
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
    groq_url: str = "https://api.groq.com/openai/v1"
    groq_api_key: str = ""
    sentry_dsn: str = ""

    def require(self, name: str) -> str:
        """The value of a setting that this function cannot work without.

        Raises:
            SettingsError: it is not set.
        """
        value = getattr(self, name)
        if not value:
            raise SettingsError(f"{name.upper()} is not set; see .env.example")
        return value

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
    if "cors_origins" in given:
        origins = tuple(o.strip().rstrip("/") for o in given["cors_origins"].split(",") if o.strip())
        if any(o in {"*", "null"} or not o.startswith(("https://", "http://")) for o in origins):
            raise SettingsError("CORS_ORIGINS must list origins such as https://app.example.com; no wildcard, no null")
        values["cors_origins"] = origins
    return Settings(**values)  # type: ignore[arg-type]  # names are the fields', values were checked above
