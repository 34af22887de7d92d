"""A day without requests or due work: how often a suspended database is woken."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy import cost, database_cost, service
from deploy.uptime_checks import CHECKS
from local import fake_upstash
from local.scheduler import occurrences
from shared.runtime import clock, invocation_metrics
from tests import season, stripe_service
from tests.conftest import SATURDAY, Databases
from tests.lambda_api import LambdaApi
from tests.push_service import VAPID
from tests.running import environment, handler_of, invoke, reset_process
from tests.tokens import SUPABASE

MONDAY = datetime(2024, 4, 29, tzinfo=UTC)
DAY = timedelta(days=1)
RUN = timedelta(seconds=20)
"""What a job and the start of the next one take."""
MAX_WAKES = 14
JOB_NAMES = {name for name, function in service.read().functions.items() if function.schedules}


class Watch:
    """Sees from the outside whether our connections were used: Postgres' own list of sessions.

    Autovacuum stands in that list too, and the newest session may end; neither is one of our statements.
    """

    USED = """
        SELECT max(query_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    """

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url, autocommit=True)
        self._last: Any = None

    def was_used(self) -> bool:
        """Whether a statement was sent since the last call."""
        [(latest,)] = self._db.execute(self.USED).fetchall()
        before, self._last = self._last, max(filter(None, (latest, self._last)), default=None)
        return self._last != before

    def close(self) -> None:
        self._db.close()


@pytest.fixture
def project(
    databases: Databases, any_saturday: str, api: LambdaApi, tmp_path: Path
) -> Iterator[tuple[LambdaApi, Watch]]:
    """Everything as deployed, on the Monday after the last match; pages that are made ready answer by themselves."""
    api.payload = {"statusCode": 200, "headers": {}, "body": "{}"}
    source = season.write_invented_season(tmp_path, SATURDAY.date())
    with (
        databases.copy(any_saturday) as url,
        fake_upstash.serve() as (address, token),
        stripe_service.serve() as stripe,
    ):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        settings = SUPABASE | VAPID | stripe.settings | redis
        with environment(
            DATABASE_URL=url,
            FOOTBALL_DATA_UK_URL=str(source),
            JOBS_URL=api.address,
            LOG_LEVEL="CRITICAL",
            **settings,
        ):
            watch = Watch(url)
            yield api, watch
            reset_process()
            watch.close()


@dataclass
class Day:
    """When each function used the database, the jobs that worked, and the commands that all sent to Redis."""

    used: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    worked: set[str] = field(default_factory=set)
    commands: int = 0

    def awake(self) -> list[tuple[datetime, datetime]]:
        """From when to when a database that sleeps between calls was awake."""
        times: list[tuple[datetime, datetime]] = []
        for instant in sorted(instant for each in self.used.values() for instant in each):
            until = instant + RUN + database_cost.SUSPEND_TIME
            if times and instant <= times[-1][1]:
                times[-1] = (times[-1][0], until)
            else:
                times.append((instant, until))
        return times


def live(api: LambdaApi, watch: Watch, start: datetime, end: datetime) -> Day:
    """Fire every schedule and every uptime check."""
    events: list[tuple[datetime, int, str, Any]] = []
    for number, each in enumerate(occurrences(service.read().schedules, start, end)):
        heappush(events, (each.instant, number, each.function, each.event))
    for number, check in enumerate(CHECKS):
        for step in range(int(DAY.total_seconds()) // check.interval):
            instant = start + timedelta(hours=11, seconds=step * check.interval)
            if instant < end:
                heappush(events, (instant, -1 - number, check.path, None))
    lived = Day()
    numbers = deque(range(100_000, 200_000))
    while events:
        instant, _, name, event = heappop(events)
        with clock.at(instant):
            if name in JOB_NAMES:
                result = handler_of(name)(event, None)
                assert result["status"] in {"done", "idle"}, (name, result)
                if result["status"] == "done":
                    lived.worked.add(name)
            else:
                assert invoke("health", name, at=instant).status == 200
        lived.commands += invocation_metrics.current().commands
        for function, started in api.async_calls:
            heappush(events, (instant + RUN, numbers.popleft(), function.rpartition("-")[2], started))
        api.calls.clear()
        if watch.was_used():
            lived.used[name].append(instant)
    return lived


def test_a_day_without_readers_wakes_the_database_at_most_fourteen_times(project: tuple[LambdaApi, Watch]) -> None:
    """The second of two days, as on the first nothing is known yet."""
    api, watch = project
    assert live(api, watch, MONDAY, MONDAY + DAY).worked == JOB_NAMES
    day = live(api, watch, MONDAY + DAY, MONDAY + 2 * DAY)
    assert day.worked == JOB_NAMES, "each job still does its work"
    times = day.awake()
    assert len(times) <= MAX_WAKES
    assert len(times) == database_cost.IDLE_WAKES, [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in times]
    awake = sum((end - begin for begin, end in times), timedelta(0)) / timedelta(hours=1)
    assert awake == pytest.approx(database_cost.IDLE_AWAKE, abs=0.05)
    assert day.used.keys() - JOB_NAMES == {"/health/ready"}
    assert day.commands <= cost.IDLE_COMMANDS
