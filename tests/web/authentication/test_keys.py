"""Access by API keys of people, and by the trainer's."""

from hashlib import sha256
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import Security

from shared.accounts.plans import Plan, Reader
from shared.stores.people import accounts, api_keys
from shared.web import authentication
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Access, TrainingAccess
from shared.web.errors import Forbidden
from tests.running import Handler, environment, invoke
from tests.tokens import ALICE, BOB, NOW, bearer
from tests.web.authentication.app import KEY, add_key, built, request, shown, statuses


@pytest.mark.case("A17")
@pytest.mark.parametrize(("scopes", "reads", "writes"), [(["read"], 200, 403), (["write"], 403, 200)])
def test_an_api_keys_scope_is_enforced(
    handler: Handler, db: psycopg.Connection, scopes: list[str], reads: int, writes: int
) -> None:
    """HEAD needs the scope of GET."""
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, *scopes)
    assert invoke(handler, "/signed-in", x_api_key=KEY).status == reads
    assert invoke(handler, "/signed-in", x_api_key=KEY, method="POST").status == writes
    assert invoke(handler, "/signed-in", x_api_key=KEY, method="HEAD").status == reads


def test_an_api_key_has_its_owners_plan_and_never_the_admin_role(handler: Handler, db: psycopg.Connection) -> None:
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


def test_a_malformed_api_key_is_rejected_without_a_query() -> None:
    with environment():
        assert invoke(built(), "/anyone", x_api_key="x" * 5000).status == 401


def test_a_token_takes_precedence_over_an_api_key(handler: Handler) -> None:
    header = bearer(NOW, sub=str(BOB))
    assert invoke(handler, "/anyone", authorization=header, x_api_key=KEY).json["user"] == str(BOB)


def test_a_key_does_not_read_bookmakers_prices(variables: dict[str, str], db: psycopg.Connection) -> None:
    accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
    add_key(db, "read")
    assert authentication.current_reader(request("/api/v1/enrichments", x_api_key=KEY)).by_key
    with pytest.raises(Forbidden) as refused:
        authentication.current_reader(request("/api/v1/enrichment/full", x_api_key=KEY))
    assert refused.value.code == "key_prices"


def test_a_route_accepts_api_keys_unless_it_disallows_them(handler: Handler, db: psycopg.Connection) -> None:
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
def test_only_training_keys_give_access_to_training_data(headers: dict[str, Any], status: int) -> None:
    """Without a database, since it belongs to no user; a key too short to be a secret is rejected."""
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
