"""A start sees one bundle and nothing else, and is measured as a multiple of its floor's."""

from pathlib import Path

import pytest

from local.cold_starts import Measured, Start

HANDLER = """
import json, os

def handler(event, context):
    assert sum(range(10**5)) and "HOME" not in os.environ
    print(json.dumps({"event": "request", "queries": 2, "place": os.environ["PLACE"]}))
    return {"statusCode": event["status"]}
"""


def start(folder: Path, status: int = 200, module: str = "functions.sample.handler") -> Start:
    path = folder / "functions/sample/handler.py"
    path.parent.mkdir(parents=True)
    path.write_text(HANDLER)
    return Start(folder, module, {"PLACE": "here"}, {"status": status})


def test_a_start_gives_its_cpu_time_and_the_log_line_of_its_response(tmp_path: Path) -> None:
    ms, line = start(tmp_path).run()
    assert 0 < ms < 60_000
    assert line == {"event": "request", "queries": 2, "place": "here"}


@pytest.mark.parametrize(
    ("status", "module", "message"),
    [
        (500, "functions.sample.handler", "'statusCode': 500"),
        (200, "functions.missing.handler", "No module named 'functions.missing'"),
        (200, "httpx", "No module named 'httpx'"),  # the environment's packages are not those of the bundle
    ],
)
def test_a_start_that_fails_is_no_measurement(tmp_path: Path, status: int, module: str, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        start(tmp_path, status, module).run()


def test_a_multiple_is_that_of_the_medians(tmp_path: Path) -> None:
    each = start(tmp_path)
    measured = Measured("sample", each, each, 1.05, times=[90.0, 30.0, 31.0], floor_times=[20.0, 5.0, 21.0])
    assert measured.ratio == pytest.approx(1.55)
