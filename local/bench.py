"""Benchmarks, each next to a baseline measured in the same run: `python -m local.bench --data DIR`."""

import argparse
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from local import cold_starts, function_url, load, page_bench
from models.training import baselines, dataset, walk_forward
from models.training.backtest import probabilities
from shared.football.calendar import season_label
from shared.forecasting import features, metrics
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.strengths import Strengths, learn
from shared.services.outcome_model import outcome_model
from shared.web.app import http_app, lambda_handler
from shared.web.strict_json import MAX_BODY_BYTES, MAX_VALUES, RequestModel

_UNKNOWN_PATH: dict[str, Any] = {"method": "GET", "raw_path": b"/nowhere", "query_string": b"", "headers": []} | {
    "client": ("::1", 0),
    "http_version": "1.1",
}
FIRST, LAST = 2013, 2022
"""The seasons of the walk-forward."""
REFITTED = "dixon_coles_penaltyblog"


class _Numbers(RequestModel):
    text: str = ""
    numbers: tuple[int, ...] = ()


def main(arguments: list[str] | None = None) -> int:
    """Run all benchmarks and print the results; the load test runs last and fails if responses are too slow."""
    parser = argparse.ArgumentParser(description="Measure cold starts, pages, answers, the served model and training.")
    parser.add_argument("--data", type=Path, help="a mirror of football-data.co.uk, for strengths and walk-forward")
    args = parser.parse_args(arguments)
    cold_starts.print_table(cold_starts.measure())
    page_bench.measure_demo()
    _bodies()
    _served_model()
    if args.data is None:
        print("Q1 was not measured, nor were strengths and walk-forward: they need --data")
        return 0
    _strengths(args.data)
    _walk_forward(args.data)
    load.measure(args.data)
    return 0


def _bodies() -> None:
    """CPU time of requests with the largest accepted bodies, relative to one string of the same size."""
    app = http_app("bench")

    @app.post("/")
    async def post(body: _Numbers) -> int:
        return len(body.numbers)

    handler, keys = lambda_handler(app), (MAX_VALUES - 2) // 2
    bodies = {
        "one text": {"text": "x" * (MAX_BODY_BYTES - 100)},
        "unknown keys": {f"{key:0120}": key for key in range(keys)},
        "texts for numbers": {"numbers": ["x" * 120] * (MAX_VALUES - 4)},
        "escapes": {"text": "é" * ((MAX_BODY_BYTES - 100) // 6)},
    }
    spent = {name: min(_post(handler, json.dumps(body).encode()) for _ in range(9)) for name, body in bodies.items()}
    print("bodies of 256 KiB with as many values as are accepted, CPU ms, and times one text (goal 20)")
    for name, ms in spent.items():
        print(f"  {name:<22}{ms:>7.1f}{ms / spent['one text']:>7.2f}")


def _post(handler: Callable[[Any, Any], dict[str, Any]], body: bytes) -> float:
    """CPU milliseconds of one request."""
    scope = _UNKNOWN_PATH | {"method": "POST", "raw_path": b"/", "headers": [(b"content-type", b"application/json")]}
    event, before = function_url.build_event(scope, body), process_time()
    if handler(event, None)["statusCode"] not in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}:
        raise AssertionError("the body was refused before it was validated")
    return (process_time() - before) * 1000


def _served_model() -> None:
    model = outcome_model()
    print("served model, microseconds a row (onnxruntime, one thread; goal 25)")
    for matches, times in ((1, 2000), (50, 200)):
        rows = np.random.default_rng(1).normal(size=(matches, 2, len(features.COLUMNS)))
        taken = _seconds(lambda rows=rows, times=times: [model.past_lines.predict(rows) for _ in range(times)])
        print(f"  {2 * matches:>3} rows at once {taken / times / 2 / matches * 1e6:>8.1f}")


def _strengths(data: Path) -> None:
    seasons = dataset.seasons_in(data)
    start = perf_counter()
    matches = dataset.read(data, seasons)
    read = perf_counter()
    closing = implied_log_goals(matches.closing, matches.closing_over)
    opening = implied_log_goals(matches.opening, matches.opening_over)
    played = dataset.results(matches, closing, opening)
    implied = perf_counter()
    learn(Strengths(), played)
    end = perf_counter()
    print(f"strengths from nothing, {len(matches):,} matches, {len(seasons)} seasons, seconds")
    print(f"  read {read - start:.1f}   prices to goals {implied - read:.1f}   learn {end - implied:.1f}", end="")
    print(f" ({(end - implied) / len(matches) * 1e6:.0f} µs a match)   in all {end - start:.1f} (goal 20)")


def _walk_forward(data: Path) -> None:
    """Ten seasons of walk-forward forecasts, compared with penaltyblog refitted weekly."""
    start = perf_counter()
    matches = dataset.read(data, [season for season in dataset.seasons_in(data) if season <= LAST])
    walk = walk_forward.walk(walk_forward.prepare(matches), LAST)
    rps: dict[str, float] = {}
    for name, goals in walk.forecasts.items():
        scored = ~np.isnan(goals[:, 0]) & (matches.season >= FIRST)
        rps[name] = float(metrics.rps(probabilities(goals[scored])[0], matches.outcome[scored]).mean())
    ours = perf_counter() - start
    leagues = baselines.leagues(matches, [LAST])
    penaltyblog_seconds = _seconds(lambda: baselines.penaltyblog(matches, leagues, names=[REFITTED]))
    seasons = LAST + 1 - FIRST
    print(f"walk-forward {season_label(FIRST)} to {season_label(LAST)}, five leagues and those below, seconds")
    print(f"  ours: files to scores, three forecasts, {len(walk.models)} seasons of models {ours:>8.1f} (goal 180)")
    print("    RPS " + ", ".join(f"{name} {value:.4f}" for name, value in rps.items()))
    print(f"  penaltyblog's Dixon-Coles, refitted weekly, {season_label(LAST)} alone {penaltyblog_seconds:>14.1f}")
    theirs = seasons * penaltyblog_seconds
    print(f"    times {seasons}, extrapolated {theirs:>37.0f}   {theirs / ours:.1f} times ours")


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
