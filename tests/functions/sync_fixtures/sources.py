"""The two sources of fixtures, and runs of the job."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.running import run
from tests.season import row

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)
FRIDAY = datetime(2024, 4, 26, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMING = row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(2.10, 3.45, 3.60))
REPORTS = "SELECT kind, about, what FROM reports ORDER BY kind, about, what"
OFFERS = "SELECT match_id, prices FROM offers ORDER BY match_id, bookmaker, taken_at"


def sync(now: datetime = NOW) -> dict[str, Any]:
    return run("sync_fixtures", now)
