"""Cold starts of the deployed bundles, beside a bare application that makes the same calls: part of `make bench`.

Why no start is restored from a snapshot: docs/decisions/snapstart.md.

A start is a new Python that sees the standard library and one unzipped bundle. What counts is its CPU time until the
handler's first response: one that is computed from Postgres, and one that is in Redis where the route is cached. Of a
job it is the time until its handler is imported.

The floor (`local.bare_app`) runs on the same packages as uv installs them, byte-compiled. It sends as many statements
and commands as the function's log line counts, and verifies the same token. All starts of a round run in turns, so that
load on the machine affects them alike.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from statistics import median
from typing import Any

import httpx

from deploy import bundle
from deploy import service as serverless
from local import function_url, process_lifetime, token
from local.run import ROOT, running_demo

ROUNDS = 7
API = "/api/v1"
PATHS = {
    "health": "/health",
    "pages": "/",
    "site": "/openapi.json",
    "matches": f"{API}/matches/upcoming?days=7",
    "calendar": f"{API}/calendar/competitions/DEMO.ics",
    "predictions": f"{API}/predictions/daily",
    "news": f"{API}/rag/news",
    "search": f"{API}/search?q=dahlia",
    "other_sports": f"{API}/tennis/matches",
    "enrichment": f"{API}/enrichment/status",
    "users": f"{API}/users/me",
    "bets": f"{API}/bets",
    "api_keys": f"{API}/keys",
    "webhooks": f"{API}/webhooks",
    "notifications": f"{API}/notifications/preferences",
    "billing": f"{API}/stripe/subscription",
    "admin": f"{API}/admin/stats",
    "sync": f"{API}/sync/status",
    "prompts": f"{API}/prompts/versions",
}
"""A path of each HTTP function whose first response is measured."""
ANONYMOUS = {"health", "pages", "site", "matches", "calendar", "predictions", "news", "search", "other_sports"}
"""Functions whose path is requested without a token."""
USUAL = ("health", "pages", "site", "matches", "predictions", "news", "users", "admin", "sync_odds", "settle_bets")
"""The functions that are measured unless others are named: building every bundle takes minutes."""
GOALS: dict[str, float] = dict.fromkeys(("health", "site", "matches", "predictions", "pages"), 1.05)
"""The largest multiple of the floor, 1.2 for other functions and 0.6 for jobs."""
FLOOR_GROUPS = ("web", "database", "cache", "tokens")
_START = """
import importlib, json, sys, time
event = json.loads(sys.argv[2])
handler = importlib.import_module(sys.argv[1]).handler
if event:
    response = handler(event, None)
    assert response["statusCode"] == 200, response
print(time.process_time(), file=sys.stderr)
"""


@dataclass(frozen=True)
class Start:
    """What one start runs."""

    folder: Path  # what PYTHONPATH names
    module: str  # the module of the handler
    environment: Mapping[str, str]  # its other variables
    event: dict[str, Any] | None = None  # the first event; None to import the handler only

    def run(self) -> tuple[float, dict[str, Any]]:
        """CPU milliseconds, and the log line of the request.

        Raises:
            RuntimeError: the handler failed; with its output.
        """
        # -s and -S: no site-packages; -P: not the working directory.
        command = [sys.executable, "-s", "-S", "-P", "-c", _START, self.module, json.dumps(self.event)]
        environment = {**self.environment, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.module} did not start: {done.stdout}{done.stderr}")
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return float(done.stderr.split()[-1]) * 1000, next((x for x in lines if x.get("event") == "request"), {})


@dataclass
class Measured:
    """A start, its floor, and the CPU milliseconds of each round."""

    name: str
    start: Start
    floor: Start
    goal: float
    times: list[float] = field(default_factory=list[float])
    floor_times: list[float] = field(default_factory=list[float])

    @property
    def ratio(self) -> float:
        """The median of the start as a multiple of the floor's."""
        return median(self.times) / median(self.floor_times)


def measure(names: Iterable[str] = ()) -> list[Measured]:
    """Build the bundles, run the demonstration league, and measure the starts of some functions, `USUAL` by default."""
    service, settings, chosen = serverless.read(ROOT), dict[str, str](), list(names) or list(USUAL)

    def record(name: str, value: str) -> str:
        settings[name] = value
        return value

    with process_lifetime.folder("starts-") as folder:
        folders = _unzipped(chosen, folder)
        with redirect_stdout(sys.stderr), running_demo(record) as (_, project):
            settings["SUPABASE_URL"] = project.url
            starts = [
                each
                for name in chosen
                for each in _starts(
                    service, service.functions[name], folders[name], folder / "floor", settings, project
                )
            ]
            for _ in range(ROUNDS):
                for each in starts:
                    _flush(settings, each)
                    each.times.append(each.start.run()[0])
                    each.floor_times.append(each.floor.run()[0])
    return starts


def print_table(starts: Iterable[Measured]) -> None:
    """Print CPU time and multiple of the floor of each start."""
    print(f"cold start to the first response, CPU ms, median of {ROUNDS}; the floor; the multiple and its goal")
    for each in starts:
        ms, floor = median(each.times), median(each.floor_times)
        print(f"  {each.name:<34}{ms:>7.0f}{floor:>7.0f}{each.ratio:>7.2f}{each.goal:>7.2f}")


def _unzipped(names: list[str], folder: Path) -> dict[str, Path]:
    """Build the bundles for this machine and Python, and the packages of the floor."""
    target = bundle.Target(bundle.HOST, f"{sys.version_info[0]}.{sys.version_info[1]}", Path(sys.executable))
    folders = {name: folder / name for name in names}
    for name, built in bundle.build(names, target).items():
        with zipfile.ZipFile(built.path) as archive:
            archive.extractall(folders[name])
    floor = folder / "floor"
    floor.mkdir()
    bundle.install(FLOOR_GROUPS, target, ROOT, floor)
    copyfile(Path(__file__).with_name("bare_app.py"), floor / "bare_app.py")
    bundle.compile_modules(floor, target, ROOT)
    return folders


def _starts(
    service: serverless.Service,
    function: serverless.Function,
    folder: Path,
    floor: Path,
    settings: Mapping[str, str],
    project: token.Project,
) -> list[Measured]:
    """The starts of a function: to a computed response, and to a cached one if its route is cached."""
    environment = service.environment_of(function, settings)
    module = function.handler.rpartition(".")[0]
    if not function.routes:
        bare = Start(floor, "bare_app", {"QUERIES": "0", "COMMANDS": "0"}, _event("/0/1", ""))
        return [Measured(function.name, Start(folder, module, environment), bare, 0.6)]
    bearer = "" if function.name in ANONYMOUS else f"Bearer {token.create_token('admin', project)}"
    start = Start(folder, module, environment, _event(PATHS[function.name], bearer))
    _flush_all(settings)
    lines = {"computed": start.run()[1]}
    if lines["computed"]["cache"] == "miss":
        lines["cached"] = start.run()[1]
        if lines["cached"]["cache"] != "hit":
            raise RuntimeError(f"{PATHS[function.name]} was not in Redis: {lines['cached']}")
    used = [
        *(["DATABASE_URL"] if any(line["queries"] for line in lines.values()) else []),
        *(["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"] if any(x["commands"] for x in lines.values()) else []),
        *(["SUPABASE_JWT_SECRET"] if bearer else []),
    ]
    clients = {name: settings[name] for name in used}
    return [
        Measured(
            f"{function.name}, {answer} ({line['queries']} SQL, {line['commands']} Redis)",
            start,
            Start(
                floor,
                "bare_app",
                clients | {"QUERIES": str(line["queries"]), "COMMANDS": str(line["commands"])},
                _event("/0/1?q=x", bearer),
            ),
            GOALS.get(function.name, 1.2),
        )
        for answer, line in lines.items()
    ]


def _event(path: str, bearer: str) -> dict[str, Any]:
    """The event of a GET."""
    target, _, query = path.partition("?")
    scope = {
        "method": "GET",
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "headers": [(b"authorization", bearer.encode())] if bearer else [],
        "client": ("::1", 0),
        "http_version": "1.1",
    }
    return function_url.build_event(scope, b"")


def _flush(settings: Mapping[str, str], measured: Measured) -> None:
    """Empty Redis before a computed response, which also resets the rate limits."""
    if "computed" in measured.name:
        _flush_all(settings)


def _flush_all(settings: Mapping[str, str]) -> None:
    headers = {"Authorization": f"Bearer {settings['UPSTASH_REDIS_REST_TOKEN']}"}
    httpx.post(settings["UPSTASH_REDIS_REST_URL"], json=["FLUSHALL"], headers=headers).raise_for_status()


if __name__ == "__main__":
    print_table(measure(sys.argv[1:]))
