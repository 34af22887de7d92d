"""What administrators do: whatever they have done is written down, and jobs are started, not awaited."""

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
"""Characters that are kept of an action's address."""


class JobRun(BaseModel):
    """A job that was asked for.

    `started`: it runs from now on. `running`: it was running already and is not started beside that. `follows`: it is
    started once the one before it is done.
    """

    job: str
    state: Literal["started", "running", "follows"]
    run_id: int | None = None
    started_at: datetime | None = None


async def _audited_admin(request: Request, reader: Admin) -> Reader:
    """The administrator, whose request is written down once before anything is done, though a race has it run again."""
    if getattr(request.state, "is_written_down", False):
        return reader
    target = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    db = wiring.database()
    with db.transaction():
        admin_actions.add(db, require_user_id(reader), f"{request.method} {target}"[:MAX_ACTION_LENGTH], clock.now())
    request.state.is_written_down = True
    return reader


AuditedAdmin = Annotated[Reader, Depends(_audited_admin)]
"""An administrator who has something done; first in a route's signature, before a transaction that may be undone."""


def overall_status(runs: Sequence[JobRun]) -> Literal["started", "running"]:
    """What became of a start, in a word; it is that of the first job."""
    return "running" if runs[0].state == "running" else "started"


def start(reader: Reader, job: str, event: dict[str, object], then: Sequence[str] = ()) -> list[JobRun]:
    """Start a job, unless it runs already, and have others follow it. That it was started is written down first.

    Args:
        reader: who starts it.
        job: its name.
        event: what it is called with.
        then: jobs that follow, each once the one before it is done.

    Raises:
        Unavailable: it could not be started.
    """
    db, now = wiring.database(), clock.now()
    [job_state] = jobs.states(db, [job])
    if job_state.running:
        return [JobRun(job=job, state="running", started_at=job_state.started_at)]
    payload = {**event, "then": list(then)} if then else event
    with db.transaction():  # undone where the start fails: the table tells what was started
        run_id = job_starts.add(db, job, payload, require_user_id(reader), now)
        wiring.functions().start(job, payload)
    return [
        JobRun(job=job, state="started", run_id=run_id, started_at=now),
        *(JobRun(job=name, state="follows") for name in then),
    ]
