"""Access by the tokens of people."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi import Request
from starlette.responses import JSONResponse

from local import fake_upstash
from local.http_server import serve
from shared.accounts.plans import ANONYMOUS_READER, Plan, Reader
from shared.accounts.sign_up import SignUp
from shared.runtime import clock, wiring
from shared.services import redis_backed
from shared.stores.betting import play_limits
from shared.stores.people import accounts
from shared.web import authentication
from shared.web.authentication import require_user_id
from shared.web.errors import Forbidden
from tests.running import Handler, environment, invoke
from tests.tokens import ALICE, BOB, ES256, ISSUER, NOW, SUPABASE, bearer, claims
from tests.web.authentication.app import AREAS, KEY, add_key, built, request, statuses

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.case("A1")
def test_an_anonymous_reader_may_read_public_routes_without_any_lookup() -> None:
    """401 with `WWW-Authenticate`, and without a reason."""
    with environment():  # no database, no Redis, no Supabase
        handler = built()
        assert invoke(handler, "/anyone").json == {"user": "None", "plan": "anonymous", "email": None, "by_key": False}
        for area in AREAS[1:]:
            response = invoke(handler, f"/{area}", accept_language="en")
            assert (response.status, response.json["detail"]) == (401, "Please sign in to go on.")
            assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("shown", ["Basic YWxpY2U6eA==", "AWS4-HMAC-SHA256 Credential=x", "eyJh.e.e", "", "Bearer"])
def test_other_authorization_schemes_count_as_anonymous(shown: str) -> None:
    with environment():
        handler = built()
        expected = 401 if shown == "Bearer" else 200
        with environment(**SUPABASE):
            assert invoke(handler, "/anyone", authorization=shown).status == expected
            assert invoke(handler, "/signed-in", authorization=shown).status == 401


@pytest.mark.parametrize(
    ("role", "open_to"),
    [("free", 2), ("premium", 3), ("elite", 4), ("admin", 5), ("Admin", 2), (None, 2), (["admin"], 2)],
)
def test_the_role_in_app_metadata_opens_its_areas(handler: Handler, role: Any, open_to: int) -> None:
    header = bearer(NOW, app_metadata={"role": role})
    assert statuses(handler, authorization=header) == [200] * open_to + [403] * (5 - open_to)


@pytest.mark.case("A11")
def test_user_metadata_grants_no_access(handler: Handler) -> None:
    """A common hole, since every user can write their own `user_metadata`."""
    header = bearer(NOW, user_metadata={"plan": "elite", "role": "admin"}, app_metadata=None)
    assert statuses(handler, authorization=header) == [200, 200, 403, 403, 403]


@pytest.mark.case("A12")
def test_the_accounts_plan_overrides_the_tokens_claim(handler: Handler, db: psycopg.Connection) -> None:
    """A change in the database takes effect with the next request."""
    elite, free = bearer(NOW, app_metadata={"role": "elite"}), bearer(NOW)
    assert invoke(handler, "/elite", authorization=elite).status == 200
    accounts.set_plan(db, ALICE, Plan.FREE, NOW)
    refused = invoke(handler, "/elite", authorization=elite)
    assert (refused.status, refused.json["detail"]) == (403, "Réservé aux abonnés Elite.")
    accounts.set_plan(db, ALICE, Plan.PREMIUM, NOW)
    assert invoke(handler, "/premium", authorization=free).json["plan"] == "premium"
    db.execute("UPDATE accounts SET is_admin = true")
    assert statuses(handler, authorization=free) == [200] * 5


@pytest.mark.case("A12")
def test_cached_routes_read_the_plan_from_redis_and_honour_its_invalidation(
    variables: dict[str, str],
) -> None:
    """With the plan cached in Redis, whatever the token's claim."""
    with fake_upstash.serve() as (address, token):
        redis_variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        elite = bearer(NOW, app_metadata={"role": "elite"})
        with environment(**variables, **redis_variables):
            handler = built()
            assert invoke(handler, "/cached", authorization=elite).json["plan"] == "elite"
            accounts.set_plan(wiring.database(), ALICE, Plan.FREE, NOW)
            redis_backed.invalidate_plan(ALICE)
            assert invoke(handler, "/cached", authorization=elite).json["plan"] == "free"
            wiring.redis().delete(f"plan:{ALICE}")
            assert invoke(handler, "/cached", authorization=elite).json["plan"] == "free"
            wiring.redis().set(f"plan:{ALICE}", "elite")
            assert invoke(handler, "/elite", authorization=elite).status == 403, (
                "an uncached route reads the plan from Postgres"
            )
            wiring.redis().set(f"plan:{ALICE}", "free")
        with environment(**variables | redis_variables | {"DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}):
            assert invoke(handler, "/cached", authorization=elite).json["plan"] == "free", "from Redis alone"
            wiring.redis().set(f"plan:{ALICE}", "nonsense")
            assert invoke(handler, "/cached", authorization=elite).status == 503, "an invalid cached plan is read again"


def test_without_redis_the_plan_is_read_from_the_database(variables: dict[str, str]) -> None:
    down = {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}
    with environment(**variables, **down):
        handler = built()
        accounts.set_plan(wiring.database(), ALICE, Plan.PREMIUM, NOW)
        redis_backed.invalidate_plan(ALICE)
        assert invoke(handler, "/premium", authorization=bearer(NOW)).status == 200


@pytest.mark.case("A7")
@pytest.mark.parametrize("role", ["anon", "service_role"])
def test_a_service_token_is_a_403(handler: Handler, role: str) -> None:
    response = invoke(handler, "/signed-in", authorization=bearer(NOW, role=role), accept_language="en")
    assert (response.status, response.json["detail"]) == (403, "A person must be signed in here.")


@pytest.mark.case("A16")
def test_an_anonymous_account_reads_only_public_routes(handler: Handler) -> None:
    """No personal route, so no purchase either, whatever plan the token names."""
    header = bearer(NOW, is_anonymous=True, app_metadata={"role": "admin"})
    assert statuses(handler, authorization=header) == [200, 403, 403, 403, 403]
    assert invoke(handler, "/anyone", authorization=header).json["plan"] == "anonymous"


@pytest.mark.case("A15")
@pytest.mark.parametrize("env", ["production", "staging", "development"])
@pytest.mark.parametrize("required", ["true", "false", ""])
def test_an_administrator_needs_two_factors_where_that_is_set(
    variables: dict[str, str], env: str, required: str
) -> None:
    one, two = (bearer(NOW, app_metadata={"role": "admin"}, aal=aal) for aal in ("aal1", "aal2"))
    with environment(**variables, APP_ENV=env, ADMIN_SECOND_FACTOR=required):
        handler = built()
        assert statuses(handler, authorization=bearer(NOW)) == [200, 200, 403, 403, 403]
        assert statuses(handler, authorization=two) == [200] * 5
        assert statuses(handler, authorization=one) == [200, 200, 200, 200, 403 if required == "true" else 200]
        if required == "true":
            assert "deux facteurs" in invoke(handler, "/admin", authorization=one).json["detail"]


@pytest.mark.case("A19")
def test_a_deleted_persons_token_and_key_are_rejected(handler: Handler, db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    db.execute("UPDATE accounts SET deleted_at = now()")
    for area in AREAS:
        response = invoke(handler, f"/{area}", authorization=bearer(NOW, app_metadata={"role": "admin"}))
        assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
    assert invoke(handler, "/signed-in", x_api_key=KEY).status == 401
    assert invoke(handler, "/signed-in", authorization=bearer(NOW, sub=str(BOB))).status == 200


def test_an_invalid_token_is_a_401_even_on_public_routes(handler: Handler) -> None:
    late = bearer(datetime(2020, 1, 1, tzinfo=UTC))
    for header in (late, "Bearer x.y.z", "bearer " + bearer(NOW)[7:-2], "Bearer  "):
        assert statuses(handler, authorization=header) == [401] * 5
    response = invoke(handler, "/anyone", authorization=late, accept_language="en")
    assert response.json["detail"] == "Your sign-in is not valid or has expired; please sign in again."


@pytest.mark.case("A9")
def test_keys_are_read_where_the_project_publishes_them(variables: dict[str, str], url: str) -> None:
    """Through the HTTP edge, at a real address: 503 where no key can be fetched, one request for many tokens."""
    requests: list[str] = []

    async def project(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            requests.append(scope["path"])
            await JSONResponse({"keys": [ES256.published()]}, 200)(scope, receive, send)

    with serve(project) as address:
        header = f"Bearer {ES256.sign(claims(NOW, iss=f'{address}/auth/v1'))}"
        with environment(**variables | {"SUPABASE_URL": address, "SUPABASE_JWT_SECRET": ""}):
            handler = built()
            assert [invoke(handler, "/signed-in", authorization=header).status for _ in range(5)] == [200] * 5
    assert requests == ["/auth/v1/.well-known/jwks.json"]
    with environment(**variables | {"SUPABASE_URL": "http://127.0.0.1:9"}):
        header = f"Bearer {ES256.sign(claims(NOW, iss=ISSUER))}"
        response = invoke(built(), "/anyone", authorization=header)
        assert (response.status, response.headers["retry-after"]) == (503, "5")


def test_authentication_runs_once_per_request(variables: dict[str, str], db: psycopg.Connection) -> None:
    scope = {"type": "http", "headers": [(b"authorization", bearer(NOW).encode())], "method": "GET"}
    first = authentication.current_reader(Request(scope))
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    assert authentication.current_reader(Request(scope)) is first
    assert authentication.current_reader(Request({**scope, "state": {}})).plan is Plan.ELITE


def test_a_token_yields_the_reader_with_sign_up_metadata(variables: dict[str, str]) -> None:
    stated = {"full_name": "Alice Martin", "birth_date": "1990-05-17", "is_adult": True}
    header = bearer(NOW, aal="aal2", app_metadata={"role": "premium"}, user_metadata=stated)
    expected = Reader(
        user_id=ALICE,
        plan=Plan.PREMIUM,
        email="alice@example.com",
        by_key=False,
        second_factor=True,
        sign_up=SignUp("Alice Martin", date(1990, 5, 17), True),
    )
    assert authentication.authenticate(request(authorization=header)) == expected
    assert authentication.current_reader(request(authorization=header)) == expected


@pytest.mark.parametrize(("seconds", "paused"), [(-1, True), (0, False), (1, False)])
def test_a_pause_holds_for_a_token_and_for_a_key_until_it_ends(
    variables: dict[str, str], db: psycopg.Connection, seconds: int, paused: bool
) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    ends_at = NOW + timedelta(minutes=30)
    play_limits.pause(db, ALICE, ends_at, NOW)
    with clock.at(ends_at + timedelta(seconds=seconds)):
        by_key = Reader(user_id=ALICE, plan=Plan.ELITE, email=None, by_key=True, paused=paused)
        assert authentication.current_reader(request(x_api_key=KEY)) == by_key
        assert authentication.current_reader(request(authorization=bearer(NOW))).paused is paused


@pytest.mark.case("P3")
def test_neither_tokens_nor_keys_nor_addresses_of_people_reach_the_log(
    handler: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = bearer(NOW), bearer(NOW, iss="https://elsewhere.test")
    responses = [invoke(handler, "/elite", authorization=header) for header in (good, bad)]
    responses.append(invoke(handler, "/elite", x_api_key=KEY))
    assert [response.status for response in responses] == [403, 401, 401]
    output = capsys.readouterr()
    for secret in (good[7:], bad[7:], KEY, "alice@example.com", SUPABASE["SUPABASE_JWT_SECRET"]):
        assert secret not in output.out + output.err + repr(responses)


def test_an_anonymous_reader_has_no_user_id() -> None:
    assert require_user_id(Reader(user_id=ALICE, plan=Plan.FREE, email=None, by_key=False)) == ALICE
    with pytest.raises(Forbidden) as refused:
        require_user_id(ANONYMOUS_READER)
    assert refused.value.code == "needs_person"


def test_a_process_that_is_shown_no_token_loads_no_cryptography() -> None:
    code = """if True:
        import sys
        from tests.running import invoke
        assert invoke("matches", "/api/v1/matches/competitions").status == 200
        assert not {"jwt", "cryptography"} & sys.modules.keys()
    """
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, env={})
