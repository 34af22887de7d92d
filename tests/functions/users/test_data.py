"""Export and deletion of the data of users."""

from typing import Any

import pytest

from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.runtime.settings import settings
from shared.stores.people import accounts, preferences
from tests.functions.users.api import DATA, FAVOURITES, ME, get, matches, send
from tests.running import invoke, rows_of
from tests.supabase_service import SupabaseService
from tests.tokens import ALICE, BOB, NOW, bearer


@pytest.mark.case("P1")
def test_an_export_holds_all_of_the_persons_data_and_nothing_of_others(database: str) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    for user, name in ((ALICE, "Alice"), (BOB, "Robert")):
        send("PATCH", ME, {"full_name": name}, user)
        send("POST", FAVOURITES, {"match_id": match_id, "note": f"of {name}"}, user)
        send("PUT", f"{DATA}/preferences", {"default_stake": 12.5}, user)
    response = send("GET", f"{ME}/export")
    assert response.headers["content-disposition"] == 'attachment; filename="paris-sportif.json"'
    assert response.headers["cache-control"] == "no-store"
    body = response.json
    assert (body["user_id"], body["sign_in"]) == (str(ALICE), {"email": "alice@example.com"})
    assert body["exported_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert [row["full_name"] for row in body["tables"]["users"]] == ["Alice"]
    assert [row["note"] for row in body["tables"]["favourites"]] == ["of Alice"]
    assert body["tables"]["preferences"][0]["default_stake"] == "12.50"
    assert "Robert" not in response.body
    assert str(BOB) not in response.body


@pytest.mark.case("P1")
def test_an_export_includes_supabases_data_or_fails(supabase: SupabaseService) -> None:
    """Half an export would pass for a whole one."""
    body = get(f"{ME}/export")["sign_in"]
    assert (body["email"], body["identities"]) == ("alice@example.com", [])
    assert [row["email"] for row in body["user_profiles"]] == ["alice@example.com"]
    supabase.status = 500
    assert send("GET", f"{ME}/export").status == 503


@pytest.mark.case("P2", "A19")
def test_a_deleted_persons_data_is_erased_and_their_token_rejected(supabase: SupabaseService, url: str) -> None:
    """Other people are neither erased nor rejected."""
    (match_id,) = matches(("Arsenal", "Chelsea"))
    for user in (ALICE, BOB):
        accounts.set_plan(wiring.database(), user, Plan.ELITE, NOW)
        send("PATCH", ME, {"full_name": "Zoé"}, user)
        send("POST", FAVOURITES, {"match_id": match_id}, user)
        send("PUT", f"{DATA}/preferences", {"language": "en"}, user)
    issuer = settings().supabase_url + "/auth/v1"
    key = invoke(
        "api_keys",
        "/api/v1/keys",
        method="POST",
        body={"name": "mine"},
        authorization=bearer(NOW, iss=issuer),
    ).json["key"]
    response = send("DELETE", ME)
    assert (response.status, response.body) == (204, "")
    assert supabase.project.users == supabase.project.profiles == {}
    tables = {table for table, rows in rows_of(url).items() if str(ALICE) in str(rows)}
    assert tables == {"accounts", "deletions"}
    for method, path in (("GET", ME), ("GET", FAVOURITES), ("DELETE", ME)):
        refused = send(method, path)
        assert (refused.status, refused.json["detail"]) == (401, "Ce compte n'existe plus.")
    assert invoke("matches", "/api/v1/matches/competitions", x_api_key=key).status == 401
    assert get(FAVOURITES, BOB)["total"] == 1


@pytest.mark.case("A17")
def test_an_api_key_may_read_favourites_but_not_export_or_delete_the_account(database: str) -> None:
    accounts.set_plan(wiring.database(), ALICE, Plan.ELITE, NOW)
    request = {"name": "mine", "scopes": ["read", "write"]}
    key = invoke("api_keys", "/api/v1/keys", method="POST", body=request, authorization=bearer(NOW)).json["key"]
    assert invoke("users", FAVOURITES, x_api_key=key).status == 200
    for method, path in (("GET", f"{ME}/export"), ("DELETE", ME)):
        assert invoke("users", path, method=method, x_api_key=key).status == 403


@pytest.mark.case("P3")
def test_a_failure_is_logged_without_personal_data_or_secrets(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Neither token nor address stands in a log line, whatever the text of an error repeats."""
    token = bearer(NOW)

    def fail(*_: Any) -> None:
        raise LookupError(f"alice@example.com sent {token} and ps_live_{'A' * 43}")

    monkeypatch.setattr(preferences, "of_person", fail)
    assert send("GET", f"{ME}/preferences", authorization=token).status == 500
    output = capsys.readouterr().out
    assert "LookupError" in output
    assert not [secret for secret in ("alice", "eyJ", "ps_live_A", token) if secret in output]
