"""A person leaves while something is written about them: leaving is final in one call, and nothing is left behind."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.users.account_deletion import delete_account
from shared.accounts.plans import Plan
from shared.runtime import clock, wiring
from shared.stores.database import Connection, connect
from shared.stores.people import accounts, deletions, gdpr, users
from tests.factories import insert_predictions, match_update
from tests.push_service import VAPID
from tests.running import environment, invoke, rows_of, select
from tests.stores.people.test_gdpr import AT_FIRST, LATER, RETAINED, ROWS
from tests.stripe_service import PAYMENTS
from tests.tokens import ALICE, SUPABASE, bearer
from tests.waiting import HANG, wait_until

NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
"""Before the match of `tests.factories`."""
V1 = "/api/v1"
WRITES: dict[tuple[str, str], tuple[str, Any]] = {
    ("PATCH", f"{V1}/users/me"): ("users", {"full_name": "Alice"}),
    ("GET", f"{V1}/users/me"): ("users", None),
    ("PUT", f"{V1}/users/me/preferences"): ("users", {"language": "en"}),
    ("PUT", f"{V1}/user/preferences"): ("users", {"language": "en"}),
    ("POST", f"{V1}/user/favorites"): ("users", {"match_id": "{match}"}),
    ("POST", f"{V1}/bets"): ("bets", {"match_id": "{match}", "prediction": "draw", "odds": 2.1, "amount": 10}),
    ("PUT", f"{V1}/bets/bankroll"): ("bets", {"initial_bankroll": 100}),
    ("PUT", f"{V1}/bets/limits"): ("bets", {"stake": {"day": 10}}),
    ("POST", f"{V1}/bets/cool-off"): ("bets", {"days": 1}),
    ("POST", f"{V1}/keys"): ("api_keys", {"name": "mine"}),
    ("POST", f"{V1}/webhooks"): ("webhooks", {"url": "https://a.example/"}),
    ("POST", f"{V1}/notifications/subscribe"): (
        "notifications",
        {
            "endpoint": "https://fcm.googleapis.com/fcm/send/a",
            "expirationTime": None,
            "keys": {
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            },
        },
    ),
    ("POST", f"{V1}/stripe/create-checkout-session"): (
        "billing",
        {"plan": "elite", "success_url": "http://localhost:3000/a", "cancel_url": "http://localhost:3000/b"},
    ),
}
"""Everything by which a person's first row of some kind is written: whose route it is, and what is sent."""
PARENTS = {
    "bets": ("bankrolls",),
    "bankroll_entries": ("bankrolls", "bets"),
    "bet_closings": ("bankrolls", "bets"),
    "push_deliveries": ("push_subscriptions",),
    "webhook_deliveries": ("webhooks",),
}
"""The rows that a row needs."""
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def match(url: str) -> Iterator[int]:
    """A match that Alice, who is of age and on the Elite plan, may bet on."""
    variables = {**SUPABASE, **VAPID, **PAYMENTS, "STRIPE_API_URL": "http://127.0.0.1:9"}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **variables), clock.at(NOW):
        accounts.set_plan(wiring.database(), ALICE, Plan.ELITE, NOW)
        users.get_or_create(wiring.database(), ALICE, NOW)
        users.declare_adult(wiring.database(), ALICE, NOW)
        [match_id] = insert_predictions(wiring.database(), match_update())
        yield match_id


def commit_once_waited_for(db: Connection, url: str) -> None:
    """Commit as soon as another transaction waits for this one."""
    wait_until(lambda: select(url, WAITING) != [(0,)])
    db.execute("COMMIT")


def tables_with_rows(url: str) -> set[str]:
    """The tables that hold something about Alice."""
    return {table for table, rows in rows_of(url).items() if str(ALICE) in str(rows)}


@pytest.mark.case("P2", "F6", "F9")
@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("key", [None, "click"])
def test_a_request_during_its_persons_deletion_writes_nothing(
    match: int, url: str, method: str, path: str, key: str | None
) -> None:
    """It has passed authentication already and waits for the person's lock; then it is rejected."""
    function, body = WRITES[method, path]
    body = json.loads(json.dumps(body).replace('"{match}"', str(match)))
    headers: dict[str, Any] = {"authorization": bearer(NOW)} | ({"idempotency_key": key} if key else {})
    with connect(url, "test") as leaving, ThreadPoolExecutor(1) as elsewhere:
        leaving.execute("BEGIN")
        accounts.close(leaving, ALICE, NOW)
        gdpr.erase(leaving, ALICE)
        deletions.request(leaving, ALICE, NOW)
        committed = elsewhere.submit(commit_once_waited_for, leaving, url)
        response = invoke(function, path, method=method, body=body, **headers)
        committed.result(HANG)
    assert (response.status, response.json["code"]) == (401, "account_deleted")
    assert tables_with_rows(url) == {"accounts", "deletions"}


@pytest.mark.case("P2", "F6")
@pytest.mark.parametrize("table", sorted(ROWS.keys() - RETAINED - AT_FIRST))
def test_a_deletion_during_a_concurrent_write_leaves_no_row(match: int, url: str, table: str) -> None:
    """The row of each table in turn is written and not committed when its person leaves."""
    parameters = {"user": ALICE, "match": match, "now": NOW, "later": LATER}
    with connect(url, "test") as writing, ThreadPoolExecutor(1) as elsewhere:
        for parent in PARENTS.get(table, ()):
            writing.execute(ROWS[parent].encode(), parameters)
        if table == "users":
            gdpr.erase(writing, ALICE, [users])
        writing.execute("BEGIN")
        writing.execute(ROWS[table].encode(), parameters)
        committed = elsewhere.submit(commit_once_waited_for, writing, url)
        delete_account(ALICE)
        committed.result(HANG)
    assert tables_with_rows(url) <= RETAINED | {"deletions"}
    assert select(url, "SELECT deleted_at IS NOT NULL FROM accounts") == [(True,)]


def test_concurrent_deletions_of_an_account_delete_it_once(match: int, url: str) -> None:
    with connect(url, "test") as other, ThreadPoolExecutor(1) as elsewhere:
        other.execute("BEGIN")
        accounts.close(other, ALICE, NOW)
        gdpr.erase(other, ALICE)
        deletions.request(other, ALICE, NOW)
        committed = elsewhere.submit(commit_once_waited_for, other, url)
        response = invoke("users", f"{V1}/users/me", method="DELETE", authorization=bearer(NOW))
        committed.result(HANG)
    assert response.status == 204
    assert tables_with_rows(url) == {"accounts", "deletions"}
