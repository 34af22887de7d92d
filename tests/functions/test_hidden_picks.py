"""What is hidden of a pick leaks nowhere: neither through a route, nor their own bets, nor a push or webhook.

The same requests are sent to two worlds that differ in nothing but what the reader's view hides of the day's picks.
Of a hidden pick it is public that it exists: its match, kick-off and rank
(docs/decisions/what-each-plan-sees.md).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.accounts.api_keys import Scope, fingerprint
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.accounts.webhooks import WebhookEventType
from shared.betting.prices import OUTCOMES, Market
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.value import expected_value, kelly
from shared.stores.betting import offers, picks, play_limits
from shared.stores.database import Connection, connect
from shared.stores.forecasting import predictions
from shared.stores.messaging import push_subscriptions, webhooks
from shared.stores.news import explanations
from shared.stores.people import accounts, api_keys, users
from shared.stores.people.api_keys import ApiKeyRow
from tests.conftest import Databases
from tests.factories import choice, explanation, forecast, insert_matches, match_update, offer, pick
from tests.functions.test_responsible_play import (
    FUNCTIONS,
    KEY,
    KEY_ID,
    ROUTES,
    SECRET,
    TIME_SPENT,
    WEBHOOK_ID,
    fill_in,
)
from tests.lambda_api import lambda_api
from tests.push_service import VAPID, PushService, push_service
from tests.running import environment, invoke, run
from tests.tokens import ALICE, SUPABASE, bearer
from tests.webhook_receiver import receivers

DAY = date(2024, 4, 27)
EVENING = datetime(2024, 4, 26, 20, tzinfo=UTC)
COMMITTED = datetime(2024, 4, 27, 5, 15, tzinfo=UTC)
CLUBS = ("Arsenal", "Chelsea", "Everton", "Fulham", "Burnley", "Brentford", "Liverpool", "Wolves", "Man City", "Leeds")
PICKS = len(CLUBS) // 2
BROWSER = PushService().browser("alice")
OURS_ALONE = {"x-request-id", "content-length"}  # a body names the time that a search took, in more or fewer digits
"""Headers that differ from answer to answer."""
D = Decimal
QUOTES = (
    (Market.H2H, "0", ("1.95", "3.60", "4.20")),
    (Market.TOTALS, "2.25", ("1.95", "1.95")),
    (Market.HANDICAP, "0.75", ("1.95", "1.95")),
)
"""The prices of each match: market, line, prices."""


@dataclass(frozen=True)
class Content:
    """A pick's contents beside its match and rank: what of it may be hidden.

    Attributes:
        selection: market, outcome and line.
        probability: of winning.
        refunded: probability that half of the stake is refunded and half is won; 0 but on quarter lines.
        price: decimal odds.
        bookmaker: who offers it.
    """

    selection: tuple[Market, str, str]
    probability: Decimal
    price: Decimal
    bookmaker: str
    refunded: Decimal = Decimal(0)

    @property
    def changes(self) -> dict[str, Any]:
        """As a pick's fields."""
        market, outcome, line = self.selection
        lost = 1 - self.probability - self.refunded
        results = ResultProbabilities(self.probability, self.refunded, D(0), D(0), lost)
        return {
            "market": market,
            "outcome": outcome,
            "line": D(line),
            "probability": results.break_even,
            "result_probabilities": results,
            "price": self.price,
            "bookmaker": self.bookmaker,
            "value": expected_value(results, self.price),
            "share": kelly(results, self.price),
        }


@dataclass(frozen=True)
class Case:
    """A day and a reader.

    Attributes:
        hours: of the kick-offs, by rank of the pick; in UTC.
        now: the time of every request.
        plan: the reader's; `ANONYMOUS` without an account.
        by_key: whether requests carry an API key, where the plan has keys.
        paused: whether the reader takes a pause.
        contents: each pick in both worlds; where the reader sees it, as in the first one.
    """

    hours: tuple[int, ...]
    now: int
    plan: Plan
    by_key: bool
    paused: bool
    contents: tuple[tuple[Content, Content], ...]

    def is_hidden(self, rank: int) -> bool:
        """Whether the reader does not see a pick whole."""
        begun = self.hours[rank - 1] <= self.now
        return not begun and (self.paused or not features_of(self.plan).shows_pick(rank, begun=False))

    @property
    def at(self) -> datetime:
        """The time of every request."""
        return datetime(2024, 4, 27, self.now, 30, tzinfo=UTC)


SELECTIONS = [
    *((Market.H2H, outcome, "0") for outcome in OUTCOMES[Market.H2H]),
    *((Market.TOTALS, outcome, line) for outcome in OUTCOMES[Market.TOTALS] for line in ("2.25", "2.5")),
    *((Market.HANDICAP, outcome, line) for outcome in OUTCOMES[Market.HANDICAP] for line in ("-0.75", "0.5")),
]
CONTENTS = st.builds(
    Content,
    st.sampled_from(SELECTIONS),
    st.decimals(D("0.2"), D("0.8"), places=4),
    st.decimals(D("1.5"), D(9), places=3),
    st.sampled_from(["market_best", "unibet_fr", "bet365"]),
)
CASES = st.builds(
    Case,
    hours=st.tuples(*[st.integers(8, 20)] * PICKS),
    now=st.integers(6, 18),
    plan=st.sampled_from([Plan.ANONYMOUS, Plan.FREE, Plan.PREMIUM, Plan.ELITE]),
    by_key=st.booleans(),
    paused=st.booleans(),
    contents=st.tuples(*[st.tuples(CONTENTS, CONTENTS)] * PICKS),
).filter(lambda case: any(case.is_hidden(rank) for rank in range(1, PICKS + 1)))
LIKELIEST = Content((Market.H2H, "home", "0"), D("0.5"), D("2.1"), "market_best")
HANDICAP = Content((Market.HANDICAP, "away", "-0.75"), D("0.3"), D("3.9"), "unibet_fr", D("0.1"))
FREE_MORNING = Case((14,) * PICKS, 9, Plan.FREE, by_key=False, paused=False, contents=((LIKELIEST, HANDICAP),) * PICKS)
"""The fourth and the fifth pick are hidden, with one content or another."""
PAUSED_MORNING = replace(FREE_MORNING, plan=Plan.ELITE, paused=True)
"""All picks are hidden, of a plan that has all markets."""


def build(db: Connection, case: Case, world: int) -> list[int]:
    """A world: five matches with forecasts, prices and texts, a pick on each, and the reader with all they can have."""
    matches = insert_matches(
        db,
        *(
            match_update(*CLUBS[2 * place : 2 * place + 2], kick_off=datetime(2024, 4, 27, hour, tzinfo=UTC))
            for place, hour in enumerate(case.hours)
        ),
        now=EVENING,
    )
    kick_offs = [datetime(2024, 4, 27, hour, tzinfo=UTC) for hour in case.hours]
    predictions.add(db, [forecast(match, kick_off=at) for match, at in zip(matches, kick_offs, strict=True)])
    for match in matches:
        quoted = [
            offer(match, *prices, market=market, line=D(line), bookmaker="unibet_fr") for market, line, prices in QUOTES
        ]
        offers.put(db, quoted)
    chosen = []
    for rank, (match, at) in enumerate(zip(matches, kick_offs, strict=True), 1):
        explanations.add(db, explanation(match))
        content = case.contents[rank - 1][world if case.is_hidden(rank) else 0]
        chosen.append(pick(match, kick_off=at, **content.changes))
    assert picks.commit(db, DAY, COMMITTED, PICKS, choice(*chosen))
    users.get_or_create(db, ALICE, EVENING)
    users.declare_adult(db, ALICE, EVENING)
    if case.plan is not Plan.ANONYMOUS:
        accounts.set_plan(db, ALICE, case.plan, EVENING)
        api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(KEY_ID, "mine", list(Scope), EVENING))
        webhooks.add(db, ALICE, WEBHOOK_ID, "https://a.example/hook", list(WebhookEventType), SECRET, EVENING)
        keys = BROWSER.subscription["keys"]
        push_subscriptions.put(db, ALICE, BROWSER.endpoint, keys["p256dh"], keys["auth"], None, EVENING)
    if case.paused:
        play_limits.pause(db, ALICE, EVENING + timedelta(days=30), EVENING)
    return matches


def all_requests(matches: list[int], team: int) -> Iterator[tuple[str, str, str, Any]]:
    """Function, method, target and body of every request that a reader can send.

    First a cent on each outcome of each match, with a look at their bets after each.
    """
    for outcome in ("home_win", "draw", "away_win"):
        for match in matches:
            request = {"match_id": match, "prediction": outcome, "odds": 2.1, "amount": 0.01}
            yield "bets", "POST", "/api/v1/bets", request
            yield "bets", "GET", "/api/v1/dashboard/stats", None
    names = {"team": team, "bet": 1, "open_bet": 2, "endpoint": "x", "browser": None}
    for (method, path), row in ROUTES.items():
        if method == "GET" or path == "/api/v1/rag/analyze":
            for match in matches if "{match}" in row.target else matches[:1]:
                target = fill_in(row.target, {**names, "match": match})
                yield FUNCTIONS[method, path], method, target, fill_in(row.body, {**names, "match": match})
    for match in matches:
        for query in ("?include_model_details=true", ""):
            yield "predictions", "GET", f"/api/v1/predictions/{match}{query}", None
        for state in ("minute=0&home=0&away=0", "minute=45&home=1&away=0", "minute=90&added=3&home=0&away=2"):
            yield "predictions", "GET", f"/api/v1/predictions/{match}/what-if?{state}", None
        yield "bets", "GET", f"/api/v1/bets/kelly?odds=3&match_id={match}&prediction=draw", None
        yield "enrichment", "GET", f"/api/v1/enrichment/full?match_id={match}", None
    for form in ("csv", "json"):
        yield "bets", "GET", f"/api/v1/bets/export?format={form}", None
        yield "bets", "GET", f"/api/v1/dashboard/export?format={form}", None


Responses = Callable[[Case, int], dict[str, Any]]


@pytest.fixture(scope="module")
def responses_in(databases: Databases, empty: str) -> Responses:
    """Everything that the reader gets in a world, got once for all tests of this module."""
    return cache(partial(_responses_in, databases, empty))


def _responses_in(databases: Databases, empty: str, case: Case, world: int) -> dict[str, Any]:
    """Answers with their headers, what is pushed and what is sent."""
    headers: dict[str, Any] = {"accept_language": "en"}
    if case.plan is not Plan.ANONYMOUS:
        by_key = case.by_key and case.plan is Plan.ELITE
        headers |= {"x_api_key": KEY} if by_key else {"authorization": bearer(case.at)}
    responses: dict[str, Any] = {}
    with databases.copy(empty) as url, lambda_api() as jobs, push_service() as service, receivers() as programs:
        service.browsers[BROWSER.endpoint] = BROWSER
        with connect(url, "test") as db, db.transaction():
            matches = build(db, case, world)
            team = db.execute("SELECT min(home_team_id) FROM matches").fetchall()[0][0]
        variables = {
            "DATABASE_URL": url,
            "JOBS_URL": jobs.address,
            "CLOCK": case.at.isoformat(),
            "LOG_LEVEL": "CRITICAL",
        }
        with environment(**variables, **VAPID, **SUPABASE):
            for number, (function, method, target, body) in enumerate(all_requests(matches, team)):
                response = invoke(function, target, method=method, body=body, **headers)
                response_headers = {name: value for name, value in response.headers.items() if name not in OURS_ALONE}
                responses[f"{number} {method} {target}"] = (
                    int(response.status),
                    response_headers,
                    TIME_SPENT.sub("", response.body),
                )
            run("send_webhooks", case.at)
            run("send_notifications", case.at)
        responses["pushed"], responses["sent"] = service.sent, programs.payloads
    return responses


@pytest.mark.case("D6", "L12")
@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@example(case=FREE_MORNING)
@given(case=CASES)
def test_responses_do_not_depend_on_hidden_picks(responses_in: Responses, case: Case) -> None:
    one, other = (responses_in(case, world) for world in (0, 1))
    assert [name for name in one if one[name] != other[name]] == []
    assert one.keys() == other.keys()


def test_the_two_worlds_differ_for_a_plan_that_shows_all_picks(responses_in: Responses) -> None:
    """Else the test above could not fail: the free reader's two worlds, shown to Elite."""
    case = replace(FREE_MORNING, plan=Plan.ELITE)
    contents = tuple(both if rank <= 3 else both[::-1] for rank, both in enumerate(case.contents, 1))
    one, other = responses_in(case, 0), responses_in(replace(case, contents=contents), 0)
    differing = {name.split()[2].partition("?")[0] for name in one if one[name] != other[name]}
    assert differing >= {"/api/v1/predictions/daily", "/api/v1/dashboard/stats"}


@pytest.mark.case("D6", "P7")
@pytest.mark.parametrize("case", [FREE_MORNING, PAUSED_MORNING], ids=["free", "paused"])
def test_no_price_of_a_market_is_shown_beside_a_hidden_pick(responses_in: Responses, case: Case) -> None:
    """Prices with their values would give away which bet is worth it; a plan that shows all picks shows them."""
    open_case = replace(case, plan=Plan.ELITE, paused=False)
    hidden, shown = (responses_in(own, 0) for own in (case, open_case))
    for name in shown:
        if re.search(r"GET /api/v1/predictions/\d+", name) and "what-if" not in name:
            markets = json.loads(shown[name][2])["multi_markets"]
            assert markets["match_result"]["home_odds"] == 1.95
            assert [line["price"] for line in markets["asian_handicaps"] if line["price"]] == [1.95]
            rest = json.loads(hidden[name][2])["multi_markets"] or {"match_result": {}, "asian_handicaps": []}
            assert not any(rest["match_result"].values())
            assert not any(line["price"] or line["value"] for line in rest["asian_handicaps"])
