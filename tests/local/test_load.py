"""`make bench` tells how long answers took and how many were cold, at ten times the expected load."""

import json
from itertools import count
from pathlib import Path

import pytest

from local import load
from tests import http_service
from tests.http_service import Said


def test_what_is_told_of_a_load_is_what_the_lines_of_its_answers_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of answers before it are not among them, and neither is what else stands in the files."""
    log, asked, numbers = tmp_path / "somewhere" / "logs" / "matches.log", list[str](), count()
    log.parent.mkdir(parents=True)

    def answered(cold: bool) -> None:
        line = {"event": "request", "request_id": str(next(numbers)), "cold": cold, "commands": 3, "queries": 2}
        with log.open("a") as file:
            file.write(f"START\n{json.dumps({'event': 'job'})}\n{json.dumps(line)}\n")

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Said:
        asked.append(target)
        answered(cold=len(asked) == 1)
        return 200, {}, b"{}"

    answered(cold=True)
    monkeypatch.setattr(load, "TIMES", 100)
    monkeypatch.setattr(load, "SECONDS", 0.75)
    with http_service.serve(answer) as address:
        bundle = load.Bundle(int(address.rpartition(":")[2]), "a secret of more than 32 characters", count())
        load._expected(bundle, {"one": ["/1", "/2"], "other": ["/3", "/4", "/5"]}, tmp_path)
    assert len(asked) == 20
    assert {target: asked.count(target) for target in ("/1", "/2", "/3")} == {"/1": 5, "/2": 5, "/3": 4}
    told = capsys.readouterr().out
    assert "100 times the expected load, 27.9 a second" in told
    assert "n 20 " in told
    assert "cold 1 (5.0 %)" in told
    assert "Redis 3.00 times, Postgres 2.00 times" in told
