"""Requests whose transaction another one made fail: answered all the same, or with 503, and never by halves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import BackgroundTasks
from psycopg import errors

from shared.accounts.api_keys import Scope, fingerprint
from shared.accounts.plans import Plan
from shared.stores.database import connect
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import SignedIn
from shared.web.middleware import MAX_ATTEMPTS
from shared.web.strict_json import RequestModel
from tests.running import Handler, environment, invoke, select
from tests.tokens import ALICE, NOW, SUPABASE, bearer

TABLE = "CREATE TABLE things (name text PRIMARY KEY, try int NOT NULL)"
ROWS = "SELECT name, try FROM things"
KEY = "ps_live_" + "A" * 43


class Item(RequestModel):
    name: str


@dataclass
class Group:
    """An endpoint that adds a row and then fails a given number of times."""

    fail: list[Exception] = field(default_factory=list)
    tries: int = 0
    meanwhile: Callable[[], object] = lambda: None
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        app = http_app("try")

        @app.post("/things")
        async def things(db: Connection, item: Item) -> int:
            self.tries += 1
            db.execute("INSERT INTO things VALUES (%s, %s)", [item.name, self.tries])
            if self.fail:
                raise self.fail.pop()
            return self.tries

        @app.post("/mine")
        async def mine(reader: SignedIn, db: Connection) -> None:
            self.tries += 1
            self.meanwhile()
            if self.fail:
                raise self.fail.pop()

        @app.post("/afterwards")
        async def afterwards(tasks: BackgroundTasks) -> None:
            def run() -> None:
                self.tries += 1
                raise errors.UniqueViolation

            tasks.add_task(run)

        self.handler = lambda_handler(app)

    def post(self, path: str = "/things") -> Any:
        """What is answered."""
        return invoke(self.handler, path, method="POST", body={"name": "a"})


@pytest.fixture
def group(url: str) -> Iterator[Group]:
    with environment(DATABASE_URL=url), psycopg.connect(url, autocommit=True) as db:
        db.execute(TABLE)
        yield Group()


@pytest.mark.case("F6")
@pytest.mark.parametrize(
    "race",
    [errors.DeadlockDetected, errors.ForeignKeyViolation, errors.SerializationFailure, errors.UniqueViolation],
)
def test_a_request_that_loses_a_race_is_retried(group: Group, url: str, race: Any) -> None:
    """With its body; the try that failed left nothing."""
    group.fail = [race() for _ in range(MAX_ATTEMPTS - 1)]
    response = group.post()
    assert (response.status, response.json) == (200, MAX_ATTEMPTS)
    assert select(url, ROWS) == [("a", MAX_ATTEMPTS)]


@pytest.mark.case("F6")
def test_a_request_that_loses_each_race_may_be_sent_again_later(group: Group, url: str, capsys: Any) -> None:
    """It is reported, for then it may be no race."""
    select_into = "INSERT INTO things VALUES ('a', 0) RETURNING try"
    assert select(url, select_into) == [(0,)]
    response = group.post()
    assert (response.status, response.json["code"], response.headers["retry-after"]) == (503, "unavailable", "5")
    assert group.tries == MAX_ATTEMPTS
    assert select(url, ROWS) == [("a", 0)]
    assert capsys.readouterr().out.count("no try succeeded") == 1


@pytest.mark.case("F6", "A13")
@pytest.mark.parametrize(
    ("credentials", "code"),
    [({"authorization": bearer(NOW)}, "account_deleted"), ({"x_api_key": KEY}, "key_refused")],
    ids=["account", "key"],
)
def test_whose_account_or_key_is_gone_before_a_retry_has_no_access(
    url: str, credentials: dict[str, Any], code: str
) -> None:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE), connect(url, "test") as db:
        key = ApiKeyRow(uuid4(), "mine", list(Scope), NOW)
        accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
        api_keys.add(db, ALICE, fingerprint(KEY), key)

        def withdraw() -> None:
            api_keys.revoke(db, ALICE, key.key_id, NOW)
            accounts.close(db, ALICE, NOW)

        group = Group(fail=[errors.SerializationFailure()], meanwhile=withdraw)
        response = invoke(group.handler, "/mine", method="POST", **credentials)
    assert (response.status, response.json["code"], group.tries) == (401, code, 1)


@pytest.mark.parametrize("fault", [errors.CheckViolation, errors.NotNullViolation, RuntimeError])
def test_a_bug_is_not_retried(group: Group, fault: Any) -> None:
    group.fail = [fault()]
    assert (group.post().status, group.tries) == (500, 1)


def test_a_failure_after_the_response_is_not_retried(group: Group) -> None:
    assert group.post("/afterwards").status == 200
    assert group.tries == 1
