"""What a job costs the database, and how its cost grows."""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import psycopg

STATISTICS = """
    SELECT sum(blks_hit + blks_read), sum(tup_returned + tup_fetched), sum(xact_commit)
    FROM pg_stat_database WHERE datname = current_database()
"""
CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'paris-sportif%'
"""
SAMPLE_SECONDS = 0.2
SETTLE_SECONDS = 1.0
"""Time after which a session that was closed just before is among the server's ended processes."""


@dataclass
class DatabaseUsage:
    """CPU seconds of Postgres, buffers read (8 kB each), rows read, peak of connections; filled when the block ends."""

    cpu: float = 0.0
    buffers: int = 0
    rows: int = 0
    connections: int = 0


@contextmanager
def database_usage(url: str, postmaster: int) -> Iterator[DatabaseUsage]:
    """Measure a database's server while the block runs."""
    usage, stop = DatabaseUsage(), threading.Event()

    def sample() -> None:
        with psycopg.connect(url, autocommit=True) as db:
            while not stop.wait(SAMPLE_SECONDS):
                row = db.execute(CONNECTIONS).fetchone()
                usage.connections = max(usage.connections, row[0] if row else 0)

    sampler = threading.Thread(target=sample)
    time.sleep(SETTLE_SECONDS)
    before, cpu = _statistics(url), _cpu(postmaster)
    sampler.start()
    try:
        yield usage
    finally:
        stop.set()
        sampler.join()
        after = _statistics(url)
        usage.cpu = _cpu(postmaster) - cpu
        usage.buffers, usage.rows = after[0] - before[0], after[1] - before[1]


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent b of cost = a · size^b, by least squares on logarithms.

    >>> round(exponent([1, 10, 100], [2, 200, 20_000]), 6)
    2.0
    """
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def _statistics(url: str) -> tuple[int, int]:
    with psycopg.connect(url, autocommit=True) as db:
        row = db.execute(STATISTICS).fetchone()
    assert row is not None  # noqa: S101  # an aggregate
    return int(row[0]), int(row[1])


def _cpu(postmaster: int) -> float:
    """CPU seconds of the server so far, of its processes that ended and of those that run."""
    server = psutil.Process(postmaster)
    own = server.cpu_times()
    spent = own.user + own.system + own.children_user + own.children_system
    for child in server.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        spent += times.user + times.system
    return spent
