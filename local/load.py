"""The ten busiest operations under load, on the local bundle with everything embedded: part of `make bench`.

The bundle runs as with `make run`; each request passes the gateway, the runtime client and the handler. Requests come
from many users, so that none reaches a rate limit.
"""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import chain, count, cycle, islice
from json import loads
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

from local import http_server, process_lifetime, token

ROOT = Path(__file__).resolve().parent.parent
CLOCK = "2024-04-27T08:00:00+00:00"
"""A Saturday with matches in all five leagues."""
START_SECONDS = 180
CONNECTIONS = 8
"""As many as a function may have runs at the same time (`http_concurrency` in serverless.yml)."""
COLD, CACHED = 200, 1000
"""Requests per operation; cold ones at most as many as there are different responses."""
CALLS_PER_USER = 20
CALLS_PER_DAY, BUSIEST_HOUR = 6_700, 0.15
"""Calls of a thousand users a day (docs/operate/cost.md), and the largest share of them in an hour."""
TIMES, SECONDS = 10, 60
"""Multiple of the expected load, and duration."""
P50, P95 = 100, 300
"""Limits of response times at that load, in milliseconds."""

API = "/api/v1"


class TooSlow(Exception):
    """Response times are over the limits."""


@dataclass(frozen=True)
class Bundle:
    """A running bundle: its port, and the project that signs its tokens."""

    port: int
    project: token.Project
    people: Iterator[int]

    def get(self, targets: Sequence[str], connections: int) -> list[float]:
        """Response times in milliseconds, over concurrent connections."""
        with ThreadPoolExecutor(connections) as threads:
            shares = [targets[place::connections] for place in range(connections)]
            return [taken for share in threads.map(self._one_connection, shares) for taken in share]

    def json(self, target: str) -> Any:
        """The JSON response to one request."""
        return loads(self.fetch(target, self.sign_in()))

    def fetch(self, target: str, bearer: str) -> bytes:
        """The response body of one request, over a new connection."""
        return self._get(HTTPConnection("127.0.0.1", self.port, timeout=30), target, bearer)

    def _one_connection(self, targets: Sequence[str]) -> list[float]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        taken: list[float] = []
        bearer = ""
        for place, target in enumerate(targets):
            if place % CALLS_PER_USER == 0:
                bearer = self.sign_in()
            start = time.perf_counter()
            self._get(connection, target, bearer)
            taken.append((time.perf_counter() - start) * 1000)
        connection.close()
        return taken

    def _get(self, connection: HTTPConnection, path: str, bearer: str) -> bytes:
        connection.request("GET", path, headers={"Authorization": bearer})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"GET {path} answers {response.status}: {body[:200]!r}")
        return body

    def sign_in(self) -> str:
        """The authorization header of a new user."""
        return f"Bearer {token.create_token('premium', self.project, str(next(self.people)))}"


def measure(mirror: Path) -> None:
    """Start the bundle, and print response times of each operation, computed and cached."""
    with process_lifetime.folder("bench-") as folder, _running(mirror, folder) as bundle:
        print(f"answers through the gateway, ms (p50 p95 p99), {os.cpu_count()} cores; goals: p50 {P50}, p95 {P95}")
        head = f"{'computed':>25}{'kept, 1 connection':>25}{f'kept, {CONNECTIONS} connections':>25}"
        print(f"  {'operation':<20}{'n':>5}{head}{'a second':>10}")
        operations = _operations(bundle)
        for name, targets in operations.items():
            cold = bundle.get(targets[:COLD], 1)
            hot = [targets[0]] * CACHED
            bundle.get(hot[: 4 * CONNECTIONS], CONNECTIONS)  # every worker has it cached afterwards
            alone = bundle.get(hot[: CACHED // 5], 1)
            start = time.perf_counter()
            crowd = bundle.get(hot, CONNECTIONS)
            rate = CACHED / (time.perf_counter() - start)
            columns = "".join(map(_format_percentiles, (cold, alone, crowd)))
            print(f"  {name:<20}{len(cold):>5}{columns}{rate:>10.0f}")
    number = int(TIMES * CALLS_PER_DAY * BUSIEST_HOUR / 3600 * SECONDS)
    different = list(islice(chain.from_iterable(zip(*map(cycle, operations.values()), strict=False)), number))
    for label, targets in (("each answer another", different), ("as readers choose", _popular(operations, number))):
        with process_lifetime.folder("bench-") as folder, _running(mirror, folder) as bundle:
            run_expected_load(bundle, label, targets, folder)


def _popular(operations: dict[str, list[str]], number: int) -> list[str]:
    """Targets as readers choose them: the n-th of an operation 1/n times as often as its first (Zipf's law)."""
    choice = random.Random(7)  # noqa: S311  # repeatable
    each = {name: [1 / rank for rank in range(1, len(targets) + 1)] for name, targets in operations.items()}
    names = choice.choices(list(operations), k=number)
    return [choice.choices(operations[name], each[name])[0] for name in names]


def run_expected_load(bundle: Bundle, label: str, targets: Sequence[str], folder: Path) -> None:
    """Ten times the expected load on a cold bundle; each request is sent on schedule (open loop).

    Processes live as long as the bundle here, but on Lambda only some minutes after their last call; the dashboard has
    the cold starts there.
    """
    rate = len(targets) / SECONDS
    tokens = [bundle.sign_in() for _ in range(0, len(targets), CALLS_PER_USER)]
    before, start = _request_logs(folder).keys(), time.perf_counter()

    def send(place: int) -> float:
        due = start + place / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        bundle.fetch(targets[place], tokens[place % len(tokens)])
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(4 * CONNECTIONS) as threads:
        taken = list(threads.map(send, range(len(targets))))
    lines = [line for request, line in _request_logs(folder).items() if request not in before]
    cold = sum(line["cold"] for line in lines)
    each = {of: sum(line[of] for line in lines) / len(lines) for of in ("commands", "queries")}
    print(f"{TIMES} times the expected load, {rate:.1f} a second for {SECONDS} s, {label}, ms")
    print(
        f"  n {len(taken)}   p50 p95 p99 {_format_percentiles(taken)}   cold {cold} ({100 * cold / len(lines):.1f} %)",
        end="",
    )
    print(f"   an answer asks Redis {each['commands']:.2f} times, Postgres {each['queries']:.2f} times")
    computed = sum(line["queries"] > 0 for line in lines)
    in_process = sum(line["queries"] == 0 and line["commands"] <= 1 for line in lines)
    shares = {"process": in_process, "Redis": len(lines) - computed - in_process, "computed": computed}
    print(
        "  answered from " + ", ".join(f"{layer} {100 * share / len(lines):.0f} %" for layer, share in shares.items())
    )
    if not fast_enough(taken):
        raise TooSlow(f"Q1 is broken: at {TIMES} times the expected load p50 or p95 is not below {P50} or {P95} ms")
    print(f"  Q1 holds: p50 < {P50} ms, p95 < {P95} ms")


def fast_enough(taken: Sequence[float]) -> bool:
    """Whether median and 95th percentile of response times are below their limits (case Q1)."""
    cuts = _percentiles(taken)
    return cuts[49] < P50 and cuts[94] < P95


def _request_logs(folder: Path) -> dict[str, dict[str, Any]]:
    """Request log lines of all functions, by request id."""
    lines = (
        line for file in folder.glob("**/logs/*.log") for line in file.read_text().splitlines() if line.startswith("{")
    )
    return {line["request_id"]: line for line in map(loads, lines) if line.get("event") == "request"}


def _format_percentiles(taken: Sequence[float]) -> str:
    cuts = _percentiles(taken)
    return f"{cuts[49]:>11.1f}{cuts[94]:>7.1f}{cuts[98]:>7.1f}"


def _percentiles(taken: Sequence[float]) -> Sequence[float]:
    return quantiles(taken, n=100, method="inclusive") if len(taken) > 1 else [taken[0]] * 99


def _operations(bundle: Bundle) -> dict[str, list[str]]:
    """Targets of each operation with different responses, busiest operation first."""
    today = date.fromisoformat(CLOCK[:10])
    days = [(today - timedelta(days=back)).isoformat() for back in range(COLD)]
    coming = bundle.json(f"{API}/matches/upcoming?days=3")["matches"]
    ids = [match["id"] for match in coming]
    teams = [match[side]["id"] for match in coming for side in ("home_team", "away_team")]
    pairs = [(match["home_team"]["name"], match["away_team"]["name"]) for match in coming]
    return {
        "getDailyPicks": [f"{API}/predictions/daily?date={day}" for day in days],
        "getPrediction": [f"{API}/predictions/{of}?include_model_details={more}" for of in ids for more in (0, 1)],
        "getUpcomingMatches": [f"{API}/matches/upcoming?days={ahead}" for ahead in range(1, 8)],
        "getMatches": [f"{API}/matches?per_page=100&date_from={day}&date_to={today}" for day in days[1:]],
        "getMatch": [f"{API}/matches/{of}" for of in ids],
        "getHeadToHead": [f"{API}/matches/{of}/head-to-head?limit={n}" for of in ids for n in (5, 10)],
        "getTeamForm": [f"{API}/matches/teams/{of}/form?matches_count={n}" for of in teams for n in (5, 10)],
        "getStandings": [f"{API}/matches/standings/{code}" for code in ("PL", "PD", "SA", "BL1", "FL1")],
        "getPredictionStats": [f"{API}/predictions/stats?days={n}" for n in range(7, 207)],
        "search": [f"{API}/search?q={quote(home.split()[0][:5])}&limit={n}" for home, _ in pairs for n in (5, 10)],
    }


@contextmanager
def _running(mirror: Path, folder: Path) -> Iterator[Bundle]:
    port = http_server.free_port()
    environment = os.environ | {
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "FOOTBALL_DATA_UK_URL": str(mirror.resolve()),
        "CLOCK": CLOCK,
    }
    with (folder / "output").open("wb") as output:
        command = [sys.executable, "-m", "local.run"]
        with process_lifetime.program(command, output=output, cwd=ROOT, environment=environment):
            bundle = Bundle(port, token.project(folder), count())
            _wait(bundle)
            yield bundle


def _wait(bundle: Bundle) -> None:
    """Wait until the day's picks are committed."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            if bundle.json(f"{API}/predictions/daily")["committed_at"]:
                return
        except (OSError, RuntimeError):
            pass
        time.sleep(2)
    raise RuntimeError(f"the bundle chose no picks within {START_SECONDS} s of its start")
