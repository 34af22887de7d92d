"""Requests to the bets API, by default from Alice on the morning before a match."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.factories import KICK_OFF
from tests.running import HttpResponse, invoke
from tests.tokens import ALICE, CAROL, bearer

BETS, DASHBOARD = "/api/v1/bets", "/api/v1/dashboard"
NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
LATER = KICK_OFF + timedelta(hours=3)
BALANCES = "SELECT user_id, sum(amount) FROM bankroll_entries GROUP BY user_id"


def call(
    method: str, path: str, body: Any = None, *, user: UUID = ALICE, at: datetime = NOW, **headers: str
) -> HttpResponse:
    token = bearer(at, sub=str(user))
    return invoke("bets", path, method=method, body=body, at=at, authorization=token, accept_language="en", **headers)


def get(path: str, **options: Any) -> Any:
    response = call("GET", path, **options)
    assert response.status == 200, response.body
    return response.json


def create_bet(match: int, **changes: Any) -> HttpResponse:
    options = {name: changes.pop(name) for name in ("user", "at", "idempotency_key") if name in changes}
    bet = {"match_id": match, "prediction": "home_win", "odds": 2.1, "amount": 10, **changes}
    return call("POST", BETS, bet, **options)


def correct_bet(bet: int, status: str, at: datetime = LATER) -> HttpResponse:
    """Correct the status of a bet as an administrator."""
    role = bearer(at, sub=str(CAROL), app_metadata={"role": "admin"})
    headers: dict[str, Any] = {"authorization": role, "accept_language": "en"}
    return invoke("bets", f"{BETS}/{bet}/correction", method="PATCH", body={"status": status}, at=at, **headers)


def create_settled_bet(match: int, status: str, **changes: Any) -> dict[str, Any]:
    """Create a bet and correct its status as an administrator."""
    bet = create_bet(match, **changes).json
    return correct_bet(bet["id"], status).json


def set_bankroll(amount: float, **fields: Any) -> Any:
    response = call("PUT", f"{BETS}/bankroll", {"initial_bankroll": amount, **fields})
    assert response.status == 200, response.body
    return response.json
