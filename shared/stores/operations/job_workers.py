"""Workers of jobs that work in pages: each worker number of a job is held by one run at a time.

Held by a lease, not by a lock: a transaction pooler has no session locks, and a run in pages has no transaction that
lasts as long as it does.
"""

from datetime import datetime

from shared.stores.database import Connection, fetch_value, fetch_values

HOLD = """
    INSERT INTO job_workers (job, worker, run_id, began, held_until)
    VALUES (%(job)s, %(worker)s, %(run_id)s, %(began)s, %(until)s)
    ON CONFLICT (job, worker) DO UPDATE SET
        run_id = excluded.run_id,
        began = CASE job_workers.run_id WHEN excluded.run_id THEN job_workers.began ELSE excluded.began END,
        held_until = excluded.held_until
    WHERE job_workers.held_until <= %(now)s OR job_workers.run_id = excluded.run_id
    RETURNING began
"""


def hold(
    db: Connection, job: str, worker: int, run_id: str, began: datetime, now: datetime, until: datetime
) -> datetime | None:
    """Hold or extend a worker's lease; None if another run holds it.

    Returns when the pass of the run began: `began`, but what was stored first if this run was killed and is retried.
    """
    params = {"job": job, "worker": worker, "run_id": run_id, "began": began, "now": now, "until": until}
    return fetch_value(db, HOLD, params)


RELEASE = "DELETE FROM job_workers WHERE job = %(job)s AND worker = %(worker)s AND run_id = %(run_id)s"


def release(db: Connection, job: str, worker: int, run_id: str) -> None:
    """Release a worker, if the run still holds it."""
    db.execute(RELEASE, {"job": job, "worker": worker, "run_id": run_id})


RUNNING = "SELECT worker FROM job_workers WHERE job = %(job)s AND held_until > %(now)s"


def running(db: Connection, job: str, now: datetime) -> set[int]:
    """The workers of a job that are held."""
    return set(fetch_values(db, RUNNING, {"job": job, "now": now}))
