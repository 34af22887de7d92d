"""The stand-in for Supabase, as pages with supabase-js and our own clients use it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.fake_supabase import SECRET_KEY, FakeSupabase, serve
from local.fake_supabase_users import SupabaseProject
from tests.supabase_service import PASSWORD, Page, SupabaseService, supabase_service
from tests.tokens import NOW

ADDRESS = "zoe@example.com"


@pytest.fixture
def project() -> Iterator[SupabaseService]:
    with supabase_service() as project:
        yield project


@pytest.fixture
def page(project: SupabaseService) -> Page:
    return project.page()


def owner(page: Page, method: str, path: str, body: Any = None) -> httpx.Response:
    return httpx.request(method, page.url + path, json=body, headers={"apikey": SECRET_KEY})


def test_a_sign_up_opens_a_session_and_creates_a_profile_row(page: Page) -> None:
    page.sign_up(full_name="Zoé", role="admin")
    user = page.session["user"]
    assert (user["email"], user["user_metadata"]["full_name"]) == (ADDRESS, "Zoé")
    assert user["app_metadata"] == {"provider": "email", "providers": ["email"]}, "nothing from the request"
    row = page.profile().json()
    assert (row["full_name"], row["role"], row["email"]) == ("Zoé", "free", ADDRESS)
    assert page.request("GET", "/auth/v1/user").json() == user
    assert page.profile("role").json() == {"role": "free"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"email": ADDRESS, "password": PASSWORD}, 422, "user_already_exists"),
        ({"email": "b@example.com", "password": "short"}, 422, "weak_password"),
        ({"email": "nobody", "password": PASSWORD}, 400, "validation_failed"),
    ],
)
def test_an_invalid_sign_up_is_rejected_with_supabases_error(page: Page, body: Any, status: int, code: str) -> None:
    page.sign_up()
    refused = page.request("POST", "/auth/v1/signup", body)
    assert (refused.status_code, refused.json()["error_code"]) == (status, code)


def test_a_password_signs_in_and_no_other(page: Page) -> None:
    page.sign_up()
    path = "/auth/v1/token?grant_type=password"
    assert page.request("POST", path, {"email": ADDRESS.upper(), "password": PASSWORD}).status_code == 200
    for email, password in ((ADDRESS, "another"), ("b@example.com", PASSWORD)):
        refused = page.request("POST", path, {"email": email, "password": password})
        assert (refused.status_code, refused.json()["error_code"]) == (400, "invalid_credentials")


def test_a_refresh_token_counts_once_and_an_access_token_an_hour(page: Page, project: SupabaseService) -> None:
    page.sign_up()
    body = {"refresh_token": page.session["refresh_token"]}
    project.now += timedelta(hours=1)
    assert page.request("GET", "/auth/v1/user").status_code == 403
    page.session = page.request("POST", "/auth/v1/token?grant_type=refresh_token", body).raise_for_status().json()
    assert page.request("GET", "/auth/v1/user").status_code == 200
    assert page.request("POST", "/auth/v1/token?grant_type=refresh_token", body).status_code == 400


def test_a_session_ends_with_signing_out(page: Page) -> None:
    page.sign_up()
    assert page.request("POST", "/auth/v1/logout?scope=global").status_code == 204
    assert page.request("GET", "/auth/v1/user").json()["error_code"] == "session_not_found"
    body = {"refresh_token": page.session["refresh_token"]}
    assert page.request("POST", "/auth/v1/token?grant_type=refresh_token", body).status_code == 400


def test_a_person_writes_each_column_of_their_own_row_and_of_no_other(page: Page) -> None:
    """`role` too: the person can write that column."""
    page.sign_up("bob@example.com")
    bob = page.user_id
    page.sign_up()
    own = page.user_id
    for person in (own, bob):
        body = {"full_name": "Mallory", "role": "admin"}
        assert page.request("PATCH", f"/rest/v1/user_profiles?id=eq.{person}", body).status_code == 204
    assert page.profile("full_name,role").json() == {"full_name": "Mallory", "role": "admin"}
    assert page.profile(person=bob).status_code == 406, "they do not see it either"
    (row,) = owner(page, "GET", f"/rest/v1/user_profiles?id=eq.{bob}").json()
    assert row["role"] == "free"


def test_the_table_has_a_check_and_may_be_missing(page: Page, project: SupabaseService) -> None:
    page.sign_up()
    own = page.user_id
    elite = owner(page, "PATCH", f"/rest/v1/user_profiles?id=eq.{own}", {"role": "elite"})
    assert (elite.status_code, elite.json()["code"]) == (400, "23514")
    project.project.has_table = False
    assert (page.profile().status_code, page.profile().json()["code"]) == (404, "PGRST205")


def test_people_change_their_metadata_and_only_the_owner_the_project_s(page: Page) -> None:
    page.sign_up(full_name="Zoé")
    own = page.user_id
    body = {"data": {"plan": "elite"}, "app_metadata": {"role": "admin"}}
    changed = page.request("PUT", "/auth/v1/user", body).json()
    assert changed["user_metadata"].items() >= {"full_name": "Zoé", "plan": "elite"}.items()
    assert "role" not in changed["app_metadata"]
    path = f"/auth/v1/admin/users/{own}"
    assert page.request("PUT", path, {"app_metadata": {"role": "admin"}}).status_code == 403
    assert owner(page, "PUT", path, {"app_metadata": {"role": "elite"}}).json()["app_metadata"]["role"] == "elite"
    assert owner(page, "PUT", path, {"user_metadata": {"plan": None}}).json()["user_metadata"]["full_name"] == "Zoé"
    listed = owner(page, "GET", "/auth/v1/admin/users?page=1&per_page=1")
    assert ([user["id"] for user in listed.json()["users"]], listed.headers["x-total-count"]) == ([str(own)], "1")
    assert owner(page, "DELETE", path).status_code == 200
    assert owner(page, "GET", path).status_code == 404
    assert owner(page, "GET", "/rest/v1/user_profiles").json() == []


def test_the_admin_api_lists_users_page_by_page_newest_first(page: Page) -> None:
    for name in ("first", "second", "third"):
        owner(page, "POST", "/auth/v1/admin/users", {"email": f"{name}@example.com", "password": "correct horse"})
    pages = [owner(page, "GET", f"/auth/v1/admin/users?page={number}&per_page=2").json() for number in (1, 2)]
    emails = [[user["email"] for user in listed["users"]] for listed in pages]
    assert emails == [["third@example.com", "second@example.com"], ["first@example.com"]]


def test_browsers_may_call_it_from_a_page_and_read_its_answers(page: Page) -> None:
    preflight = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "apikey,prefer,x-client-info",
    }
    allowed = page.request("OPTIONS", "/rest/v1/user_profiles", **preflight)
    assert allowed.status_code == 200
    assert "PATCH" in allowed.headers["access-control-allow-methods"]
    assert "prefer" in allowed.headers["access-control-allow-headers"]
    assert page.request("GET", "/auth/v1/user").headers["access-control-allow-origin"] == "*", "refusals too"


def test_without_a_key_of_the_project_nothing_but_its_public_keys_is_answered(page: Page) -> None:
    assert httpx.get(f"{page.url}/auth/v1/admin/users").status_code == 401
    assert httpx.get(f"{page.url}/rest/v1/user_profiles", headers={"apikey": "another"}).status_code == 401
    (key,) = httpx.get(f"{page.url}/auth/v1/.well-known/jwks.json").raise_for_status().json()["keys"]
    assert (key["alg"], key["kty"], "d" in key) == ("ES256", "EC", False)


def test_people_and_the_signing_key_outlive_the_process(tmp_path: Path) -> None:
    file = tmp_path / "supabase.json"
    with serve(FakeSupabase(SupabaseProject(lambda: NOW, file))) as address:
        page = Page(address).sign_up()
    assert file.stat().st_mode & 0o077 == 0
    assert PASSWORD not in file.read_text()
    with serve(FakeSupabase(SupabaseProject(lambda: NOW, file))) as page.url:
        assert page.request("GET", "/auth/v1/user").json()["email"] == ADDRESS
