"""Who may call which route: every route in one table, called as every kind of caller.

A new route is added here, with a reason where an API key opens it for writing or never opens it.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from shared.accounts.api_keys import Scope, fingerprint
from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from tests.functions.test_responsible_play import FUNCTIONS, NOW, ROUTES, STRIPE, Route, fill_in
from tests.lambda_api import lambda_api
from tests.push_service import VAPID, PushService
from tests.running import environment, invoke
from tests.tokens import SUPABASE, bearer

V1 = "/api/v1"
ANYONE: set[Route] = {
    *(route for route in FUNCTIONS if FUNCTIONS[route] == "pages"),
    ("GET", "/docs"),
    ("GET", "/docs/{name}"),
    ("GET", "/verify{rest}"),
    ("GET", "/openapi.json"),
    ("GET", "/health"),
    ("GET", "/health/ready"),
    ("GET", f"{V1}/basketball/matches"),
    ("GET", f"{V1}/calendar/competitions/{{competition}}.ics"),
    ("GET", f"{V1}/calendar/teams/{{team_id}}.ics"),
    ("GET", f"{V1}/matches"),
    ("GET", f"{V1}/matches/competitions"),
    ("GET", f"{V1}/matches/live"),
    ("GET", f"{V1}/matches/standings/{{competition_code}}"),
    ("GET", f"{V1}/matches/teams/{{team_id}}/form"),
    ("GET", f"{V1}/matches/upcoming"),
    ("GET", f"{V1}/matches/season-forecast/{{competition_code}}"),
    ("GET", f"{V1}/matches/season-forecast/{{competition_code}}/history"),
    ("GET", f"{V1}/matches/{{match_id}}"),
    ("GET", f"{V1}/matches/{{match_id}}/head-to-head"),
    ("GET", f"{V1}/predictions/calibration"),
    ("GET", f"{V1}/predictions/daily"),
    ("GET", f"{V1}/predictions/stats"),
    ("GET", f"{V1}/predictions/{{match_id}}"),
    ("GET", f"{V1}/predictions/{{match_id}}/what-if"),  # of a match that has begun; else Premium (test_what_if.py)
    ("GET", f"{V1}/rag/news"),
    ("GET", f"{V1}/rag/news/injuries"),
    ("GET", f"{V1}/record"),
    ("GET", f"{V1}/record/days/{{day}}"),
    ("GET", f"{V1}/record/matches/{{match_id}}"),
    ("GET", f"{V1}/search"),
    ("GET", f"{V1}/tennis/matches"),
}
SELF_AUTHENTICATED: dict[Route, str] = {
    ("POST", f"{V1}/notifications/unsubscribe"): "the browser's address or its word: leaving needs no sign-in",
    ("POST", f"{V1}/stripe/webhook"): "Stripe's signature",
    ("GET", f"{V1}/ml/training-data"): "the trainer's key",
}
READABLE_BY_KEY: set[Route] = {
    ("GET", f"{V1}/bets"),
    ("GET", f"{V1}/bets/bankroll"),
    ("GET", f"{V1}/bets/bankroll/history"),
    ("GET", f"{V1}/bets/export"),
    ("GET", f"{V1}/bets/kelly"),
    ("GET", f"{V1}/bets/limits"),
    ("GET", f"{V1}/bets/stats"),
    ("GET", f"{V1}/dashboard/export"),
    ("GET", f"{V1}/dashboard/stats"),
    ("GET", f"{V1}/user/favorites"),
    ("GET", f"{V1}/user/preferences"),
    ("GET", f"{V1}/users/me"),
    ("GET", f"{V1}/users/me/preferences"),
    ("GET", f"{V1}/users/me/stats"),
    ("GET", f"{V1}/users/teams/search"),
    ("GET", f"{V1}/users/teams/{{team_id}}/news"),
    ("GET", f"{V1}/users/teams/{{team_id}}/summary"),
}
"""For signed-in users and their API keys: what a program of theirs works with."""
WRITABLE_BY_KEY: dict[Route, str] = {
    ("POST", f"{V1}/bets"): "programs place bets; age, pauses and limits apply to them too",
    ("PATCH", f"{V1}/bets/{{bet_id}}"): "as above: before kick-off, and only void",
    ("DELETE", f"{V1}/bets/{{bet_id}}"): "as above: before kick-off",
    ("POST", f"{V1}/user/favorites"): "a list of matches, no more",
    ("DELETE", f"{V1}/user/favorites/{{match_id}}"): "as above",
}
PREMIUM: set[Route] = {
    ("POST", f"{V1}/rag/analyze"),  # reads
    ("GET", f"{V1}/rag/enrich"),
    ("GET", f"{V1}/rag/status"),
    ("GET", f"{V1}/vector/match-context"),
    ("GET", f"{V1}/vector/search"),
    ("GET", f"{V1}/vector/team-context"),
}
PREMIUM_PEOPLE: dict[Route, str] = {
    ("GET", f"{V1}/enrichment/{name}"): "bookmakers' prices are shown, not handed on (docs/understand/data.md)"
    for name in ("form/{team_name}", "full", "h2h", "odds", "status", "weather")
}
PEOPLE: dict[Route, str] = {
    ("PUT", f"{V1}/bets/bankroll"): "no more is staked than it holds: a restraint that a person puts on themselves",
    ("PUT", f"{V1}/bets/limits"): "as above",
    ("POST", f"{V1}/bets/cool-off"): "a pause is a person's decision about themselves, and cannot be taken back",
    ("PATCH", f"{V1}/users/me"): "a declaration to be of age is a person's",
    ("PUT", f"{V1}/users/me/preferences"): "a person's notifications are theirs to choose",
    ("PUT", f"{V1}/user/preferences"): "as above",
    ("GET", f"{V1}/users/me/export"): "everything about a person, out of reach of a stolen key",
    ("DELETE", f"{V1}/users/me"): "leaving is final",
    ("GET", f"{V1}/keys"): "no key lists others or creates its successor",
    ("DELETE", f"{V1}/keys/{{key_id}}"): "as above",
    ("GET", f"{V1}/webhooks"): "URLs that would receive events after the key is revoked",
    ("DELETE", f"{V1}/webhooks/{{webhook_id}}"): "as above",
    ("POST", f"{V1}/notifications/subscribe"): "a browser is a person's",
    ("PUT", f"{V1}/notifications/preferences"): "as above",
    ("GET", f"{V1}/notifications/status"): "as above",
    ("GET", f"{V1}/stripe/subscription"): "money",
    ("POST", f"{V1}/stripe/create-checkout-session"): "money",
    ("POST", f"{V1}/stripe/create-portal-session"): "money",
    ("POST", f"{V1}/stripe/cancel-subscription"): "money",
    ("POST", f"{V1}/stripe/resume-subscription"): "money",
}
ELITE_PEOPLE: dict[Route, str] = {
    ("POST", f"{V1}/keys"): PEOPLE["GET", f"{V1}/keys"],
    ("POST", f"{V1}/webhooks"): PEOPLE["GET", f"{V1}/webhooks"],
    ("POST", f"{V1}/webhooks/{{webhook_id}}/test"): PEOPLE["GET", f"{V1}/webhooks"],
}
ADMINISTRATORS = {
    route
    for route in FUNCTIONS
    if route[1].startswith(
        tuple(f"{V1}/{group}/" for group in ("admin", "sync", "prompts", "vector/ingest", "vector/index"))
    )
} | {("GET", f"{V1}/vector/stats"), ("PATCH", f"{V1}/bets/{{bet_id}}/correction")}


class Caller(StrEnum):
    """Who calls."""

    ANONYMOUS = "nobody"
    VISITOR = "an account without a person"
    FREE = "free"
    PREMIUM = "premium"
    ELITE = "elite"
    ADMIN = "administrator"
    READING_KEY = "a key that reads"
    WRITING_KEY = "a key that reads and writes"


IDS = {caller: UUID(int=number) for number, caller in enumerate(Caller, 0xCA11)}
KEYS = {Caller.READING_KEY: "ps_live_" + "R" * 43, Caller.WRITING_KEY: "ps_live_" + "W" * 43}
PLANS = (Caller.FREE, Caller.PREMIUM, Caller.ELITE, Caller.ADMIN)
REFUSALS = {"sign_in", "needs_person", "needs_premium", "needs_elite", "needs_admin", "key_scope", "key_prices"}


def rejection_code(route: Route, caller: Caller) -> str | None:
    """The code by which a caller is turned away from a route; None where they may call it."""
    if caller in KEYS:
        if caller is Caller.READING_KEY and route[0] != "GET":
            return "key_scope"
        if route in PREMIUM_PEOPLE:
            return "key_prices"
        if route in ADMINISTRATORS:
            return "needs_admin"
        return "needs_person" if route in PEOPLE or route in ELITE_PEOPLE else None
    if route in ANYONE or route in SELF_AUTHENTICATED:
        return None
    if caller not in PLANS:
        return "sign_in" if caller is Caller.ANONYMOUS else "needs_person"
    least = (
        Caller.ADMIN
        if route in ADMINISTRATORS
        else Caller.ELITE
        if route in ELITE_PEOPLE
        else Caller.PREMIUM
        if route in PREMIUM or route in PREMIUM_PEOPLE
        else Caller.FREE
    )
    return None if PLANS.index(caller) >= PLANS.index(least) else f"needs_{least.name.lower()}"


def headers_of(caller: Caller) -> dict[str, Any]:
    """What a caller shows."""
    if caller in KEYS:
        return {"x_api_key": KEYS[caller]}
    if caller is Caller.ANONYMOUS:
        return {}
    role = {"app_metadata": {"role": caller.name.lower()}} if caller in PLANS else {"is_anonymous": True}
    return {"authorization": bearer(NOW, sub=str(IDS[caller]), **role)}


def test_every_route_stands_in_the_table_once() -> None:
    groups: list[Any] = [ANYONE, SELF_AUTHENTICATED, READABLE_BY_KEY, WRITABLE_BY_KEY, PREMIUM, PREMIUM_PEOPLE, PEOPLE]
    listed = [route for group in (*groups, ELITE_PEOPLE, ADMINISTRATORS) for route in group]
    assert sorted(listed) == sorted(FUNCTIONS)


@pytest.mark.case("A17", "A18")
@pytest.mark.parametrize("caller", Caller)
def test_a_route_rejects_exactly_the_callers_without_access(url: str, caller: Caller) -> None:
    """With a body and ids that would do, through the CDN. A route that leads to an end comes last."""
    names = {"match": 1, "team": 1, "bet": 1, "open_bet": 2, "endpoint": "x"}
    names["browser"] = PushService().browser("caller")  # type: ignore[assignment]
    variables = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), "LOG_LEVEL": "CRITICAL", **VAPID, **SUPABASE, **STRIPE}
    codes: dict[Route, str | None] = {}
    with lambda_api() as jobs, environment(JOBS_URL=jobs.address, **variables):
        for key_caller, key in KEYS.items():
            accounts.set_plan(wiring.database(), IDS[key_caller], Plan.ELITE, NOW)
            scopes: list[str] = list(Scope) if key_caller is Caller.WRITING_KEY else [Scope.READ]
            row = ApiKeyRow(IDS[key_caller], "mine", scopes, NOW)
            api_keys.add(wiring.database(), IDS[key_caller], fingerprint(key), row)
        for route, row in ROUTES.items():
            target, body = fill_in(row.target, names), fill_in(row.body, names)
            response = invoke(FUNCTIONS[route], target, method=route[0], body=body, **headers_of(caller))
            is_refusal = response.status in {401, 403} and response.json["code"] in REFUSALS
            codes[route] = response.json["code"] if is_refusal else None
    assert codes == {route: rejection_code(route, caller) for route in ROUTES}
