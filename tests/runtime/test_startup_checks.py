"""A function does not start on invalid settings, and reports their names, never their values."""

import json
import subprocess
import sys
from dataclasses import fields

import pytest

from deploy.service import ROOT
from shared.runtime import startup_checks
from shared.runtime.jobs import job
from shared.runtime.settings import Settings, SettingsError, parse
from shared.web.app import http_app, lambda_handler
from tests.running import environment

GOOD = {
    "app_env": "production",
    "database_url": "postgresql://us:pw@db.internal:6543/postgres",
    "upstash_redis_rest_url": "https://eu1.upstash.io",
    "upstash_redis_rest_token": "t0ken",
    "supabase_url": "https://abcdefgh.supabase.co",
    "supabase_jwt_secret": "x" * 32,
    "stripe_secret_key": "sk_live_x",
    "stripe_webhook_secret": "whsec_a, whsec_b",
    "training_api_key_hashes": "a" * 64,
    "cdn_secret": "one,",
}


def faults(**changes: str) -> list[str]:
    """What is wrong with good settings after these changes; an empty one is a variable without a value."""
    variables = GOOD | changes
    return list(
        startup_checks.find_problems(
            parse({name: value for name, value in variables.items() if value}), variables.keys()
        )
    )


def test_valid_settings_pass_at_every_stage() -> None:
    assert faults() == []
    assert faults(app_env="staging", stripe_secret_key="sk_test_x") == []
    assert list(startup_checks.find_problems(Settings(), ())) == [], "a developer's machine needs nothing"


@pytest.mark.case("B20")
@pytest.mark.parametrize(
    ("stage", "name", "value", "why"),
    [
        ("production", "stripe_secret_key", "sk_test_s3cr3t", "must begin with sk_live_ in production"),
        ("production", "stripe_secret_key", "rk_live_s3cr3t", "must begin with sk_live_ in production"),
        ("staging", "stripe_secret_key", "sk_live_s3cr3t", "must not begin with sk_live_ except in production"),
        ("development", "stripe_secret_key", "sk_live_s3cr3t", "must not begin with sk_live_ except in production"),
        ("production", "stripe_webhook_secret", "whsec_s3cr3t,", "must be one secret that begins with whsec_"),
        ("production", "stripe_webhook_secret", "s3cr3t", "must be one secret that begins with whsec_"),
        ("production", "supabase_jwt_secret", "s3cr3t" + "x" * 25, "must have at least 32 characters"),
        ("production", "upstash_redis_rest_token", "example-s3cr3t", "has a value of .env.example in it"),
        ("production", "cdn_secret", "s3cr3t,my-example-token", "has a value of .env.example in it"),
        ("production", "stripe_price_elite", "price_example_s3cr3t", "has a value of .env.example in it"),
        ("production", "database_url", "", "is not set"),
        ("production", "stripe_secret_key", "", "is not set"),
        ("production", "training_api_key_hashes", "", "is not set"),
        ("production", "cdn_secret", ",", "is not set"),
    ],
)
def test_an_invalid_setting_is_reported_by_name_without_its_value(stage: str, name: str, value: str, why: str) -> None:
    changes = {"stripe_secret_key": "sk_live_x" if stage == "production" else "sk_test_x"}
    [fault] = faults(**(changes | {"app_env": stage, name: value}))
    assert fault.startswith(f"{name.upper()} {why}")
    assert "s3cr3t" not in fault


def test_a_training_key_in_place_of_its_hash_is_rejected_at_every_stage() -> None:
    with pytest.raises(SettingsError, match="TRAINING_API_KEY_HASHES must be a SHA-256") as refused:
        faults(app_env="development", training_api_key_hashes="s3cr3t")
    assert "s3cr3t" not in str(refused.value)


def test_every_secret_of_the_examples_is_rejected() -> None:
    """Whatever stands in .env.example for a secret is recognised where it was copied."""
    lines = (line.partition("=") for line in (ROOT / ".env.example").read_text().splitlines() if line[:1].isupper())
    copied = {name.lower(): value for name, _, value in lines if value}
    ours = ("_key", "_token", "_secret", "_dsn", "database_url", "rest_url", "supabase_url", "qdrant_url", "_subject")
    secret = {name: value for name, value in copied.items() if name.endswith(ours) or name.startswith("stripe_price")}
    assert len(secret) > 10
    for name, value in secret.items():
        config = parse({"app_env": "staging", "database_url": "postgresql://db.internal", name: value})
        assert [fault.split()[0] for fault in startup_checks.find_problems(config, ())] == [name.upper()], name


def test_a_function_is_checked_only_for_the_settings_that_it_receives() -> None:
    """Variables that it does not receive are not required, nor are optional ones."""
    alone = parse({"app_env": "production", "database_url": "postgresql://db.internal"})
    assert list(startup_checks.find_problems(alone, {"app_env", "database_url"})) == []
    assert list(startup_checks.find_problems(alone, startup_checks.OPTIONAL)) == []
    [fault] = startup_checks.find_problems(alone, {"supabase_service_key"})
    assert fault.startswith("SUPABASE_SERVICE_KEY is not set")
    assert {f.name for f in fields(Settings)} >= startup_checks.OPTIONAL | startup_checks.REQUIRED


def test_neither_a_job_nor_an_application_starts_on_invalid_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """All problems are reported at once, in the log."""
    wrong = {"APP_ENV": "production", "DATABASE_URL": "", "STRIPE_SECRET_KEY": "sk_test_s3cr3t"}
    for begin in (lambda: job("try", lambda run: None), lambda: lambda_handler(http_app("try"))):
        with environment(**wrong), pytest.raises(SettingsError, match=r"STRIPE_SECRET_KEY .*; DATABASE_URL is not set"):
            begin()
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first)["event"] == json.loads(second)["event"] == "refused to start"
    assert "s3cr3t" not in first


def test_a_function_with_invalid_settings_exits_at_start() -> None:
    """As the platform starts it, health too, which then answers nothing at all."""
    variables = {"APP_ENV": "production", "DATABASE_URL": "postgresql://us:s3cr3t@db.internal/x", "SUPABASE_URL": ""}
    ended = subprocess.run(
        [sys.executable, "-c", "import functions.health.handler"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "SettingsError: SUPABASE_URL is not set" in ended.stderr
    assert "s3cr3t" not in ended.stdout + ended.stderr
