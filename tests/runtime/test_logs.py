import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.runtime import clock, logs
from tests.running import environment

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)


def lines(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines()]


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    with environment(), clock.at(NOW):
        logs.write(logging.INFO, "job", said="é\nsecond line", day=date(2024, 4, 27), price=Decimal("2.10"), none=None)
    (line,) = lines(capsys.readouterr().out)
    assert line == {
        "time": "2024-04-27T05:00:00+00:00",
        "level": "INFO",
        "event": "job",
        "said": "é\nsecond line",
        "day": "2024-04-27",
        "price": "2.10",
        "none": None,
    }


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with environment(LOG_LEVEL="warning"):
        logs.write(logging.INFO, "quiet")
        logs.write(logging.WARNING, "heard")
    assert [line["event"] for line in lines(capsys.readouterr().out)] == ["heard"]


def test_what_libraries_say_becomes_such_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.take_in.cache_clear()
    try:
        with environment():
            logs.take_in()
            logging.getLogger("some.library").warning("careful: %s", "hot")
            logging.getLogger("some.library").info("chatter")
    finally:
        root.handlers, root.level = handlers, level
    (line,) = lines(capsys.readouterr().out)
    assert (line["event"], line["logger"], line["level"]) == ("careful: hot", "some.library", "WARNING")


@pytest.mark.parametrize(
    "private",
    [
        "zoe.d+bets@mail.example.co.uk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Bearer abc.def-123",
        "ps_live_" + "A" * 43,
        "sb_secret_0123456789",
        "whsec_abcdef123",
        "sk_live_51AbCdEf",
        "what-the-cdn-sends",
    ],
)
def test_what_is_private_is_taken_out_whatever_says_it(capsys: pytest.CaptureFixture[str], private: str) -> None:
    """P3, E12."""
    with environment(CDN_SECRET="what-the-cdn-sends"):
        logs.write(logging.ERROR, "job failed", error=repr(LookupError(f"({private})")), job="try")
    (line,) = lines(capsys.readouterr().out)
    assert (line["error"], line["job"]) == ("LookupError('(…)')", "try")


def test_what_is_not_private_stays() -> None:
    with environment():
        for text in ("Arsenal 2-1 @ Emirates", "/api/v1/users/me", "football-data.co.uk", "eyJ", '{"ask_token": 1}'):
            assert logs.scrubbed(text) == text
