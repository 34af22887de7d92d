"""Responses of The Odds API, and a client that reads them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from shared.betting.odds_budget import Call
from shared.betting.prices import Market
from shared.clients.sources.the_odds_api import (
    KeyTransport,
    OddsResponse,
    TheOddsApi,
)
from tests.clients.conftest import SimulatedTime
from tests.odds_service import KEY, Json, event

BOTH = Call("PL", (Market.H2H, Market.TOTALS))
KICK_OFF = "2026-11-23T20:00:00Z"
SPENT = {"x-requests-used": "12", "x-requests-remaining": "488", "x-requests-last": "2"}
Respond = Callable[[httpx.Request], httpx.Response]


def fetch(respond: Respond, time: SimulatedTime, call: Call = BOTH, seconds: float = 60) -> OddsResponse:
    inner = httpx.MockTransport(respond)
    with httpx.Client(transport=KeyTransport(inner, KEY)) as http:
        api = TheOddsApi(http, "https://api.test/v4/", time.now, time.sleep)
        deadline = time.now() + timedelta(seconds=seconds)
        return api.fetch_odds(call, time.now(), time.now() + timedelta(days=7), deadline=deadline)


def respond_with(body: Any, status: int = 200, headers: dict[str, str] = SPENT) -> Respond:
    return lambda request: httpx.Response(status, json=body, headers=headers)


def arsenal(*bookmakers: Json, **changes: Any) -> Json:
    return event("Arsenal", "Chelsea", KICK_OFF, *bookmakers, event_id="e1") | changes
