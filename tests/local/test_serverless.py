"""Reading serverless.yml."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local.errors import LocalError
from local.scheduler import occurrences
from local.serverless import Cors, Schedule, read
from shared.runtime import clock

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    (folder / "serverless.yml").write_text(text)
    return folder / "serverless.yml"


def test_the_products_own_file_is_understood() -> None:
    service = read(ROOT / "serverless.yml")
    assert {name for _, name in service.routes} <= service.functions.keys()
    assert {schedule.function for schedule in service.schedules} <= service.functions.keys()
    now = clock.now()
    assert occurrences(service.schedules, now, now) == []


def test_what_is_not_said_has_lambdas_defaults_or_the_providers(tmp_path: Path) -> None:
    service = read(
        written(
            tmp_path,
            """
            provider: { timeout: 9, environment: { SENTRY_DSN: x } }
            functions:
              a: { handler: functions/a/handler.handler, url: { cors: true } }
              b:
                handler: functions/b/handler.handler
                timeout: 240
                reservedConcurrency: 1
                environment: { DATABASE_URL: !Sub "{{resolve}}" }
                events:
                  - schedule: { rate: "cron(0 3 * * ? *)", timezone: Europe/Paris, input: { depth: 2 } }
                  - schedule: { rate: ["rate(1 day)"], enabled: false }
                  - sqs: { arn: !GetAtt Queue.Arn }
            """,
        )
    )
    a, b = service.functions["a"], service.functions["b"]
    assert (a.handler, a.timeout, a.memory, a.concurrency, a.cors) == (
        "functions.a.handler.handler",
        9,
        1024,
        None,
        Cors(),
    )
    assert (b.timeout, b.concurrency, b.cors, b.variables) == (240, 1, None, {"SENTRY_DSN", "DATABASE_URL"})
    assert service.schedules == (Schedule("b", "0 3 * * ? *", ZoneInfo("Europe/Paris"), {"depth": 2}),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("provider: {", "cannot be read"),
        ("provider: {}", "not understood .*functions"),
        ("provider: {}\nfunctions: { a: { url: true } }", "not understood .*handler"),
        (
            "provider: {}\nfunctions: { a: { handler: h.h, events: [ { schedule: { rate: [rate(1 day)] } } ] } }",
            "only cron",
        ),
        ("custom: { routes: [ { path: /x, function: b } ] }\nprovider: {}\nfunctions: {}", "custom.routes names .* b"),
    ],
)
def test_what_cannot_be_run_here_is_named(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=words):
        read(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"serverless\.yml cannot be read"):
        read(tmp_path / "serverless.yml")
