"""Finish account deletions in outside systems. Cron: 05:00 UTC. Safe to run twice or late."""

from datetime import timedelta
from uuid import UUID

from shared.runtime import clock
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.services.account_deletion import delete_external_data
from shared.stores.people import deletions, gdpr

MAX_REQUEST_TIME = timedelta(minutes=1)
"""Requests that began before the deletion have ended by then."""
WORKERS = 3
"""Below `reservedConcurrency` in serverless.yml."""


def finish(run: PagedRun) -> Pages:
    """Erase deleted users from outside systems and again from the database, each in a transaction of their own."""
    run.count(deleted=0)
    while (deleted := _finish_next(run)) is not None:
        run.count(deleted=deleted)
        yield deleted


def _finish_next(run: PagedRun) -> int | None:
    """Finish one deletion; returns 0 if it failed, None if no other is pending.

    A failed deletion is attempted again by the next pass, after those never attempted.
    """
    user_id: UUID | None = None
    with run.item():
        with run.transaction() as db:
            user_id = deletions.take(db, run.began - MAX_REQUEST_TIME, run.began)
            if user_id is None:
                return None
            delete_external_data(db, user_id)
            gdpr.erase(db, user_id)
            gdpr.erase_last(db, user_id)
        return 1
    if user_id is not None:
        deletions.mark_failed(run.db, user_id, clock.now())
    return 0


def left(run: PagedRun) -> int:
    """Deletions that are still pending."""
    return deletions.count(run.db, run.began - MAX_REQUEST_TIME)


handler = paged_job("finish_deletions", finish, left, workers=WORKERS)
