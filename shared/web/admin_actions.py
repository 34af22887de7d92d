"""Administrators' actions: each one is recorded in an audit log; jobs are started asynchronously."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Request
from pydantic import BaseModel

from shared.accounts.plans import Reader
from shared.runtime import clock, wiring
from shared.stores.operations import admin_actions, job_starts, jobs
from shared.web.authentication import Admin, require_user_id

MAX_ACTION_LENGTH = 500
"""Characters of a recorded action."""


class JobRun(BaseModel):
    """A job that an administrator requested.

    `started`: started by this request. `running`: already running, so not started again. `follows`: starts when the job
    before it is done.
    """

    job: str
    state: Literal["started", "running", "follows"]
    run_id: int | None = None
    started_at: datetime | None = None


async def _audited_admin(request: Request, reader: Admin) -> Reader:
    """Record the administrator's request before it runs; once only, even if a serialization failure repeats it."""
    if getattr(request.state, "is_audited", False):
        return reader
    target = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    db = wiring.database()
    with db.transaction():
        admin_actions.add(db, require_user_id(reader), f"{request.method} {target}"[:MAX_ACTION_LENGTH], clock.now())
    request.state.is_audited = True
    return reader


AuditedAdmin = Annotated[Reader, Depends(_audited_admin)]
"""An administrator whose request is audited; first in a route's signature, before a transaction may roll back."""


def overall_status(runs: Sequence[JobRun]) -> Literal["started", "running"]:
    """The state of the first job."""
    return "running" if runs[0].state == "running" else "started"


def start(reader: Reader, job: str, event: dict[str, object], then: Sequence[str] = ()) -> list[JobRun]:
    """Start a job unless it is running already; the start is recorded before the job is invoked.

    Args:
        then: jobs that follow, each when the one before it is done.

    Raises:
        Unavailable: the job could not be started.
    """
    db, now = wiring.database(), clock.now()
    [job_state] = jobs.states(db, [job], now)
    if job_state.running:
        return [JobRun(job=job, state="running", started_at=job_state.started_at)]
    payload = {**event, "then": list(then)} if then else event
    with db.transaction():  # rolled back if the start fails: the table lists only started jobs
        run_id = job_starts.add(db, job, payload, require_user_id(reader), now)
        wiring.lambda_functions().start(job, payload)
    return [
        JobRun(job=job, state="started", run_id=run_id, started_at=now),
        *(JobRun(job=name, state="follows") for name in then),
    ]
