"""Error reports, as Sentry's own library sends them; in a process of its own, for that library changes the process."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.runtime import error_reports
from shared.runtime.settings import Settings
from tests import http_service
from tests.http_service import RawResponse
from tests.running import environment

PROJECT = Path(__file__).resolve().parents[2]
FAIL = """
import logging, sys
from shared.runtime.jobs import job

def work(run):
    password = "s3cr3t-local"
    logging.getLogger("library").error("fetched %s", "https://us:s3cr3t@h.test/x?apiKey=s3cr3t", extra={"x": "s3cr3t"})
    raise LookupError("no such thing of alice@example.com, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln\\nDETAIL: s3cr3t")

try:
    job("sync_odds", work)({"token": "s3cr3t-event"}, None)
except Exception as error:
    sys.exit(7 if "no such thing of …" in str(error) else str(error))
"""

FAIL_ALONG = """
import logging, sys
import httpx
from shared.runtime import clock, error_reports
from shared.runtime.settings import settings
from shared.stores.database import connect

def fail():
    token = "s3cr3t-local"
    try:
        request = httpx.Request("GET", "https://api.test/odds?apiKey=s3cr3t", headers={"X-API-Key": "s3cr3t"})
        httpx.Response(401, request=request).raise_for_status()
    except httpx.HTTPStatusError as first:
        first.add_note("a note of s3cr3t")
        try:
            with connect(settings().database_url, "test") as db:
                db.execute("CREATE TEMPORARY TABLE people (name text UNIQUE, age integer)")
                db.execute("INSERT INTO people VALUES ('s3cr3t', 1), ('s3cr3t', 1)")
        except Exception as second:
            try:
                with connect(settings().database_url, "test") as db:
                    db.execute("SELECT %(age)s::integer", {"age": "s3cr3t"})
            except Exception as third:
                raise ExceptionGroup("two", [third, ValueError(str({"Authorization": "Basic s3cr3t"}))]) from second

error_reports.start()
logging.getLogger("library").error("it failed with %s", {"password": "s3cr3t"}, extra={"body": "s3cr3t"})
logging.getLogger("library").error("several lines\\nDETAIL: s3cr3t")
try:
    fail()
except Exception as error:
    logging.getLogger("library").exception("with a trace")
    error_reports.capture(error, job="try", about="alice@example.com")
"""

FAIL_WEB = """
import sys
from shared.web.authentication import Anyone
from shared.web.app import http_app, lambda_handler
from tests.running import invoke

app = http_app("try")

@app.post("/fail/{name}")
async def fail(reader: Anyone, name: str, body: dict[str, str]) -> None:
    password = body["card"]
    raise LookupError(f"no such thing of alice@example.com\\nDETAIL: {body}")

given = {"cookie": "session=s3cr3t", "authorization": "Basic s3cr3t", "x_secret": "s3cr3t", "referer": "https://h.test/?s3cr3t"}
answer = invoke(lambda_handler(app), "/fail/s3cr3t?apiKey=s3cr3t", method="POST", body={"card": "s3cr3t"}, **given)
sys.exit(7 if answer.status == 500 and "s3cr3t" not in answer.body else answer.body)
"""


def run_program(program: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a program whose source nothing can quote: it arrives as standard input, as a function's own never would."""
    read = "import sys; exec(compile(sys.stdin.read(), '<program>', 'exec'))"
    return subprocess.run(
        [sys.executable, "-c", read],
        input=program,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def collector() -> Iterator[tuple[str, list[str]]]:
    """Sentry's intake: its DSN and what it was sent."""
    sent: list[str] = []

    def take(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        sent.append((gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body).decode())
        return 200, {}, b""

    with http_service.serve(take) as address:
        yield f"{address.replace('//', '//public-key@')}/1", sent


@pytest.mark.case("P3")
def test_a_failed_job_is_reported_without_personal_data_or_secrets(url: str) -> None:
    """Neither variables nor addresses and tokens in the text of the error."""
    with collector() as (dsn, sent):
        ended = run_program(FAIL, DATABASE_URL=url, SENTRY_DSN=dsn, APP_ENV="staging")
    assert ended.returncode == 7, ended.stderr
    report = "\n".join(sent)
    assert "no such thing" in report
    assert '"job":"sync_odds"' in report.replace('": "', '":"')
    assert "staging" in report
    assert f'"release":"{Settings.app_version}"' in report
    assert "fetched" in report, "what libraries log as errors is reported too"
    assert '"monitor_slug":"sync_odds"' in report, "and that the job failed"
    assert '"value":720' in report
    assert not [secret for secret in ("alice@", "eyJ") if secret in report + ended.stdout + ended.stderr]
    assert "s3cr3t" not in report + ended.stdout + ended.stderr


@pytest.mark.case("P3", "E12")
def test_chained_errors_and_notes_are_reported_without_personal_data_or_secrets(url: str) -> None:
    """Errors before it, beside it, notes, keys in addresses, headers, rows that Postgres quotes."""
    with collector() as (dsn, sent):
        ended = run_program(FAIL_ALONG, DATABASE_URL=url, SENTRY_DSN=dsn, APP_ENV="staging")
    assert ended.returncode == 0, ended.stderr
    report = "\n".join(sent)
    error = (
        "401 Unauthorized",
        "duplicate key value violates",
        "invalid input syntax for type integer",
        "Authorization",
    )
    assert not [part for part in (*error, "it failed with", "several lines", "with a trace") if part not in report]
    assert not [secret for secret in ("alice@", "s3cr3t") if secret in report]


@pytest.mark.case("P3")
def test_a_failed_request_is_reported_without_personal_data_or_secrets(url: str) -> None:
    """Neither body, headers, cookies, query nor the values in its address; its answer holds none either."""
    with collector() as (dsn, sent):
        ended = run_program(FAIL_WEB, DATABASE_URL=url, SENTRY_DSN=dsn)
    assert ended.returncode == 7, ended.stderr
    report = "\n".join(sent)
    assert "no such thing" in report
    assert '"function":"try"' in report.replace('": "', '":"')
    assert not [secret for secret in ("alice@", "s3cr3t") if secret in report + ended.stdout + ended.stderr]


def test_without_an_address_nothing_is_reported_and_nothing_is_loaded() -> None:
    with environment():
        assert error_reports.start() is False
        error_reports.capture(LookupError("no such thing"))
    code = "import sys; from shared.runtime import error_reports as e; e.capture(KeyError())"
    code += "; print('sentry_sdk' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={}, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "False\n"
