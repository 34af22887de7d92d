"""Manually started jobs."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, fetch_value

ADD = """
    INSERT INTO job_starts (job, event, started_by, started_at)
    VALUES (%(job)s, %(event)s, %(started_by)s, %(now)s)
    RETURNING run_id
"""


def add(db: Connection, job: str, event: Mapping[str, object], started_by: UUID, now: datetime) -> int:
    """Record that a user starts a job with an event; returns the run id."""
    return fetch_value(db, ADD, {"job": job, "event": Jsonb(dict(event)), "started_by": started_by, "now": now})


EXPORT: dict[str, LiteralString] = {
    "job_starts": """
        SELECT run_id, job, event, started_at
        FROM job_starts
        WHERE started_by = %(user_id)s
        ORDER BY run_id
    """,
}
