"""Supabase's Admin API at the wire."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.clients.errors import InvalidResponse, Rejected, Unavailable, UpstreamError
from shared.clients.identity.supabase_admin import SupabaseAdmin, SupabasePerson
from tests.tokens import ALICE, URL

KEY = "sb_secret_0123456789"
Respond = Callable[[httpx.Request], httpx.Response]


def admin(respond: Respond, key: str = KEY) -> SupabaseAdmin:
    return SupabaseAdmin(
        httpx.Client(transport=httpx.MockTransport(respond)), URL + "/", key, lambda: datetime.now(UTC)
    )


def recorded(requests: list[httpx.Request], rows: object = None, status: int = 200) -> Respond:
    """A project that knows Alice; `rows` and `status` are what its Data API answers."""

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if "/rest/" in request.url.path:
            return httpx.Response(status, json=[{"id": str(ALICE)}] if rows is None else rows)
        return httpx.Response(200, json={"id": str(ALICE), "email": "alice@example.com"})

    return respond


def test_set_name_updates_only_the_name_in_metadata_and_profile() -> None:
    requests: list[httpx.Request] = []
    admin(recorded(requests)).set_name(ALICE, "Zoé")
    user, row = requests
    assert (user.method, str(user.url)) == ("PUT", f"{URL}/auth/v1/admin/users/{ALICE}")
    assert json.loads(user.content) == {"user_metadata": {"full_name": "Zoé"}}
    assert (row.method, str(row.url)) == ("PATCH", f"{URL}/rest/v1/user_profiles?id=eq.{ALICE}")
    assert json.loads(row.content) == {"full_name": "Zoé"}
    for request in requests:
        assert request.headers["apikey"] == KEY
        assert "authorization" not in request.headers, "a new key is no token"
    admin(recorded(requests), "eyJ.legacy.key").set_name(ALICE, None)
    assert requests[2].headers["authorization"] == "Bearer eyJ.legacy.key"


def test_a_role_is_written_to_metadata_and_profile_in_their_own_terms() -> None:
    requests: list[httpx.Request] = []
    admin(recorded(requests)).set_role(ALICE, "elite", "premium")
    assert [json.loads(request.content) for request in requests] == [
        {"app_metadata": {"role": "elite"}},
        {"role": "premium"},
    ]


def test_a_row_that_is_missing_is_added_with_the_address() -> None:
    requests: list[httpx.Request] = []
    admin(recorded(requests, rows=[])).set_role(ALICE, "premium", "premium")
    assert [request.method for request in requests] == ["PUT", "PATCH", "POST"]
    assert json.loads(requests[2].content) == {"id": str(ALICE), "email": "alice@example.com", "role": "premium"}


@pytest.mark.parametrize(("status", "code"), [(404, "PGRST205"), (404, "42P01"), (400, "PGRST204"), (400, "42703")])
def test_a_project_without_the_table_or_its_column_is_logged_once(
    status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    requests: list[httpx.Request] = []
    project = admin(recorded(requests, {"code": code, "message": "m"}, status))
    project.set_role(ALICE, "premium", "premium")
    project.set_name(ALICE, "Zoé")
    project.delete(ALICE)
    assert [request.method for request in requests] == ["PUT", "PATCH", "PUT", "PATCH", "DELETE", "DELETE"]
    assert [record.levelname for record in caplog.records if code in record.message] == ["WARNING"]


@pytest.mark.parametrize(("status", "body"), [(403, {"code": "42501"}), (400, {"code": "23514"}), (404, {})])
def test_other_table_errors_raise_rejected(status: int, body: object) -> None:
    with pytest.raises(Rejected):
        admin(recorded([], body, status)).set_role(ALICE, "premium", "premium")


@pytest.mark.case("E5")
@pytest.mark.parametrize("body", [{}, "rows"])
def test_a_response_without_rows_is_invalid(body: object) -> None:
    with pytest.raises(InvalidResponse):
        admin(recorded([], body)).set_role(ALICE, "premium", "premium")


def test_set_role_ignores_unknown_people() -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.method)
        return httpx.Response(404, json={})

    admin(respond).set_role(ALICE, "premium", "premium")
    assert requests == ["PUT"]


@pytest.mark.case("P2")
@pytest.mark.parametrize("status", [200, 404])
def test_delete_is_idempotent_and_deletes_the_row_first(status: int) -> None:
    """Idempotent; the row first, which a table without a foreign key would leave behind."""
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(f"{request.method} {request.url.path.split('/')[1]}")
        return httpx.Response(200, json=[]) if "/rest/" in request.url.path else httpx.Response(status, json={})

    admin(respond).delete(ALICE)
    assert requests == ["DELETE rest", "DELETE auth"]


@pytest.mark.case("P1")
def test_export_returns_the_person_as_supabase_does() -> None:
    row = {"id": str(ALICE), "full_name": "Zoé"}
    person = {"id": str(ALICE), "email": "alice@example.com"}
    assert admin(recorded([], [row])).export(ALICE) == {**person, "user_profiles": [row]}
    assert admin(lambda _: httpx.Response(404, json={})).export(ALICE) is None


def test_people_are_listed_a_page_at_a_time() -> None:
    requests: list[httpx.Request] = []
    alice = {"id": str(ALICE), "email": "alice@example.com", "created_at": "2026-11-20T10:00:00.123456Z"}
    nameless = {**alice, "email": "", "app_metadata": {"role": "premium"}, "phone": "1"}

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        people = {"users": [alice, nameless], "aud": "authenticated"}
        return httpx.Response(200, json=people, headers={"X-Total-Count": "42"})

    people, total = admin(respond).list_people(3, 20)
    since = datetime(2026, 11, 20, 10, 0, 0, 123456, UTC)
    assert people == [
        SupabasePerson(ALICE, "alice@example.com", since, {}),
        SupabasePerson(ALICE, None, since, {"role": "premium"}),
    ]
    assert total == 42
    [request] = requests
    assert str(request.url) == f"{URL}/auth/v1/admin/users?page=3&per_page=20"


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, content=b"<html>", headers={"X-Total-Count": "1"}),
        httpx.Response(200, json=[], headers={"X-Total-Count": "1"}),
        httpx.Response(200, json={"users": [{"id": "x"}]}, headers={"X-Total-Count": "1"}),
        httpx.Response(200, json={"users": ["x"]}, headers={"X-Total-Count": "1"}),
        httpx.Response(200, json={"users": []}),
        httpx.Response(404, json={}),
    ],
)
def test_an_invalid_list_of_users_raises_invalid_response(response: httpx.Response) -> None:
    with pytest.raises(InvalidResponse):
        admin(lambda _: response).list_people(1, 20)


@pytest.mark.case("E12")
@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(401, json={}), Rejected),
        (httpx.Response(403, json={"msg": KEY}), Rejected),
        (httpx.Response(422, json={}), Rejected),
        (httpx.Response(429, json={}), Unavailable),
        (httpx.Response(500, text="no"), Unavailable),
        (httpx.Response(302, headers={"location": "http://169.254.169.254/"}), InvalidResponse),
    ],
    ids=lambda value: str(getattr(value, "status_code", "")),
)
def test_errors_do_not_show_the_key(response: httpx.Response, error: type[UpstreamError]) -> None:
    calls: list[Callable[[SupabaseAdmin], Any]] = [
        lambda a: a.set_name(ALICE, "x"),
        lambda a: a.set_role(ALICE, "free", "free"),
        lambda a: a.delete(ALICE),
        lambda a: a.export(ALICE),
        lambda a: a.list_people(1, 20),
    ]
    for call in calls:
        with pytest.raises(error) as raised:
            call(admin(lambda _: response))
        assert KEY not in str(raised.value)


@pytest.mark.case("E5")
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"[" * 100_000])
def test_an_invalid_user_raises_invalid_response(body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        admin(lambda _: httpx.Response(200, content=body)).export(ALICE)


@pytest.mark.case("E6")
def test_a_timeout_is_unavailable() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no")

    with pytest.raises(Unavailable):
        admin(fail).delete(ALICE)
