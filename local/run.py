"""The whole bundle on this machine: `python -m local.run`.

Environment:
    PORT: where the HTTP functions answer (8000).
    CLOCK: an instant to live at, such as 2024-04-27T08:00:00Z; from there time flows. Stopped, time stands still.
    FOOTBALL_DATA_UK_URL: address of the CSV service, or a directory laid out like it (see local/sources.py).
    DEMO: `true` for the demonstration league, whatever else there is.
    DATA_DIR: where everything is kept (.local).
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Never

import httpx
import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy import service as serverless
from local import fake_news_feeds, fake_upstash, http_server, postgres, scheduler, sources, token, vapid
from local.errors import LocalError
from local.gateway import INVOKE, Gateway
from local.lambda_runtime import InvocationResult
from local.migrate import migrate
from shared.clients.sources import met_norway
from shared.stores.database import connect
from shared.stores.operations import jobs

ROOT = Path(__file__).resolve().parent.parent
CHAIN = (
    "ingest_news",
    "sync_fixtures",
    "sync_history",
    "update_ratings",
    "publish_predictions",
    "write_explanations",
    "choose_picks",
    "settle_picks",
)
START_PAGES = (
    "/docs",
    "/openapi.json",
    "/health",
    "/health/ready",
    "/api/v1/predictions/daily",
    "/api/v1/matches",
    "/api/v1/rag/news",
)
"""What is listed at the start: addresses that answer whoever has no token."""
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Clock:
    """The time that the functions live in: the real time and so many seconds."""

    offset: int

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)


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
    """Run the bundle in a folder until the block ends; yields what waits for the end of the world.

    Args:
        root: the folder.
        environment: what the person who starts it has set.
        through: what a setting's value becomes before the functions are told it, by its name and value.

    Raises:
        Problem: something on this machine is in the way.
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
        clock = _clock(source, directory)
        stack.callback(_save_clock, clock, directory)

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
        if not environment.get("VAPID_PRIVATE_KEY"):
            settings |= vapid.settings(data_dir)
        if not environment.get("SUPABASE_URL"):
            settings |= stack.enter_context(_supabase(data_dir, directory, clock))
        if not environment.get("STRIPE_SECRET_KEY"):
            settings |= stack.enter_context(_stripe(directory, clock, settings["JOBS_URL"]))
        if not environment.get("GROQ_API_KEY") and not environment.get("ANTHROPIC_API_KEY"):
            settings |= stack.enter_context(_llms())
        if any("QDRANT_URL" in function.environment for function in service.functions.values()):
            from local import fake_qdrant  # noqa: PLC0415  takes a second to import

            settings["QDRANT_URL"] = stack.enter_context(fake_qdrant.serve(directory / "qdrant"))
        settings |= stack.enter_context(_external_sources(environment, source, clock))
        settings = {name: override(name, value) for name, value in settings.items()}
        gateway = Gateway(service, root, settings, directory / "logs", _failure_printer(directory / "logs"))
        address = stack.enter_context(http_server.serve(gateway, listener))
        console.print(f"Answering on {address} after {time.perf_counter() - started:.1f} s.")

        def invoke(function: str, event: dict[str, Any]) -> None:
            _invoke(address, function, event)
            _save_clock(clock, directory)

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
def _supabase(data_dir: Path, directory: Path, clock: Clock) -> Iterator[dict[str, str]]:
    """A stand-in for Supabase, at which people sign up; yields what the functions are told of it."""
    from local.fake_supabase import PUBLISHABLE_KEY, SECRET_KEY, FakeSupabase, serve  # noqa: PLC0415
    from local.fake_supabase_users import SupabaseProject  # noqa: PLC0415  only who has no project of their own needs it

    project = token.project(data_dir)
    try:
        listener = http_server.listen(project.port)
    except LocalError:
        console.print(f"Port {project.port} is in use: whoever signed in there signs in again, tokens are made anew.")
        project = token.move_to_free_port(data_dir)
        listener = http_server.listen(project.port)
    # Browsers live in the machine's time and the functions in ours: a session ends an hour after the later of the two.
    people = SupabaseProject(lambda: max(clock.now(), datetime.now(UTC)), directory / "supabase.json")
    with serve(FakeSupabase(people), listener) as address:
        console.print(f"People sign in at {address} (a stand-in for Supabase; publishable key: {PUBLISHABLE_KEY}).")
        yield {
            "SUPABASE_URL": address,
            "SUPABASE_JWT_SECRET": project.secret,
            "SUPABASE_SERVICE_KEY": SECRET_KEY,
        }


@contextmanager
def _external_sources(environment: Mapping[str, str], source: sources.Source, clock: Clock) -> Iterator[dict[str, str]]:
    """What the functions are told of news, weather and others: of another day they would tell of today's."""
    is_live = not source.demo and source.clock is None
    settings = {"FOOTBALL_DATA_API_KEY": "", "THE_ODDS_API_KEY": "", "MET_NORWAY_URL": ""}
    if is_live:
        settings = {} if environment.get("MET_NORWAY_URL") else {"MET_NORWAY_URL": met_norway.ADDRESS}
    with ExitStack() as stack:
        if not environment.get("NEWS_FEEDS_URL"):
            feeds = fake_news_feeds.serve(clock.now, demo=source.demo)
            settings["NEWS_FEEDS_URL"] = "publishers" if is_live else stack.enter_context(feeds)
        yield settings


@contextmanager
def _stripe(directory: Path, clock: Clock, gateway: str) -> Iterator[dict[str, str]]:
    """A stand-in for Stripe, with which no money moves; yields what the functions are told of it."""
    from local import fake_stripe  # noqa: PLC0415  with Stripe's own SDK, which only this needs
    from local.fake_stripe_objects import StripeObjects  # noqa: PLC0415

    objects = StripeObjects(clock.now, directory / "stripe.json")
    with fake_stripe.serve(objects, clock.now, f"{gateway}/api/v1/stripe/webhook") as address:
        yield {
            "STRIPE_API_URL": address,
            "STRIPE_SECRET_KEY": fake_stripe.KEY,
            "STRIPE_WEBHOOK_SECRET": fake_stripe.SECRET,
            "STRIPE_PRICE_PREMIUM": fake_stripe.PREMIUM,
            "STRIPE_PRICE_ELITE": fake_stripe.ELITE,
        }


@contextmanager
def _llms() -> Iterator[dict[str, str]]:
    """Stand-ins for the language models, which write what the facts say; yields what the functions are told of them."""
    from local import fake_llms as stand_in  # noqa: PLC0415

    with stand_in.serve(stand_in.FakeLLMs()) as address:
        yield {
            "GROQ_URL": f"{address}/openai/v1",
            "GROQ_API_KEY": stand_in.GROQ_KEY,
            "ANTHROPIC_URL": address,
            "ANTHROPIC_API_KEY": stand_in.ANTHROPIC_KEY,
        }


def is_overdue(
    chain: list[str], schedules: tuple[serverless.Schedule, ...], last_runs: Mapping[str, datetime], now: datetime
) -> bool:
    """Whether a job of the chain has never run, or was due again since it did."""
    for job in chain:
        own = [schedule for schedule in schedules if schedule.function == job]
        if job not in last_runs or scheduler.occurrences(own, last_runs[job] + timedelta(seconds=1), now):
            return True
    return False


def _stop(number: int, frame: FrameType | None) -> Never:
    """End on the first signal; what is being stopped shall not be interrupted by a second one."""
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
    """Hold a directory for this process. The system lets go of the lock when the process ends, however it ends.

    Raises:
        Problem: another process holds it, or it cannot be made.
    """
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


def _clock(source: sources.Source, directory: Path) -> Clock:
    """The clock of a source: time goes on from where it was when the launcher stopped, and never back."""
    if source.clock is None:
        return Clock(0)
    begin, file = source.clock, directory / "clock"
    if file.exists():
        try:
            begin = max(begin, datetime.fromisoformat(file.read_text()))
        except (ValueError, TypeError):
            raise LocalError(f"{file} does not hold an instant; remove {directory} to begin afresh.") from None
    return Clock(round((begin - datetime.now(UTC)).total_seconds()))


def _save_clock(clock: Clock, directory: Path) -> None:
    (directory / "clock").write_text(clock.now().isoformat(timespec="seconds"))


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
    """Run a function and print one line on how it went; why it failed is printed by the gateway."""
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
