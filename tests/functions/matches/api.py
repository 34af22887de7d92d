"""Requests to the matches."""

from datetime import datetime, timedelta
from typing import Any

from tests.conftest import SATURDAY
from tests.running import HttpResponse, invoke

PREFIX = "/api/v1/matches"
SUNDAY = SATURDAY + timedelta(days=1)
SOURCE = {
    "source": "database",
    "is_fallback": False,
    "warning": None,
    "warning_code": None,
    "details": None,
    "retry_after_seconds": None,
}


def get(target: str = "", at: datetime = SATURDAY, **headers: str) -> HttpResponse:
    return invoke("matches", PREFIX + target, at=at, **headers)


def get_json(target: str = "", at: datetime = SATURDAY) -> Any:
    response = get(target, at)
    assert response.status == 200, response.body
    return response.json


def get_matches(target: str, at: datetime = SATURDAY) -> list[dict[str, Any]]:
    return get_json(target, at)["matches"]
