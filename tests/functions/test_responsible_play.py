"""Pauses, limits and age, for every way to see picks or place bets: one table of ways, one of routes.

The same requests are sent to two worlds that differ in one thing: one has a pick on the match, the other has none.
What is answered alike in both gives nothing of the pick away. A route that is new needs a row in `ROUTES`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from deploy import openapi, service
from local import fake_upstash
from shared.accounts.api_keys import Scope, fingerprint
from shared.accounts.plans import Plan
from shared.accounts.webhooks import WebhookEventType
from shared.betting.bets import stake_entry
from shared.betting.picks import NoPickReason
from shared.betting.prices import Market
from shared.explanations.translations import Language, translate
from shared.stores.betting import bankrolls, bets, offers, picks
from shared.stores.betting.bankrolls import NewEntry
from shared.stores.betting.bets import NewBet
from shared.stores.database import connect, fetch_value
from shared.stores.messaging import push_subscriptions, webhooks
from shared.stores.news import explanations
from shared.stores.people import accounts, api_keys, users
from shared.stores.people.api_keys import ApiKeyRow
from tests.conftest import Databases
from tests.factories import KICK_OFF, choice, explanation, insert_predictions, match_update, offer, pick
from tests.lambda_api import lambda_api
from tests.push_service import VAPID, PushService, push_service
from tests.running import HttpResponse, environment, invoke, run
from tests.stripe_service import PAYMENTS
from tests.tokens import ALICE, SUPABASE, bearer
from tests.webhook_receiver import receivers

Route = tuple[str, str]

EVENING = datetime(2024, 4, 26, 20, tzinfo=UTC)
COMMITTED = datetime(2024, 4, 27, 5, 15, tzinfo=UTC)
NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
DAY = date(2024, 4, 27)
TOKEN = bearer(NOW, aal="aal2")
KEY = "ps_live_" + "A" * 43
KEY_ID, WEBHOOK_ID = UUID("4e400000-0000-4000-8000-000000000001"), UUID("00c00000-0000-4000-8000-000000000001")
SECRET = "whsec_" + "A" * 43 + "="
PICK: dict[str, Any] = {
    "price": Decimal("3.337"),
    "probability": Decimal("0.32109"),
    "value": Decimal("0.07148"),
    "share": Decimal("0.030587"),
}
PICK_TRACES = ("3.337", "3,337", "3.34", "3,34", "0.32109", "0.3211", "0.07148", "0.0715", "0.030587")
"""As which the pick's numbers may be written."""
STRIPE = {**PAYMENTS, "STRIPE_API_URL": "http://127.0.0.1:9"}
"""Nothing listens there."""
NEW_BET = NewBet(
    user_id=ALICE,
    match_id=0,
    kick_off=KICK_OFF,
    hour_known=True,
    market=Market.H2H,
    outcome="home",
    line=Decimal(0),
    price=Decimal("2.1"),
    amount=Decimal(10),
    confidence=None,
    followed=False,
    placed_at=EVENING,
    day=EVENING.date(),
)
"""A bet of the evening before."""
TIME_SPENT = re.compile(r'"search_time_ms":[0-9.]+')
COUNT_BETS = "SELECT count(*) FROM bets"
FUNCTIONS: dict[Route, str] = {
    (method, route.path_format): name
    for name, function in service.read().functions.items()
    if function.paths
    for route in openapi.app_of(name).routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
}
"""Every route that is deployed, and whose it is."""


class Content(StrEnum):
    """What a route has to do with picks and bets."""

    NOTHING = "nothing"
    PICKS = "picks"
    """It shows picks, or that there is one, before their matches begin."""
    COUNTS = "counts"
    """It counts picks, and names none."""
    BETS = "bets"
    """It notes a bet, or suggests a stake."""


@dataclass(frozen=True)
class Row:
    """A request to a route.

    Attributes:
        target: path and query; `{match}` and the like are filled in.
        body: what is sent.
        shows: what the route has to do with picks and bets.
        status: the status for an administrator of age with two factors, without a plan or a training key. None where
            it depends on what was built before.
    """

    target: str
    body: Any = None
    content: Content = Content.NOTHING
    status: int | None = 200


V1 = "/api/v1"
PAGES_OF_PEOPLE = (
    ("/", "/", Content.PICKS),
    ("/match/{match_id}", "/match/{match}", Content.NOTHING),  # pages show a visitor's view: the pick once it has begun
    ("/match/{match_id}/picture.png", "/match/{match}/picture.png", Content.NOTHING),
    ("/embed/match/{match_id}", "/embed/match/{match}", Content.NOTHING),
    ("/league/{competition_code}", "/league/PL", Content.NOTHING),
    ("/club/{team_id}", "/club/{team}", Content.NOTHING),
    ("/record", "/record", Content.NOTHING),
    ("/picks", "/picks", Content.NOTHING),  # picks whose matches have begun, and none in a pause
    ("/about/{name}", "/about/method", Content.NOTHING),
)
"""Path, target and content of the pages, which are in both languages."""
PAIR = "home_team=Arsenal&away_team=Chelsea"
BET = {"match_id": "{match}", "prediction": "draw", "odds": 2.1, "amount": 10}
"""Neither what the pick is on nor the likeliest outcome, so that no bet counts as following our picks."""
PAGES = {"success_url": "http://localhost:3000/a", "cancel_url": "http://localhost:3000/b"}
ROUTES = {
    # Those that show picks, count them, or note bets.
    ("GET", f"{V1}/predictions/daily"): Row(f"{V1}/predictions/daily", content=Content.PICKS),
    ("GET", f"{V1}/predictions/{{match_id}}"): Row(f"{V1}/predictions/{{match}}", content=Content.PICKS),
    ("GET", f"{V1}/enrichment/full"): Row(f"{V1}/enrichment/full?{PAIR}", content=Content.PICKS),
    ("GET", f"{V1}/enrichment/odds"): Row(f"{V1}/enrichment/odds?{PAIR}", content=Content.PICKS),
    ("GET", f"{V1}/predictions/stats"): Row(f"{V1}/predictions/stats"),  # it counts picks whose matches have begun
    ("GET", f"{V1}/admin/data-quality"): Row(f"{V1}/admin/data-quality", content=Content.COUNTS),
    ("GET", f"{V1}/admin/data-status"): Row(f"{V1}/admin/data-status", content=Content.COUNTS),
    ("POST", f"{V1}/admin/verify-predictions"): Row(f"{V1}/admin/verify-predictions", content=Content.COUNTS),
    ("POST", f"{V1}/bets"): Row(f"{V1}/bets", BET, Content.BETS, status=201),
    ("GET", f"{V1}/bets/kelly"): Row(f"{V1}/bets/kelly?odds=3&confidence=60", content=Content.BETS),
    # Those that only read.
    **{
        ("GET", prefix + path): Row(prefix + target, content=content)
        for prefix in ("", "/en")
        for path, target, content in PAGES_OF_PEOPLE
    },
    **{
        ("GET", f"{prefix}/match/{{match_id}}/what-if"): Row(  # from kick-off on
            f"{prefix}/match/{{match}}/what-if?minute=60&home=1&away=0", status=403
        )
        for prefix in ("", "/en")
    },
    ("GET", "/assets/{name}"): Row("/assets/style.css"),
    ("GET", "/robots.txt"): Row("/robots.txt"),
    ("GET", "/sitemap.xml"): Row("/sitemap.xml"),
    ("GET", "/openapi.json"): Row("/openapi.json", status=None),  # there once `make openapi` made it
    ("GET", "/docs"): Row("/docs", status=None),
    ("GET", "/docs/{name}"): Row("/docs/page.js", status=None),
    ("GET", "/verify{rest}"): Row("/verify.html", status=None),
    ("GET", "/health"): Row("/health"),
    ("GET", "/health/ready"): Row("/health/ready"),
    ("GET", f"{V1}/matches"): Row(f"{V1}/matches"),
    ("GET", f"{V1}/matches/upcoming"): Row(f"{V1}/matches/upcoming"),
    ("GET", f"{V1}/matches/live"): Row(f"{V1}/matches/live"),
    ("GET", f"{V1}/matches/competitions"): Row(f"{V1}/matches/competitions"),
    ("GET", f"{V1}/matches/standings/{{competition_code}}"): Row(f"{V1}/matches/standings/PL", status=404),
    ("GET", f"{V1}/matches/season-forecast/{{competition_code}}"): Row(f"{V1}/matches/season-forecast/PL", status=404),
    ("GET", f"{V1}/matches/season-forecast/{{competition_code}}/history"): Row(
        f"{V1}/matches/season-forecast/PL/history?team_id={{team}}", status=404
    ),
    ("GET", f"{V1}/matches/teams/{{team_id}}/form"): Row(f"{V1}/matches/teams/{{team}}/form"),
    ("GET", f"{V1}/matches/{{match_id}}"): Row(f"{V1}/matches/{{match}}"),
    ("GET", f"{V1}/matches/{{match_id}}/head-to-head"): Row(f"{V1}/matches/{{match}}/head-to-head"),
    ("GET", f"{V1}/calendar/competitions/{{competition}}.ics"): Row(f"{V1}/calendar/competitions/PL.ics"),
    ("GET", f"{V1}/calendar/teams/{{team_id}}.ics"): Row(f"{V1}/calendar/teams/{{team}}.ics"),
    ("GET", f"{V1}/predictions/calibration"): Row(f"{V1}/predictions/calibration"),
    ("GET", f"{V1}/predictions/{{match_id}}/what-if"): Row(
        f"{V1}/predictions/{{match}}/what-if?minute=60&home=1&away=0&away_red=1"
    ),
    ("GET", f"{V1}/record"): Row(f"{V1}/record"),
    ("GET", f"{V1}/record/matches/{{match_id}}"): Row(f"{V1}/record/matches/{{match}}"),
    # Here nothing is recorded: its own tests show that a pause hides the day's picks.
    ("GET", f"{V1}/record/days/{{day}}"): Row(f"{V1}/record/days/{DAY}"),
    ("GET", f"{V1}/keys"): Row(f"{V1}/keys"),
    ("GET", f"{V1}/webhooks"): Row(f"{V1}/webhooks"),
    ("GET", f"{V1}/admin/stats"): Row(f"{V1}/admin/stats"),
    ("GET", f"{V1}/admin/cache/status"): Row(f"{V1}/admin/cache/status"),
    ("GET", f"{V1}/admin/users"): Row(f"{V1}/admin/users"),
    ("GET", f"{V1}/admin/users/{{user_id}}/subscription"): Row(f"{V1}/admin/users/{ALICE}/subscription"),
    ("GET", f"{V1}/sync/status"): Row(f"{V1}/sync/status"),
    ("GET", f"{V1}/sync/last"): Row(f"{V1}/sync/last"),
    ("GET", f"{V1}/users/me"): Row(f"{V1}/users/me"),
    ("GET", f"{V1}/users/me/stats"): Row(f"{V1}/users/me/stats"),
    ("GET", f"{V1}/users/me/export"): Row(f"{V1}/users/me/export"),
    ("GET", f"{V1}/users/me/preferences"): Row(f"{V1}/users/me/preferences"),
    ("GET", f"{V1}/users/teams/search"): Row(f"{V1}/users/teams/search?q=Arsenal"),
    ("GET", f"{V1}/users/teams/{{team_id}}/news"): Row(f"{V1}/users/teams/{{team}}/news"),
    ("GET", f"{V1}/users/teams/{{team_id}}/summary"): Row(f"{V1}/users/teams/{{team}}/summary"),
    ("GET", f"{V1}/user/favorites"): Row(f"{V1}/user/favorites"),
    ("GET", f"{V1}/user/preferences"): Row(f"{V1}/user/preferences"),
    ("GET", f"{V1}/bets/bankroll"): Row(f"{V1}/bets/bankroll"),
    ("GET", f"{V1}/bets/bankroll/history"): Row(f"{V1}/bets/bankroll/history"),
    ("GET", f"{V1}/bets"): Row(f"{V1}/bets"),
    ("GET", f"{V1}/bets/stats"): Row(f"{V1}/bets/stats"),
    ("GET", f"{V1}/bets/export"): Row(f"{V1}/bets/export"),
    ("GET", f"{V1}/bets/limits"): Row(f"{V1}/bets/limits"),
    ("GET", f"{V1}/dashboard/stats"): Row(f"{V1}/dashboard/stats"),
    ("GET", f"{V1}/dashboard/export"): Row(f"{V1}/dashboard/export"),
    ("GET", f"{V1}/stripe/subscription"): Row(f"{V1}/stripe/subscription"),
    ("GET", f"{V1}/tennis/matches"): Row(f"{V1}/tennis/matches"),
    ("GET", f"{V1}/basketball/matches"): Row(f"{V1}/basketball/matches"),
    ("GET", f"{V1}/search"): Row(f"{V1}/search?q=Arsenal"),
    ("GET", f"{V1}/enrichment/weather"): Row(f"{V1}/enrichment/weather?{PAIR}"),
    ("GET", f"{V1}/enrichment/h2h"): Row(f"{V1}/enrichment/h2h?{PAIR}"),
    ("GET", f"{V1}/enrichment/form/{{team_name}}"): Row(f"{V1}/enrichment/form/Arsenal"),
    ("GET", f"{V1}/enrichment/status"): Row(f"{V1}/enrichment/status"),
    ("GET", f"{V1}/rag/news"): Row(f"{V1}/rag/news"),
    ("GET", f"{V1}/rag/news/injuries"): Row(f"{V1}/rag/news/injuries?team=Arsenal"),
    ("GET", f"{V1}/rag/status"): Row(f"{V1}/rag/status"),
    ("GET", f"{V1}/rag/enrich"): Row(f"{V1}/rag/enrich?{PAIR}"),
    ("POST", f"{V1}/rag/analyze"): Row(f"{V1}/rag/analyze?{PAIR}"),
    ("GET", f"{V1}/vector/search"): Row(f"{V1}/vector/search?query=Arsenal"),
    ("GET", f"{V1}/vector/team-context"): Row(f"{V1}/vector/team-context?team_name=Arsenal"),
    ("GET", f"{V1}/vector/match-context"): Row(f"{V1}/vector/match-context?{PAIR}"),
    ("GET", f"{V1}/vector/stats"): Row(f"{V1}/vector/stats"),
    ("GET", f"{V1}/ml/training-data"): Row(f"{V1}/ml/training-data?days=7", status=503),
    ("GET", f"{V1}/notifications/status"): Row(f"{V1}/notifications/status"),
    ("GET", f"{V1}/prompts/versions"): Row(f"{V1}/prompts/versions"),
    ("GET", f"{V1}/prompts/versions/{{version_id}}"): Row(f"{V1}/prompts/versions/explanation_v1"),
    ("GET", f"{V1}/prompts/compare/{{prompt_type}}"): Row(f"{V1}/prompts/compare/explanation"),
    ("GET", f"{V1}/prompts/cases"): Row(f"{V1}/prompts/cases"),
    ("GET", f"{V1}/prompts/ab-tests"): Row(f"{V1}/prompts/ab-tests"),
    # Those that write, in this order: what leads to an end stands at the end.
    ("PUT", f"{V1}/bets/bankroll"): Row(f"{V1}/bets/bankroll", {"initial_bankroll": 1000}),
    ("PUT", f"{V1}/bets/limits"): Row(f"{V1}/bets/limits", {}),
    ("PATCH", f"{V1}/bets/{{bet_id}}"): Row(f"{V1}/bets/{{bet}}", {"status": "void"}),
    ("PATCH", f"{V1}/bets/{{bet_id}}/correction"): Row(f"{V1}/bets/{{bet}}/correction", {"status": "void"}),
    ("DELETE", f"{V1}/bets/{{bet_id}}"): Row(f"{V1}/bets/{{open_bet}}", status=204),
    ("PATCH", f"{V1}/users/me"): Row(f"{V1}/users/me", {"full_name": "Alice"}),
    ("PUT", f"{V1}/users/me/preferences"): Row(f"{V1}/users/me/preferences", {"language": "fr"}),
    ("PUT", f"{V1}/user/preferences"): Row(f"{V1}/user/preferences", {"language": "fr"}),
    ("POST", f"{V1}/user/favorites"): Row(f"{V1}/user/favorites", {"match_id": "{match}"}),
    ("DELETE", f"{V1}/user/favorites/{{match_id}}"): Row(f"{V1}/user/favorites/{{match}}"),
    ("POST", f"{V1}/notifications/subscribe"): Row(f"{V1}/notifications/subscribe", "{browser}", status=201),
    ("PUT", f"{V1}/notifications/preferences"): Row(f"{V1}/notifications/preferences?endpoint={{endpoint}}", {}),
    ("POST", f"{V1}/notifications/unsubscribe"): Row(
        f"{V1}/notifications/unsubscribe", {"endpoint": "https://fcm.googleapis.com/fcm/send/unknown"}
    ),
    ("POST", f"{V1}/webhooks"): Row(f"{V1}/webhooks", {"url": "https://b.example/hook"}, status=201),
    ("POST", f"{V1}/webhooks/{{webhook_id}}/test"): Row(f"{V1}/webhooks/{WEBHOOK_ID}/test", status=202),
    ("POST", f"{V1}/stripe/create-checkout-session"): Row(
        f"{V1}/stripe/create-checkout-session", {"plan": "elite", **PAGES}, status=503
    ),
    ("POST", f"{V1}/stripe/create-portal-session"): Row(
        f"{V1}/stripe/create-portal-session", {"return_url": "http://localhost:3000/a"}, status=400
    ),
    ("POST", f"{V1}/stripe/cancel-subscription"): Row(f"{V1}/stripe/cancel-subscription", {}, status=400),
    ("POST", f"{V1}/stripe/resume-subscription"): Row(f"{V1}/stripe/resume-subscription", status=400),
    ("POST", f"{V1}/stripe/webhook"): Row(f"{V1}/stripe/webhook", {}, status=400),
    ("POST", f"{V1}/admin/test-error"): Row(f"{V1}/admin/test-error"),
    ("POST", f"{V1}/admin/data-quality/alert"): Row(f"{V1}/admin/data-quality/alert"),
    ("POST", f"{V1}/admin/cache/refresh"): Row(f"{V1}/admin/cache/refresh"),
    ("POST", f"{V1}/admin/prefill"): Row(f"{V1}/admin/prefill"),
    ("POST", f"{V1}/admin/notifications/broadcast"): Row(
        f"{V1}/admin/notifications/broadcast", {"title": "A", "body": "B"}
    ),
    ("POST", f"{V1}/admin/users/{{user_id}}/role"): Row(f"{V1}/admin/users/{ALICE}/role?role=admin"),
    ("POST", f"{V1}/sync/weekly"): Row(f"{V1}/sync/weekly"),
    ("POST", f"{V1}/sync/matches"): Row(f"{V1}/sync/matches"),
    ("POST", f"{V1}/sync/standings"): Row(f"{V1}/sync/standings"),
    ("POST", f"{V1}/sync/historical"): Row(f"{V1}/sync/historical"),
    ("POST", f"{V1}/sync/verify-predictions"): Row(f"{V1}/sync/verify-predictions"),
    ("POST", f"{V1}/vector/ingest/team"): Row(f"{V1}/vector/ingest/team?team_name=Arsenal"),
    ("POST", f"{V1}/vector/ingest/competition"): Row(f"{V1}/vector/ingest/competition?competition=PL"),
    ("POST", f"{V1}/vector/ingest/all"): Row(f"{V1}/vector/ingest/all"),
    ("POST", f"{V1}/vector/index/article"): Row(
        f"{V1}/vector/index/article",
        {"url": "https://news.example/x", "title": "Arsenal win", "language": "en"},
    ),
    ("POST", f"{V1}/prompts/replays"): Row(f"{V1}/prompts/replays", {"version_id": "explanation_v1"}),
    ("POST", f"{V1}/prompts/ab-tests"): Row(
        f"{V1}/prompts/ab-tests", {"prompt_type": "explanation", "version_weights": {"explanation_v1": 1}}
    ),
    ("DELETE", f"{V1}/prompts/ab-tests/{{prompt_type}}"): Row(f"{V1}/prompts/ab-tests/explanation"),
    ("POST", f"{V1}/keys"): Row(f"{V1}/keys", {"name": "another"}, status=201),
    ("POST", f"{V1}/bets/cool-off"): Row(f"{V1}/bets/cool-off", {"days": 1}, status=201),
    ("DELETE", f"{V1}/webhooks/{{webhook_id}}"): Row(f"{V1}/webhooks/{WEBHOOK_ID}", status=204),
    ("DELETE", f"{V1}/keys/{{key_id}}"): Row(f"{V1}/keys/{KEY_ID}", status=204),
    ("DELETE", f"{V1}/users/me"): Row(f"{V1}/users/me", status=204),
}

HEADERS: tuple[dict[str, str], ...] = ({}, {"authorization": TOKEN}, {"x_api_key": KEY})
"""Of no account, and of Alice's."""
PLACE_BET = ("POST", f"{V1}/bets")
RELATED = {route: row for route, row in ROUTES.items() if row.content is not Content.NOTHING}
READ_BY_POST = {("POST", f"{V1}/rag/analyze")}
PICKS_BY_KEY = {
    *(("GET", f"{V1}/predictions/{path}") for path in ("daily", "{match_id}")),
    *(
        ("GET", prefix + path)
        for prefix in ("", "/en")
        for path, _, content in PAGES_OF_PEOPLE
        if content is Content.PICKS
    ),
}
"""What shows picks to a program, too; bookmakers' prices are for people."""


class State(StrEnum):
    """A person's state with regard to their own limits and the legal age."""

    OF_AGE = "of age"
    PAUSE = "pause"
    LIMIT = "limit"
    UNDER_AGE = "under 18"
    UNDECLARED = "not declared"


class Way(StrEnum):
    """A way in which content reaches a person."""

    TOKEN = "token"
    KEY = "API key"
    CALENDAR = "calendar feed"
    WEBHOOK = "webhook"
    PUSH = "push notice"


@dataclass(frozen=True)
class Expected:
    """What must come of it.

    Attributes:
        picks: whether picks are shown or announced.
        bet: the text that a bet of 10 is refused with, by its key; empty where it is noted.
        stake: the stake that is suggested, in euros; None where none is.
    """

    picks: bool
    bet: str = ""
    stake: float | None = None


SIGNED_IN = {
    State.OF_AGE: Expected(picks=True, stake=19.4),
    State.PAUSE: Expected(picks=False, bet="cooling_off"),
    State.LIMIT: Expected(picks=True, bet="limit_reached", stake=4.99),
    State.UNDER_AGE: Expected(picks=True, bet="declare_adult"),
    State.UNDECLARED: Expected(picks=True, bet="declare_adult"),
}
"""To signed-in users, and to their API keys."""
REFUSED = {
    "cooling_off": HTTPStatus.FORBIDDEN,
    "limit_reached": HTTPStatus.BAD_REQUEST,
    "declare_adult": HTTPStatus.PRECONDITION_REQUIRED,
}
TABLE = {(state, way): SIGNED_IN[state] for state in State for way in (Way.TOKEN, Way.KEY)}
TABLE |= {(state, Way.CALENDAR): Expected(picks=False) for state in State}
TABLE |= {(state, way): Expected(picks=state is not State.PAUSE) for state in State for way in (Way.WEBHOOK, Way.PUSH)}


@dataclass(frozen=True)
class World:
    """A database in which Alice, an administrator, has a bankroll of 1,000, two bets, a key, a webhook, a browser."""

    url: str
    names: dict[str, Any]


def build(url: str, *, with_pick: bool) -> World:
    """A world on the morning of a match with a forecast, prices and a text."""
    service = PushService()
    browser = service.browser("alice")
    with connect(url, "test") as db, db.transaction():
        [match] = insert_predictions(db, match_update())
        team = db.execute("SELECT home_team_id FROM matches").fetchall()[0][0]
        offers.put(db, [offer(match, bookmaker="unibet_fr")])
        explanations.add(db, explanation(match))
        day = choice(pick(match, outcome="away", **PICK)) if with_pick else choice(reason=NoPickReason.NO_VALUE)
        assert picks.commit(db, DAY, COMMITTED, 1, day)
        users.get_or_create(db, ALICE, EVENING)
        accounts.set_plan(db, ALICE, Plan.ELITE, EVENING)
        accounts.set_role(db, ALICE, Plan.ADMIN, EVENING)
        api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(KEY_ID, "mine", list(Scope), EVENING))
        webhooks.add(db, ALICE, WEBHOOK_ID, "https://a.example/hook", list(WebhookEventType), SECRET, EVENING)
        keys = browser.subscription["keys"]
        push_subscriptions.put(db, ALICE, browser.endpoint, keys["p256dh"], keys["auth"], None, EVENING)
        bankrolls.lock(db, ALICE)
        bankrolls.set_up(db, ALICE, Decimal(1000), Decimal(20), Decimal(2), EVENING)
        noted = [bets.add(db, replace(NEW_BET, match_id=match)) for _ in range(2)]
        bankrolls.add(db, [NewEntry(ALICE, bet, stake_entry(NEW_BET.amount), "person") for bet in noted], EVENING)
    names = {"match": match, "team": team, "bet": noted[0], "open_bet": noted[1], "endpoint": quote(browser.endpoint)}
    return World(url, {**names, "browser": browser})


@pytest.fixture(scope="module")
def worlds(databases: Databases, empty: str) -> dict[bool, World]:
    """The world with the pick and the one without."""
    return {with_pick: build(databases.make(empty), with_pick=with_pick) for with_pick in (True, False)}


@contextmanager
def running_in(databases: Databases, world: World, state: State, **more: str) -> Iterator[str]:
    """Run the functions on a copy of a world in which Alice has come into a state by her own requests; its address."""
    with databases.copy(world.url) as url, lambda_api() as jobs:
        variables = {"DATABASE_URL": url, "JOBS_URL": jobs.address, "CLOCK": NOW.isoformat(), "LOG_LEVEL": "CRITICAL"}
        with environment(**variables, **VAPID, **SUPABASE, **STRIPE, **more):
            enter_state(state)
            yield url


def enter_state(state: State) -> None:
    """Send the requests that bring Alice into a state."""
    declaration = {"birth_date": "1990-01-01"}
    match state:
        case State.OF_AGE:
            assert send("users", "PATCH", "/api/v1/users/me", declaration).status == 200
        case State.PAUSE:
            enter_state(State.OF_AGE)
            assert send("bets", "POST", "/api/v1/bets/cool-off", {"days": 7}).status == 201
        case State.LIMIT:
            enter_state(State.OF_AGE)
            assert send("bets", "PUT", "/api/v1/bets/limits", {"stake": {"day": 5}}).status == 200
        case State.UNDER_AGE:
            assert send("users", "PATCH", "/api/v1/users/me", {"birth_date": "2006-04-28"}).status == 400
        case State.UNDECLARED:
            pass


def send(function: str, method: str, target: str, body: Any = None, way: Way = Way.TOKEN) -> HttpResponse:
    """What Alice is answered in English: to her token with two factors, or to her key."""
    if way is Way.KEY:
        return invoke(function, target, method=method, body=body, accept_language="en", x_api_key=KEY)
    return invoke(function, target, method=method, body=body, accept_language="en", authorization=TOKEN)


def fill_in(template: Any, names: dict[str, Any]) -> Any:
    """A target or a body with the world's names in it."""
    if isinstance(template, dict):
        return {name: fill_in(value, names) for name, value in template.items()}
    if template == "{browser}":
        return names["browser"].subscription
    if template == "{match}":
        return names["match"]
    return template.format(**names) if isinstance(template, str) else template


@dataclass(frozen=True)
class RouteResult:
    """What a route answered, without the time that it took, and how many bets were noted by it."""

    status: int
    body: str
    bets_placed: int


def call_routes(world: World, url: str, way: Way, rows: dict[Route, Row]) -> dict[Route, RouteResult]:
    """What routes answer, in the order of the table."""
    results: dict[Route, RouteResult] = {}
    with connect(url, "test") as db:
        before = fetch_value(db, COUNT_BETS)
        for route, row in rows.items():
            target, body = fill_in(row.target, world.names), fill_in(row.body, world.names)
            response = send(FUNCTIONS[route], route[0], target, body, way)
            after = fetch_value(db, COUNT_BETS)
            noted = max(0, after - before)  # below 0 where a person is deleted
            results[route] = RouteResult(response.status, TIME_SPENT.sub("", response.body), noted)
            before = after
    return results


def test_every_route_has_a_row() -> None:
    """A new one is added to `ROUTES`, with what it has to do with picks and bets."""
    assert FUNCTIONS.keys() == ROUTES.keys()


def test_every_state_and_way_has_a_row() -> None:
    assert TABLE.keys() == set(product(State, Way))


@pytest.mark.case("P7", "P10", "P11")
@pytest.mark.parametrize(("state", "way"), [key for key in TABLE if key[1] in {Way.TOKEN, Way.KEY}], ids=str)
def test_routes_show_picks_and_accept_bets_as_the_table_defines(
    databases: Databases, worlds: dict[bool, World], state: State, way: Way
) -> None:
    """During a pause no pick is shown; a bet is accepted where limits and age allow it."""
    expected, results = TABLE[state, way], {}
    # Which routes these are, the two states show in which a person may do all, and be shown nothing.
    rows = ROUTES if state in {State.OF_AGE, State.PAUSE} else RELATED
    for with_pick, world in worlds.items():
        with running_in(databases, world, state) as url:
            results[with_pick] = call_routes(world, url, way, rows)
    for route, row in rows.items():
        response, without = results[True][route], results[False][route]
        refused = way is Way.KEY and response.status == HTTPStatus.FORBIDDEN
        assert response.status == without.status, route
        if state is State.OF_AGE:
            assert response.status == row.status or row.status is None or refused, (route, response.body)
        match row.content:
            case Content.PICKS:
                assert (response.body != without.body) == (expected.picks and not refused), (route, response.body)
            case Content.COUNTS:
                assert refused or response.body != without.body, route
                assert not [trace for trace in PICK_TRACES if trace in response.body], route
            case Content.BETS:
                check_bet(route, response, expected)
            case Content.NOTHING if route[0] == "GET" or route in READ_BY_POST:
                assert response.body == without.body, route
            case Content.NOTHING:
                assert not [trace for trace in PICK_TRACES if trace in response.body], route
        assert response.bets_placed == (route == PLACE_BET and not expected.bet), route
    if way is Way.KEY:
        open_to_keys = {route for route in rows if results[True][route].status != HTTPStatus.FORBIDDEN}
        assert {route for route in open_to_keys if ROUTES[route].content is Content.PICKS} == PICKS_BY_KEY


def check_bet(route: Route, result: RouteResult, expected: Expected) -> None:
    """A bet is noted or refused in its words; a stake is suggested or refused."""
    body = json.loads(result.body)
    if route == PLACE_BET and not expected.bet:
        assert result.status == HTTPStatus.CREATED, result.body
    elif route == PLACE_BET or expected.stake is None:
        assert (result.status, body["code"]) == (REFUSED[expected.bet], expected.bet)
        assert body["detail"] == translate(expected.bet, Language.EN, left=Decimal("5.00"))
    else:
        assert body["suggested_stake"] == expected.stake


@pytest.mark.case("P7")
@pytest.mark.parametrize("state", State)
def test_a_calendar_feed_holds_no_pick(databases: Databases, worlds: dict[bool, World], state: State) -> None:
    """For every subscriber, also with credentials."""
    assert not TABLE[state, Way.CALENDAR].picks
    feeds = [route for route in ROUTES if FUNCTIONS[route] == "calendar"]
    bodies = {}
    for with_pick, world in worlds.items():
        with running_in(databases, world, state):
            bodies[with_pick] = [
                invoke("calendar", fill_in(ROUTES[route].target, world.names), **headers)  # type: ignore[arg-type]
                for route in feeds
                for headers in HEADERS
            ]
    assert [(response.status, response.body) for response in bodies[True]] == [
        (200, response.body) for response in bodies[False]
    ]
    assert all("Arsenal" in response.body for response in bodies[True])


@pytest.mark.case("P7")
@pytest.mark.parametrize("state", State)
def test_deliveries_follow_the_table_and_stop_during_a_pause(
    databases: Databases, worlds: dict[bool, World], state: State
) -> None:
    """Neither to a program nor to a browser; to others that there are picks, and nothing of their bets."""
    with running_in(databases, worlds[True], state), receivers() as programs:
        run("send_webhooks", NOW)
    events = [payload["type"] for payload in programs.payloads]
    assert ("picks.committed" in events) == TABLE[state, Way.WEBHOOK].picks
    with running_in(databases, worlds[True], state), push_service() as service:
        service.browsers[worlds[True].names["browser"].endpoint] = worlds[True].names["browser"]
        run("send_notifications", NOW)
    assert len(service.sent) == TABLE[state, Way.PUSH].picks
    if state is State.PAUSE:
        assert (programs.payloads, service.sent) == ([], [])
    for payload in (*programs.payloads, *service.sent):
        text = json.dumps(payload)
        assert not [trace for trace in PICK_TRACES if trace in text]


@pytest.mark.case("P7", "D6")
def test_a_cached_response_with_picks_is_not_served_to_a_key_whose_owner_pauses(
    databases: Databases, worlds: dict[bool, World]
) -> None:
    """From the next request on, though the response is cached, and again once the pause is over."""
    daily = f"{V1}/predictions/daily?date={DAY}"

    def shown(at: datetime) -> list[Any]:
        response = invoke("predictions", daily, at=at, x_api_key=KEY)
        assert response.status == 200
        return response.json["picks"]

    with fake_upstash.serve() as (address, token):
        variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with running_in(databases, worlds[True], State.OF_AGE, **variables):
            assert (len(shown(NOW)), len(shown(NOW))) == (1, 1)
            enter_state(State.PAUSE)
            assert (shown(NOW), shown(NOW)) == ([], [])
            assert shown(NOW + timedelta(days=7, seconds=-1)) == []
            assert len(shown(NOW + timedelta(days=7))) == 1
