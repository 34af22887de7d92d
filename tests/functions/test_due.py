"""A job that has nothing due ends without Postgres, and whatever makes something due earlier is still sent on time."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.bets.placement import place
from functions.bets.requests import BetCreate
from local import fake_upstash
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.accounts.webhooks import WebhookEventType
from shared.betting.settlement import BetResult
from shared.runtime import clock, due, invocation_metrics
from shared.runtime.jobs import Run, job
from shared.runtime.schedule import AFTERNOON, MAX_IDLE, NIGHT
from shared.runtime.settings import settings
from shared.stores.betting import picks, play_limits
from shared.stores.database import Connection, connect
from shared.stores.messaging import push_subscriptions, webhooks
from shared.stores.people import accounts, favourites, preferences, users
from tests import odds_service
from tests.factories import BEFORE, KICK_OFF, choice, insert_matches, insert_predictions, match_update, pick
from tests.lambda_api import LambdaApi
from tests.odds_service import OddsService
from tests.push_service import VAPID, PushService, push_service
from tests.running import environment, invoke, run, select
from tests.season import Service, row
from tests.tokens import ALICE, BOB, SUPABASE, bearer
from tests.webhook_receiver import Receivers, receivers

NOON = datetime(2024, 4, 27, 10, 20, tzinfo=UTC)
"""12:20 in Paris, on the grid of the schedules."""
QUARTER = timedelta(minutes=15)
MEANWHILE = NOON + timedelta(minutes=7)
DAY = date(2024, 4, 27)
YESTERDAY = NOON - timedelta(days=1)
SCHEDULED = {"if_due": True}


@dataclass(frozen=True)
class Project:
    """The functions with their stores, a push service and receivers of webhooks."""

    url: str
    db: Connection
    push: PushService
    hooks: Receivers
    source: Service

    def subscribe(self, at: datetime = YESTERDAY) -> None:
        """A browser of Alice."""
        keys = self.push.browser("alice").subscription
        push_subscriptions.put(self.db, ALICE, keys["endpoint"], keys["keys"]["p256dh"], keys["keys"]["auth"], None, at)
        preferences.change(self.db, ALICE, {"push_match_start": True}, at)

    def follow(self, kick_off: datetime) -> int:
        """A match that Alice wants to be reminded of."""
        [match_id] = insert_matches(self.db, match_update(kick_off=kick_off), now=YESTERDAY)
        favourites.add(self.db, ALICE, match_id, None, True, YESTERDAY)
        return match_id

    def webhook(self, at: datetime = YESTERDAY, events: Any = tuple(WebhookEventType)) -> None:
        """A webhook of Alice."""
        accounts.set_plan(self.db, ALICE, Plan.ELITE, at)
        webhooks.add(self.db, ALICE, uuid4(), "https://a.example/hook", events, "whsec_" + "A" * 43 + "=", at)


@pytest.fixture
def project(url: str, service: Service, api: LambdaApi) -> Iterator[Project]:
    with (
        push_service() as push,
        receivers() as hooks,
        fake_upstash.serve() as (address, token),
        environment(
            DATABASE_URL=url,
            FOOTBALL_DATA_UK_URL=service.url,
            JOBS_URL=api.address,
            LOG_LEVEL="CRITICAL",
            UPSTASH_REDIS_REST_URL=address,
            UPSTASH_REDIS_REST_TOKEN=token,
            **VAPID,
            **SUPABASE,
        ),
        connect(url, "test") as db,
    ):
        yield Project(url, db, push, hooks, service)


@pytest.fixture
def odds(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddsService]:
    """The Odds API, with a key for it."""
    with odds_service.serve() as odds:
        monkeypatch.setenv("THE_ODDS_API_URL", odds.url)
        monkeypatch.setenv("THE_ODDS_API_KEY", odds_service.KEY)
        settings.cache_clear()
        yield odds


def scheduled(name: str, at: datetime) -> dict[str, Any]:
    return run(name, at, SCHEDULED)


def settle_down(name: str, at: datetime = NOON) -> None:
    """Let a job find that nothing is due, so that it will not look."""
    assert scheduled(name, at)["status"] == "done"
    assert scheduled(name, at)["status"] == "idle"
    assert invocation_metrics.current().queries == 0


def write(work: Callable[[Run], object], at: datetime = MEANWHILE) -> None:
    """A commit by some job."""

    def working(run: Run) -> None:
        work(run)

    run_job = job("choose_picks", working)
    with clock.at(at):
        run_job({}, None)


# Each writer: what there is before, and what it does through the functions.


def request(function: str, path: str, body: Any, role: str = "free", method: str = "POST", user: UUID = ALICE) -> None:
    response = invoke(
        function,
        path,
        method=method,
        body=body,
        at=MEANWHILE,
        authorization=bearer(MEANWHILE, sub=str(user), app_metadata={"role": role}),
        idempotency_key=uuid4().hex,
    )
    assert response.status < 300, response.body


def broadcast(project: Project) -> Callable[[], None]:
    project.subscribe()
    words = {"title": "Maintenance", "body": "Ce soir à 23 h.", "url": "/status"}
    return lambda: request("admin", "/api/v1/admin/notifications/broadcast", words, "admin")


def favourite(project: Project) -> Callable[[], None]:
    project.subscribe()
    [match_id] = insert_matches(project.db, match_update(kick_off=NOON + 4 * QUARTER), now=YESTERDAY)
    body = {"match_id": match_id, "notify_before_match": True}
    return lambda: request("users", "/api/v1/user/favorites", body)


def subscription(project: Project) -> Callable[[], None]:
    project.follow(NOON + 5 * QUARTER)
    preferences.change(project.db, ALICE, {"push_match_start": True}, YESTERDAY)
    body = project.push.browser("alice").subscription

    def act() -> None:
        request("notifications", "/api/v1/notifications/subscribe", body)
        request(
            "notifications",
            f"/api/v1/notifications/preferences?endpoint={body['endpoint']}",
            {"match_start": True},
            method="PUT",
        )

    return act


def preference(project: Project) -> Callable[[], None]:
    project.subscribe()
    project.follow(NOON + 4 * QUARTER)
    preferences.change(project.db, ALICE, {"push_match_start": False}, YESTERDAY)
    return lambda: request("users", "/api/v1/user/preferences", {"push_match_start": True}, method="PUT")


def kick_off(project: Project) -> Callable[[], None]:
    """The source has moved a match of the evening to the afternoon."""
    project.subscribe()
    insert_matches(project.db, match_update("Liverpool", "Everton"), now=YESTERDAY)
    when = NOON + 4 * QUARTER
    project.source.fixtures(YESTERDAY, row("Arsenal", "Chelsea", "27/04/2024 20:00"))
    run("sync_fixtures", YESTERDAY)
    [(match_id,)] = select(project.url, "SELECT match_id FROM matches WHERE kick_off = '2024-04-27T19:00Z'")
    favourites.add(project.db, ALICE, match_id, None, True, YESTERDAY)
    local = when + timedelta(hours=1)  # London, in summer

    def act() -> None:
        project.source.fixtures(MEANWHILE, row("Arsenal", "Chelsea", f"{local:%d/%m/%Y %H:%M}"))
        run("sync_fixtures", MEANWHILE)

    return act


def days_picks(project: Project) -> Callable[[], None]:
    project.subscribe()
    project.webhook(events=[WebhookEventType.PICKS_COMMITTED])
    run("send_webhooks", YESTERDAY)
    ids = insert_predictions(project.db, match_update())
    return lambda: write(lambda run: picks.commit(run.db, DAY, MEANWHILE, 1, choice(pick(ids[0]))))


def result(project: Project) -> Callable[[], None]:
    project.subscribe()
    early = NOON - timedelta(hours=4)
    [match_id] = insert_matches(project.db, match_update(kick_off=early), now=YESTERDAY)
    with project.db.transaction():
        users.get_or_create(project.db, ALICE, YESTERDAY)
        users.declare_adult(project.db, ALICE, YESTERDAY)
        bet = {"match_id": match_id, "prediction": "home_win", "odds": 2.1, "amount": 10}
        place(project.db, ALICE, features_of(Plan.FREE), BetCreate.model_validate(bet), YESTERDAY)

    def act() -> None:
        insert_matches(project.db, match_update(score="1-0", kick_off=early), now=MEANWHILE)
        assert run("settle_bets", MEANWHILE)["ended"] == 1

    return act


def more_rights(project: Project) -> Callable[[], None]:
    """An administrator gives the plan that webhooks need."""
    project.webhook(at=YESTERDAY)
    accounts.set_plan(project.db, ALICE, Plan.FREE, YESTERDAY)
    return lambda: request("admin", f"/api/v1/admin/users/{ALICE}/role?role=elite", None, "admin", user=BOB)


def new_webhook(project: Project) -> Callable[[], None]:
    """Its test is not sent at once, as the start is lost."""
    body = {"url": "https://a.example/hook"}
    return lambda: request("webhooks", "/api/v1/webhooks", body, "elite")


def webhook_test(project: Project) -> Callable[[], None]:
    project.webhook()
    run("send_webhooks", YESTERDAY)
    [(webhook_id,)] = select(project.url, "SELECT webhook_id FROM webhooks")
    return lambda: request("webhooks", f"/api/v1/webhooks/{webhook_id}/test", None, "elite")


def publication(project: Project) -> Callable[[], None]:
    project.webhook()
    run("send_webhooks", YESTERDAY)
    return lambda: write(lambda run: insert_predictions(run.db, match_update(), published_at=MEANWHILE))


def settlement(project: Project) -> Callable[[], None]:
    project.webhook(events=[WebhookEventType.PICKS_SETTLED])
    run("send_webhooks", YESTERDAY)
    [match_id] = insert_predictions(project.db, match_update())
    with project.db.transaction():
        picks.commit(project.db, DAY, BEFORE, 1, choice(pick(match_id)))

    def work(run: Run) -> None:
        [row] = picks.between(run.db, DAY, DAY)
        picks.add_settlement(run.db, row, BetResult.LOST, "0-1", -1, MEANWHILE)  # type: ignore[arg-type]

    return lambda: write(work)


NOTICES = (broadcast, favourite, subscription, preference, kick_off, days_picks, result)
EVENTS = (new_webhook, webhook_test, more_rights, days_picks, publication, settlement)


@pytest.mark.parametrize("writer", NOTICES, ids=lambda writer: writer.__name__)
def test_a_notice_that_becomes_due_is_sent_by_the_next_run(project: Project, writer: Any) -> None:
    act = writer(project)
    settle_down("send_notifications")
    act()
    assert project.push.sent == []
    assert scheduled("send_notifications", NOON + QUARTER)["sent"] == 1


@pytest.mark.parametrize("writer", EVENTS, ids=lambda writer: writer.__name__)
def test_an_event_that_occurs_is_sent_by_the_next_run(project: Project, writer: Any) -> None:
    act = writer(project)
    settle_down("send_webhooks")
    project.hooks.requests.clear()
    act()
    assert scheduled("send_webhooks", NOON + QUARTER)["taken"] == 1


# What time alone makes due.


def runs_that_looked(name: str, hours: int) -> list[str]:
    """The scheduled runs after noon that read Postgres."""
    looks: list[str] = []
    for step in range(1, hours * 4 + 1):
        at = NOON + step * QUARTER
        if scheduled(name, at)["status"] == "done":
            looks.append(f"{at:%H:%M}")
    return looks


def test_a_reminder_is_sent_an_hour_before_kick_off_without_a_look_until_then(project: Project) -> None:
    project.subscribe()
    project.follow(NOON + timedelta(hours=3))
    settle_down("send_notifications")
    assert runs_that_looked("send_notifications", 3) == ["12:20"]
    assert len(project.push.sent) == 1


def test_without_due_deliveries_the_database_is_checked_every_six_hours(project: Project) -> None:
    for name in ("send_notifications", "send_webhooks"):
        settle_down(name)
    assert timedelta(hours=6) == MAX_IDLE
    assert runs_that_looked("send_webhooks", 13) == ["16:20", "22:20"]


def test_results_settled_at_night_are_sent_when_the_quiet_hours_end(project: Project) -> None:
    act = result(project)
    act()
    night = datetime(2024, 4, 28, 2, 5, tzinfo=UTC)
    assert scheduled("send_notifications", night)["due"] == 0, "04:05 in Paris"
    assert [scheduled("send_notifications", night + n * QUARTER)["status"] for n in range(1, 16)] == ["idle"] * 15
    assert scheduled("send_notifications", datetime(2024, 4, 28, 6, 5, tzinfo=UTC))["sent"] == 1


def test_deliveries_still_due_are_sent_when_a_pause_ends(project: Project) -> None:
    act = result(project)
    play_limits.pause(project.db, ALICE, NOON + timedelta(hours=2), YESTERDAY)
    act()
    settle_down("send_notifications")
    assert runs_that_looked("send_notifications", 3) == ["12:20"]
    assert len(project.push.sent) == 1


def test_a_failed_notice_is_tried_again_by_the_next_run(project: Project) -> None:
    broadcast(project)()
    project.push.status = 503
    assert "sent" not in scheduled("send_notifications", NOON + QUARTER)
    project.push.status = 201
    [(rest,)] = select(project.url, "SELECT retry_after FROM push_subscriptions")
    at = NOON + 2 * QUARTER
    while rest is not None and at < rest:
        assert scheduled("send_notifications", at)["status"] == "idle"
        at += QUARTER
    assert scheduled("send_notifications", at)["sent"] == 1


def test_an_event_is_tried_again_after_each_pause_and_not_looked_for_between(project: Project) -> None:
    """15 minutes, 30, an hour, two hours, four hours."""
    project.webhook(at=NOON)
    project.hooks.status = 500
    assert scheduled("send_webhooks", NOON)["failed"] == 1
    looks = runs_that_looked("send_webhooks", 8)
    assert {"10:35", "11:05", "12:05", "14:05", "18:05"} <= set(looks)
    assert len(looks) <= 10
    assert select(project.url, "SELECT attempts FROM webhook_deliveries") == [(6,)]


def test_closing_prices_are_read_ten_minutes_before_kick_off_without_a_look_until_then(
    project: Project, odds: OddsService
) -> None:
    insert_matches(project.db, match_update(kick_off=KICK_OFF), now=YESTERDAY)
    settle_down("snapshot_closing")
    assert runs_that_looked("snapshot_closing", 4) == ["13:50"]


def test_a_match_that_was_moved_is_priced_ten_minutes_before_its_new_kick_off(
    project: Project, odds: OddsService
) -> None:
    act = kick_off(project)
    settle_down("snapshot_closing")
    act()
    assert runs_that_looked("snapshot_closing", 2) == ["10:35", "11:05"], "after the change, and before 11:20"


# What must not be lost.


def test_a_commit_during_a_run_is_looked_at_by_the_next_one(project: Project) -> None:
    """The run may have read before it: what it found no longer counts."""
    token = due.begin("send_webhooks")
    due.mark(["send_webhooks"])
    due.end("send_webhooks", token, NOON + MAX_IDLE, NOON)
    assert due.is_due("send_webhooks", NOON)


def test_a_run_that_began_later_counts(project: Project) -> None:
    early, late = due.begin("send_webhooks"), due.begin("send_webhooks")
    due.end("send_webhooks", early, NOON + MAX_IDLE, NOON)
    assert due.is_due("send_webhooks", NOON)
    due.end("send_webhooks", late, NOON + MAX_IDLE, NOON)
    assert not due.is_due("send_webhooks", NOON)
    assert due.is_due("send_webhooks", NOON + MAX_IDLE)
    assert due.is_due("send_webhooks", NOON - timedelta(days=30)), "the clock was wrong"


def test_after_a_failed_or_incomplete_run_the_next_one_is_due(project: Project) -> None:
    def fail(run: Run) -> None:
        raise LookupError

    def leave(run: Run) -> None:
        run.report(left=1)

    for work in (fail, leave):
        settle_down("send_webhooks")
        with clock.at(NOON), suppress(LookupError):
            job("send_webhooks", work, next_due=lambda db, now: NOON + MAX_IDLE)({}, None)
        assert due.is_due("send_webhooks", NOON)


def test_without_redis_every_scheduled_run_is_due(project: Project) -> None:
    settle_down("send_webhooks")
    for variables in ({}, {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}):
        with environment(DATABASE_URL=project.url, LOG_LEVEL="CRITICAL", **variables):
            assert scheduled("send_webhooks", NOON + QUARTER)["status"] == "done"


def test_a_manual_start_always_runs_the_job(project: Project) -> None:
    settle_down("send_webhooks")
    assert run("send_webhooks", NOON, {})["status"] == "done"


def test_a_job_of_a_round_is_due_again_with_the_next_round(project: Project) -> None:
    night = datetime.combine(DAY, NIGHT, UTC)
    assert run("settle_bets", night, {})["status"] == "done"
    assert scheduled("settle_bets", night)["status"] == "idle"
    assert scheduled("settle_bets", datetime.combine(DAY, AFTERNOON, UTC))["status"] == "done"
    assert scheduled("settle_bets", night + timedelta(hours=13, minutes=10))["status"] == "idle"
    assert run("settle_bets", night, {"day": "2024-04-01"})["status"] == "done"


def test_a_further_worker_does_not_mark_the_first_workers_job_as_done(project: Project) -> None:
    """Whose event would then be idle when it is tried again."""
    night = datetime.combine(DAY, NIGHT, UTC)
    event = {"worker": 1, "began": night.isoformat(), "day": DAY.isoformat()}
    for given in (event, {"worker": 1}):
        assert run("finish_deletions", night, given)["status"] == "done"
        assert due.is_due("finish_deletions", night)
    assert scheduled("finish_deletions", night)["status"] == "done"
    assert scheduled("finish_deletions", night)["status"] == "idle"


# The tables.

READ = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
IGNORED = {
    "send_notifications": {
        "picks": "committed with their day",
        "pick_settlements": "not sent by it",
        "pick_closings": "not sent by it",
        "bets": "settled by an entry",
        "teams": "names",
        "push_deliveries": "written by the job alone",
        "push_pages": "written by the job alone",
        "job_workers": "written by jobs in pages alone",
    },
    "send_webhooks": {
        "picks": "committed with their day",
        "webhook_deliveries": "written by the job alone",
        "job_workers": "written by jobs in pages alone",
    },
    "snapshot_closing": {"teams": "names", "odds_credits": "a limit", "odds_calls": "a limit"},
}


@pytest.mark.parametrize("name", due.WATCHED)
def test_a_job_watches_every_table_that_it_reads(
    project: Project, odds: OddsService, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leaves out can make nothing due earlier, with the reasons."""
    project.subscribe()
    project.webhook()
    project.follow(NOON + 4 * QUARTER)
    tables = {table for (table,) in select(project.url, "SELECT table_name FROM information_schema.tables")}
    statements: list[str] = []
    plain = invocation_metrics.count_postgres_statement

    def record(statement: object) -> None:
        statements.append(str(statement))
        plain(statement)

    monkeypatch.setattr(invocation_metrics, "count_postgres_statement", record)
    run(name, NOON)
    read = {table for statement in statements for table in READ.findall(statement)} & tables
    assert read
    assert read - due.WATCHED[name] - IGNORED[name].keys() - {"jobs"} == set()


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("\n    INSERT INTO broadcasts (a) VALUES (1)", {"broadcasts"}),
        ("UPDATE matches SET a = 1", {"matches"}),
        ("DELETE FROM webhooks WHERE true", {"webhooks"}),
        ("COPY predictions (a) FROM STDIN", {"predictions"}),
        ("WITH new AS (INSERT INTO picks DEFAULT VALUES) SELECT * FROM new", {"picks"}),
        ("SELECT 1 FROM matches", set()),
    ],
)
def test_the_tables_that_a_statement_writes_to_are_known(statement: str, written: set[str]) -> None:
    invocation_metrics.reset()
    invocation_metrics.count_postgres_statement(statement)
    assert invocation_metrics.current().written == written
