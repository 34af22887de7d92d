"""Settings from the environment, and the errors for invalid ones."""

from dataclasses import fields

import pytest

from shared.runtime.settings import Settings, SettingsError, parse, settings
from shared.runtime.startup_checks import run
from tests.running import environment

SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("demo", f"yes {SECRET}"),
        ("admin_second_factor", f"yes {SECRET}"),
        ("app_env", SECRET),
        ("log_level", SECRET),
        ("log_level", f"INFO {SECRET}"),
        ("cors_origins", f"https://a.example, {SECRET}"),
        ("odds_credits_a_month", SECRET),
        ("odds_credits_a_month", "-1"),
        ("words_daily_tokens", SECRET),
        ("words_daily_tokens", "-1"),
        ("cors_origins", "*"),
        ("cors_origins", "null"),
    ],
)
def test_a_malformed_variable_is_named_and_its_value_is_not(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.upper()) as caught:
        parse({name: value})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["database_url", "upstash_redis_rest_token", "groq_api_key"])
def test_a_missing_variable_is_named_with_where_to_look(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name.upper()} is not set; see \.env\.example$"):
        Settings().require(name)
    assert parse({name: "x"}).require(name) == "x"


def test_a_value_is_read_from_the_environment_once_without_its_blanks() -> None:
    with environment(
        DATABASE_URL="  postgresql://x \n", DEMO="TRUE", CORS_ORIGINS=" https://a.example/ ,, http://b.example"
    ):
        config = settings()
        assert (config.database_url, config.demo) == ("postgresql://x", True)
        assert config.cors_origins == ("https://a.example", "http://b.example")
        assert settings() is config


@pytest.mark.parametrize("level", ["DEBUG", "warning", "Error", "CRITICAL"])
def test_log_levels_are_case_insensitive(level: str) -> None:
    with environment(LOG_LEVEL=level):
        assert settings().log_level == level.upper()


def test_a_vapid_subject_is_a_contact_address() -> None:
    assert parse({"vapid_subject": "mailto:push@example.com"}).vapid_subject == "mailto:push@example.com"
    with environment(VAPID_SUBJECT=""):
        assert settings().vapid_subject == ""


@pytest.mark.parametrize(
    "subject",
    [
        "push@example.com",
        "mailto:x@localhost",
        "mailto:x@localhost.localdomain",
        "mailto:x@printer.local",
        "mailto:x@intranet",
        "mailto:x@127.0.0.1",
        "mailto:x@[::1]",
        "mailto:",
        "mailto:x",
        "mailto: x@example.com",
        "mailto:<x@example.com>",
        "mailto:x@example.com?subject=push",
    ],
)
def test_a_vapid_contact_that_apple_would_reject_is_rejected_at_start(subject: str) -> None:
    """It answers 403 BadJwtToken to each (web-push-libs/web-push issue 947); Google's and Mozilla's take them."""
    with environment(VAPID_SUBJECT=subject), pytest.raises(SettingsError, match="VAPID_SUBJECT must be mailto:"):
        run()


def test_an_empty_variable_is_not_set() -> None:
    with environment(FOOTBALL_DATA_UK_URL="", DEMO=""):
        assert vars(settings()) == vars(Settings())


def test_settings_never_show_a_value() -> None:
    of_a_form = {"app_env", "log_level", "vapid_subject"}
    config = parse({f.name: SECRET for f in fields(Settings) if f.type is str and f.name not in of_a_form})
    assert SECRET not in f"{config!r} {config}"
    assert "groq_api_key" in repr(config)


def test_secrets_of_this_process_are_redacted_from_a_text() -> None:
    config = parse(
        {
            "database_url": "postgresql://u:pw@h/x",
            "the_odds_api_key": "k3y",
            "upstash_redis_rest_token": "t0ken",
            "cdn_secret": "cdn",
            "sentry_dsn": "https://dsn",
            "groq_url": "https://groq.example",
        }
    )
    text = "k3y at https://groq.example, t0ken, cdn; postgresql://u:pw@h/x or https://dsn: k3y"
    assert config.without_secrets(text) == "… at https://groq.example, …, …; … or …: …"
    assert Settings().without_secrets(text) == text


def test_both_secrets_of_a_rotation_are_redacted() -> None:
    """While one replaces the other."""
    config = parse({"cdn_secret": "former, latter"})
    assert config.without_secrets("former or latter; former, latter") == "… or …; …"
