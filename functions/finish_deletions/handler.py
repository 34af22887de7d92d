"""Delete those who left from everywhere else. Cron: 04:20 UTC. Safe to run twice or late."""

from datetime import timedelta

from shared.clients.errors import UpstreamError
from shared.runtime.jobs import Run, job
from shared.services.account_deletion import delete_external_data
from shared.stores.people import deletions, gdpr

MAX_REQUEST_TIME = timedelta(minutes=1)
"""A request that began before its person left has ended by then, at the latest."""


def finish(run: Run) -> None:
    """Delete each of them from the systems of others and forget them again; where that fails the next run does it."""
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
