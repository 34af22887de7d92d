"""Work of the jobs at scale: `python -m local.scale [--people 1000 10000] [--kills]`.

Fills an embedded Postgres with people in realistic shares, runs each job that works per person against stand-ins, and
prints what an item costs and how the cost grows. With `--kills`, works off large backlogs while workers are killed.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy import service
from local import http_server, postgres, process_lifetime, vapid
from local.migrate import migrate
from local.scale import jobs
from local.scale.invocations import Invocations, Usage
from local.scale.measurement import DatabaseUsage, database_usage, exponent
from local.scale.population import Population, fill, realistic
from shared.runtime import clock
from shared.stores.database import connect

SIZES = (1_000, 10_000, 100_000, 1_000_000)
INVOCATION_SECONDS = 240
JOB_SECONDS = 60
"""A job that takes longer is stopped; what the rest costs is extrapolated."""
BACKLOG_SECONDS = 7200
SCHEDULE_SECONDS = 60
"""Time between two starts by the schedule, which is a quarter of an hour or more in production."""
EXPONENT_GOAL = 1.1
FUNCTIONS = service.read().functions
HEAD = (
    f"{'job':<24}{'people':>10}{'items':>10}{'done':>10}{'wall s':>8}{'CPU s':>8}{'ms each':>9}"
    f"{'rows each':>11}{'buffers each':>13}{'connections':>12}"
)


@dataclass(frozen=True)
class Measurement:
    """Work of one job on one population; `items` are due, `done` were worked off in `wall` seconds."""

    items: int
    done: int
    wall: float
    usage: Usage
    database: DatabaseUsage

    @property
    def cpu(self) -> float:
        """CPU seconds of workers and database."""
        return self.usage.cpu + self.database.cpu

    @property
    def cpu_of_all(self) -> float:
        """CPU seconds for all items, extrapolated from those that were done."""
        return self.cpu * self.items / max(self.done, 1)


class Bench:
    """A filled database with stand-ins for what the jobs call."""

    def __init__(self, folder: Path, url: str, api: Invocations, api_url: str) -> None:
        self.url, self._api, self._folder = url, api, folder
        self._postmaster = int((folder / "data" / postgres.PID_FILE).read_text().split()[0])
        self._received = folder / "received"
        self._environment = os.environ | {
            "APP_ENV": "development",
            "DATABASE_URL": url,
            "JOBS_URL": api_url,
            "STRIPE_API_URL": api_url,
            "STRIPE_SECRET_KEY": "sk_test_scale",
            "STRIPE_PRICE_PREMIUM": "price_premium",
            "STRIPE_PRICE_ELITE": "price_elite",
            "LOG_LEVEL": "CRITICAL",
            **vapid.settings(folder),
        }

    def run(self, job: str, workers: int, limit: float, kills: random.Random | None = None) -> Measurement:
        """Run a job until nothing is left or `limit` seconds are over."""
        items = jobs.pending(job, self.url)
        with database_usage(self.url, self._postmaster) as database:
            began = time.monotonic()
            usage = self._api.run(
                job,
                workers,
                self._environment,
                self._received,
                seconds=INVOCATION_SECONDS,
                limit=limit,
                attempts=FUNCTIONS[job].attempts,
                kills=kills,
            )
            wall = time.monotonic() - began
        return Measurement(items, items - jobs.pending(job, self.url), wall, usage, database)

    def faults(self, job: str, kills: int, starts: int) -> list[str]:
        """What was lost or done twice."""
        messages = jobs.received(self._received)
        return jobs.JOBS[job].faults(jobs.Outcome(self.url, messages, self._api.requests, kills, starts))


def main(arguments: list[str] | None = None) -> int:
    """Measure; returns 1 if a cost grows faster than the goal, or a backlog is not worked off exactly once."""
    parser = argparse.ArgumentParser(prog="scale", description="Measure the jobs on up to a million people.")
    parser.add_argument("--people", type=int, nargs="+", default=SIZES, help="sizes of the population")
    parser.add_argument("--jobs", nargs="+", choices=list(jobs.JOBS), default=list(jobs.JOBS), help="jobs to run")
    parser.add_argument("--workers", type=int, default=2, help="workers side by side")
    parser.add_argument("--kills", action="store_true", help="work off large backlogs while workers are killed")
    parser.add_argument("--share", type=float, default=1.0, help="share of the backlogs")
    args = parser.parse_args(arguments)
    if args.kills:
        return _work_off_backlogs(args.jobs, args.workers, args.share)
    return _measure(args.people, args.jobs, args.workers)


def _measure(sizes: Sequence[int], names: Sequence[str], workers: int) -> int:
    measured: dict[str, list[Measurement]] = {name: [] for name in names}
    print(HEAD)
    for people in sizes:
        population = realistic(people)
        with _filled(population) as bench:
            for name in names:
                measurement = bench.run(name, workers, JOB_SECONDS)
                measured[name].append(measurement)
                print(_row(name, people, measurement), flush=True)
                for failed in measurement.usage.failures:
                    print(f"  {failed}")
    growth = {name: _growth(rows) for name, rows in measured.items()}
    for name, grown in growth.items():
        print(f"{name}: CPU grows with the items to the power of {grown:.2f} (goal {EXPONENT_GOAL})")
    return 1 if any(grown > EXPONENT_GOAL for grown in growth.values()) else 0


def _growth(rows: Sequence[Measurement]) -> float:
    """The exponent between sizes with work of more than the cost of a start."""
    points = [(row.items, row.cpu_of_all) for row in rows if row.done]
    return exponent(*zip(*points, strict=True)) if len(points) > 1 else float("nan")


def _work_off_backlogs(names: Sequence[str], workers: int, share: float) -> int:
    faults = 0
    for name in names:
        job = jobs.JOBS[name]
        if job.backlog is None:
            continue
        population = Population(**{key: round(share * value) for key, value in vars(job.backlog).items()})
        with _filled(population) as bench:
            began, end = time.monotonic(), time.monotonic() + BACKLOG_SECONDS
            items, starts, runs, kills, dropped = jobs.pending(name, bench.url), 0, 0, 0, 0
            while (left := jobs.pending(name, bench.url)) and time.monotonic() < end:
                if starts:
                    time.sleep(SCHEDULE_SECONDS)  # until the leases of killed runs have ended
                usage = bench.run(name, workers, end - time.monotonic(), random.Random(7)).usage  # noqa: S311  # not a secret
                starts, runs = starts + 1, runs + usage.invocations
                kills, dropped = kills + usage.kills, dropped + usage.dropped
            found = bench.faults(name, kills, starts) + [f"{left} are left"] * bool(left)
        took = time.monotonic() - began
        print(
            f"{name}: {items - left:,} of {items:,} in {took:.0f} s, {starts} starts, {runs} runs, {kills} kills, "
            f"{dropped} events dropped",
            flush=True,
        )
        for fault in found:
            print(f"  {fault}")
        faults += len(found)
    return 1 if faults else 0


@contextmanager
def _filled(population: Population) -> Iterator[Bench]:
    """A database with a population."""
    api = Invocations()
    with (
        process_lifetime.folder("scale-") as folder,
        postgres.serve(folder / "data") as url,
        http_server.serve(api) as api_url,
    ):
        began = time.monotonic()
        migrate(url)
        with connect(url, "scale") as db:
            fill(db, population, clock.now())
        print(f"# {population.people:,} people filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
        yield Bench(folder, url, api, api_url)


def _row(name: str, people: int, of: Measurement) -> str:
    done = max(of.done, 1)
    return (
        f"{name:<24}{people:>10}{of.items:>10}{of.done:>10}{of.wall:>8.1f}{of.cpu:>8.1f}{1000 * of.cpu / done:>9.2f}"
        f"{of.database.rows / done:>11.1f}{of.database.buffers / done:>13.1f}{of.database.connections:>12}"
    )


if __name__ == "__main__":
    sys.exit(main())
