"""Requests to the forecasts."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.conftest import SATURDAY
from tests.running import HttpResponse, invoke
from tests.tokens import bearer

PREFIX = "/api/v1/predictions"
SUNDAY = SATURDAY + timedelta(days=1)
DAY = date(2024, 4, 27)


def get(target: str, at: datetime = SATURDAY, plan: str | None = "premium", **headers: str) -> HttpResponse:
    if plan is not None:
        headers["authorization"] = bearer(at, app_metadata={"role": plan})
    return invoke("predictions", PREFIX + target, at=at, **headers)


def get_json(target: str, at: datetime = SATURDAY, plan: str | None = "premium", **headers: str) -> Any:
    response = get(target, at, plan, **headers)
    assert response.status == 200, response.body
    return response.json
