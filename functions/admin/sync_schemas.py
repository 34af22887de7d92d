"""Response models of the data sync."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from shared.web.admin_actions import JobRun


class SyncType(StrEnum):
    """A kind of data sync."""

    WEEKLY = "weekly"
    MATCHES = "matches"
    STANDINGS = "standings"
    HISTORICAL = "historical"
    VERIFY_PREDICTIONS = "verify_predictions"


class SyncResponse(BaseModel):
    """Started jobs. The counts are 0; the job's state has the results once it is done."""

    status: Literal["started", "running"]
    message: str
    matches_synced: int = 0
    standings_synced: int = 0
    errors: list[str] = []
    runs: list[JobRun]


class JobStatus(BaseModel):
    """The state of a job.

    `never`: it has neither succeeded nor failed yet. `started_at`: when an administrator last started it.
    """

    job: str
    state: Literal["running", "done", "failed", "never"]
    last_run_at: datetime | None
    day: date | None
    report: dict[str, object] | None
    failed_at: datetime | None
    error: str | None
    started_at: datetime | None


class DbStatsResponse(BaseModel):
    """Row counts, last syncs and the state of each job."""

    total_matches: int
    competitions_with_standings: int
    last_match_sync: str | None
    last_standings_sync: str | None
    jobs: list[JobStatus]


class LastSyncResponse(JobStatus):
    """The state of the job of a sync type."""

    sync_type: SyncType


class NoSyncResponse(BaseModel):
    """This sync type has never run."""

    message: str
