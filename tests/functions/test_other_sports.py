"""Tennis and basketball, which have no forecasts, are empty lists, and no errors."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.running import HttpResponse, environment, invoke
from tests.tokens import NOW, SUPABASE, bearer

TENNIS, BASKETBALL = "/api/v1/tennis/matches", "/api/v1/basketball/matches"
LISTS = [
    TENNIS,
    f"{TENNIS}?circuit=ATP&surface=clay&status=scheduled&limit=200",
    BASKETBALL,
    f"{BASKETBALL}?league=NBA&date_from=2026-11-01&offset=50",
]
"""With the filters that clients send."""


@pytest.fixture(autouse=True)
def database(url: str) -> Iterator[None]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield


def get(path: str, **headers: Any) -> HttpResponse:
    return invoke("other_sports", path, **headers)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("headers", [{}, {"authorization": bearer(NOW)}], ids=["visitor", "signed in"])
def test_a_list_is_empty(path: str, headers: dict[str, str]) -> None:
    response = get(path, **headers)
    assert (response.status, response.json) == (200, {"matches": [], "count": 0})


@pytest.mark.parametrize("path", [f"{TENNIS}/7", f"{BASKETBALL}/7", "/api/v1/tennis/players"])
def test_any_other_path_is_404(path: str) -> None:
    assert get(path).status == 404


def test_an_invalid_token_is_a_401() -> None:
    assert get(TENNIS, authorization="Bearer nonsense").status == 401
