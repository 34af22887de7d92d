import json
import logging
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local import function_url
from shared.runtime import clock, logs
from tests.running import environment
from tests.waiting import HANG

PROJECT = Path(__file__).resolve().parents[2]


NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    with environment(), clock.at(NOW):
        logs.write(
            logging.INFO, "job", detail="é\nsecond line", day=date(2024, 4, 27), price=Decimal("2.10"), none=None
        )
    (line,) = lines(capsys.readouterr().out)
    assert line == {
        "time": "2024-04-27T05:00:00+00:00",
        "level": "INFO",
        "event": "job",
        "detail": "é\nsecond line",
        "day": "2024-04-27",
        "price": "2.10",
        "none": None,
    }


def test_messages_below_the_log_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with environment(LOG_LEVEL="warning"):
        logs.write(logging.INFO, "quiet")
        logs.write(logging.WARNING, "slow")
    assert [line["event"] for line in lines(capsys.readouterr().out)] == ["slow"]


def test_log_records_of_libraries_become_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.capture_library_logs.cache_clear()
    try:
        with environment():
            logs.capture_library_logs()
            logging.getLogger("some.library").warning("careful: %s\nDETAIL: hidden", "hot")
            logging.getLogger("some.library").info("chatter")
    finally:
        root.handlers, root.level = handlers, level
    (line,) = lines(capsys.readouterr().out)
    assert (line["event"], line["logger"], line["level"]) == ("careful: hot", "some.library", "WARNING")


@pytest.mark.case("P3", "E12")
@pytest.mark.parametrize(
    "private",
    [
        "zoe.d+bets@mail.example.co.uk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Bearer abc.def-123",
        "ps_live_" + "A" * 43,
        "sb_secret_0123456789",
        "whsec_abcdef123",
        "whsec_/bcdef123+ghijk/lmn=",
        "sk_live_51AbCdEf",
        "what-the-cdn-sends",
        "zoe%40example.com",
        "gsk_0123456789abcdef",
        "sk-ant-api03-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "AGE-SECRET-KEY-1QQQ",
    ],
)
def test_personal_data_and_secrets_are_redacted_from_log_lines(
    capsys: pytest.CaptureFixture[str], private: str
) -> None:
    with environment(CDN_SECRET="what-the-cdn-sends"):
        logs.write(logging.ERROR, "job failed", error=repr(LookupError(f"({private})")), job="try")
    (line,) = lines(capsys.readouterr().out)
    assert (line["error"], line["job"]) == ("LookupError('(…)')", "try")


@pytest.mark.case("P3", "E12")
@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:hidden@host/db",
        "postgresql://u:p@hidden@host/db",
        "postgresql://u:p/hidden@host/db",
        "Client error for url 'https://api.test/v4/sports?regions=eu&apiKey=hidden,hidden&x=hidden'",
        "/login#access_token=hidden&refresh_token=hidden",
        "/people?filter[email]=hidden",
        '{"Authorization": "Basic hidden"}',
        "{'authorization': 'Basic hidden', 'x': 1}",
        "[(b'authorization', b'Basic hidden'), ('x-api-key', 'hidden')]",
        'headers={"x-api-key": "hidden of two words"}',
        "Cookie: a=hidden; b=hidden",
        "Stripe-Signature: t=1,v1=hidden",
        '{"refresh_token": "hidden"}',
        "password=hidden host=db",
        "password: 'hidden words'",
        'invalid input syntax for type integer: "hidden"',
        'date/time field value out of range: "hidden"',
        "invalid literal for int() with base 10: 'hidden'",
        "could not convert string to float: 'hidden'",
    ],
)
def test_values_beside_sensitive_names_are_redacted(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A header, a field, an address; in a text, in a text that holds JSON, deep in a line."""
    with environment():
        logs.write(logging.ERROR, "job failed", error=text, more=[{"deep": (json.dumps({"text": text}),)}])
        assert "hidden" not in logs.scrub(text)
    (line,) = lines(capsys.readouterr().out)
    assert "hidden" not in json.dumps(line)


@given(st.text(st.sampled_from("@?=&#:/.,;'\"\\ {}\nab1"), max_size=60))
def test_a_log_line_is_valid_json_with_all_fields_for_any_message(message: str) -> None:
    """Words that announce a secret, before anything."""
    with pytest.MonkeyPatch.context() as patch, environment():
        stream = StringIO()
        patch.setattr("sys.stdout", stream)
        logs.write(logging.ERROR, f"password={message}", error=f"Authorization: {message}", secret=message, job="try")
    (line,) = (json.loads(line) for line in stream.getvalue().splitlines())
    assert line.keys() == {"time", "level", "event", "error", "secret", "job"}
    assert line["job"] == "try"


@pytest.mark.parametrize("part", ["a", "?a", "@a.", "://", "secret='", "cookie: a;b=c;", "invalid input x for "])
def test_a_long_text_is_scrubbed_in_a_time_that_grows_with_it(part: str) -> None:
    """Not with its square: half a million letters would take hours instead of a blink."""
    scrub = "import sys; from shared.runtime import logs; logs.scrub(sys.argv[1] * (500_000 // len(sys.argv[1])))"
    subprocess.run([sys.executable, "-c", scrub, part], cwd=PROJECT, check=True, timeout=HANG)


def test_harmless_text_is_not_redacted() -> None:
    with environment():
        for text in ("Arsenal 2-1 @ Emirates", "/api/v1/users/me", "football-data.co.uk", "eyJ", '{"ask_token": 1}'):
            assert logs.scrub(text) == text


@pytest.mark.parametrize("handler", ["health", "settle_picks"])
def test_on_a_full_disk_a_request_is_answered_and_a_job_goes_on(handler: str, url: str) -> None:
    program = """
import json, sys
from importlib import import_module
handler = import_module(f"functions.{sys.argv[1]}.handler").handler
print(json.dumps(handler(json.loads(sys.argv[2]), None)), file=sys.stderr)
"""
    scope: Any = {
        "method": "GET",
        "raw_path": b"/health",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 0),
        "http_version": "1.1",
    }
    event = function_url.build_event(scope, b"") if handler == "health" else {}
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", program, handler, json.dumps(event)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    response = json.loads(done.stderr.splitlines()[0])
    assert response.get("statusCode", 200) == 200, done.stderr


def test_half_a_character_is_written_as_an_escape() -> None:
    """As a forged Stripe event may hold; standard output in UTF-8 takes none, which pytest's own would."""
    program = "import logging; from shared.runtime import logs; logs.write(logging.ERROR, 'odd', error='\\ud800é')"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["error"] == "\ud800é"
