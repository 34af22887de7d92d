"""Delete those who left from everywhere else. Cron: 04:20 UTC. Safe to run twice or late."""

from datetime import timedelta

from shared.clients.errors import UpstreamError
from shared.runtime.jobs import Run, job
from shared.services.account_deletion import forget_outside
from shared.stores.people import deletions, gdpr

MAX_REQUEST_TIME = timedelta(minutes=1)
"""A request that began before its person left has ended by then, at the latest."""


def finish(run: Run) -> None:
    """Delete each of them from the systems of others and forget them again; where that fails the next run does it."""
    pending = deletions.unfinished(run.db, run.now - MAX_REQUEST_TIME)
    deleted = 0
    for user_id in pending:
        with run.part(UpstreamError):
            forget_outside(run.db, user_id)
            gdpr.forget(run.db, user_id)
            gdpr.forget_last(run.db, user_id)
            deleted += 1
    run.report(leaving=len(pending), gone=deleted)


handler = job("finish_deletions", finish)
