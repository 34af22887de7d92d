"""The search bar: any spelling finds a club and its matches, and any text is a valid query."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from subprocess import run as run_process
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.search import schemas
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.football.team import Source
from shared.stores.database import connect
from tests.conftest import SATURDAY
from tests.factories import insert_matches, match_update
from tests.running import HttpResponse, environment, invoke

HOUR = timedelta(hours=1)


def get(q: str, **parameters: Any) -> HttpResponse:
    query = "&".join(f"{name}={value}" for name, value in {"q": q, **parameters}.items())
    return invoke("search", f"/api/v1/search?{query}", at=SATURDAY)


def get_json(q: str, **parameters: Any) -> Any:
    response = get(q, **parameters)
    assert response.status == 200, response.body
    return response.json


def team_names(q: str, **parameters: Any) -> list[str]:
    return [team["name"] for team in get_json(q, **parameters)["teams"]]


@pytest.mark.case("K1", "K6")
@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("PSG", "Paris Saint-Germain"),
        ("Man%20U", "Manchester United"),
        ("Bar%C3%A7a", "Barcelona"),
        ("barca", "Barcelona"),
        ("Bar%63%CC%A7a", "Barcelona"),
        ("saint-etienne", "Saint-Étienne"),
        ("K%C3%96LN", "1. FC Köln"),
        ("koln", "1. FC Köln"),
    ],
)
def test_a_club_is_found_by_its_aliases_ignoring_case_and_accents(saturday_url: str, q: str, name: str) -> None:
    assert team_names(q)[0] == name


def test_an_answer_has_the_fields_that_the_search_bar_reads(saturday_url: str) -> None:
    body = get_json("arsenal", limit=2)
    schemas.GlobalSearchResponse.model_validate(body)
    assert body.keys() == {"query", "teams", "matches"}
    assert body["query"] == "arsenal"
    assert body["teams"] == [
        {"id": 118, "name": "Arsenal", "short_name": "Arsenal", "tla": "ARS", "country": "ENG", "logo_url": None}
    ]
    coming, last = body["matches"]
    assert coming == {
        "id": coming["id"],
        "home_team_name": "Tottenham Hotspur",
        "away_team_name": "Arsenal",
        "home_team_logo": None,
        "away_team_logo": None,
        "competition_code": "PL",
        "match_date": "2024-04-28T13:00:00Z",
        "hour_known": True,
        "status": "scheduled",
    }
    assert (last["home_team_name"], last["match_date"][:10], last["status"]) == ("Arsenal", "2024-04-23", "finished")
    assert invoke("matches", f"/api/v1/matches/{coming['id']}", at=SATURDAY).status == 200


def test_matches_are_newest_first_and_each_once(saturday_url: str) -> None:
    matches = get_json("manchester", limit=50)["matches"]
    dates = [match["match_date"] for match in matches]
    assert dates == sorted(dates, reverse=True)
    assert len({match["id"] for match in matches}) == len(matches) == 50
    assert {match["status"] for match in matches} == {"scheduled", "finished"}
    assert all("Manchester" in match["home_team_name"] + match["away_team_name"] for match in matches)


def test_type_and_limit_filter_the_results(saturday_url: str) -> None:
    assert (get_json("arsenal", type="teams")["matches"], get_json("arsenal", type="matches")["teams"]) == ([], [])
    assert len(get_json("arsenal", type="matches")["matches"]) == 10
    assert get_json("arsenal", type="all") == get_json("arsenal")
    assert len(team_names("real", limit=3)) == 3


def test_clubs_of_lower_divisions_are_found_with_their_matches(saturday_url: str) -> None:
    body = get_json("leicester")
    assert [team["name"] for team in body["teams"]] == ["Leicester City"]
    assert {match["competition_code"] for match in body["matches"]} == {"ELC"}


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (Status.IN_PLAY, "live"),
        (Status.CANCELLED, "postponed"),
        (Status.AWARDED, "finished"),
        (Status.UNKNOWN, "scheduled"),
    ],
)
def test_a_status_is_one_of_four_words(bundle: object, url: str, status: Status, label: str) -> None:
    live = {"source": Source.FOOTBALL_DATA_ORG, "kick_off": SATURDAY - HOUR, "status": status}
    with connect(url, "test") as db:
        insert_matches(db, match_update(external_id="1", **live), now=SATURDAY)
    assert [match["status"] for match in get_json("chelsea")["matches"]] == [label]


@pytest.mark.case("H3", "H7")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?q=", 422),
        ("?q=a", 422),
        (f"?q={'a' * 101}", 422),
        (f"?q={'a' * 100}", 200),
        ("?q=arsenal&type=players", 422),
        ("?q=arsenal&limit=0", 422),
        ("?q=arsenal&limit=-1", 422),
        ("?q=arsenal&limit=51", 422),
        ("?q=arsenal&limit=9223372036854775808", 422),
        ("?q=arsenal&limit=true", 422),
        ("?q=arsenal&limit=1e1", 422),
    ],
)
def test_query_and_limit_have_bounds(saturday_url: str, query: str, status: int) -> None:
    assert invoke("search", f"/api/v1/search{query}", at=SATURDAY).status == status


@pytest.mark.case("H2", "H9")
@pytest.mark.parametrize(
    "q",
    ["%25%25", "__", "%25ars", "ars%25", "a_s", "%00%00", "';--", "%5C%5C", "(((", "%ED%A0%80x", "%E2%80%8Fab"],
)
def test_no_character_has_a_meaning_of_its_own(saturday_url: str, q: str) -> None:
    body = get_json(q)
    assert (body["teams"], body["matches"]) == ([], [])


@pytest.fixture(scope="module")
def search_environment(saturday: str) -> Iterator[None]:
    with environment(DATABASE_URL=saturday, LOG_LEVEL="ERROR"):
        yield


@pytest.mark.case("H1", "H2")
@given(st.text(min_size=2, max_size=100))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_query_is_answered_or_rejected(search_environment: None, q: str) -> None:
    query = "".join(f"%{byte:02X}" for byte in q.encode("utf-8", "surrogatepass"))
    assert get(query).status in {200, 422}


def test_search_is_public_and_not_cacheable(saturday_url: str) -> None:
    response = get("arsenal")
    assert (response.status, response.headers["cache-control"]) == (200, "no-store")


def test_unused_libraries_are_not_imported_at_start() -> None:
    code = "import functions.search.handler, sys; print(sorted({'numpy', 'httpx', 'upstash_redis'} & set(sys.modules)))"
    process = run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


def test_a_match_without_an_hour_has_hour_known_false(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(kick_off=last_minute(SATURDAY.date()), hour=Hour.UNKNOWN), now=SATURDAY)
    (coming,) = get_json("arsenal")["matches"]
    assert (coming["match_date"], coming["hour_known"]) == ("2024-04-27T00:00:00Z", False)
