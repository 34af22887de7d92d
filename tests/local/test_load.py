"""`make bench` reports response times and cold starts at ten times the expected load."""

import json
from itertools import count
from math import inf
from pathlib import Path

import pytest

from deploy import service as serverless
from local import load, token
from tests import http_service
from tests.http_service import RawResponse


def test_a_load_report_is_computed_from_the_log_lines_of_its_own_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Log lines of earlier requests, and other lines, are ignored."""
    log, requests, numbers = tmp_path / "somewhere" / "logs" / "matches.log", list[str](), count()
    log.parent.mkdir(parents=True)

    def count_call(cold: bool) -> None:
        line = {"event": "request", "request_id": str(next(numbers)), "cold": cold, "commands": 3, "queries": 2}
        with log.open("a") as file:
            file.write(f"START\n{json.dumps({'event': 'job'})}\n{json.dumps(line)}\n")

    def respond(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        requests.append(target)
        count_call(cold=len(requests) == 1)
        return 200, {}, b"{}"

    count_call(cold=True)
    monkeypatch.setattr(load, "TIMES", 100)
    monkeypatch.setattr(load, "SECONDS", 0.75)
    for goal in ("P50", "P95"):  # this machine may be busy
        monkeypatch.setattr(load, goal, inf)
    with http_service.serve(respond) as address:
        bundle = load.Bundle(
            int(address.rpartition(":")[2]), token.Project(54321, "a secret of more than 32 characters"), count()
        )
        load.run_expected_load(bundle, "as readers choose", ["/1", "/2", "/1", "/3"] * 5, tmp_path)
    assert len(requests) == 20
    assert {target: requests.count(target) for target in ("/1", "/2", "/3")} == {"/1": 10, "/2": 5, "/3": 5}
    output = capsys.readouterr().out
    assert "100 times the expected load, 26.7 a second for 0.75 s, as readers choose, ms" in output
    assert "n 20 " in output
    assert "cold 1 (5.0 %)" in output
    assert "Redis 3.00 times, Postgres 2.00 times" in output
    assert "answered from process 0 %, Redis 0 %, computed 100 %" in output
    assert "Q1 holds: p50 < inf ms, p95 < inf ms" in output


def test_predictions_get_no_more_connections_than_they_may_have_runs() -> None:
    """Above its reserved concurrency Lambda answers 429, and so does the local gateway."""
    assert serverless.read(load.ROOT).functions["predictions"].concurrency == load.CONNECTIONS


@pytest.mark.parametrize(
    ("taken", "fast"),
    [
        pytest.param([99.0] * 94 + [299.0] * 6, True, id="just below both"),
        pytest.param([100.0] * 100, False, id="the median at its goal"),
        pytest.param([20.0] * 90 + [300.0] * 10, False, id="one in ten at the other"),
        pytest.param([20.0] * 98 + [9000.0] * 2, True, id="two cold starts in a hundred"),
        pytest.param([101.0], False, id="a single answer"),
    ],
)
def test_answers_are_fast_enough_below_both_goals(taken: list[float], fast: bool) -> None:
    assert load.fast_enough(taken) is fast


@pytest.mark.parametrize("goal", ["P50", "P95"])
def test_the_bench_fails_where_answers_are_too_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goal: str) -> None:
    line = {"event": "request", "cold": False, "commands": 0, "queries": 0}
    (tmp_path / "logs").mkdir()
    numbers = count()

    def respond(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        log = tmp_path / "logs" / f"{next(numbers)}.log"
        log.write_text(json.dumps(line | {"request_id": log.stem}) + "\n")
        return 200, {}, b"{}"

    for name, value in {"SECONDS": 0.3, "TIMES": 100, "P50": inf, "P95": inf, goal: 0}.items():
        monkeypatch.setattr(load, name, value)
    with http_service.serve(respond) as address:
        bundle = load.Bundle(int(address.rpartition(":")[2]), token.project(tmp_path), count())
        with pytest.raises(load.TooSlow, match="Q1 is broken"):
            load.run_expected_load(bundle, "each answer another", ["/1"] * 8, tmp_path)
