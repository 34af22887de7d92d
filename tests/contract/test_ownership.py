"""Object-level authorization: every route that names a person's object by an id, in one table.

A new such route is added here, with a way to make an object of Alice's; or is listed as owned by no one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy import openapi, service
from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.stores.people import accounts, users
from tests.api_description import description
from tests.factories import insert_predictions, match_update
from tests.running import HttpResponse, environment, invoke, rows_of
from tests.tokens import ALICE, BOB, SUPABASE, bearer

NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
"""Before the match of `tests.factories`."""
Route = tuple[str, str]


@dataclass(frozen=True)
class Owned:
    """A route to an object of one person.

    Attributes:
        make: makes an object of Alice's and gives what stands in the path.
        body: what is sent.
    """

    make: Callable[[], dict[str, Any]]
    body: Any = None


def create_key() -> dict[str, Any]:
    """A key of Alice's."""
    return {"key_id": send("POST", "/api/v1/keys", {"name": "mine"}).json["id"]}


def create_webhook() -> dict[str, Any]:
    """A webhook of Alice's."""
    return {"webhook_id": send("POST", "/api/v1/webhooks", {"url": "https://a.example/"}).json["id"]}


def create_favourite() -> dict[str, Any]:
    """A match that Alice follows."""
    [match_id] = insert_predictions(wiring.database(), match_update())
    return {"match_id": send("POST", "/api/v1/user/favorites", {"match_id": match_id}).json["match_id"]}


def create_bet() -> dict[str, Any]:
    """A bet of Alice's."""
    [match_id] = insert_predictions(wiring.database(), match_update())
    assert send("PUT", "/api/v1/bets/bankroll", {"initial_bankroll": 1000}).status == 200
    request = {"match_id": match_id, "prediction": "home_win", "odds": 2.1, "amount": 10}
    return {"bet_id": send("POST", "/api/v1/bets", request).json["id"]}


OWNED = {
    ("DELETE", "/api/v1/keys/{key_id}"): Owned(create_key),
    ("DELETE", "/api/v1/webhooks/{webhook_id}"): Owned(create_webhook),
    ("POST", "/api/v1/webhooks/{webhook_id}/test"): Owned(create_webhook),
    ("DELETE", "/api/v1/user/favorites/{match_id}"): Owned(create_favourite),
    ("PATCH", "/api/v1/bets/{bet_id}"): Owned(create_bet, {"status": "void"}),
    ("DELETE", "/api/v1/bets/{bet_id}"): Owned(create_bet),
}
NOT_OWNED = {
    ("GET", "/api/v1/enrichment/form/{team_name}"): "a club's form",
    ("GET", "/api/v1/users/teams/{team_id}/news"): "a club's news",
    ("GET", "/api/v1/users/teams/{team_id}/summary"): "a club's summary",
}
"""Routes with an id of what belongs to no person."""


def personal() -> dict[Route, tuple[str, APIRoute]]:
    """The routes that are open to people who sign in, but neither to all nor to administrators alone."""
    return {
        (method, route.path_format): (name, route)
        for name, function in service.read().functions.items()
        if function.paths
        for route in openapi.app_of(name).routes
        if isinstance(route, APIRoute)
        and any(rule.minimum_plan not in {Plan.ANONYMOUS, Plan.ADMIN} for rule in openapi.access_rules(route.dependant))
        for method in route.methods or ()
    }


PERSONAL = personal()


@pytest.fixture
def database(url: str) -> Iterator[str]:
    """Alice and Bob, who pay for all there is and are of age."""
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        for user in (ALICE, BOB):
            accounts.set_plan(wiring.database(), user, Plan.ELITE, NOW)
            users.get_or_create(wiring.database(), user, NOW)
            users.declare_adult(wiring.database(), user, NOW)
        yield url


def send(method: str, path: str, body: Any = None, user: object = ALICE) -> HttpResponse:
    """The response to a user's request."""
    function = next(name for (_, pattern), (name, _) in PERSONAL.items() if same(pattern, path))
    return invoke(function, path, method=method, body=body, authorization=bearer(NOW, sub=str(user)))


def same(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern does before its first parameter."""
    return path.startswith(pattern.partition("{")[0])


@pytest.mark.case("A13")
def test_every_route_that_names_an_object_is_in_the_table() -> None:
    """A new one is added to `OWNED`, or to `NOBODYS` with a reason."""
    named = {route for route in PERSONAL if "{" in route[1]}
    assert named == OWNED.keys() | NOT_OWNED.keys()


@pytest.mark.case("A13")
@pytest.mark.parametrize("route", OWNED, ids=" ".join)
def test_another_persons_object_is_a_404(database: str, route: Route) -> None:
    """Bob gets 404 and changes nothing of Alice's; her own request succeeds."""
    (method, path), owned = route, OWNED[route]
    target = path.format(**owned.make())
    before = rows_of_alice(database)
    refused = send(method, target, owned.body, BOB)
    assert refused.status == 404
    assert rows_of_alice(database) == before
    assert send(method, target, owned.body).status in {200, 202, 204}


def rows_of_alice(database: str) -> list[str]:
    """Every row that names her."""
    return [str(row) for rows in rows_of(database).values() for row in rows if str(ALICE) in str(row)]


@pytest.mark.case("A19")
@pytest.mark.parametrize("route", PERSONAL, ids=" ".join)
def test_a_deleted_accounts_valid_token_is_a_401(database: str, route: Route) -> None:
    accounts.close(wiring.database(), ALICE, NOW)
    method, path = route
    for name, value in (("{key_id}", str(BOB)), ("{webhook_id}", str(BOB)), ("{bet_id}", "7"), ("{", ""), ("}", "")):
        path = path.replace(name, value)
    response = send(method, path)
    assert (response.status, response.json["detail"]) == (401, "Ce compte n'existe plus.")


@pytest.mark.case("A14")
def test_request_bodies_reject_undeclared_fields() -> None:
    """An owner, a plan, a state that a person writes into their request is refused, not ignored."""
    described = description()
    loose = []
    for path, operations in described["paths"].items():
        for method, spec in operations.items():
            schema = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for part in schema.get("anyOf", [schema]):
                name = part.get("$ref", "").rpartition("/")[2]
                if name and described["components"]["schemas"][name].get("additionalProperties") is not False:
                    loose.append(f"{method} {path}: {name}")
    assert loose == []
