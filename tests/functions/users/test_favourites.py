"""Favourite matches of users."""

from datetime import timedelta
from typing import Any

import pytest

from functions.users import handler
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.stores.database import connect
from tests.factories import insert_matches, match_update
from tests.functions.users.api import FAVOURITES, get, matches, send
from tests.tokens import BOB, NOW


def test_a_match_is_followed_listed_and_followed_no_longer(database: str) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    request = {"match_id": match_id, "prediction_id": 9, "note": "le derby\n🔥", "notify_before_match": False}
    response = send("POST", FAVOURITES, request)
    assert response.status == 200
    assert response.json | {"id": 0} == {
        "id": 0,
        "match_id": match_id,
        "prediction_id": None,
        "note": "le derby\n🔥",
        "notify_before_match": False,
        "created_at": "2026-11-22T15:00:00Z",
        "home_team": "Arsenal",
        "away_team": "Chelsea",
        "match_date": "2024-04-27T14:00:00Z",
        "hour_known": True,
        "competition": "Premier League",
    }
    assert get(FAVOURITES) == {"favorites": [response.json], "total": 1}
    again = send("POST", FAVOURITES, request)
    assert (again.status, again.json["detail"]) == (400, "Ce match est déjà dans vos favoris.")
    removed = send("DELETE", f"{FAVOURITES}/{match_id}")
    assert (removed.status, removed.json) == (200, {"status": "removed", "match_id": match_id})
    assert get(FAVOURITES) == {"favorites": [], "total": 0}
    assert send("DELETE", f"{FAVOURITES}/{match_id}").status == 404


def test_the_total_counts_all_pages(database: str) -> None:
    ids = matches(("Arsenal", "Chelsea"), ("Everton", "Burnley"), ("Fulham", "Brentford"))
    for match_id in ids:
        send("POST", FAVOURITES, {"match_id": match_id})
    for query, expected in (("?limit=2", 2), ("?limit=2&offset=2", 1), ("?offset=3", 0), ("", 3)):
        page = get(FAVOURITES + query)
        assert (page["total"], len(page["favorites"])) == (3, expected)
    assert get(FAVOURITES, BOB)["total"] == 0


@pytest.mark.case("H3", "H7")
@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=-1", "?limit=101", "?limit=1000000000", "?offset=-1", "?offset=9223372036854775808"]
)
def test_an_invalid_page_is_rejected(database: str, query: str) -> None:
    assert send("GET", FAVOURITES + query).status == 422


@pytest.mark.case("A14", "H2", "H3")
@pytest.mark.parametrize(
    "fields",
    [
        {"match_id": -1},
        {"match_id": 0},
        {"match_id": 2**63},
        {"match_id": "1e9"},
        {"match_id": True},
        {"match_id": None},
        {"note": "x" * 501},
        {"notify_before_match": "true"},
        {"user_id": str(BOB)},
        {"created_at": "2020-01-01"},
    ],
    ids=str,
)
def test_an_invalid_favourite_is_rejected(database: str, fields: dict[str, Any]) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    assert send("POST", FAVOURITES, {"match_id": match_id, **fields}).status == 422
    assert get(FAVOURITES)["total"] == 0


def test_a_match_that_there_is_not_cannot_be_followed(database: str) -> None:
    response = send("POST", FAVOURITES, {"match_id": 7})
    assert (response.status, response.json["detail"]) == (404, "Ce match est inconnu.")


def test_a_person_follows_so_many_matches_at_most(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "MAX_FAVOURITES", 1)
    first, second = matches(("Arsenal", "Chelsea"), ("Everton", "Burnley"))
    assert send("POST", FAVOURITES, {"match_id": first}).status == 200
    refused = send("POST", FAVOURITES, {"match_id": second}, accept_language="en")
    assert (refused.status, refused.json["detail"]) == (
        400,
        "You already follow 1 matches; please remove one first.",
    )


def test_a_repeated_favourite_request_gets_the_first_response(database: str) -> None:
    """4.1: the same key gets the same answer."""
    (match_id,) = matches(("Arsenal", "Chelsea"))
    first, again = (send("POST", FAVOURITES, {"match_id": match_id}, idempotency_key="k") for _ in range(2))
    assert (first.status, first.json) == (again.status, again.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert get(FAVOURITES)["total"] == 1


def test_a_match_without_an_hour_is_followed_by_its_day(database: str) -> None:
    day = (NOW + timedelta(days=2)).date()
    with connect(database, "test") as db:
        coming = match_update(
            "Everton", "Fulham", external_id="d", kick_off=last_minute(day), hour=Hour.UNKNOWN, source_updated_at=NOW
        )
        (match_id,) = insert_matches(db, coming, now=NOW)
    body = send("POST", FAVOURITES, {"match_id": match_id}).json
    (listed,) = get(FAVOURITES)["favorites"]
    assert [(favourite["match_date"], favourite["hour_known"]) for favourite in (body, listed)] == 2 * [
        (f"{day}T00:00:00Z", False)
    ]
