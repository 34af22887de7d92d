"""Browsers are subscribed by their persons alone, and leave without signing in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.accounts.push_endpoints import unsubscribe_token
from shared.stores.messaging.push_subscriptions import MAX_PER_USER
from tests.push_service import HOST, VAPID, Browser, base64url_encode
from tests.running import HttpResponse, environment, invoke, rows_of, select
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

PREFIX = "/api/v1/notifications"
OWNERS = "SELECT user_id, endpoint FROM push_subscriptions ORDER BY subscription_id"


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), LOG_LEVEL="ERROR", **VAPID, **SUPABASE):
        yield url


def send(method: str, path: str, body: Any = None, user: UUID | None = ALICE, **headers: str) -> HttpResponse:
    all_headers: dict[str, Any] = dict(headers)
    if user:
        all_headers["authorization"] = bearer(NOW, sub=str(user))
    return invoke("notifications", PREFIX + path, method=method, body=body, **all_headers)


def browser(name: str = "one") -> Browser:
    return Browser(f"{HOST}/fcm/send/{name}")


def subscribe(device: Browser, user: UUID | None = ALICE, **headers: str) -> HttpResponse:
    return send("POST", "/subscribe", device.subscription, user, **headers)


def test_a_browser_is_subscribed_once(database: str) -> None:
    one = browser()
    first, again = subscribe(one, accept_language="en"), subscribe(one)
    assert (first.status, first.json["message"]) == (201, "This browser will be sent your notifications.")
    assert (again.status, again.json["message"]) == (201, "L'abonnement de ce navigateur est à jour.")
    assert first.json["id"] == again.json["id"]
    assert select(database, OWNERS) == [(ALICE, one.endpoint)]


def test_a_request_sent_twice_counts_once(database: str) -> None:
    one = browser()
    responses = [subscribe(one, idempotency_key="k") for _ in range(2)]
    assert responses[0].json == responses[1].json
    assert responses[1].headers["idempotent-replayed"] == "true"


def test_a_subscriptions_expiration_time_is_stored(database: str) -> None:
    subscription = browser().subscription | {"expirationTime": 1_800_000_000_123}
    assert send("POST", "/subscribe", subscription).status == 201
    [(expires_at,)] = select(database, "SELECT expires_at FROM push_subscriptions")
    assert expires_at == datetime.fromtimestamp(1_800_000_000.123, UTC)


@pytest.mark.parametrize("path", ["/subscribe", "/preferences?endpoint=x", "/status"])
def test_anonymous_requests_to_notification_routes_are_a_401(database: str, path: str) -> None:
    method = {"/subscribe": "POST", "/status": "GET"}.get(path, "PUT")
    assert send(method, path, browser().subscription if method == "POST" else {}, user=None).status == 401
    assert select(database, OWNERS) == []


@pytest.mark.case("P4")
@pytest.mark.parametrize(
    "endpoint",
    ["http://fcm.googleapis.com/x", "https://169.254.169.254/x", "https://localhost/x", "", HOST + "/" + "x" * 2000],
)
def test_an_endpoint_of_no_known_push_service_is_rejected(database: str, endpoint: str) -> None:
    assert send("POST", "/subscribe", browser().subscription | {"endpoint": endpoint}).status == 422
    assert select(database, OWNERS) == []


@pytest.mark.case("A14", "H3")
@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": str(BOB)},
        {"expirationTime": -1},
        {"expirationTime": 2**63},
        {"expirationTime": "soon"},
        {"keys": {}},
        {"keys": {"p256dh": base64url_encode(bytes(65)), "auth": base64url_encode(bytes(16))}},
        {"keys": {"p256dh": base64url_encode(b"\x04" + bytes(64)), "auth": base64url_encode(bytes(15))}},
        {"keys": {"p256dh": base64url_encode(b"\x04" + bytes(64)), "auth": base64url_encode(bytes(16)), "more": "x"}},
    ],
)
def test_an_invalid_push_subscription_is_a_422(database: str, changes: dict[str, Any]) -> None:
    assert send("POST", "/subscribe", browser().subscription | changes).status == 422
    assert select(database, OWNERS) == []


def test_the_eleventh_browser_replaces_the_persons_oldest(database: str) -> None:
    """And not another person's older one."""
    others, *browsers = (browser(str(number)) for number in range(MAX_PER_USER + 2))
    assert subscribe(others, BOB).status == 201
    assert {subscribe(each).status for each in browsers} == {201}
    assert select(database, OWNERS) == [(BOB, others.endpoint), *((ALICE, each.endpoint) for each in browsers[1:])]


def test_a_browsers_subscription_moves_to_its_newest_user(database: str) -> None:
    one = browser()
    assert [subscribe(one, user).status for user in (ALICE, BOB)] == [201, 201]
    assert select(database, OWNERS) == [(BOB, one.endpoint)]


@pytest.mark.case("A13")
def test_another_persons_push_endpoint_gives_no_access(database: str) -> None:
    """Neither the subscription, nor its state, nor a change of it."""
    one = browser()
    assert subscribe(one).status == 201
    before = rows_of(database)
    assert subscribe(browser(), BOB).status == 404, "the address is the same, the keys are not"
    target = f"?endpoint={one.endpoint}"
    assert send("PUT", f"/preferences{target}", {}, BOB).status == 404
    assert send("GET", f"/status{target}", user=BOB).json["subscribed"] is False
    assert rows_of(database) == before


def test_a_person_reads_and_changes_their_browsers_notification_preferences(database: str) -> None:
    one = browser()
    subscribe(one)
    target = f"?endpoint={one.endpoint}"
    response = send("GET", f"/status{target}")
    assert response.headers["cache-control"] == "no-store"
    usual = {"daily_picks": True, "match_start": True, "result_updates": True, "quiet_from": 22, "quiet_until": 8}
    key = VAPID["VAPID_PUBLIC_KEY"]
    assert response.json == {
        "subscribed": True,
        "preferences": usual,
        "public_key": key,
        "devices": 1,
        "retired_devices": 0,
        "retired_at": None,
    }
    assert send("PUT", f"/preferences{target}", {"quiet_from": 0, "quiet_until": 0}).status == 200
    assert send("PUT", f"/preferences{target}", {"result_updates": True}).status == 200
    changed = {"daily_picks": True, "match_start": False, "result_updates": True, "quiet_from": 0, "quiet_until": 0}
    assert send("GET", f"/status{target}").json["preferences"] == changed
    assert send("GET", "/status").json == {
        "subscribed": False,
        "preferences": None,
        "public_key": key,
        "devices": 1,
        "retired_devices": 0,
        "retired_at": None,
    }


@pytest.mark.parametrize("fields", [{"quiet_from": 24}, {"quiet_until": -1}, {"daily_picks": "yes"}, {"user_id": "x"}])
def test_malformed_preferences_are_rejected(database: str, fields: dict[str, Any]) -> None:
    one = browser()
    subscribe(one)
    assert send("PUT", f"/preferences?endpoint={one.endpoint}", fields).status == 422


@pytest.mark.case("P12")
def test_a_browser_leaves_by_its_address_without_signing_in(database: str) -> None:
    one, other = browser("one"), browser("other")
    for each in (one, other):
        subscribe(each)
    response = send("POST", "/unsubscribe", {"endpoint": one.endpoint}, user=None)
    assert (response.status, response.json["message"]) == (200, "Ce navigateur ne recevra plus de notifications.")
    assert select(database, OWNERS) == [(ALICE, other.endpoint)]
    assert send("POST", "/unsubscribe", {"endpoint": one.endpoint}, user=None).json == response.json, (
        "nothing is revealed"
    )


@pytest.mark.case("P12")
def test_a_browser_unsubscribes_by_the_token_of_a_notification_without_signing_in(database: str) -> None:
    """The token is signed, so that others cannot be unsubscribed by counting."""
    one, other = browser("one"), browser("other")
    ids = [subscribe(each).json["id"] for each in (one, other)]
    wrong = unsubscribe_token(ids[0], "another key")
    assert send("POST", "/unsubscribe", {"token": wrong}, user=None).status == 200
    assert len(select(database, OWNERS)) == 2
    token = unsubscribe_token(ids[0], VAPID["VAPID_PRIVATE_KEY"])
    assert send("POST", "/unsubscribe", {"token": token}, user=None).status == 200
    assert select(database, OWNERS) == [(ALICE, other.endpoint)]


@pytest.mark.parametrize(("fields", "status"), [({}, 400), ({"token": "x" * 101}, 422), ({"user_id": str(ALICE)}, 422)])
def test_unsubscribing_needs_an_endpoint_or_a_token(database: str, fields: dict[str, Any], status: int) -> None:
    assert send("POST", "/unsubscribe", fields, user=None).status == status


def test_without_vapid_keys_subscribing_is_a_503(url: str) -> None:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), LOG_LEVEL="CRITICAL", **SUPABASE):
        assert subscribe(browser()).status == 503
        assert send("GET", "/status").json["public_key"] is None
        assert send("POST", "/unsubscribe", {"token": unsubscribe_token(1, "")}, user=None).status == 200
