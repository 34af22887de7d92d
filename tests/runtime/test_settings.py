"""What a process is told, and how it says that it was told wrong."""

from dataclasses import fields

import pytest

from shared.runtime.settings import Settings, SettingsError, parse, settings
from tests.running import environment

SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("demo", f"yes {SECRET}"),
        ("app_env", SECRET),
        ("cors_origins", f"https://a.example, {SECRET}"),
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
        told = settings()
        assert (told.database_url, told.demo) == ("postgresql://x", True)
        assert told.cors_origins == ("https://a.example", "http://b.example")
        assert settings() is told


def test_an_empty_variable_is_not_set() -> None:
    with environment(FOOTBALL_DATA_UK_URL="", DEMO=""):
        assert settings() == Settings()


def test_settings_never_show_a_value() -> None:
    told = parse({f.name: SECRET for f in fields(Settings) if f.type is str and f.name != "app_env"})
    assert SECRET not in f"{told!r} {told}"
    assert "groq_api_key" in repr(told)
