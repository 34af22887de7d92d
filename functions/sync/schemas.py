"""What the function answers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from shared.web.admin_actions import JobRun


class SyncType(StrEnum):
    """What may have been brought in last."""

    WEEKLY = "weekly"
    MATCHES = "matches"
    STANDINGS = "standings"
    HISTORICAL = "historical"
    VERIFY_PREDICTIONS = "verify_predictions"


class SyncResponse(BaseModel):
    """A job was started; what it brings in is told by the job's state once it is done, so the counts here are 0."""

    status: Literal["started", "running"]
    message: str
    matches_synced: int = 0
    standings_synced: int = 0
    errors: list[str] = []
    runs: list[JobRun]


class JobStatus(BaseModel):
    """How a job stands.

    `never`: it has neither ended nor failed yet. `started_at`: when a person last started it.
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
    """What has been brought in, and how each job stands."""

    total_matches: int
    competitions_with_standings: int
    last_match_sync: str | None
    last_standings_sync: str | None
    jobs: list[JobStatus]


class LastSyncResponse(JobStatus):
    """How the job stands that brings in what was asked for."""

    sync_type: SyncType


class NoSyncResponse(BaseModel):
    """It was never brought in."""

    message: str
