"""Requests sent twice, through the whole edge, over a database of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import Depends, Query, Security
from pydantic import BaseModel

from shared.accounts.api_keys import Scope, fingerprint
from shared.accounts.plans import Plan, Reader
from shared.stores.database import connect
from shared.stores.people import accounts, api_keys, idempotency_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Access, SignedIn
from shared.web.errors import BadRequest
from shared.web.idempotency import KEY_TTL, idempotent
from shared.web.strict_json import RequestModel
from tests.running import Handler, HttpResponse, environment, invoke, select
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

KEY = "ps_live_" + "A" * 43
PayingPerson = Annotated[Reader, Security(Access(Plan.PREMIUM, allows_api_keys=False))]
COUNT = "SELECT count(*) FROM reports"


class Item(RequestModel):
    what: str = "a"


class CreatedItem(BaseModel):
    number: int
    text: str


@dataclass
class Group:
    """Endpoints that add a row; `before` and `meanwhile` happen around it, and then `fail`."""

    made: int = 0
    fail: Exception | None = None
    before: Callable[[], object] = lambda: None
    meanwhile: Callable[[], object] = lambda: None
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        app = http_app("try")

        async def before() -> None:
            self.before()

        @app.post("/things", status_code=HTTPStatus.CREATED, dependencies=[Depends(before)])
        @idempotent
        async def things(
            reader: SignedIn, db: Connection, item: Item, note: Annotated[str, Query()] = ""
        ) -> CreatedItem:
            self.add(db)
            return CreatedItem(number=self.made, text=item.what + note)

        @app.post("/others", status_code=HTTPStatus.NO_CONTENT)
        @idempotent
        async def others(reader: SignedIn, db: Connection) -> None:
            self.add(db)

        @app.post("/page")
        @idempotent
        async def page(reader: PayingPerson, db: Connection) -> CreatedItem:
            self.add(db)
            return CreatedItem(number=self.made, text="")

        self.handler = lambda_handler(app)

    def add(self, db: psycopg.Connection) -> None:
        """Add a row, and fail if `fail` is set."""
        self.made += 1
        db.execute("INSERT INTO reports VALUES ('test', %s, '', now())", [self.made])
        self.meanwhile()
        if self.fail:
            raise self.fail


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


@pytest.fixture
def group(database: str) -> Group:
    return Group()


def post(
    group: Group, key: str | None = "k-1", target: str = "/things", body: Any = None, **headers: Any
) -> HttpResponse:
    sent: dict[str, Any] = {"authorization": bearer(NOW), **headers} | (
        {"idempotency_key": key} if key is not None else {}
    )
    return invoke(group.handler, target, method="POST", body={} if body is None else body, **sent)


def test_a_repeated_request_with_its_idempotency_key_is_replayed(group: Group, database: str) -> None:
    """Section 4.1 of the anchors: the result is replayed."""
    first, second = post(group, body={"what": "é"}), post(group, body={"what": "é"})
    assert (first.status, first.json) == (second.status, second.json) == (201, {"number": 1, "text": "é"})
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert select(database, COUNT) == [(1,)]


def test_an_answer_without_a_body_is_replayed_too(group: Group, database: str) -> None:
    for _ in range(2):
        response = post(group, target="/others")
        assert (response.status, response.body) == (204, "")
    assert select(database, COUNT) == [(1,)]


@pytest.mark.parametrize("key", [None, "k-2"])
def test_without_its_key_a_request_is_executed_again(group: Group, database: str, key: str | None) -> None:
    post(group)
    assert post(group, key).json["number"] == 2
    assert select(database, COUNT) == [(2,)]


@pytest.mark.parametrize(
    "change", [{"body": {"what": "b"}}, {"target": "/things?note=x"}, {"target": "/others"}], ids=str
)
def test_a_key_is_rejected_for_another_request(group: Group, database: str, change: dict[str, Any]) -> None:
    """Section 4.1: 422 for other parameters."""
    post(group)
    response = post(group, accept_language="en", **change)
    assert response.status == 422
    assert response.json["detail"] == "This idempotency key was used for another request; please take a new one."
    assert select(database, COUNT) == [(1,)]


def test_a_request_in_flight_is_a_409(group: Group, database: str) -> None:
    """Section 4.1: 409 in flight. The second is sent while the first has written and not committed."""
    with connect(database, "test") as other, ThreadPoolExecutor(1) as elsewhere:
        with other.transaction():
            assert idempotency_keys.lock(other, ALICE, "k-1")
            response = post(group, accept_language="en")
        assert (response.status, response.json["detail"]) == (
            409,
            "This request is being worked on already; please await its answer.",
        )
        assert select(database, COUNT) == [(0,)]

        def while_worked_on() -> None:
            assert not elsewhere.submit(idempotency_keys.lock, other, ALICE, "k-1").result()
            assert elsewhere.submit(idempotency_keys.lock, other, BOB, "k-1").result()

        group.meanwhile = while_worked_on
        assert post(group).status == 201
        assert idempotency_keys.lock(other, ALICE, "k-1")


@pytest.mark.case("A13")
def test_idempotency_keys_are_per_person(group: Group, database: str) -> None:
    """No one gets another person's response."""
    post(group, body={"what": "mine"})
    assert post(group, body={"what": "mine"}, authorization=bearer(NOW, sub=str(BOB))).json["number"] == 2
    assert post(group, authorization="").status == 401


@pytest.mark.case("A17", "A13")
def test_a_response_is_replayed_only_to_callers_with_access_to_the_route(group: Group, database: str) -> None:
    """Neither to an API key where the route accepts none, nor to a person whose plan no longer allows it."""
    with connect(database, "test") as db:
        accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
        made = ApiKeyRow(uuid4(), "mine", list(Scope), NOW)
        api_keys.add(db, ALICE, fingerprint(KEY), made)
        first = post(group, target="/page")
        assert (first.status, post(group, target="/page").headers["idempotent-replayed"]) == (200, "true")
        by_key = {"authorization": "", "x_api_key": KEY}
        for key in ("k-1", "k-2"):
            response = post(group, key, target="/page", **by_key)
            assert (response.status, response.json["code"]) == (403, "needs_person")
        accounts.set_plan(db, ALICE, Plan.FREE, NOW)
        response = post(group, target="/page")
        assert (response.status, response.json["code"]) == (403, "needs_premium")
    assert group.made == 1


@pytest.mark.case("F6")
@pytest.mark.parametrize("fail", [BadRequest("needs_person"), RuntimeError("unforeseen")], ids=str)
def test_a_failed_request_is_rolled_back_and_can_be_retried(group: Group, database: str, fail: Exception) -> None:
    group.fail = fail
    assert post(group).status in {400, 500}
    assert select(database, "SELECT count(*) FROM idempotency_keys") == select(database, COUNT) == [(0,)]
    group.fail = None
    assert post(group, body={"what": "b"}).status == 201
    assert select(database, COUNT) == [(1,)]


def test_a_request_that_failed_validation_can_be_retried(group: Group) -> None:
    assert post(group, body={"what": 7}).status == 422
    assert post(group, body={"what": "a"}).status == 201


@pytest.mark.case("F6")
@pytest.mark.parametrize("cut", ["before", "meanwhile"])
def test_a_lost_connection_stores_neither_key_nor_effect(group: Group, database: str, cut: str) -> None:
    """No half effect, whether the connection is lost once the key is taken or once the row is added."""
    kill = """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'paris-sportif'
    """
    setattr(group, cut, lambda: select(database, kill))
    assert post(group).status == 503
    assert select(database, "SELECT count(*) FROM idempotency_keys") == select(database, COUNT) == [(0,)]
    setattr(group, cut, lambda: None)
    assert [post(group).status for _ in range(2)] == [201, 201]
    assert select(database, COUNT) == [(1,)]


def test_a_key_is_free_again_after_a_day(group: Group, database: str) -> None:
    post(group)
    for wait, number in ((KEY_TTL, 1), (KEY_TTL + timedelta(seconds=1), 2)):
        later = bearer(NOW + wait)
        response = invoke(
            group.handler, "/things", method="POST", body={}, at=NOW + wait, authorization=later, idempotency_key="k-1"
        )
        assert response.json["number"] == number
    assert select(database, "SELECT created_at FROM idempotency_keys") == [(NOW + KEY_TTL + timedelta(seconds=1),)]


@pytest.mark.case("H2")
@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256, "a b"])
def test_an_invalid_idempotency_key_is_a_422(group: Group, key: str) -> None:
    response = post(group, key.encode().decode("latin-1"))
    assert response.status == 422
    assert response.json["detail"][0]["loc"] == ["header", "idempotency-key"]


def test_only_post_routes_can_be_idempotent() -> None:
    app = http_app("try")
    with pytest.raises(TypeError, match="/things: only a POST"):

        @app.put("/things")
        @idempotent
        async def things(reader: SignedIn) -> None: ...


def test_the_openapi_description_declares_the_idempotency_key() -> None:
    app = http_app("try")

    @app.post("/things")
    @idempotent
    async def things(reader: SignedIn) -> None: ...

    @app.post("/others")
    async def others(reader: SignedIn) -> None: ...

    paths = app.openapi()["paths"]
    assert [parameter["name"] for parameter in paths["/things"]["post"]["parameters"]] == ["idempotency-key"]
    assert "parameters" not in paths["/others"]["post"]
