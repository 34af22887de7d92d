"""Webhook deliveries: which events are due to whom, until they are accepted."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from functions.send_webhooks.handler import LEASE, PAGE_SIZE
from functions.send_webhooks.selection import decide
from shared.accounts.plans import Plan
from shared.accounts.webhooks import MAX_ATTEMPTS, WebhookEventType
from shared.betting.settlement import BetResult
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.runtime import clock
from shared.runtime.jobs import JobFailed
from shared.stores.betting import picks, play_limits
from shared.stores.database import Connection, connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.messaging import webhook_leases, webhooks
from shared.stores.messaging.webhooks import Delivery
from shared.stores.operations import job_workers
from shared.stores.people import accounts
from tests.cutting_proxy import Cut, cutting_proxy, forget_connection
from tests.factories import BEFORE, choice, insert_predictions, match_update, pick
from tests.lambda_api import LambdaApi
from tests.running import Context, environment, handler_of, run, select
from tests.tokens import ALICE, BOB
from tests.webhook_receiver import Receivers, receivers, signature_of

CREATED = datetime(2024, 4, 26, 20, tzinfo=UTC)
COMMITTED = datetime(2024, 4, 27, 5, 15, tzinfo=UTC)
MORNING = datetime(2024, 4, 27, 5, 17, tzinfo=UTC)
DAY = date(2024, 4, 27)
QUARTER = timedelta(minutes=15)
SECRET = "whsec_" + "A" * 43 + "="
DELIVERIES = """
    SELECT event, attempts, response, is_delivered FROM webhook_deliveries
    WHERE event NOT LIKE 'webhook.test/%%' ORDER BY event, webhook_id
"""


@pytest.fixture
def service() -> Iterator[Receivers]:
    with receivers() as service:
        yield service


@pytest.fixture
def db(url: str, service: Receivers) -> Iterator[Connection]:
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL"), connect(url, "test") as db:
        for user in (ALICE, BOB):
            accounts.set_plan(db, user, Plan.ELITE, CREATED)
        yield db


def webhook(
    db: Connection, name: str = "a", user: UUID = ALICE, events: Any = tuple(WebhookEventType), at: datetime = CREATED
) -> UUID:
    """A webhook made before anything happened."""
    webhook_id = uuid4()
    webhooks.add(db, user, webhook_id, f"https://{name}.example/hook", events, SECRET, at)
    return webhook_id


def send_until(db: Connection, end: datetime) -> int:
    """Run in each quarter of an hour in which an attempt is due, from the morning on; how many failed."""
    failed, at = 0, MORNING
    while at < end:
        failed += send(at).get("failed", 0)
        [[due]] = db.execute("SELECT min(next_attempt_at) FROM webhook_deliveries").fetchall()
        if due is None:
            break
        at += max(1, ceil((due - at) / QUARTER)) * QUARTER
    return failed


def deliver_tests(service: Receivers) -> None:
    """Let the tests of new webhooks be sent."""
    send(CREATED)
    service.requests.clear()


def commit(db: Connection, n: int = 1) -> list[int]:
    """So many picks of the day."""
    clubs = [("Arsenal", "Chelsea"), ("Liverpool", "Everton")][:n]
    ids = insert_predictions(db, *(match_update(home, away) for home, away in clubs))
    with db.transaction():
        assert picks.commit(db, DAY, COMMITTED, n, choice(*(pick(match_id) for match_id in ids)))
    return ids


def send(now: datetime = MORNING) -> dict[str, Any]:
    return run("send_webhooks", now)


def event_types(service: Receivers) -> list[str]:
    return [payload["type"] for payload in service.payloads]


def test_a_new_webhook_is_sent_a_test(db: Connection, service: Receivers) -> None:
    webhook_id = webhook(db)
    assert (send(CREATED)["taken"], send(CREATED + QUARTER)["due"]) == (1, 0)
    at = CREATED.isoformat().replace("+00:00", "Z")
    assert service.payloads == [{"type": "webhook.test", "timestamp": at, "data": {"webhook_id": str(webhook_id)}}]


@pytest.mark.case("G1")
def test_the_picks_committed_event_is_delivered_once_without_the_picks(
    db: Connection, service: Receivers, url: str
) -> None:
    """However often it runs. A reader of the receiver's logs sees that there are picks, not which."""
    webhook(db)
    deliver_tests(service)
    [match_id] = commit(db)
    assert [send(MORNING + n * QUARTER).get("taken", 0) for n in range(3)] == [2, 0, 0]
    assert event_types(service) == ["predictions.published", "picks.committed"], "the oldest first"
    assert service.payloads[0]["data"] == {"match_ids": [match_id]}
    assert service.payloads[1] == {
        "type": "picks.committed",
        "timestamp": "2024-04-27T05:15:00Z",
        "data": {
            "day": "2024-04-27",
            "picks": 1,
            "path": "/api/v1/predictions/daily?date=2024-04-27",
            "legal_notice": LEGAL_NOTICE,
        },
    }
    for request in service.requests:
        assert request.headers["webhook-signature"] == signature_of(SECRET, request)
        assert "." not in request.headers["webhook-id"], "the stop is what parts it from the rest of what is signed"
    assert len({request.headers["webhook-id"] for request in service.requests}) == 2
    assert [row[0] for row in select(url, DELIVERIES)] == [
        "picks.committed/2024-04-27",
        f"predictions.published/{BEFORE.isoformat()}",
    ]


def test_a_day_without_picks_is_delivered_too(db: Connection, service: Receivers) -> None:
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db, 0)
    assert (send()["taken"], service.payloads[0]["data"]["picks"]) == (1, 0)


@pytest.mark.case("J8")
def test_a_settlement_and_its_correction_are_delivered(db: Connection, service: Receivers) -> None:
    """The entry that reverses a settlement is no event of its own."""
    webhook(db, events=[WebhookEventType.PICKS_SETTLED])
    deliver_tests(service)
    [match_id] = commit(db)
    evening = MORNING + timedelta(hours=14)
    [row] = picks.between(db, DAY, DAY)
    picks.add_settlement(db, row, BetResult.WON, "2-1", Decimal("1.1"), evening)
    assert send(evening + QUARTER)["taken"] == 1
    [row] = picks.between(db, DAY, DAY)
    picks.add_settlement(db, row, BetResult.LOST, "1-1", Decimal(-1), evening + QUARTER)
    assert send(evening + 2 * QUARTER)["taken"] == 1
    assert [(payload["data"]["result"], payload["data"]["score"]) for payload in service.payloads] == [
        ("won", "2-1"),
        ("lost", "1-1"),
    ]
    assert service.payloads[0]["data"]["match_id"] == match_id
    assert service.payloads[0]["data"]["legal_notice"] == LEGAL_NOTICE


@pytest.mark.case("J8", "G1")
def test_each_settlement_is_delivered_once_across_corrections(db: Connection, service: Receivers) -> None:
    """Won, then lost, then won again: three entries, each delivered once, in their order."""
    webhook(db, events=[WebhookEventType.PICKS_SETTLED])
    deliver_tests(service)
    commit(db)
    evening, payloads = MORNING + timedelta(hours=14), []
    for number, (ending, score) in enumerate([(BetResult.WON, "2-1"), (BetResult.LOST, "1-1"), (BetResult.WON, "2-1")]):
        [row] = picks.between(db, DAY, DAY)
        picks.add_settlement(db, row, ending, score, Decimal(1), evening + 2 * number * QUARTER)
        payloads += [send(evening + (2 * number + n) * QUARTER).get("taken", 0) for n in (1, 1.5)]
    assert payloads == [1, 0] * 3
    assert [payload["data"]["result"] for payload in service.payloads] == ["won", "lost", "won"]
    assert len({request.headers["webhook-id"] for request in service.requests}) == 3


def test_a_webhook_gets_only_its_event_types_since_its_creation(db: Connection, service: Receivers) -> None:
    webhook(db, "a", events=[WebhookEventType.PICKS_COMMITTED])
    webhook(db, "b", BOB, events=[WebhookEventType.PREDICTIONS_PUBLISHED])
    deliver_tests(service)
    webhook(db, "late", events=tuple(WebhookEventType), at=COMMITTED + timedelta(minutes=1))
    commit(db)
    assert send()["taken"] == 3
    deliveries = sorted(
        (request.headers["host"], body["type"])
        for request, body in zip(service.requests, service.payloads, strict=True)
    )
    assert deliveries == [
        ("a.example", "picks.committed"),
        ("b.example", "predictions.published"),
        ("late.example", "webhook.test"),
    ]


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_failed_deliveries_are_retried_with_backoff(db: Connection, service: Receivers, status: int) -> None:
    """The same id and body each time, so that the receiver can detect duplicates."""
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status = status
    tries = [send(MORNING + n * QUARTER).get("failed", 0) for n in range(8)]
    assert tries == [1, 1, 0, 1, 0, 0, 0, 1], "after a quarter of an hour, half an hour, an hour"
    service.status = 200
    assert send(MORNING + 15 * QUARTER)["taken"] == 1
    assert send(MORNING + 31 * QUARTER)["due"] == 0
    first = service.requests[0]
    assert len({(request.headers["webhook-id"], request.content) for request in service.requests}) == 1
    assert len({request.headers["webhook-timestamp"] for request in service.requests}) == 5
    assert service.requests[-1].headers["webhook-signature"] == signature_of(SECRET, service.requests[-1])
    assert service.requests[-1].headers["webhook-signature"] != first.headers["webhook-signature"]


def test_failing_for_almost_three_days_stops_a_webhook_until_its_owner_requests_a_test(
    db: Connection, service: Receivers
) -> None:
    webhook_id = webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status = 503
    assert send_until(db, MORNING + timedelta(hours=80)) == MAX_ATTEMPTS
    [row] = webhooks.of_person(db, ALICE)
    assert row.stopped_at == MORNING + timedelta(hours=63, minutes=45)
    assert (row.last_response, row.last_is_delivered) == ("503", False)
    later, service.status = MORNING + timedelta(days=4), 200
    service.requests.clear()
    assert send(later)["due"] == 0
    assert webhooks.request_test(db, ALICE, webhook_id, later)
    assert send(later + QUARTER)["taken"] == 1
    assert event_types(service) == ["webhook.test"]
    assert [row.stopped_at for row in webhooks.of_person(db, ALICE)] == [None]


def test_early_or_late_runs_skip_no_attempt(db: Connection, service: Receivers) -> None:
    """Of a run the platform promises the minute, not the second; and sending takes time."""
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status = 500
    seconds = [50, 5, 55, 0, 30, 59, 1, 20]
    tries = [send(MORNING + n * QUARTER + timedelta(seconds=s)).get("failed", 0) for n, s in enumerate(seconds)]
    assert tries == [1, 1, 0, 1, 0, 0, 0, 1]


def test_a_retry_delay_counts_from_the_start_of_the_run(
    db: Connection, url: str, service: Receivers, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status, looks = 500, count()
    variables = {"DATABASE_URL": url, "JOBS_URL": api.address, "LOG_LEVEL": "CRITICAL"}
    with environment(**variables), monkeypatch.context() as patch:
        # A clock that goes on: half a minute from look to look.
        patch.setattr(clock, "now", lambda: MORNING + next(looks) * timedelta(seconds=30))
        assert handler_of("send_webhooks")({}, None)["failed"] == 1
    assert next(looks) > 5, "longer than a try may be early"
    assert send(MORNING + QUARTER)["failed"] == 1


def test_one_undeliverable_message_is_abandoned_without_stopping_the_webhook(
    db: Connection, service: Receivers
) -> None:
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status = 400
    send_until(db, MORNING + timedelta(hours=60))
    [row] = webhooks.of_person(db, ALICE)
    evening = MORNING + timedelta(hours=60)
    webhooks.put_delivery(
        db, Delivery(row.webhook_id, "another", 1, is_delivered=True, next_attempt_at=None), "200", evening
    )
    assert sum(send(evening + n * QUARTER).get("failed", 0) for n in range(4 * 12)) == 1, "the ninth"
    assert [row.stopped_at for row in webhooks.of_person(db, ALICE)] == [None]


@pytest.mark.parametrize("status", [410, 503])
def test_a_test_requested_during_the_last_failing_attempt_is_delivered(
    db: Connection, service: Receivers, status: int
) -> None:
    webhook_id = webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.status = status
    last = MORNING if status == 410 else MORNING + timedelta(hours=63, minutes=45)
    send_until(db, last)
    service.meanwhile["a.example"] = lambda: webhooks.request_test(db, ALICE, webhook_id, last - timedelta(seconds=1))
    service.requests.clear()
    send(last)
    assert event_types(service) == ["picks.committed", "webhook.test"], "by the run that was under way"


@pytest.mark.case("P7")
def test_a_removal_or_pause_during_the_run_cancels_further_deliveries(db: Connection, service: Receivers) -> None:
    """Of a removed webhook, and of a person who pauses."""
    webhook(db, "a")
    b = webhook(db, "b", BOB)
    deliver_tests(service)
    commit(db)
    service.meanwhile["a.example"] = lambda: play_limits.pause(db, ALICE, MORNING + timedelta(days=7), CREATED)
    service.meanwhile["b.example"] = lambda: webhooks.remove(db, BOB, b)
    assert send()["taken"] == 2, "of four: each its first"


def test_a_410_stops_the_webhook_at_once(db: Connection, service: Receivers, url: str) -> None:
    webhook(db)
    deliver_tests(service)
    commit(db)
    service.status = 410
    assert send()["gone"] == 1, "of two that were due"
    assert send(MORNING + QUARTER)["due"] == 0
    [row] = webhooks.of_person(db, ALICE)
    assert (row.stopped_at, row.last_response) == (MORNING, "410")


@pytest.mark.case("P6", "P7", "A19")
def test_webhooks_of_downgraded_pausing_or_deleted_accounts_get_nothing(db: Connection, service: Receivers) -> None:
    for number, user in enumerate((ALICE, BOB, UUID(int=3), UUID(int=4))):
        accounts.set_plan(db, user, Plan.ELITE, CREATED)
        webhook(db, f"n{number}", user, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    accounts.set_plan(db, ALICE, Plan.PREMIUM, CREATED)
    play_limits.pause(db, BOB, MORNING + timedelta(days=7), CREATED)
    accounts.close(db, UUID(int=3), CREATED)
    commit(db)
    assert send()["taken"] == 1
    assert [request.headers["host"] for request in service.requests] == ["n3.example"]
    accounts.set_plan(db, ALICE, Plan.ELITE, CREATED)
    assert send(MORNING + QUARTER)["taken"] == 1, "the event is still due"


@pytest.mark.case("G9")
def test_a_failing_webhook_does_not_block_the_others(db: Connection, service: Receivers) -> None:
    """A receiver gets no later events after a failed one, so that the order stands."""
    for number in range(PAGE_SIZE + 5):
        webhook(db, f"n{number}", events=[WebhookEventType.PICKS_COMMITTED, WebhookEventType.PREDICTIONS_PUBLISHED])
    deliver_tests(service)
    commit(db)
    service.statuses["n3.example"] = 500
    service.addresses["n4.example"] = ["10.0.0.1"]
    service.addresses["n5.example"] = []
    report = send()
    assert (report["due"], report["taken"], report["failed"], report["left"]) == (50, 44, 3, 0)


@pytest.mark.parametrize(
    ("status", "header", "quarters"),
    [
        pytest.param(429, "5400", 6, id="an hour and a half"),
        pytest.param(503, "Sat, 27 Apr 2024 06:02:00 GMT", 3, id="until 06:02"),
        pytest.param(503, "60", 1, id="a minute"),
    ],
)
def test_a_receiver_is_paused_for_its_retry_after(
    db: Connection, service: Receivers, status: int, header: str, quarters: int
) -> None:
    """Also for new events; other receivers are not."""
    webhook(db, "a", events=[WebhookEventType.PICKS_COMMITTED])
    webhook(db, "b", BOB, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    service.statuses["a.example"], service.retry_after["a.example"] = status, header
    report = send()
    assert (report["taken"], report["failed"]) == (1, 1)
    service.statuses.clear()
    assert [send(MORNING + n * QUARTER).get("taken", 0) for n in range(1, quarters + 1)] == [0] * (quarters - 1) + [1]


def test_a_requested_test_ignores_the_receivers_retry_after(db: Connection, service: Receivers) -> None:
    webhook_id = webhook(db)
    service.statuses["a.example"], service.retry_after["a.example"] = 429, "86400"
    assert send(CREATED)["failed"] == 1
    service.statuses.clear()
    assert send(CREATED + QUARTER)["due"] == 0
    assert webhooks.request_test(db, ALICE, webhook_id, CREATED + 2 * QUARTER)
    assert send(CREATED + 2 * QUARTER)["taken"] >= 1


def test_failing_webhooks_are_sent_after_the_others(db: Connection, service: Receivers) -> None:
    """Though they have waited longer: their time-outs must not delay others."""
    webhook(db, "a")
    deliver_tests(service)
    service.statuses["a.example"] = 500
    commit(db)
    assert send()["failed"] == 1
    webhook(db, "b", BOB, at=MORNING + QUARTER)
    service.requests.clear()
    send(MORNING + QUARTER)
    assert [request.headers["host"] for request in service.requests] == ["b.example", "a.example"]


def test_webhooks_waiting_longest_come_first(db: Connection) -> None:
    """Of a page, which is sent at once: the order in which its requests begin."""
    order = (("c", ALICE, 1), ("a", ALICE, 2), ("b", BOB, 0))
    names = {webhook(db, name, user, at=MORNING + quarters * QUARTER): name for name, user, quarters in order}
    now = MORNING + 3 * QUARTER
    queues = decide(webhooks.active_webhooks(db, names, now), [], [], now)
    assert [names[queue[0].webhook.webhook_id] for queue in queues] == ["b", "c", "a"]


@pytest.mark.case("G5")
@pytest.mark.parametrize(("days", "taken"), [(2, 1), (4, 0)])
def test_events_are_delivered_after_an_outage_of_two_days_but_not_of_four(
    db: Connection, service: Receivers, days: int, taken: int
) -> None:
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    assert send(MORNING + timedelta(days=days)).get("taken", 0) == taken


@pytest.mark.case("G3")
def test_deliveries_recorded_before_a_crash_are_not_repeated(
    db: Connection, service: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded deliveries stay, though the run's own transaction is rolled back."""
    webhook(db, "a", events=[WebhookEventType.PICKS_COMMITTED])
    webhook(db, "b", BOB, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)
    put, calls = webhooks.put_delivery, list[Any]()

    def dies(*args: Any) -> None:
        if calls:
            raise SystemExit
        calls.append(put(*args))

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(webhooks, "put_delivery", dies)
        send()
    assert len(service.requests) == 2
    assert send(MORNING + LEASE)["taken"] == 1, "the one of which nothing was written: at least once"


@pytest.mark.case("G8")
def test_a_run_whose_time_is_up_leaves_the_rest_to_the_next(db: Connection, service: Receivers) -> None:
    webhook(db, events=[WebhookEventType.PICKS_COMMITTED])
    deliver_tests(service)
    commit(db)

    class Late:
        aws_request_id = "1"

        def get_remaining_time_in_millis(self) -> int:
            return 1000

    with clock.at(MORNING):
        report = handler_of("send_webhooks")({}, Late())
    assert (report["left"], report["status"]) == (1, "stopped")
    assert send(MORNING + QUARTER)["taken"] == 1


def test_deliveries_are_deleted_after_a_month(db: Connection, service: Receivers, url: str) -> None:
    webhook(db)
    deliver_tests(service)
    assert select(url, "SELECT count(*) FROM webhook_deliveries") == [(1,)]
    send(CREATED + timedelta(days=30))
    assert select(url, "SELECT count(*) FROM webhook_deliveries") == [(1,)]
    send(CREATED + timedelta(days=30, seconds=1))
    assert select(url, "SELECT count(*) FROM webhook_deliveries") == [(0,)]


def test_events_due_during_a_run_are_sent_by_it(db: Connection, service: Receivers) -> None:
    """For the run that is started then finds it at work; a webhook that has just failed waits for the next one."""
    webhook(db, "a")
    deliver_tests(service)
    commit(db)
    service.statuses["a.example"] = 500
    service.meanwhile["a.example"] = lambda: webhook(db, "b", BOB, at=MORNING)
    report = send()
    assert (report["failed"], report["taken"]) == (1, 1)
    assert [request.headers["host"] for request in service.requests] == ["a.example", "b.example"]


@pytest.mark.case("G2")
def test_of_two_concurrent_runs_only_one_sends(db: Connection, service: Receivers) -> None:
    webhook(db)
    job_workers.hold(db, "send_webhooks", 0, "another run", CREATED, CREATED, CREATED + QUARTER)
    assert send(CREATED)["status"] == "locked"
    assert service.requests == []


def insert_webhooks(db: Connection, service: Receivers, n: int) -> None:
    """So many webhooks whose tests are sent, and a day's picks."""
    for number in range(n):
        webhook(db, f"n{number}", events=[WebhookEventType.PICKS_COMMITTED, WebhookEventType.PREDICTIONS_PUBLISHED])
    deliver_tests(service)
    commit(db)


def times_received(service: Receivers) -> Counter[tuple[str, str]]:
    return Counter((request.headers["host"], request.headers["webhook-id"]) for request in service.requests)


@pytest.mark.case("G2")
def test_webhooks_on_which_another_worker_is_working_are_not_taken_until_its_lease_is_over(
    db: Connection, service: Receivers
) -> None:
    insert_webhooks(db, service, 5)
    assert len(webhook_leases.take(db, MORNING, MORNING, MORNING, MORNING + LEASE, 3)) == 3
    report = send()
    assert (report["taken"], report["status"]) == (4, "done")
    assert send(MORNING + LEASE)["taken"] == 6
    assert set(times_received(service).values()) == {1}


@pytest.mark.case("G3")
@pytest.mark.parametrize("mode", ["before", "after"])
def test_runs_that_are_killed_at_any_message_to_the_database_lose_no_event(
    db: Connection, service: Receivers, url: str, tmp_path: Path, mode: Cut
) -> None:
    """What was in flight when a run was killed is sent again, with the same id: at least once."""
    insert_webhooks(db, service, 5)
    killed = 0
    with cutting_proxy(url, tmp_path / "proxy") as proxy, environment(DATABASE_URL=proxy.url, LOG_LEVEL="CRITICAL"):
        proxy.mode = mode
        for proxy.cut_at in count(3, 3):
            forget_connection()
            try:
                send(MORNING + killed * LEASE)
            except (psycopg.OperationalError, DatabaseUnavailable, JobFailed):
                killed += 1
                continue
            break
    assert killed > 3
    received = times_received(service)
    assert len(received) == 10
    assert sum(received.values()) - 10 <= killed * 5, "those of one round"
    assert set(select(url, "SELECT DISTINCT is_delivered FROM webhook_deliveries")) == {(True,)}


@pytest.mark.case("G8")
def test_a_deadline_leaves_the_rest_to_a_run_that_it_starts(
    db: Connection, service: Receivers, url: str, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_webhooks(db, service, 2 * PAGE_SIZE + 5)
    looks, events, statuses = count(), list[Any]([{}]), list[str]()
    monkeypatch.setattr(clock, "now", lambda: MORNING + next(looks) * timedelta(seconds=0.5))
    with environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="CRITICAL"):
        while events:
            statuses.append(handler_of("send_webhooks")(events.pop(), Context(50))["status"])
            events = [event for _, event in api.async_calls if event["worker"] == 0]
            api.calls.clear()
    assert len(statuses) > 1
    assert statuses == ["continued"] * (len(statuses) - 1) + ["done"]
    assert sorted(times_received(service).values()) == [1] * (4 * PAGE_SIZE + 10)


def test_webhooks_without_anything_new_are_not_looked_at(db: Connection, service: Receivers, url: str) -> None:
    """A quarter of an hour after an event at the latest."""
    insert_webhooks(db, service, 2)
    looks = []
    for n in range(4):
        send(MORNING + n * QUARTER)
        looks.append(select(url, "SELECT DISTINCT looked_at FROM webhooks"))
    assert looks == [[(MORNING,)], [(MORNING + QUARTER,)], [(MORNING + QUARTER,)], [(MORNING + QUARTER,)]]
