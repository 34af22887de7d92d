"""Keys of people's programs: made, shown once, listed, revoked, each by its owner alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.accounts.api_keys import MAX_KEYS, is_key
from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.stores.people import accounts
from tests.running import HttpResponse, environment, invoke, select
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

KEYS = "/api/v1/keys"
ELITE = {"role": "elite"}


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


def alice(**changes: Any) -> str:
    return bearer(NOW, **{"app_metadata": ELITE, **changes})


def bob() -> str:
    return alice(sub=str(BOB))


def create_key(name: str = "my tool", header: str = "", **fields: Any) -> HttpResponse:
    return invoke("api_keys", KEYS, method="POST", body={"name": name, **fields}, authorization=header or alice())


def key_names(header: str) -> list[str]:
    return [key["name"] for key in invoke("api_keys", KEYS, authorization=header).json["keys"]]


@pytest.mark.case("A17")
def test_a_key_is_shown_once_and_stored_as_a_fingerprint(database: str) -> None:
    """Stored hashed, shown once."""
    response = create_key(scopes=["write", "read"])
    assert (response.status, response.headers["cache-control"]) == (201, "no-store")
    key = response.json.pop("key")
    assert is_key(key)
    (row,) = select(database, "SELECT user_id, encode(fingerprint, 'hex'), name, scopes, created_at FROM api_keys")
    assert (row[0], row[2:]) == (ALICE, ("my tool", ["read", "write"], NOW))
    assert key not in repr(select(database, "SELECT k, a FROM api_keys k JOIN accounts a USING (user_id)"))
    listed = invoke("api_keys", KEYS, authorization=alice())
    assert listed.headers["cache-control"] == "no-store"
    (listed_key,) = listed.json["keys"]
    assert listed_key == {name: value for name, value in response.json.items() if name != "key"}
    assert (listed_key["scopes"], listed_key["created_at"]) == (["read", "write"], "2026-11-22T15:00:00Z")
    assert key not in listed.body


@pytest.mark.case("A17")
def test_a_key_reads_and_a_revoked_one_does_not(database: str) -> None:
    """Revoked at once."""
    body = create_key().json
    assert invoke("matches", "/api/v1/matches/competitions", x_api_key=body["key"]).status == 200
    assert invoke("api_keys", f"{KEYS}/{body['id']}", method="DELETE", authorization=alice()).status == 204
    assert invoke("matches", "/api/v1/matches/competitions", x_api_key=body["key"]).status == 401
    assert key_names(alice()) == []
    assert invoke("api_keys", f"{KEYS}/{body['id']}", method="DELETE", authorization=alice()).status == 404


@pytest.mark.case("A13")
def test_another_persons_key_is_neither_listed_nor_revocable(database: str) -> None:
    """The same response as for a key that does not exist."""
    body = create_key().json
    assert key_names(bob()) == []
    for key_id in (body["id"], uuid4()):
        response = invoke("api_keys", f"{KEYS}/{key_id}", method="DELETE", authorization=bob())
        assert (response.status, response.json["detail"]) == (404, "Cette clé est inconnue.")
    assert key_names(alice()) == ["my tool"]


@pytest.mark.case("A14")
@pytest.mark.parametrize(
    "extra",
    [{"user_id": str(BOB)}, {"is_admin": True}, {"plan": "admin"}, {"tier": "elite"}, {"key": "x"}, {"created_at": 0}],
    ids=str,
)
def test_unknown_fields_are_rejected(database: str, extra: dict[str, Any]) -> None:
    assert create_key(**extra).status == 422
    assert key_names(alice()) == key_names(bob()) == []


@pytest.mark.case("H2", "H3")
@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 61},
        {"name": "a\tb"},
        {"name": "line\nbreak"},
        {"name": "line\n"},
        {"name": 7},
        {"name": None},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": "read"},
        {"scopes": None},
    ],
    ids=str,
)
def test_a_malformed_key_request_is_rejected(database: str, fields: dict[str, Any]) -> None:
    response = invoke("api_keys", KEYS, method="POST", body={"name": "x", **fields}, authorization=alice())
    assert response.status == 422
    assert response.json["detail"][0]["loc"][:2] == ["body", next(iter(fields))]


def test_a_keys_default_scope_is_read(database: str) -> None:
    assert create_key("  évident 🔑 ").json["scopes"] == ["read"]
    assert key_names(alice()) == ["évident 🔑"]


@pytest.mark.parametrize("role", ["free", "premium"])
def test_keys_are_created_on_elite_only_and_can_be_revoked_on_any_plan(database: str, role: str) -> None:
    body = create_key().json
    accounts.set_plan(wiring.database(), ALICE, Plan(role), NOW)
    refused = create_key("another")
    assert (refused.status, refused.json["detail"]) == (403, "Réservé aux abonnés Elite.")
    assert invoke("matches", "/api/v1/matches/competitions", x_api_key=body["key"]).status == 403
    assert key_names(alice()) == ["my tool"]
    assert invoke("api_keys", f"{KEYS}/{body['id']}", method="DELETE", authorization=alice()).status == 204


def test_a_key_makes_lists_and_revokes_no_keys(database: str) -> None:
    body = create_key(scopes=["read", "write"]).json
    for method, path in (("POST", KEYS), ("GET", KEYS), ("DELETE", f"{KEYS}/{body['id']}")):
        response = invoke(
            "api_keys", path, method=method, body={"name": "x"}, x_api_key=body["key"], accept_language="en"
        )
        assert (response.status, response.json["detail"]) == (403, "A person must be signed in here.")


def test_a_person_has_five_keys_at_most(database: str) -> None:
    keys = [create_key(f"key {number}").json for number in range(MAX_KEYS)]
    refused = create_key("one more")
    assert (refused.status, refused.json["detail"]) == (400, "Vous avez déjà 5 clés ; révoquez-en une d'abord.")
    assert create_key("bob's", bob()).status == 201
    invoke("api_keys", f"{KEYS}/{keys[0]['id']}", method="DELETE", authorization=alice())
    assert create_key("one more").status == 201
    assert sorted(key_names(alice())) == ["key 1", "key 2", "key 3", "key 4", "one more"]


def test_the_first_key_stores_the_tokens_role_and_changes_no_existing_account(database: str) -> None:
    create_key(header=alice(app_metadata={"role": "admin"}))
    assert select(database, "SELECT plan, is_admin FROM accounts") == [("elite", True)]
    accounts.set_plan(wiring.database(), BOB, Plan.ELITE, NOW - timedelta(days=9))
    create_key(header=alice(sub=str(BOB), app_metadata={"role": "admin"}))
    assert select(database, "SELECT plan, is_admin FROM accounts WHERE user_id = %s", BOB) == [("elite", False)]


@pytest.mark.case("A1")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_token_is_required(method: str) -> None:
    """A test of its own beside the one of all routes, because these give power."""
    with environment():
        path = KEYS + ("/" + str(uuid4()) if method == "DELETE" else "")
        assert invoke("api_keys", path, method=method, body={"name": "x"}).status == 401


def test_api_keys_have_no_access_to_operators_prices(database: str) -> None:
    key = create_key().json["key"]
    response = invoke("enrichment", "/api/v1/enrichment/status", x_api_key=key, accept_language="en")
    assert (response.status, response.json["detail"]) == (
        403,
        "Operators' prices are shown here, but not handed to programs.",
    )
    assert invoke("enrichment", "/api/v1/enrichment/status", authorization=alice()).status == 200
