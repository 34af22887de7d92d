"""Who is let in where, who is told what, and what it costs to find out."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import Request, Security
from starlette.responses import JSONResponse

from local import fake_upstash
from local.http_server import serve
from shared.accounts.api_keys import fingerprint
from shared.accounts.plans import ANONYMOUS_READER, Plan, Reader
from shared.accounts.sign_up import SignUp
from shared.runtime import clock, wiring
from shared.services import redis_backed
from shared.services.cache_policies import CacheKind
from shared.stores.betting import play_limits
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web import authentication
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Access, Admin, Anyone, Premium, SignedIn, TrainingAccess, require_user_id
from shared.web.cached_route import cached
from shared.web.errors import Forbidden
from tests.running import Handler, environment, invoke
from tests.tokens import ALICE, BOB, ES256, ISSUER, NOW, SUPABASE, bearer, claims

PROJECT = Path(__file__).resolve().parents[2]
KEY = "ps_live_" + "k" * 43
AREAS = ("anyone", "signed-in", "premium", "elite", "admin")


def shown(reader: Reader) -> dict[str, Any]:
    return {"user": str(reader.user_id), "plan": reader.plan, "email": reader.email, "by_key": reader.by_key}


def built() -> Handler:
    """One route for each kind of reader."""
    app = http_app("try")

    @app.get("/anyone")
    async def anyone(reader: Anyone) -> dict[str, Any]:
        return shown(reader)

    @app.get("/kept")
    @cached(CacheKind.DAILY_PICKS)
    async def paid(reader: Anyone) -> dict[str, Any]:
        return shown(reader)

    @app.get("/signed-in")
    async def signed_in(reader: SignedIn) -> dict[str, Any]:
        return shown(reader)

    @app.post("/signed-in")
    async def write(reader: SignedIn, db: Connection) -> dict[str, Any]:
        return shown(reader)

    @app.get("/premium")
    async def premium(reader: Premium) -> dict[str, Any]:
        return shown(reader)

    @app.get("/elite")
    async def elite(reader: Annotated[Reader, Security(Access(Plan.ELITE))]) -> dict[str, Any]:
        return shown(reader)

    @app.get("/admin")
    async def admin(reader: Admin) -> dict[str, Any]:
        return shown(reader)

    return lambda_handler(app)


@pytest.fixture
def variables(url: str) -> Iterator[dict[str, str]]:
    """The settings of a process with a database of its own and without Redis."""
    values = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), **SUPABASE}
    with environment(**values):
        yield values


@pytest.fixture
def handler(variables: dict[str, str]) -> Handler:
    return built()


@pytest.fixture
def db(variables: dict[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(variables["DATABASE_URL"], autocommit=True) as db:
        yield db


def statuses(handler: Handler, **headers: Any) -> list[int]:
    """What each area answers, from the most open to the most closed."""
    return [invoke(handler, f"/{area}", **headers).status for area in AREAS]


@pytest.mark.case("A1")
def test_whoever_shows_nothing_may_read_what_is_public_and_nothing_is_asked_of_anyone() -> None:
    """401 with `WWW-Authenticate`, and without a reason."""
    with environment():  # no database, no Redis, no Supabase
        handler = built()
        assert invoke(handler, "/anyone").json == {"user": "None", "plan": "anonymous", "email": None, "by_key": False}
        for area in AREAS[1:]:
            response = invoke(handler, f"/{area}", accept_language="en")
            assert (response.status, response.json["detail"]) == (401, "Please sign in to go on.")
            assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("shown", ["Basic YWxpY2U6eA==", "AWS4-HMAC-SHA256 Credential=x", "eyJh.e.e", "", "Bearer"])
def test_what_is_no_bearer_token_is_nothing_shown(shown: str) -> None:
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
def test_the_role_that_we_wrote_into_the_token_opens_what_it_covers(handler: Handler, role: Any, open_to: int) -> None:
    header = bearer(NOW, app_metadata={"role": role})
    assert statuses(handler, authorization=header) == [200] * open_to + [403] * (5 - open_to)


@pytest.mark.case("A11")
def test_what_users_write_themselves_opens_nothing(handler: Handler) -> None:
    """The hole of many such systems, since everybody can write their own `user_metadata`."""
    header = bearer(NOW, user_metadata={"plan": "elite", "role": "admin"}, app_metadata=None)
    assert statuses(handler, authorization=header) == [200, 200, 403, 403, 403]


@pytest.mark.case("A12")
def test_the_account_decides_whatever_the_token_still_says(handler: Handler, db: psycopg.Connection) -> None:
    """What is taken away in the database is gone with the next request, what is given is there."""
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
def test_redis_spares_the_database_where_an_answer_is_kept_and_knows_of_no_plan_that_was_taken_away(
    variables: dict[str, str],
) -> None:
    """With the plan remembered in Redis, whatever the token says."""
    with fake_upstash.serve() as (address, token):
        redis_variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        elite = bearer(NOW, app_metadata={"role": "elite"})
        with environment(**variables, **redis_variables):
            handler = built()
            assert invoke(handler, "/kept", authorization=elite).json["plan"] == "elite"
            accounts.set_plan(wiring.database(), ALICE, Plan.FREE, NOW)
            redis_backed.invalidate_plan(ALICE)
            assert invoke(handler, "/kept", authorization=elite).json["plan"] == "free"
            wiring.redis().delete(f"plan:{ALICE}")
            assert invoke(handler, "/kept", authorization=elite).json["plan"] == "free"
            wiring.redis().set(f"plan:{ALICE}", "elite")
            assert invoke(handler, "/elite", authorization=elite).status == 403, "where Postgres is asked, it is asked"
            wiring.redis().set(f"plan:{ALICE}", "free")
        with environment(**variables | redis_variables | {"DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}):
            assert invoke(handler, "/kept", authorization=elite).json["plan"] == "free", "from Redis alone"
            wiring.redis().set(f"plan:{ALICE}", "nonsense")
            assert invoke(handler, "/kept", authorization=elite).status == 503, "what is no plan is read anew"


def test_without_redis_or_with_one_that_is_down_the_database_is_asked(variables: dict[str, str]) -> None:
    down = {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}
    with environment(**variables, **down):
        handler = built()
        accounts.set_plan(wiring.database(), ALICE, Plan.PREMIUM, NOW)
        redis_backed.invalidate_plan(ALICE)
        assert invoke(handler, "/premium", authorization=bearer(NOW)).status == 200


@pytest.mark.case("A7")
@pytest.mark.parametrize("role", ["anon", "service_role"])
def test_a_programs_token_is_refused(handler: Handler, role: str) -> None:
    response = invoke(handler, "/signed-in", authorization=bearer(NOW, role=role), accept_language="en")
    assert (response.status, response.json["detail"]) == (403, "A person must be signed in here.")


@pytest.mark.case("A16")
def test_a_visitors_account_reads_what_is_public_and_is_no_person(handler: Handler) -> None:
    """Nothing that is a person's, so nothing to buy either, whatever plan the token names."""
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
def test_whoever_is_gone_is_refused_though_the_token_lives(handler: Handler, db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    db.execute("UPDATE accounts SET deleted_at = now()")
    for area in AREAS:
        response = invoke(handler, f"/{area}", authorization=bearer(NOW, app_metadata={"role": "admin"}))
        assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
    assert invoke(handler, "/signed-in", x_api_key=KEY).status == 401
    assert invoke(handler, "/signed-in", authorization=bearer(NOW, sub=str(BOB))).status == 200


def test_a_token_that_proves_nothing_is_refused_also_where_none_is_needed(handler: Handler) -> None:
    late = bearer(datetime(2020, 1, 1, tzinfo=UTC))
    for header in (late, "Bearer x.y.z", "bearer " + bearer(NOW)[7:-2], "Bearer  "):
        assert statuses(handler, authorization=header) == [401] * 5
    response = invoke(handler, "/anyone", authorization=late, accept_language="en")
    assert response.json["detail"] == "Your sign-in is not valid or has expired; please sign in again."


@pytest.mark.case("A9")
def test_keys_are_read_where_the_project_publishes_them(variables: dict[str, str], url: str) -> None:
    """Through the front door, at a real address: 503 where no key can be had, one request for many tokens."""
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


def add_key(db: psycopg.Connection, *scopes: str) -> None:
    api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(ALICE, "tool", list(scopes), NOW))


@pytest.mark.case("A17")
@pytest.mark.parametrize(("scopes", "reads", "writes"), [(["read"], 200, 403), (["write"], 403, 200)])
def test_a_key_may_do_what_it_is_for(
    handler: Handler, db: psycopg.Connection, scopes: list[str], reads: int, writes: int
) -> None:
    """The scope is enforced."""
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, *scopes)
    assert invoke(handler, "/signed-in", x_api_key=KEY).status == reads
    assert invoke(handler, "/signed-in", x_api_key=KEY, method="POST").status == writes
    assert invoke(handler, "/signed-in", x_api_key=KEY, method="HEAD").status == reads


def test_a_key_speaks_for_its_owner_and_never_as_an_administrator(handler: Handler, db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.FREE, NOW)
    add_key(db, "read")
    assert statuses(handler, x_api_key=KEY) == [403] * 5, "without the plan"
    db.execute("UPDATE accounts SET is_admin = true")
    assert statuses(handler, x_api_key=KEY) == [200, 200, 200, 200, 403]
    response = invoke(handler, "/elite", x_api_key=KEY)
    assert response.json == {"user": str(ALICE), "plan": "elite", "email": None, "by_key": True}


@pytest.mark.case("A17")
def test_a_key_is_revoked_with_the_next_request(handler: Handler, db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    assert invoke(handler, "/elite", x_api_key=KEY).status == 200
    api_keys.revoke(db, ALICE, ALICE, NOW)
    for key in (KEY, KEY[:-1] + "x"):
        response = invoke(handler, "/anyone", x_api_key=key)
        assert (response.status, response.json["detail"]) == (401, "Cette clé d'API est inconnue ou révoquée.")


def test_what_has_not_the_form_of_a_key_is_refused_without_asking_anyone() -> None:
    with environment():
        assert invoke(built(), "/anyone", x_api_key="x" * 5000).status == 401


def test_a_person_is_who_counts_where_a_key_is_shown_too(handler: Handler) -> None:
    header = bearer(NOW, sub=str(BOB))
    assert invoke(handler, "/anyone", authorization=header, x_api_key=KEY).json["user"] == str(BOB)


def test_a_reader_is_found_out_once_a_request(variables: dict[str, str], db: psycopg.Connection) -> None:
    scope = {"type": "http", "headers": [(b"authorization", bearer(NOW).encode())], "method": "GET"}
    first = authentication.current_reader(Request(scope))
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    assert authentication.current_reader(Request(scope)) is first
    assert authentication.current_reader(Request({**scope, "state": {}})).plan is Plan.ELITE


def request(path: str = "/anyone", **headers: str) -> Request:
    """A request as the edge hands it on."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": sent,
            "server": ("api.test", 80),
        }
    )


def test_a_token_names_its_person_with_what_they_state_of_themselves(variables: dict[str, str]) -> None:
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


def test_a_key_does_not_read_bookmakers_prices(variables: dict[str, str], db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    assert authentication.current_reader(request("/api/v1/enrichments", x_api_key=KEY)).by_key
    with pytest.raises(Forbidden) as refused:
        authentication.current_reader(request("/api/v1/enrichment/full", x_api_key=KEY))
    assert refused.value.code == "key_prices"


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


def test_a_route_takes_keys_unless_it_says_otherwise(handler: Handler, db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    app = http_app("try")

    @app.get("/open")
    async def with_keys(reader: Annotated[Reader, Security(Access(Plan.PREMIUM))]) -> str:
        return str(reader.user_id)

    @app.get("/people")
    async def without(reader: Annotated[Reader, Security(Access(Plan.PREMIUM, allows_api_keys=False))]) -> str:
        return str(reader.user_id)

    handler = lambda_handler(app)
    assert invoke(handler, "/open", x_api_key=KEY).json == str(ALICE)
    refused = invoke(handler, "/people", x_api_key=KEY, accept_language="en")
    assert (refused.status, refused.json["detail"]) == (403, "A person must be signed in here.")
    assert invoke(handler, "/people", authorization=bearer(NOW)).json == str(ALICE)
    assert app.openapi()["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }


TRAINER_KEY, NEXT_KEY, SHORT_KEY = "t" * 43, "n" * 43, "s" * 8


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x_api_key": TRAINER_KEY}, 200),
        ({"x_api_key": NEXT_KEY}, 200),
        ({"x_api_key": TRAINER_KEY.upper()}, 401),
        ({"x_api_key": SHORT_KEY}, 401),
        ({"x_api_key": ""}, 401),
        ({}, 401),
        ({"authorization": f"Bearer {TRAINER_KEY}"}, 401),
        ({"authorization": bearer(NOW, app_metadata={"role": "admin"}, aal="aal2")}, 401),
    ],
)
def test_our_trainer_is_let_in_by_either_of_its_keys_and_by_nothing_else(headers: dict[str, Any], status: int) -> None:
    """Without a database, since it is nobody in it; a key too short to be a secret opens nothing."""
    hashes = ",".join(sha256(key.encode()).hexdigest() for key in (TRAINER_KEY, NEXT_KEY, SHORT_KEY))
    with environment(TRAINING_API_KEY_HASHES=hashes):
        response = invoke(trainers(), "/rows", accept_language="en", **headers)
    assert response.status == status
    if status == 200:
        assert response.json == {"user": "None", "plan": "anonymous", "email": None, "by_key": False}
    else:
        assert response.json["detail"] == "This API key is unknown or revoked."


@pytest.mark.parametrize(("length", "status"), [(31, 401), (32, 200)])
def test_a_trainers_key_has_at_least_thirty_two_characters(length: int, status: int) -> None:
    key = "k" * length
    with environment(TRAINING_API_KEY_HASHES=sha256(key.encode()).hexdigest()):
        assert invoke(trainers(), "/rows", x_api_key=key).status == status


def test_without_a_trainers_key_the_route_is_out_of_service() -> None:
    with environment():
        response = invoke(trainers(), "/rows", x_api_key=TRAINER_KEY)
    assert (response.status, response.headers["retry-after"]) == (503, "5")


def trainers() -> Handler:
    """The route of our own trainer."""
    app = http_app("try")

    @app.get("/rows")
    async def rows(reader: Annotated[Reader, Security(TrainingAccess())]) -> dict[str, Any]:
        return shown(reader)

    return lambda_handler(app)


def test_a_reader_who_is_nobody_is_no_person() -> None:
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
