"""Runs of jobs: one at a time of each, and when each last ended well."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from shared.stores.database import Connection

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(job)s, 0))"
ENDED = """
    INSERT INTO jobs (job, last_run_at, day, report)
    VALUES (%(job)s, %(now)s, %(day)s, %(report)s)
    ON CONFLICT (job) DO UPDATE SET
        last_run_at = greatest(jobs.last_run_at, EXCLUDED.last_run_at),
        day = EXCLUDED.day,
        report = EXCLUDED.report
"""
LAST_RUNS = "SELECT job, last_run_at FROM jobs ORDER BY job"


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a job last ended well."""

    job: str
    last_run_at: datetime


def lock(db: Connection, job: str) -> bool:
    """Take a job's lock until the transaction ends; False where another run holds it."""
    row = db.execute(LOCK, {"job": job}).fetchone()
    return bool(row and row[0])


def ended(db: Connection, job: str, day: date, now: datetime, report: dict[str, object]) -> None:
    """Write down that a job ended well."""
    db.execute(ENDED, {"job": job, "day": day, "now": now, "report": Jsonb(report)})


def last_runs(db: Connection) -> list[LastRun]:
    """When each job last ended well."""
    with db.cursor(row_factory=class_row(LastRun)) as cursor:
        return cursor.execute(LAST_RUNS).fetchall()
