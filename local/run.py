"""The whole bundle on this machine: `python -m local.run`.

Environment:
    PORT: port of the HTTP functions (8000).
    CLOCK: start of a simulated clock, such as 2024-04-27T08:00:00Z. It runs from there, and stops with the launcher.
    FOOTBALL_DATA_UK_URL: address of the CSV service, or a directory laid out like it (see local/sources.py).
    DEMO: `true` for the demonstration league.
    DATA_DIR: data directory (.local).
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Never

import httpx
import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy import service as serverless
from local import (
    fake_upstash,
    fakes,
    http_server,
    postgres,
    process_lifetime,
    record_key,
    scheduler,
    sources,
    token,
    vapid,
)
from local.clock import load
from local.errors import LocalError
from local.gateway import INVOKE, Gateway
from local.lambda_runtime import InvocationResult
from local.migrate import migrate
from shared.stores.database import connect
from shared.stores.operations import jobs

ROOT = Path(__file__).resolve().parent.parent
DEMO_MORNING = "2026-03-07T08:00:00Z"
"""A day of the demonstration league with a pick."""
CHAIN = (
    "ingest_news",
    "sync_fixtures",
    "sync_history",
    "update_ratings",
    "publish_predictions",
    "write_explanations",
    "choose_picks",
    "settle_picks",
    "simulate_seasons",
    "publish_record",
)
START_PAGES = (
    "/",
    "/en/",
    "/docs",
    "/openapi.json",
    "/health",
    "/health/ready",
    "/api/v1/predictions/daily",
    "/api/v1/matches",
    "/api/v1/rag/news",
    "/record/checkpoint",
)
"""Addresses that are printed at the start; they need no token."""
console = Console(highlight=False, soft_wrap=True)


def main(root: Path = ROOT) -> int:
    """Start everything and keep it running until Ctrl-C or SIGTERM; returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with running(root, os.environ) as wait:
            wait()
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (LocalError, serverless.ServiceError) as problem:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(problem), style="red", markup=False)
        return 1
    return 0


@contextmanager
def running(
    root: Path, environment: Mapping[str, str], override: Callable[[str, str], str] = lambda name, value: value
) -> Iterator[Callable[[], None]]:
    """Run the bundle of a folder until the block ends; yields a function that waits until then.

    Args:
        override: maps name and value of each setting to the value that the functions get.
    """
    started = time.perf_counter()
    service = serverless.read(root)
    with ExitStack() as stack:
        listener = stack.enter_context(http_server.listen(_port(environment.get("PORT") or str(token.GATEWAY_PORT))))
        data_dir = Path(environment.get("DATA_DIR") or root / ".local").resolve()
        _create_directory(data_dir)
        source = sources.choose(environment, data_dir, datetime.now(UTC))
        directory = data_dir / source.directory
        stack.enter_context(_lock_directory(directory))
        console.print(source.message)
        clock = load(source.clock, directory)
        stack.callback(clock.save, directory)

        database_url = stack.enter_context(postgres.serve(directory / "postgres"))
        migrate(database_url, root / "migrations")
        redis_url, redis_token = stack.enter_context(fake_upstash.serve())
        settings = {
            "APP_ENV": "development",
            "CLOCK": f"{clock.offset:+}" if source.clock else "",
            "DEMO": str(source.demo).lower(),
            "FOOTBALL_DATA_UK_URL": source.url,
            "DATABASE_URL": database_url,
            "UPSTASH_REDIS_REST_URL": redis_url,
            "UPSTASH_REDIS_REST_TOKEN": redis_token,
            "JOBS_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
        }
        if not environment.get("RECORD_BUCKET"):
            settings |= record_key.settings(data_dir, directory / "public")
        if not environment.get("VAPID_PRIVATE_KEY"):
            settings |= vapid.settings(data_dir)
        if not environment.get("SUPABASE_URL"):
            settings |= stack.enter_context(fakes.supabase(data_dir, directory, clock, console))
        if not environment.get("STRIPE_SECRET_KEY"):
            settings |= stack.enter_context(fakes.stripe(directory, clock, settings["JOBS_URL"]))
        if not environment.get("GROQ_API_KEY") and not environment.get("ANTHROPIC_API_KEY"):
            settings |= stack.enter_context(fakes.llms())
        if any("QDRANT_URL" in function.environment for function in service.functions.values()):
            from local import fake_qdrant  # noqa: PLC0415  takes a second to import

            settings["QDRANT_URL"] = stack.enter_context(fake_qdrant.serve(directory / "qdrant"))
        settings |= stack.enter_context(fakes.external_sources(environment, source, clock))
        settings = {name: override(name, value) for name, value in settings.items()}
        gateway = Gateway(
            service, root, settings, directory / "logs", _failure_printer(directory / "logs"), directory / "public"
        )
        address = stack.enter_context(http_server.serve(gateway, listener))
        console.print(f"Answering on {address} after {time.perf_counter() - started:.1f} s.")

        def invoke(function: str, event: dict[str, Any]) -> None:
            _invoke(address, function, event)
            clock.save(directory)

        chain = [job for job in CHAIN if job in service.functions]
        if is_overdue(chain, service.schedules, _last_runs(database_url), clock.now()):
            _run_chain(chain, invoke)
        _print_addresses(service, address)
        if not environment.get("SUPABASE_URL"):
            console.print(f"  a token for it       {token.command(environment, data_dir)}", markup=False)
        console.print("Ctrl-C stops everything.")
        stopped = threading.Event()
        schedules = threading.Thread(
            target=scheduler.run, args=(service.schedules, clock.now, invoke, stopped), daemon=True
        )
        schedules.start()
        stack.callback(stopped.set)
        yield schedules.join


@contextmanager
def running_demo(
    override: Callable[[str, str], str] = lambda name, value: value,
) -> Iterator[tuple[str, token.Project]]:
    """Run the demonstration league from `DEMO_MORNING` in a temporary folder; yields its address and token project."""
    with process_lifetime.folder("demo-") as folder, running_demo_in(folder, override) as address:
        yield address, token.project(folder)


@contextmanager
def running_demo_in(folder: Path, override: Callable[[str, str], str] = lambda name, value: value) -> Iterator[str]:
    """The same in a folder, with the data and the clock that an earlier run left there; yields its address."""
    port = http_server.free_port()
    settings = {"DEMO": "true", "CLOCK": DEMO_MORNING, "PORT": str(port), "DATA_DIR": str(folder)}
    with running(ROOT, settings, override):
        yield f"http://127.0.0.1:{port}"


def is_overdue(
    chain: list[str], schedules: tuple[serverless.Schedule, ...], last_runs: Mapping[str, datetime], now: datetime
) -> bool:
    """Whether a job of the chain has never run, or was due since its last run."""
    for job in chain:
        own = [schedule for schedule in schedules if schedule.function == job]
        if job not in last_runs or scheduler.occurrences(own, last_runs[job] + timedelta(seconds=1), now):
            return True
    return False


def _stop(number: int, frame: FrameType | None) -> Never:
    """Stop on the first signal; ignore further ones while stopping."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LocalError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _create_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"{directory} cannot be made ({error.strerror}); choose another place: DATA_DIR=...") from None


@contextmanager
def _lock_directory(directory: Path) -> Iterator[None]:
    """Lock a directory for this process. The system releases the lock when the process ends."""
    _create_directory(directory)
    with (directory / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LocalError(f"Process {holder} already runs on {directory}; stop it, or choose DATA_DIR=...") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _last_runs(database_url: str) -> dict[str, datetime]:
    with connect(database_url, "local") as db:
        try:
            return {run.job: run.last_run_at for run in jobs.last_runs(db)}
        except psycopg.errors.UndefinedTable:  # a bundle without jobs
            return {}


def _run_chain(chain: list[str], invoke: Callable[[str, dict[str, Any]], None]) -> None:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(chain))
        for job in chain:
            progress.update(task, description=job)
            invoke(job, {})
            progress.advance(task)


def _invoke(address: str, function: str, event: dict[str, Any]) -> None:
    """Run a function and print its duration and result; the gateway prints failures."""
    started = time.perf_counter()
    try:
        response = httpx.post(f"{address}{INVOKE}{function}", json=event, timeout=None)  # noqa: S113 the gateway's job
    except httpx.TransportError:  # the launcher is being stopped
        return
    if response.is_success:
        console.print(f"  {function}: {time.perf_counter() - started:.1f} s {response.text}", markup=False)


def _failure_printer(logs: Path) -> Callable[[str, InvocationResult], None]:
    def print_failure(function: str, result: InvocationResult) -> None:
        error = json.loads(result.payload)
        reason = f"{error.get('errorType')}: {error.get('errorMessage')}"
        console.print(f"  {function} failed: {reason} (more in {logs / function}.log)", style="red", markup=False)

    return print_failure


def _print_addresses(service: serverless.Service, address: str) -> None:
    for path in START_PAGES:
        if function := service.function_for(path):
            console.print(f"  {function.name:<20} {address}{path}", markup=False)
    console.print(f"  any function, now    curl -X POST {address}{INVOKE}<name> -d '{{}}'", markup=False)


if __name__ == "__main__":
    sys.exit(main())
