"""What browsers are sent: what is due, to whom it is due, at most once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from functions.bets.placement import place as place_bet
from functions.bets.requests import BetCreate
from functions.send_notifications.handler import LEASE
from functions.send_notifications.hosts import MAX_FAILING_DEVICES
from functions.send_notifications.selection import Events, decide, is_quiet
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.accounts.push_endpoints import parse_unsubscribe_token
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.runtime import clock, wiring
from shared.runtime.jobs import JobFailed
from shared.stores.betting import picks, play_limits
from shared.stores.database import Connection, connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.messaging import broadcasts, push_pages, push_subscriptions
from shared.stores.messaging.broadcasts import BroadcastRow
from shared.stores.messaging.push_deliveries import MAX_ATTEMPTS, KickOffRow
from shared.stores.messaging.push_pages import PAGE_SIZE
from shared.stores.messaging.push_subscriptions import Device
from shared.stores.people import accounts, favourites, gdpr, preferences, users
from tests.cutting_proxy import Cut, cutting_proxy, forget_connection
from tests.factories import KICK_OFF, choice, insert_matches, insert_predictions, match_update, pick
from tests.lambda_api import LambdaApi
from tests.push_service import VAPID, Browser, PushService, push_service
from tests.running import Context, environment, handler_of, invoke, run, select
from tests.tokens import ALICE, BOB, SUPABASE, bearer

COMMITTED = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
MORNING = datetime(2024, 4, 27, 6, 8, tzinfo=UTC)
"""08:08 in Paris, when the night's quiet is over."""
DAY = date(2024, 4, 27)
QUARTER = timedelta(minutes=15)
CLUBS = [
    ("Arsenal", "Chelsea"),
    ("Liverpool", "Everton"),
    ("Fulham", "Brentford"),
    ("Wolves", "Luton"),
    ("Burnley", "Newcastle"),
]
STATES = "SELECT event, state, attempts FROM push_deliveries ORDER BY event, subscription_id"
CARL = UUID("ca410000-0000-4000-8000-000000000003")


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture
def db(url: str, service: PushService) -> Iterator[Connection]:
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **VAPID, **SUPABASE), connect(url, "test") as db:
        yield db


@pytest.fixture
def alice(db: Connection, service: PushService) -> Browser:
    """Alice's browser, subscribed the evening before; every notification is enabled."""
    preferences.change(db, ALICE, {"push_match_start": True}, COMMITTED)
    return subscribe(db, service.browser("alice"), ALICE)


def subscribe(
    db: Connection, browser: Browser, user: UUID, since: datetime = COMMITTED - timedelta(hours=9)
) -> Browser:
    subscription = browser.subscription
    put = push_subscriptions.put(
        db, user, browser.endpoint, subscription["keys"]["p256dh"], subscription["keys"]["auth"], None, since
    )
    assert put is not None
    return browser


def commit(db: Connection, n: int = 1) -> list[int]:
    """So many picks of the day."""
    ids = insert_predictions(db, *(match_update(home, away) for home, away in CLUBS[:n]))
    with db.transaction():
        assert picks.commit(db, DAY, COMMITTED, n, choice(*(pick(match_id) for match_id in ids)))
    return ids


def send(now: datetime = MORNING) -> dict[str, Any]:
    return run("send_notifications", now)


def sent_bodies(service: PushService) -> list[str]:
    return [message["body"] for _, message in service.sent]


def test_without_vapid_keys_the_job_is_skipped(url: str) -> None:
    with environment(DATABASE_URL=url, LOG_LEVEL="ERROR"):
        assert send()["skipped"] == "VAPID_PRIVATE_KEY is not set"


@pytest.mark.case("G1")
def test_the_days_picks_are_pushed_once_in_the_morning(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    """However often it runs; nothing before the picks are committed, nor in the quiet hours."""
    assert send(MORNING)["due"] == 0
    commit(db)
    assert send(COMMITTED + timedelta(minutes=8))["due"] == 0, "06:53 in Paris"
    assert [send(MORNING + n * QUARTER).get("sent", 0) for n in range(4)] == [1, 0, 0, 0]
    [(endpoint, message)] = service.sent
    assert endpoint == alice.endpoint
    assert message["title"] == "Les paris du jour"
    assert message["body"] == f"Choisis ce matin : Arsenal – Chelsea.\n{LEGAL_NOTICE}"
    assert message["data"].keys() == {"url", "unsubscribe", "legal_url"}
    assert select(url, STATES) == [("picks/2024-04-27", "sent", 1)]


@pytest.mark.case("P6")
def test_a_pick_notification_names_the_plans_matches_and_no_bet(
    db: Connection, service: PushService, alice: Browser
) -> None:
    """A downgraded account gets three; 3 kB at most; no price, no probability, no outcome."""
    accounts.set_plan(db, ALICE, Plan.PREMIUM, COMMITTED)
    bob = subscribe(db, service.browser("bob"), BOB)
    accounts.set_plan(db, BOB, Plan.PREMIUM, COMMITTED)
    accounts.set_plan(db, BOB, Plan.FREE, MORNING)
    commit(db, 5)
    assert send()["sent"] == 2
    messages = dict(service.sent)
    assert messages[alice.endpoint]["body"].count("–") == 5
    assert messages[bob.endpoint]["body"].count("–") == 3
    assert "Burnley" not in json.dumps(messages[bob.endpoint])
    for message in messages.values():
        assert len(json.dumps(message, ensure_ascii=False).encode()) <= 3000
        message["data"].pop("unsubscribe")  # digits as chance will have them
        text = json.dumps(message, ensure_ascii=False)
        assert not any(word in text for word in ("2.10", "2,10", "0.5", "50", "victoire", "home"))


@pytest.mark.case("P6", "P7")
def test_a_downgrade_or_pause_during_the_run_cancels_the_delivery(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    """Each recipient is checked again when their delivery is claimed."""
    for n in range(MAX_FAILING_DEVICES - 1):  # so many are sent to at once
        subscribe(db, service.browser(str(n)), UUID(int=9 + n))
    accounts.set_plan(db, BOB, Plan.PREMIUM, COMMITTED)
    accounts.set_plan(db, UUID(int=3), Plan.PREMIUM, COMMITTED)
    bob = subscribe(db, service.browser("bob"), BOB)
    carl = subscribe(db, service.browser("carl"), UUID(int=3))
    commit(db, 5)

    def meanwhile() -> None:
        accounts.set_plan(db, BOB, Plan.FREE, MORNING)
        play_limits.pause(db, UUID(int=3), MORNING + timedelta(days=1), MORNING)

    interrupt(service, meanwhile)
    assert send()["sent"] == MAX_FAILING_DEVICES
    assert not {bob.endpoint, carl.endpoint} & {endpoint for endpoint, _ in service.sent}
    assert [state for _, state, _ in select(url, STATES)] == ["sent"] * MAX_FAILING_DEVICES


def interrupt(service: PushService, action: Callable[[], None]) -> None:
    """Have something happen while the first message is under way."""
    browsers = service.browsers
    service.browsers = _Interrupting(browsers, action)


class _Interrupting(dict[str, Browser]):
    def __init__(self, browsers: dict[str, Browser], action: Callable[[], None]) -> None:
        super().__init__(browsers)
        self._what = [action]

    def __getitem__(self, endpoint: str) -> Browser:
        while self._what:
            self._what.pop()()
        return super().__getitem__(endpoint)


@pytest.mark.case("P7")
def test_a_person_on_a_pause_gets_no_notifications(db: Connection, service: PushService, alice: Browser) -> None:
    """Of no kind, for as long as it lasts."""
    [match_id] = commit(db)
    favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    broadcast(db)
    play_limits.pause(db, ALICE, KICK_OFF, MORNING)
    assert send()["due"] == send(KICK_OFF - timedelta(hours=1))["due"] == 0
    assert service.sent == []


@pytest.mark.case("P2")
def test_a_deleted_person_gets_no_notifications(db: Connection, service: PushService, alice: Browser, url: str) -> None:
    commit(db)
    accounts.close(db, ALICE, MORNING)
    assert send()["due"] == 0
    gdpr.erase(db, ALICE)
    assert select(url, "SELECT 1 FROM push_subscriptions") == []


def test_a_kick_off_reminder_is_sent_an_hour_before_in_the_persons_language_and_zone(
    db: Connection, service: PushService, alice: Browser
) -> None:
    preferences.change(db, ALICE, {"language": "en", "timezone": "Europe/London", "push_daily_picks": False}, COMMITTED)
    [match_id] = commit(db)
    favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    hour = KICK_OFF - timedelta(hours=1)
    assert [send(hour + n * QUARTER).get("sent", 0) for n in range(-1, 5)] == [0, 1, 0, 0, 0, 0]
    assert sent_bodies(service) == ["Arsenal v Chelsea begins at 15:00."]
    assert service.sent[0][1]["data"]["url"] == f"/match/{match_id}"


def test_followed_matches_are_notified_in_the_order_of_their_kick_offs(
    db: Connection, service: PushService, alice: Browser
) -> None:
    """Neither their ids nor the instants at which they were followed have it."""
    delays = dict(zip(CLUBS, (timedelta(minutes=20), timedelta(0), timedelta(minutes=10)), strict=False))
    for (home, away), delay in delays.items():
        [match_id] = insert_matches(db, match_update(home, away, kick_off=KICK_OFF + delay))
        favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    assert send(KICK_OFF - timedelta(minutes=30))["sent"] == 3
    assert [body[-6:-1] for body in sent_bodies(service)] == ["16:00", "16:10", "16:20"]


@pytest.mark.case("J1", "J3", "J4")
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.SCHEDULED, Status.FINISHED}))
def test_a_match_that_is_not_scheduled_causes_no_notification(
    db: Connection, service: PushService, alice: Browser, status: Status
) -> None:
    """Neither an hour before its kick-off, nor among the day's picks."""
    [match_id] = commit(db)
    favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    insert_matches(db, match_update(status=status, source_updated_at=COMMITTED), now=COMMITTED)
    assert send()["due"] == 0
    assert send(KICK_OFF - timedelta(hours=1))["due"] == 0
    assert service.sent == []


@pytest.mark.case("J2")
def test_a_rescheduled_match_is_announced_at_its_new_time_only(
    db: Connection, service: PushService, alice: Browser
) -> None:
    preferences.change(db, ALICE, {"push_daily_picks": False}, COMMITTED)
    [match_id] = insert_matches(db, match_update())
    favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    hour, later = timedelta(hours=1), KICK_OFF + timedelta(hours=3)
    assert send(KICK_OFF - hour)["sent"] == 1
    insert_matches(db, match_update(kick_off=later, source_updated_at=KICK_OFF - hour), now=KICK_OFF - hour)
    assert send(KICK_OFF - hour + QUARTER)["due"] == 0
    assert [send(later - hour + n * QUARTER).get("sent", 0) for n in range(2)] == [1, 0]
    assert sent_bodies(service) == ["Arsenal – Chelsea commence à 16:00.", "Arsenal – Chelsea commence à 19:00."]


@pytest.mark.case("G5")
@pytest.mark.parametrize("notify", [True, False])
def test_a_late_kick_off_reminder_is_sent_up_to_a_quarter_of_an_hour_before(
    db: Connection, service: PushService, alice: Browser, notify: bool
) -> None:
    """And only where it is enabled for the favourite."""
    [match_id] = insert_matches(db, match_update())
    favourites.add(db, ALICE, match_id, None, notify, COMMITTED)
    assert send(KICK_OFF - timedelta(minutes=14))["due"] == 0
    assert send(KICK_OFF - timedelta(minutes=16)).get("sent", 0) == int(notify)


def test_a_bets_result_and_its_correction_are_pushed(db: Connection, service: PushService, alice: Browser) -> None:
    """The corrected result is a notification of its own; amounts are not included."""
    insert_bet(db)
    settled = datetime(2024, 4, 28, 3, 50, tzinfo=UTC)
    settle_match(db, "2-1", settled)
    assert send(settled + timedelta(minutes=3))["due"] == 0, "05:53 in Paris"
    morning = MORNING + timedelta(days=1)
    assert [send(morning + n * QUARTER).get("sent", 0) for n in range(2)] == [1, 0]
    settle_match(db, "1-1", morning + timedelta(hours=9))
    assert [send(morning + timedelta(hours=10) + n * QUARTER).get("sent", 0) for n in range(2)] == [1, 0]
    assert sent_bodies(service) == ["Arsenal – Chelsea (2-1) : pari gagné.", "Arsenal – Chelsea (1-1) : pari perdu."]


@pytest.mark.case("J8")
def test_a_result_corrected_before_its_delivery_is_pushed_once(
    db: Connection, service: PushService, alice: Browser
) -> None:
    """Both came in the quiet hours; the first of them is outdated."""
    insert_bet(db)
    settled = datetime(2024, 4, 28, 3, 50, tzinfo=UTC)
    settle_match(db, "2-1", settled)
    settle_match(db, "1-1", settled + timedelta(hours=1))
    morning = MORNING + timedelta(days=1)
    assert [send(morning + n * QUARTER).get("sent", 0) for n in range(2)] == [1, 0]
    assert sent_bodies(service) == ["Arsenal – Chelsea (1-1) : pari perdu."]


def test_a_result_older_than_a_day_is_not_pushed(db: Connection, service: PushService, alice: Browser) -> None:
    insert_bet(db)
    settled = datetime(2024, 4, 28, 8, 50, tzinfo=UTC)
    settle_match(db, "2-1", settled)
    assert send(settled + timedelta(hours=24))["due"] == 0


def test_results_are_notified_in_the_order_of_settlement(db: Connection, service: PushService, alice: Browser) -> None:
    """It is the reverse of the order of the bets."""
    night = datetime(2024, 4, 28, 1, tzinfo=UTC)
    for clubs in CLUBS[:3]:
        insert_bet(db, *clubs)
    for n, clubs in enumerate(reversed(CLUBS[:3])):
        settle_match(db, f"{n}-0", night + timedelta(minutes=n), *clubs)
    assert send(MORNING + timedelta(days=1))["sent"] == 3
    assert [score for body in sent_bodies(service) for score in ("0-0", "1-0", "2-0") if score in body] == [
        "0-0",
        "1-0",
        "2-0",
    ]


def insert_bet(db: Connection, home: str = "Arsenal", away: str = "Chelsea") -> None:
    """A bet of Alice's on the home club."""
    [match_id] = insert_matches(db, match_update(home, away))
    users.get_or_create(db, ALICE, COMMITTED)
    users.declare_adult(db, ALICE, COMMITTED)
    bet = {"match_id": match_id, "prediction": "home_win", "odds": 2.1, "amount": 10}
    with db.transaction():
        place_bet(db, ALICE, features_of(Plan.FREE), BetCreate.model_validate(bet), MORNING)


def settle_match(db: Connection, score: str, now: datetime, home: str = "Arsenal", away: str = "Chelsea") -> None:
    """Have the result known, and bets settled by it."""
    insert_matches(db, match_update(home, away, score=score, source_updated_at=now), now=now)
    assert run("settle_bets", now)["status"] == "done"


def broadcast(db: Connection, audience: str | None = None) -> None:
    broadcasts.add(db, BOB, BroadcastRow("b1", "Maintenance", "Ce soir à 23 h.", "/", audience, COMMITTED))


def test_a_broadcast_is_pushed_once_to_those_with_its_preference(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    other = subscribe(db, service.browser("other"), BOB)
    results = {"daily_picks": False, "match_start": False, "result_updates": True}
    push_subscriptions.change(db, BOB, other.endpoint, results | {"quiet_from": 22, "quiet_until": 8}, COMMITTED)
    broadcast(db, "daily_picks")
    assert [send(MORNING + n * QUARTER).get("sent", 0) for n in range(2)] == [1, 0]
    assert [endpoint for endpoint, _ in service.sent] == [alice.endpoint]
    assert select(url, STATES) == [("broadcast/b1", "sent", 1)]


def test_a_new_subscription_gets_no_earlier_notifications(db: Connection, service: PushService) -> None:
    """So a browser with a new endpoint gets none twice."""
    commit(db)
    broadcast(db)
    subscribe(db, service.browser("new"), ALICE, since=MORNING - timedelta(minutes=1))
    assert send()["due"] == 0


@pytest.mark.case("P5")
@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_removed(
    db: Connection, service: PushService, alice: Browser, url: str, status: int
) -> None:
    commit(db)
    service.status = status
    assert send()["gone"] == 1
    assert select(url, "SELECT 1 FROM push_subscriptions") == select(url, STATES) == []


@pytest.mark.case("P5")
def test_a_push_service_that_answers_429_is_paused(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    """For all after three such devices, and for these until its Retry-After; then the notification arrives, once."""
    for n in range(4):
        subscribe(db, service.browser(str(n)), UUID(int=n + 1))
    commit(db)
    service.status, service.headers = 429, {"Retry-After": "1200"}
    report = send()
    assert (report["later"], report["deferred"], len(service.requests)) == (3, 2, 3)
    service.status = 201
    assert [send(MORNING + n * QUARTER).get("sent", 0) for n in (1, 2, 3)] == [2, 3, 0]
    assert sorted(tries for _, _, tries in select(url, STATES)) == [1, 1, 2, 2, 2]


BAD = [
    pytest.param({"status": 500}, id="500"),
    pytest.param({"status": 503}, id="503"),
    pytest.param({"status": 429}, id="429"),
    pytest.param({"fault": httpx.ReadTimeout("slow")}, id="no answer in time"),
    pytest.param({"fault": httpx.ConnectError("refused")}, id="no connection"),
]


def fail_for(service: PushService, browser: Browser, status: int | None = None, fault: Exception | None = None) -> None:
    """Have a push service always fail for one browser."""
    if status is not None:
        service.statuses[browser.endpoint] = status
    if fault is not None:
        service.faults[browser.endpoint] = fault


@pytest.mark.case("P5")
@pytest.mark.parametrize("bad", BAD)
def test_one_failing_device_does_not_block_others_of_its_host(
    db: Connection, service: PushService, alice: Browser, bad: dict[str, Any]
) -> None:
    """Of one host, whose first device fails always: the others' kick-offs arrive in the same run."""
    others = [subscribe(db, service.browser(str(n)), UUID(int=n + 1)) for n in range(3)]
    fail_for(service, alice, **bad)
    commit(db)
    broadcast(db)
    report = send()
    assert (report["sent"], report["deferred"]) == (6, 1), "what else there is for the bad device waits"
    assert {endpoint for endpoint, _ in service.sent} == {other.endpoint for other in others}


@pytest.mark.case("P5")
def test_known_failing_devices_come_last_and_do_not_pause_their_host(
    db: Connection, service: PushService, alice: Browser
) -> None:
    """Three new failing ones in a row do pause their host, once."""
    bad = [alice, *(subscribe(db, service.browser(f"bad{n}"), UUID(int=n + 1)) for n in range(2))]
    good = subscribe(db, service.browser("good"), BOB)
    for browser in bad:
        fail_for(service, browser, status=503)
    commit(db)
    assert (send().get("sent", 0), len(service.requests)) == (0, 3)
    report = send(MORNING + QUARTER)
    assert (report["sent"], report["later"]) == (1, 3)
    assert good.endpoint in {str(request.url) for request in service.requests[3:6]}, "in the first round"
    service.statuses.clear()
    assert send(MORNING + 2 * QUARTER)["sent"] == 3
    broadcast(db)
    assert send(MORNING + 3 * QUARTER)["sent"] == 4
    first_round = {str(request.url) for request in service.requests[-4:-1]}
    assert first_round == {browser.endpoint for browser in bad}, "a recovered device has its former place"


@pytest.mark.case("P5")
def test_failing_devices_between_working_ones_do_not_pause_their_host(
    db: Connection, service: PushService, alice: Browser
) -> None:
    """However many: successes between them reset the count."""
    others = [subscribe(db, service.browser(str(n)), UUID(int=n + 1)) for n in range(8)]
    for browser in others[::2]:
        fail_for(service, browser, status=500)
    commit(db)
    report = send()
    assert (report["later"], report["sent"], report.get("deferred", 0)) == (4, 5, 0)


def test_a_failing_push_host_is_paused_and_others_are_not(db: Connection, service: PushService, alice: Browser) -> None:
    apple = [subscribe(db, service.browser(f"a{n}", "https://web.push.apple.com"), UUID(int=n + 1)) for n in range(5)]
    for browser in apple:
        fail_for(service, browser, status=503)
    commit(db)
    report = send()
    assert (report["later"], report["deferred"], report["sent"]) == (3, 2, 1)


DEVICES = """
    SELECT refusals, retired_at FROM push_subscriptions WHERE user_id = '{user}' ORDER BY subscription_id
"""


def add_broadcast(db: Connection, n: int) -> datetime:
    """Add a broadcast; returns its time."""
    at = MORNING + n * QUARTER
    broadcasts.add(db, BOB, BroadcastRow(f"b{n}", "Maintenance", "Ce soir à 23 h.", "/", None, at - QUARTER))
    return at


def status_of(url: str, browser: Browser, at: datetime) -> Any:
    """The status of a browser, as its user sees it."""
    with environment(DATABASE_URL=url, CLOCK=at.isoformat(), LOG_LEVEL="CRITICAL", **VAPID, **SUPABASE):
        path = f"/api/v1/notifications/status?endpoint={browser.endpoint}"
        return invoke("notifications", path, authorization=bearer(at, sub=str(ALICE))).json


@pytest.mark.case("P5")
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_device_denied_while_others_are_not_is_retired_and_shown_as_such(
    db: Connection, service: PushService, alice: Browser, url: str, status: int
) -> None:
    """After three runs, until its browser subscribes again."""
    second = subscribe(db, service.browser("second"), ALICE)
    service.statuses[alice.endpoint] = status
    for n in range(3):
        assert status_of(url, alice, MORNING)["subscribed"]
        assert send(add_broadcast(db, n))["denied"] == 1
    device_status = status_of(url, alice, MORNING + 2 * QUARTER)
    assert (device_status["subscribed"], device_status["devices"], device_status["retired_devices"]) == (False, 1, 1)
    assert datetime.fromisoformat(device_status["retired_at"]) == MORNING + 2 * QUARTER
    assert status_of(url, second, MORNING)["subscribed"]
    assert send(add_broadcast(db, 3))["due"] == 1, "only the second is sent to"
    service.statuses.clear()
    subscribe(db, alice, ALICE)
    assert status_of(url, alice, MORNING)["subscribed"]
    assert send(add_broadcast(db, 4))["sent"] == 3, "the fourth to the one that was retired, and the fifth to both"


@pytest.mark.case("P5")
def test_a_device_that_takes_a_message_between_refusals_is_not_retired(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    subscribe(db, service.browser("bob"), BOB)
    for n, status in enumerate((403, 403, 201, 403, 403)):
        service.statuses[alice.endpoint] = status
        send(add_broadcast(db, n))
    assert select(url, DEVICES.format(user=ALICE)) == [(2, None)]


@pytest.mark.parametrize(
    ("status", "host"),
    [
        pytest.param(413, "https://fcm.googleapis.com", id="the message was too large"),
        pytest.param(307, "https://fcm.googleapis.com", id="a redirect"),
        pytest.param(503, "https://fcm.googleapis.com", id="the push service is broken"),
        pytest.param(403, "https://web.push.apple.com", id="its host refuses all, and so most likely our key"),
    ],
)
def test_errors_not_specific_to_a_device_retire_none(
    db: Connection, service: PushService, alice: Browser, url: str, status: int, host: str
) -> None:
    bad = [subscribe(db, service.browser(str(n), host), BOB) for n in range(2)]
    for browser in bad:
        service.statuses[browser.endpoint] = status
    for n in range(4):
        assert send(add_broadcast(db, n))["sent"] >= 1
    assert select(url, DEVICES.format(user=BOB)) == [(0, None)] * 2


def test_a_push_service_that_is_broken_is_tried_by_three_runs(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    commit(db)
    service.status = 503
    assert [send(MORNING + n * QUARTER).get("later", 0) for n in range(5)] == [1, 1, 1, 0, 0]
    assert MAX_ATTEMPTS == 3
    assert select(url, STATES) == [("picks/2024-04-27", "failed", 3)]


def test_a_delivery_with_an_unknown_outcome_is_not_repeated(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    commit(db)
    service.fault = httpx.ReadTimeout("slow")
    assert send()["unknown"] == 1
    service.fault = None
    assert send(MORNING + QUARTER)["due"] == 0
    assert select(url, STATES) == [("picks/2024-04-27", "claimed", 1)]


@pytest.mark.case("G3")
def test_a_run_that_dies_after_sending_sends_nothing_twice(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    """Of the messages in flight nothing is known, so none of them is sent again; the next run does the rest."""
    for n in range(MAX_FAILING_DEVICES):
        subscribe(db, service.browser(str(n)), UUID(int=n + 1))
    commit(db)
    service.browsers = _Dying(service.browsers)
    with pytest.raises(SystemError):
        send()
    assert select(url, STATES) == [("picks/2024-04-27", "claimed", 1)] * MAX_FAILING_DEVICES
    assert send(MORNING + QUARTER)["sent"] == 1
    assert sorted(str(request.url) for request in service.requests) == sorted(service.browsers)


class _Dying(dict[str, Browser]):
    died = False

    def __getitem__(self, endpoint: str) -> Browser:
        if not self.died:
            self.died = True
            raise SystemError("killed")
        return super().__getitem__(endpoint)


@pytest.mark.case("G2")
def test_of_two_concurrent_runs_only_one_sends(db: Connection, service: PushService, alice: Browser) -> None:
    commit(db)
    reports: list[dict[str, Any]] = []

    def meanwhile() -> None:
        wiring._connection, connection = None, wiring._connection
        reports.append(send())
        assert wiring._connection is not None
        wiring._connection[0].close()
        wiring._connection = connection

    interrupt(service, meanwhile)
    assert send()["sent"] == 1
    assert [each["status"] for each in reports] == ["locked"]
    assert len(service.requests) == 1


def test_vapid_keys_denied_by_every_device_fail_the_run(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    """It is reported once: the next run finds nothing to send."""
    commit(db)
    for name, person in (("bob", BOB), ("carl", CARL)):
        subscribe(db, service.browser(name), person)
    service.status = 403
    with pytest.raises(ExceptionGroup, match="1 parts failed"):
        send()
    assert [state[1] for state in select(url, STATES)] == ["refused"] * 3
    assert send(MORNING + QUARTER)["due"] == 0


def test_denied_devices_of_one_person_do_not_fail_the_run(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    commit(db)
    for name in ("second", "third", "fourth"):
        subscribe(db, service.browser(name), ALICE)
    service.status = 403
    assert send()["status"] == "done"
    assert {state[1] for state in select(url, STATES)} == {"refused"}


@pytest.mark.case("P12")
def test_a_notification_carries_a_working_unsubscribe_token(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    commit(db)
    send()
    token = service.sent[0][1]["data"]["unsubscribe"]
    assert parse_unsubscribe_token(token, VAPID["VAPID_PRIVATE_KEY"]) is not None
    assert (
        invoke("notifications", "/api/v1/notifications/unsubscribe", method="POST", body={"token": token}).status == 200
    )
    assert select(url, "SELECT 1 FROM push_subscriptions") == []


def test_push_deliveries_are_deleted_after_a_month(
    db: Connection, service: PushService, alice: Browser, url: str
) -> None:
    commit(db)
    send()
    send(MORNING + timedelta(days=31))
    assert select(url, STATES) == []


def subscribe_pages(db: Connection, service: PushService) -> list[Browser]:
    """Four devices on each of three pages."""
    browsers = [service.browser(str(n)) for n in range(12)]
    for n, browser in enumerate(browsers):
        next_id = n // 4 * PAGE_SIZE + n % 4 + 1
        db.execute(f"ALTER TABLE push_subscriptions ALTER subscription_id RESTART WITH {next_id}".encode())
        subscribe(db, browser, UUID(int=n + 1))
    return browsers


def times_sent(service: PushService) -> Counter[str]:
    return Counter(endpoint for endpoint, _ in service.sent)


def test_every_page_is_looked_at_once_in_a_pass(db: Connection, service: PushService, url: str) -> None:
    browsers = subscribe_pages(db, service)
    commit(db)
    report = send()
    assert (report["due"], report["sent"], report["left"]) == (12, 12, 0)
    assert send(MORNING + QUARTER)["due"] == 0
    assert times_sent(service) == Counter(browser.endpoint for browser in browsers)


def test_where_there_is_nothing_to_notify_of_no_device_is_read(db: Connection, service: PushService, url: str) -> None:
    subscribe_pages(db, service)
    assert send()["due"] == 0
    assert select(url, "SELECT count(*) FROM push_pages") == [(0,)]


@pytest.mark.case("G2")
def test_a_page_on_which_another_worker_is_working_is_not_taken_until_its_lease_is_over(
    db: Connection, service: PushService
) -> None:
    subscribe_pages(db, service)
    commit(db)
    push_pages.add_new(db)
    assert push_pages.take(db, MORNING, MORNING, MORNING + LEASE) == 0
    report = send()
    assert (report["sent"], report["left"], report["status"]) == (8, 1, "done")
    assert send(MORNING + LEASE)["sent"] == 4
    assert set(times_sent(service).values()) == {1}


@pytest.mark.case("G8")
def test_a_deadline_within_a_page_leaves_the_rest_to_a_run_that_it_starts(
    db: Connection, service: PushService, url: str, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_pages(db, service)
    commit(db)
    looks, events = count(), list[Any]([{}])
    monkeypatch.setattr(clock, "now", lambda: MORNING + next(looks) * timedelta(seconds=1))
    statuses: list[str] = []
    with environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="CRITICAL", **VAPID, **SUPABASE):
        while events:
            statuses.append(handler_of("send_notifications")(events.pop(), Context(36))["status"])
            events = [event for _, event in api.async_calls if event["worker"] == 0]
            api.calls.clear()
    assert len(statuses) > 1
    assert statuses == ["continued"] * (len(statuses) - 1) + ["done"]
    assert sorted(times_sent(service).values()) == [1] * 12


@pytest.mark.case("G3")
@pytest.mark.parametrize("mode", ["before", "after"])
def test_runs_that_are_killed_at_any_message_to_the_database_send_nothing_twice(
    db: Connection, service: PushService, url: str, tmp_path: Path, mode: Cut
) -> None:
    """What was not sent is what was in flight: claimed by a run that was killed before it recorded the outcome."""
    browsers = subscribe_pages(db, service)
    commit(db)
    killed = 0
    with (
        cutting_proxy(url, tmp_path / "proxy") as proxy,
        environment(DATABASE_URL=proxy.url, LOG_LEVEL="CRITICAL", **VAPID, **SUPABASE),
    ):
        proxy.mode = mode
        for proxy.cut_at in count(3, 4):
            forget_connection()
            try:
                send(MORNING + killed * QUARTER / 3)
            except (psycopg.OperationalError, DatabaseUnavailable, JobFailed):
                killed += 1
                continue
            break
    assert killed > 3
    assert set(times_sent(service).values()) == {1}
    recorded = Counter(state for _, state, _ in select(url, STATES))
    assert recorded.keys() <= {"sent", "claimed"}
    assert recorded.total() == len(browsers)
    assert recorded["sent"] <= len(service.sent) <= len(browsers)


DEVICE = Device(
    *(1, ALICE, "https://fcm.googleapis.com/x", "key", "secret", True, True, True, 22, 8, COMMITTED),
    *("fr", "Europe/Paris", Plan.FREE),
)


@pytest.mark.parametrize(
    ("begin", "end", "zone", "hours"),
    [
        (22, 8, "UTC", {22, 23, 0, 1, 2, 3, 4, 5, 6, 7}),
        (22, 8, "Europe/Paris", {20, 21, 22, 23, 0, 1, 2, 3, 4, 5}),
        (1, 3, "UTC", {1, 2}),
        (5, 5, "UTC", set[int]()),
        (0, 0, "UTC", set[int]()),
        (23, 0, "UTC", {23}),
    ],
)
def test_quiet_hours_are_the_persons_and_may_pass_midnight(begin: int, end: int, zone: str, hours: set[int]) -> None:
    device = replace(DEVICE, quiet_from=begin, quiet_until=end, timezone=zone)
    midnight = datetime(2024, 4, 27, tzinfo=UTC)
    assert {h for h in range(24) if is_quiet(device, midnight + timedelta(hours=h, minutes=59))} == hours


@pytest.mark.case("A13")
def test_a_kick_off_is_announced_only_to_followers_of_the_match() -> None:
    row = KickOffRow(1, KICK_OFF, "Arsenal", "Chelsea")
    now = KICK_OFF - timedelta(hours=1)
    assert decide([DEVICE], Events(kick_offs={BOB: [row]}), now) == []
    assert len(decide([DEVICE], Events(kick_offs={ALICE: [row]}), now)) == 1


def test_a_kick_off_with_an_unknown_hour_is_not_announced(db: Connection, service: PushService, alice: Browser) -> None:
    # In New York the last hour of a day in Paris is no quiet one.
    preferences.change(db, ALICE, {"push_daily_picks": False, "timezone": "America/New_York"}, COMMITTED)
    midnight = last_minute(KICK_OFF.date())
    update = match_update(kick_off=midnight, hour=Hour.UNKNOWN)
    [match_id] = insert_matches(db, update)
    favourites.add(db, ALICE, match_id, None, True, COMMITTED)
    runs = [midnight - timedelta(hours=24) + n * QUARTER for n in range(100)]
    assert {send(at)["due"] for at in (*runs[::8], *runs[-12:])} == {0}
    insert_matches(db, replace(update, kick_off=KICK_OFF, hour=Hour.KNOWN, source_updated_at=COMMITTED), now=COMMITTED)
    assert send(KICK_OFF - timedelta(hours=1))["sent"] == 1
