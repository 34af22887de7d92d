"""The people as administrators see them, what they may be granted, and broadcasts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from local import fake_upstash
from shared.accounts.plans import Plan
from shared.runtime import clock, wiring
from shared.services import redis_backed
from shared.stores.betting import play_limits
from shared.stores.messaging import push_subscriptions
from shared.stores.people import accounts, customers, users
from shared.stores.people.customers import SubscriptionRow
from tests.lambda_api import LambdaApi
from tests.push_service import HOST, VAPID, PushService, push_service
from tests.running import HttpResponse, environment, invoke, run, select
from tests.supabase_service import SupabaseService, supabase_service
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

PREFIX = "/api/v1/admin"
CARL = UUID("ca710000-0000-4000-8000-000000000003")
ACTIONS = "SELECT user_id, action FROM admin_actions ORDER BY action_id"
ROWS = "SELECT plan, is_admin FROM accounts WHERE user_id = %s"
WORDS = {"title": "Maintenance", "body": "Ce soir à 23 h.", "url": "/status"}


@pytest.fixture
def database(url: str, api: LambdaApi) -> Iterator[str]:
    """Alice is the administrator, Bob was here, Carl too and then he left."""
    with environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="ERROR", **SUPABASE, **VAPID), clock.at(NOW):
        for number, user in enumerate((ALICE, BOB, CARL)):
            users.get_or_create(wiring.database(), user, NOW - timedelta(days=number))
        accounts.set_plan(wiring.database(), BOB, Plan.PREMIUM, NOW)
        accounts.close(wiring.database(), CARL, NOW)
        yield url


@pytest.fixture
def supabase(url: str) -> Iterator[SupabaseService]:
    with (
        supabase_service() as service,
        environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **service.settings),
        clock.at(NOW),
    ):
        yield service


def send(method: str, path: str, body: Any = None, supabase: SupabaseService | None = None) -> HttpResponse:
    claims: dict[str, Any] = {"app_metadata": {"role": "admin"}, "aal": "aal2"}
    if supabase:
        claims["iss"] = f"{supabase.url}/auth/v1"
    return invoke("admin", PREFIX + path, method=method, body=body, authorization=bearer(NOW, **claims))


def test_accounts_are_listed_without_deleted_ones(database: str) -> None:
    response = send("GET", "/users")
    assert response.headers["cache-control"] == "no-store"
    assert response.json["users"] == [
        {"id": str(ALICE), "email": "", "role": "free", "created_at": "2026-11-22T15:00:00Z"},
        {"id": str(BOB), "email": "", "role": "premium", "created_at": "2026-11-21T15:00:00Z"},
    ]
    assert (response.json["total"], response.json["page"], response.json["per_page"]) == (2, 1, 20)
    second = send("GET", "/users?page=2&per_page=1").json
    assert ([user["id"] for user in second["users"]], second["total"]) == ([str(BOB)], 2)
    assert send("GET", "/users?page=3&per_page=1").json["users"] == []


def test_as_many_people_are_counted_as_are_listed(database: str) -> None:
    assert send("GET", "/stats").json["total_users"] == send("GET", "/users").json["total"] == 2


@pytest.mark.case("H7")
@pytest.mark.parametrize("query", ["page=0", "per_page=0", "per_page=101", "per_page=1000000000", "page=x"])
def test_a_page_has_bounds(database: str, query: str) -> None:
    assert send("GET", f"/users?{query}").status == 422


@pytest.mark.case("A11", "A12")
def test_with_supabase_every_user_is_listed_with_their_email(supabase: SupabaseService) -> None:
    """Newest first. The plan is that of our account; without one, that of the token's metadata."""
    supabase.add(ALICE, "alice@example.com", app_metadata={"role": "admin"})
    supabase.add(BOB, "bob@example.com", app_metadata={"role": "elite"})["email"] = None
    supabase.add(CARL, "carl@example.com", user_metadata={"role": "elite"})
    accounts.set_plan(wiring.database(), BOB, Plan.PREMIUM, NOW)
    response = send("GET", "/users?per_page=50", supabase=supabase)
    assert response.status == 200, response.body
    body = response.json
    assert body["total"] == 3
    assert [(user["email"], user["role"]) for user in body["users"]] == [
        ("carl@example.com", "free"),
        ("", "premium"),
        ("alice@example.com", "admin"),
    ]
    assert send("GET", "/stats", supabase=supabase).json["total_users"] == 3
    supabase.status = 503
    assert send("GET", "/users", supabase=supabase).status == 503, "never an empty list instead"


def test_a_granted_role_applies_from_the_next_request_on_and_is_recorded(database: str) -> None:
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=database, LOG_LEVEL="ERROR", **SUPABASE, **redis):
            bob = {"authorization": bearer(NOW, sub=str(BOB))}
            before = invoke("api_keys", "/api/v1/keys", method="POST", body={"name": "x"}, **bob)  # type: ignore[arg-type]
            remembered = redis_backed.plan_cache()
            assert remembered is not None
            assert remembered.get(BOB) == "premium"
            response = send("POST", f"/users/{BOB}/role?role=elite")
            assert remembered.get(BOB) is None, "the cached plan is invalidated"
            after = invoke("api_keys", "/api/v1/keys", method="POST", body={"name": "x"}, **bob)  # type: ignore[arg-type]
    assert (before.status, after.status) == (403, 201)
    assert response.json == {"status": "success", "message": "Le rôle est désormais elite.", "user_id": str(BOB)}
    assert select(database, ACTIONS) == [(ALICE, f"POST {PREFIX}/users/{BOB}/role?role=elite")]


def test_granting_admin_leaves_the_plan_unchanged(database: str) -> None:
    assert send("POST", f"/users/{BOB}/role?role=admin").status == 200
    assert select(database, ROWS, BOB) == [("premium", True)]
    assert send("POST", f"/users/{BOB}/role?role=free").status == 200
    assert select(database, ROWS, BOB) == [("free", False)]


def test_an_administrator_cannot_remove_their_own_role(database: str) -> None:
    """The request is recorded all the same."""
    assert send("POST", f"/users/{ALICE}/role?role=premium").status == 400
    assert select(database, ROWS, ALICE) == []
    assert len(select(database, ACTIONS)) == 1
    assert send("POST", f"/users/{ALICE}/role?role=admin").status == 200


@pytest.mark.parametrize("user", [CARL, UUID(int=9)], ids=["gone", "unknown"])
def test_granting_a_role_to_a_deleted_or_unknown_user_is_a_404(database: str, user: UUID) -> None:
    assert send("POST", f"/users/{user}/role?role=elite").status == 404
    assert select(database, ROWS, user) in ([], [("free", False)])


def test_a_user_without_an_account_row_can_be_granted_a_role(supabase: SupabaseService) -> None:
    supabase.add(BOB, "bob@example.com")
    assert send("POST", f"/users/{BOB}/role?role=elite", supabase=supabase).status == 200
    assert supabase.role_of(BOB) == ("elite", "premium")


@pytest.mark.parametrize("path", ["/users/x/role?role=free", f"/users/{BOB}/role?role=owner", f"/users/{BOB}/role"])
def test_an_invalid_role_is_a_422(database: str, path: str) -> None:
    assert send("POST", path).status == 422


def test_a_paying_users_role_is_returned_with_the_subscription(database: str) -> None:
    """Stripe's next event decides again; the subscription is shown in its last state."""
    db, month = wiring.database(), NOW + timedelta(days=30)
    customers.add(db, BOB, "cus_1", NOW)
    row = SubscriptionRow("sub_1", "active", "price_1", Plan.PREMIUM, month, NOW, NOW, month, None, False, False)
    customers.replace(db, BOB, [row])
    customers.mark_synced(db, BOB, Plan.PREMIUM, NOW)
    response = send("POST", f"/users/{BOB}/role?role=elite")
    assert "son abonnement chez Stripe (premium) reste tel quel" in response.json["message"]
    body = send("GET", f"/users/{BOB}/subscription").json
    assert (body["role"], body["stripe_plan"], body["stripe_customer_id"]) == ("elite", "premium", "cus_1")
    now, later = (f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in (NOW, month))
    assert body["subscriptions"] == [
        {
            "subscription_id": "sub_1",
            "status": "active",
            "price_id": "price_1",
            "plan": "premium",
            "entitled_until": later,
            "created_at": now,
            "period_start": now,
            "period_end": later,
            "trial_end": None,
            "cancel_at_period_end": False,
            "refunded_or_disputed": False,
        }
    ]


def test_a_user_without_payments_has_no_subscription_and_an_unknown_user_is_a_404(database: str) -> None:
    subscribe(PushService(), "one", ALICE)
    body = send("GET", f"/users/{ALICE}/subscription").json
    assert (body["role"], body["stripe_plan"], body["subscriptions"]) == ("free", None, [])
    assert body["push_devices"] == 1
    assert send("GET", f"/users/{UUID(int=9)}/subscription").status == 404


def subscribe(service: PushService, name: str, user: UUID) -> None:
    subscription = service.browser(name).subscription
    keys, since = subscription["keys"], NOW - timedelta(days=1)
    push_subscriptions.put(wiring.database(), user, subscription["endpoint"], keys["p256dh"], keys["auth"], None, since)


def test_a_broadcast_is_sent_once_by_the_job(database: str, api: LambdaApi) -> None:
    """A second click sends nothing, and returns the progress."""
    with push_service() as service:
        for name, user in (("one", ALICE), ("two", BOB)):
            subscribe(service, name, user)
        subscribe(service, "four", UUID(int=9))
        play_limits.pause(wiring.database(), UUID(int=9), NOW + timedelta(days=1), NOW)
        first = send("POST", "/notifications/broadcast", WORDS).json
        assert (first["status"], first["sent"], first["failed"], first["total"]) == ("started", 0, 0, 2)
        assert api.async_calls == [("send_notifications", {})]
        service.statuses[f"{HOST}/fcm/send/two"] = 403
        assert run("send_notifications", NOW)["sent"] == 1
        again = send("POST", "/notifications/broadcast", WORDS).json
        assert (again["status"], again["sent"], again["failed"], again["total"]) == ("known", 1, 1, 2)
        assert again["broadcast_id"] == first["broadcast_id"]
        assert len(api.async_calls) == 1
        [(endpoint, message)] = service.sent
    assert (endpoint, message["title"], message["body"]) == (f"{HOST}/fcm/send/one", "Maintenance", "Ce soir à 23 h.")
    assert message["data"]["url"] == "/status"
    assert select(database, "SELECT user_id, title FROM broadcasts") == [(ALICE, "Maintenance")]


def test_a_broadcast_whose_job_cannot_be_started_is_sent_by_its_next_run(database: str, api: LambdaApi) -> None:
    api.status = 503
    with push_service() as service:
        subscribe(service, "one", BOB)
        assert send("POST", "/notifications/broadcast", WORDS).status == 503
        assert run("send_notifications", NOW + timedelta(minutes=8))["sent"] == 1


@pytest.mark.case("A14", "H2")
@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 81},
        {"body": "x" * 401},
        {"body": "a\u0000b"},
        {"body": "a\nb"},
        {"url": "https://evil.example"},
        {"url": "//evil.example"},
        {"url": "javascript:alert(1)"},
        {"preference_filter": "everybody"},
        {"user_id": str(BOB)},
    ],
)
def test_a_malformed_broadcast_is_rejected(database: str, changes: dict[str, Any]) -> None:
    assert send("POST", "/notifications/broadcast", WORDS | changes).status in {400, 422}
    assert select(database, "SELECT 1 FROM broadcasts") == []


@pytest.mark.case("N6")
@pytest.mark.parametrize("changes", [{"title": "Un pari sûr ce soir"}, {"body": "Risk-free bets for everybody"}])
def test_a_broadcast_with_a_prohibited_claim_is_rejected(database: str, changes: dict[str, Any]) -> None:
    """One rule for every text that people see."""
    response = send("POST", "/notifications/broadcast", WORDS | changes)
    assert (response.status, "promet" in response.json["detail"]) == (400, True)
    assert select(database, "SELECT 1 FROM broadcasts") == []


@pytest.mark.case("P6")
def test_the_longest_broadcast_fits_into_a_push_message(database: str, api: LambdaApi) -> None:
    """3 kB."""
    with push_service() as service:
        subscribe(service, "one", BOB)
        longest = {"title": "😀" * 80, "body": "😀" * 400, "url": "/" + "x" * 199}
        assert send("POST", "/notifications/broadcast", longest).status == 200
        assert run("send_notifications", NOW)["sent"] == 1
