"""The bets group as a person meets it: Alice, where nobody else is named, on the morning before a match."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.making import KICK_OFF
from tests.running import Answer, invoke
from tests.tokens import ALICE, CAROL, bearer

BETS, DASHBOARD = "/api/v1/bets", "/api/v1/dashboard"
NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
LATER = KICK_OFF + timedelta(hours=3)
BALANCES = "SELECT user_id, sum(amount) FROM bankroll_entries GROUP BY user_id"


def call(method: str, path: str, body: Any = None, *, user: UUID = ALICE, at: datetime = NOW, **headers: str) -> Answer:
    token = bearer(at, sub=str(user))
    return invoke("bets", path, method=method, body=body, at=at, authorization=token, accept_language="en", **headers)


def get(path: str, **options: Any) -> Any:
    response = call("GET", path, **options)
    assert response.status == 200, response.body
    return response.json


def note(match: int, **changes: Any) -> Answer:
    options = {name: changes.pop(name) for name in ("user", "at", "idempotency_key") if name in changes}
    bet = {"match_id": match, "prediction": "home_win", "odds": 2.1, "amount": 10, **changes}
    return call("POST", BETS, bet, **options)


def corrected(bet: int, status: str, at: datetime = LATER) -> Answer:
    """What an administrator is answered who says how a bet ended."""
    role = bearer(at, sub=str(CAROL), app_metadata={"role": "admin"})
    headers: dict[str, Any] = {"authorization": role, "accept_language": "en"}
    return invoke("bets", f"{BETS}/{bet}/correction", method="PATCH", body={"status": status}, at=at, **headers)


def settled(match: int, status: str, **changes: Any) -> dict[str, Any]:
    """A bet of ours that has ended so, after an administrator's word."""
    bet = note(match, **changes).json
    return corrected(bet["id"], status).json


def fund(amount: float, **fields: Any) -> Any:
    response = call("PUT", f"{BETS}/bankroll", {"initial_bankroll": amount, **fields})
    assert response.status == 200, response.body
    return response.json
