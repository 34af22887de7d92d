"""Requests to the enrichment of matches."""

from datetime import datetime, timedelta
from typing import Any

from tests.conftest import SATURDAY
from tests.running import HttpResponse, invoke
from tests.tokens import bearer

PREFIX = "/api/v1/enrichment"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAIR = "home_team=Tottenham&away_team=Arsenal"


def token(role: str = "premium", now: datetime = SATURDAY) -> str:
    return bearer(now, app_metadata={"role": role})


def get(target: str, at: datetime = SATURDAY, **headers: str) -> HttpResponse:
    return invoke("enrichment", PREFIX + target, at=at, **{"authorization": token(now=at), **headers})


def get_json(target: str, at: datetime = SATURDAY, **headers: str) -> Any:
    response = get(target, at, **headers)
    assert response.status == 200, response.body
    return response.json
