"""Webhooks: created, listed, tested and deleted by their owner alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from local import fake_upstash
from shared.accounts.plans import Plan
from shared.accounts.webhooks import MAX_WEBHOOKS, next_attempt_at
from shared.runtime import clock, wiring
from shared.stores.messaging import webhooks
from shared.stores.messaging.webhooks import Delivery
from shared.stores.people import accounts
from tests.lambda_api import LambdaApi
from tests.running import HttpResponse, environment, invoke, select
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

PATH = "/api/v1/webhooks"
URL = "https://hooks.example.org/paris-sportif?token=1"
ALL = ["picks.committed", "picks.settled", "predictions.published"]


@pytest.fixture
def database(url: str, api: LambdaApi) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), JOBS_URL=api.address, **SUPABASE):
        yield url


def token(role: str = "elite", user: UUID = ALICE) -> str:
    return bearer(NOW, sub=str(user), app_metadata={"role": role})


def create_webhook(authorization: str = "", **fields: Any) -> HttpResponse:
    return invoke("webhooks", PATH, method="POST", body={"url": URL, **fields}, authorization=authorization or token())


def list_webhooks(authorization: str = "") -> list[Any]:
    return invoke("webhooks", PATH, authorization=authorization or token()).json["webhooks"]


def test_creation_returns_the_secret_once_and_starts_a_test_delivery(database: str, api: LambdaApi) -> None:
    response = create_webhook(events=["picks.settled", "picks.committed", "picks.settled"])
    assert (response.status, response.headers["cache-control"]) == (201, "no-store")
    body = response.json
    secret = body.pop("secret")
    assert secret.startswith("whsec_")
    assert len(secret) == 6 + 44, "32 bytes in base64"
    assert body | {"id": None} == {
        "id": None,
        "url": URL,
        "events": ["picks.committed", "picks.settled"],
        "created_at": "2026-11-22T15:00:00Z",
        "test_requested_at": "2026-11-22T15:00:00Z",
        "stopped_at": None,
        "paused_until": None,
        "last_attempt": None,
    }
    listed = invoke("webhooks", PATH, authorization=token())
    assert listed.headers["cache-control"] == "no-store"
    assert listed.json == {"webhooks": [body]}
    assert secret not in listed.body
    assert api.async_calls == [("send_webhooks", {})]
    assert create_webhook().json["events"] == ALL
    assert create_webhook().json["secret"] not in {secret, create_webhook().json["secret"]}


def test_the_job_starts_after_the_webhook_is_committed(
    database: str, api: LambdaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, rows = LambdaApi.__call__, list[Any]()

    async def call(self: LambdaApi, *args: Any) -> None:
        if args[0]["type"] == "http":
            rows.extend(select(database, "SELECT webhook_id FROM webhooks"))
        await plain(self, *args)

    monkeypatch.setattr(LambdaApi, "__call__", call)
    assert [(UUID(create_webhook().json["id"]),)] == rows


def test_a_webhook_is_created_even_if_the_job_cannot_be_started(database: str, api: LambdaApi) -> None:
    api.status = 503
    assert create_webhook().status == 201
    assert len(list_webhooks()) == 1


def test_all_users_together_start_the_job_at_most_twice_a_minute(url: str, api: LambdaApi) -> None:
    """So a start beside a run that waits for a slow receiver is never throttled by the reserved concurrency."""
    with fake_upstash.serve() as (address, secret):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": secret}
        with environment(DATABASE_URL=url, JOBS_URL=api.address, **redis, **SUPABASE):
            for minute, started in ((0, 2), (1, 4)):
                with clock.at(NOW + timedelta(minutes=minute)):
                    assert [create_webhook(token(user=user)).status for user in (ALICE, BOB, ALICE, BOB)][:2] == [
                        201,
                        201,
                    ]
                    assert api.async_calls == [("send_webhooks", {})] * started


def test_the_list_has_the_latest_attempt(database: str) -> None:
    webhook_id = UUID(create_webhook().json["id"])
    for event, minute, delivered, response in (("picks.committed/2026-11-22", 1, True, "204"), ("x", 2, False, "503")):
        at = NOW + timedelta(minutes=minute)
        again = None if delivered else next_attempt_at(1, at)
        webhooks.put_delivery(wiring.database(), Delivery(webhook_id, event, 1, delivered, again), response, at)
    tried = {"event": "x", "attempted_at": "2026-11-22T15:02:00Z", "delivered": False, "response": "503"}
    assert [each["last_attempt"] for each in list_webhooks()] == [tried]


def test_a_test_event_resumes_a_stopped_webhook_once_a_minute(database: str, api: LambdaApi) -> None:
    webhook_id = create_webhook().json["id"]
    [row] = webhooks.active_webhooks(wiring.database(), [UUID(webhook_id)], NOW)
    assert webhooks.stop(wiring.database(), row, NOW, NOW)
    assert [each["stopped_at"] for each in list_webhooks()] == ["2026-11-22T15:00:00Z"]
    for seconds, stopped, started in ((59, "2026-11-22T15:00:00Z", 1), (60, None, 2), (61, None, 2), (120, None, 3)):
        at = NOW + timedelta(seconds=seconds)
        response = invoke("webhooks", f"{PATH}/{webhook_id}/test", method="POST", authorization=token(), at=at)
        assert (response.status, response.json["stopped_at"]) == (202, stopped), "once a minute"
        assert api.async_calls == [("send_webhooks", {})] * started


@pytest.mark.case("A13")
def test_a_webhook_is_visible_to_its_owner_alone(database: str, api: LambdaApi) -> None:
    """For others it is 404, like one that never existed."""
    own_id, bob = create_webhook().json["id"], token(user=BOB)
    assert list_webhooks(bob) == []
    for webhook_id in (own_id, uuid4()):
        for method, path in (("DELETE", f"{PATH}/{webhook_id}"), ("POST", f"{PATH}/{webhook_id}/test")):
            response = invoke("webhooks", path, method=method, authorization=bob)
            assert (response.status, response.json["detail"]) == (404, "Ce webhook est inconnu.")
    assert [each["id"] for each in list_webhooks()] == [own_id]
    assert len(api.async_calls) == 1


@pytest.mark.parametrize("role", ["free", "premium"])
def test_webhooks_need_elite_but_may_be_deleted_after_it(database: str, role: str) -> None:
    webhook_id = create_webhook().json["id"]
    accounts.set_plan(wiring.database(), ALICE, Plan(role), NOW)
    for path in (PATH, f"{PATH}/{webhook_id}/test"):
        response = invoke("webhooks", path, method="POST", body={"url": URL}, authorization=token())
        assert (response.status, response.json["detail"]) == (403, "Réservé aux abonnés Elite.")
    assert [each["id"] for each in list_webhooks()] == [webhook_id]
    assert invoke("webhooks", f"{PATH}/{webhook_id}", method="DELETE", authorization=token()).status == 204
    assert list_webhooks() == []
    assert invoke("webhooks", f"{PATH}/{webhook_id}", method="DELETE", authorization=token()).status == 404


@pytest.mark.case("A17")
def test_an_api_key_has_no_access_to_webhooks(database: str) -> None:
    """What a stolen key creates must not outlive its revocation."""
    request = {"name": "mine", "scopes": ["read", "write"]}
    key = invoke("api_keys", "/api/v1/keys", method="POST", body=request, authorization=token()).json["key"]
    webhook_id = create_webhook().json["id"]
    for method, path in (
        ("POST", PATH),
        ("GET", PATH),
        ("POST", f"{PATH}/{webhook_id}/test"),
        ("DELETE", f"{PATH}/{webhook_id}"),
    ):
        assert invoke("webhooks", path, method=method, body={"url": URL}, x_api_key=key).status == 403


def test_a_user_has_five_webhooks_at_most(database: str) -> None:
    ids = [create_webhook().json["id"] for _ in range(MAX_WEBHOOKS)]
    refused = create_webhook()
    assert (refused.status, refused.json["detail"]) == (400, "Vous avez déjà 5 webhooks ; supprimez-en un d'abord.")
    assert create_webhook(token(user=BOB)).status == 201
    invoke("webhooks", f"{PATH}/{ids[0]}", method="DELETE", authorization=token())
    assert create_webhook().status == 201


@pytest.mark.case("A14", "E20", "H2", "H3")
@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://hooks.example.org/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://hooks.example.org:8443/"},
        {"url": "https://hooks.example.org/" + "x" * 500},
        {"url": 7},
        {"url": None},
        {"events": []},
        {"events": ["webhook.test"]},
        {"events": "picks.committed"},
        {"user_id": str(BOB)},
        {"secret": "whsec_mine"},
        {"stopped_at": None},
    ],
    ids=str,
)
def test_an_invalid_webhook_is_rejected_and_not_stored(database: str, fields: dict[str, Any]) -> None:
    response = create_webhook(**fields)
    assert response.status == 422
    assert response.json["detail"][0]["loc"][:2] == ["body", next(iter(fields))]
    assert select(database, "SELECT FROM webhooks") == []


@pytest.mark.case("A1")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_webhooks_need_a_token(method: str) -> None:
    with environment():
        path = PATH + ("/" + str(uuid4()) if method == "DELETE" else "")
        assert invoke("webhooks", path, method=method, body={"url": URL}).status == 401
