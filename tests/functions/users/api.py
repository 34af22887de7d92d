"""Requests to the users."""

from typing import Any

from shared.runtime import wiring
from shared.runtime.settings import settings
from tests.factories import insert_matches, match_update
from tests.running import HttpResponse, invoke
from tests.tokens import ALICE, NOW, bearer

ME, DATA = "/api/v1/users/me", "/api/v1/user"
FAVOURITES = f"{DATA}/favorites"


def send(method: str, path: str, body: Any = None, user: Any = ALICE, **headers: Any) -> HttpResponse:
    issuer = settings().supabase_url + "/auth/v1"
    all_headers = {"authorization": bearer(NOW, sub=str(user), iss=issuer), **headers}
    return invoke("users", path, method=method, body=body, **all_headers)


def get(path: str, user: Any = ALICE) -> Any:
    response = send("GET", path, user=user)
    assert response.status == 200, response.body
    return response.json


def matches(*pairs: tuple[str, str]) -> list[int]:
    """Matches of the Premier League; their ids."""
    return insert_matches(wiring.database(), *(match_update(home, away) for home, away in pairs))
