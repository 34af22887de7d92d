"""Reading serverless.yml."""

from pathlib import Path

import pytest

from deploy import service
from deploy.service import Bundle, Function, Route, Schedule

YAML = """
service: small
params:
  production: { slots: 20 }
  staging: { slots: 5 }
provider: { timeout: 9, environment: { APP_ENV: x } }
custom:
  routes: [{ path: "/a/one", function: b }, { path: "/a*", function: a, cache: public }]
  bundle_defaults:
    http: { groups: [web], budget_mb: 80 }
    job: { groups: [database], budget_mb: 70 }
  bundles:
    b: { groups: [model], models: true, built: [site], budget_mb: 110 }
functions:
  a: { handler: functions/a/handler.handler, url: true, reservedConcurrency: "${param:slots}" }
  b:
    handler: functions/b/handler.handler
    timeout: 240
    memorySize: 1769
    reservedConcurrency: 1
    maximumRetryAttempts: 1
    environment: { DATABASE_URL: !Ref DatabaseUrl, CDN_SECRET: !Join [",", [!Ref One, !Ref Two]] }
    destinations: { onFailure: { arn: !GetAtt Queue.Arn } }
    events:
      - schedule: { rate: ["cron(0 3 * * ? *)", "cron(0 4 * * ? *)"], timezone: Europe/Paris, input: { depth: 2 } }
      - sqs: { arn: !GetAtt Queue.Arn }
"""


def read(folder: Path, text: str = YAML, stage: str = "production") -> service.Service:
    (folder / "serverless.yml").write_text(text)
    return service.read(folder, stage)


def test_a_function_without_settings_has_the_defaults_of_lambda_the_provider_and_its_kind(tmp_path: Path) -> None:
    assert read(tmp_path).functions["a"] == Function(
        name="a",
        handler="functions.a.handler.handler",
        routes=(Route("/a*", "a", "public"),),
        schedules=(),
        timeout=9,
        memory=1024,
        concurrency=20,
        attempts=1,
        environment=frozenset({"APP_ENV"}),
        bundle=Bundle(("web",), models=False, budget_mb=80),
    )


def test_a_function_with_settings_has_these_and_adds_to_the_bundle_of_its_kind(tmp_path: Path) -> None:
    job = read(tmp_path).functions["b"]
    assert (job.timeout, job.memory, job.concurrency, job.attempts) == (240, 1769, 1, 2)
    assert job.environment == {"APP_ENV", "DATABASE_URL", "CDN_SECRET"}
    assert job.schedules == tuple(Schedule("b", f"0 {hour} * * ? *", "Europe/Paris", {"depth": 2}) for hour in (3, 4))
    assert job.bundle == Bundle(("database", "model"), True, 110, ("site",))


def test_a_parameter_has_the_value_of_the_stage(tmp_path: Path) -> None:
    staging = read(tmp_path, stage="staging")
    assert (staging.name, staging.functions["a"].concurrency) == ("small-staging", 5)


@pytest.mark.parametrize(("path", "function"), [("/a/one", "b"), ("/a/one/more", "a"), ("/a", "a"), ("/b", None)])
def test_the_first_route_that_matches_serves_a_path(tmp_path: Path, path: str, function: str | None) -> None:
    served_by = read(tmp_path).function_for(path)
    assert (served_by and served_by.name) == function


def test_cloudformations_short_tags_are_read_in_their_long_form() -> None:
    assert service.parse("[!Ref A, !GetAtt A.B.C, !Sub 'x${A}', !Join ['', [!Ref A]]]") == [
        {"Ref": "A"},
        {"Fn::GetAtt": ["A", "B.C"]},
        {"Fn::Sub": "x${A}"},
        {"Fn::Join": ["", [{"Ref": "A"}]]},
    ]


@pytest.mark.parametrize(
    ("correct", "wrong", "message"),
    [
        ("service: small", "service: {", "cannot be read"),
        ("service: small", "", r"invalid \(KeyError: 'service'\)"),
        ("production:", "other:", "params has no stage 'production', only other, staging"),
        ("handler: functions/a/handler.handler, ", "", r"invalid \(KeyError: 'handler'\)"),
        ("function: a", "function: gone", r"custom\.routes or custom\.bundles name no function: gone"),
        ("    b: { groups", "    gone: { groups", r"custom\.routes or custom\.bundles name no function: gone"),
        ("cron(0 3 * * ? *)", "rate(1 day)", r"b has the schedule 'rate\(1 day\)', and only cron"),
        ("cache: public", "keeps: public", "unexpected keyword argument 'keeps'"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, correct: str, wrong: str, message: str) -> None:
    with pytest.raises(service.ServiceError, match=rf"serverless\.yml.*{message}"):
        read(tmp_path, YAML.replace(correct, wrong, 1))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(service.ServiceError, match=r"serverless\.yml cannot be read"):
        service.read(tmp_path)
