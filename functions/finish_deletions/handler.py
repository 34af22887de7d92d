"""Finish account deletions in outside systems. Cron: 05:00 UTC. Safe to run twice or late."""

from datetime import timedelta

from shared.clients.errors import UpstreamError
from shared.runtime.jobs import Run, job
from shared.services.account_deletion import delete_external_data
from shared.stores.people import deletions, gdpr

MAX_REQUEST_TIME = timedelta(minutes=1)
"""Requests that began before the deletion have ended by then."""


def finish(run: Run) -> None:
    """Erase deleted users from outside systems and again from the database; failures are retried by the next run."""
    pending = deletions.pending_deletions(run.db, run.now - MAX_REQUEST_TIME)
    deleted = 0
    for user_id in pending:
        with run.part(UpstreamError):
            delete_external_data(run.db, user_id)
            gdpr.erase(run.db, user_id)
            gdpr.erase_last(run.db, user_id)
            deleted += 1
    run.report(pending=len(pending), deleted=deleted)


handler = job("finish_deletions", finish)
