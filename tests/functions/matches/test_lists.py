"""Lists of matches: filters, pages and errors."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.football.competition import COMPETITIONS
from shared.stores.database import connect
from shared.web.matches import schemas
from tests.conftest import SATURDAY
from tests.factories import insert_matches, match_update
from tests.functions.matches.api import SOURCE, get, get_json, get_matches
from tests.running import environment, select
from tests.season import SATURDAY_DIVISIONS

CODES = ", ".join(code for code in COMPETITIONS if code != "DEMO")

ROUTES = ["", "/upcoming", "/live", "/competitions", "/standings/PL", "/teams/118/form"]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_answers_in_the_shape_of_the_contract(saturday_url: str, route: str) -> None:
    shapes: dict[str, Any] = {
        "": schemas.MatchListResponse,
        "/upcoming": schemas.MatchListResponse,
        "/live": schemas.LiveScoresResponse,
        "/competitions": schemas.CompetitionsListResponse,
        "/standings/PL": schemas.StandingsResponse,
        "/teams/118/form": schemas.TeamFormResponse,
    }
    body = get_json(route)
    shapes[route].model_validate(body, strict=False)
    if route != "/competitions":
        assert body["data_source"].keys() == SOURCE.keys()


@pytest.mark.case("I5")
def test_a_match_has_the_fields_that_its_pages_read(saturday_url: str) -> None:
    matches = get_matches("?competition=PL&date_from=2024-04-27&date_to=2024-04-27")
    first = matches[0]
    assert first == {
        "id": first["id"],
        "external_id": f"PL_{first['id']}",
        "home_team": first["home_team"],
        "away_team": first["away_team"],
        "competition": "Premier League",
        "competition_code": "PL",
        "match_date": "2024-04-27T11:30:00Z",
        "hour_known": True,
        "status": "scheduled",
        "home_score": None,
        "away_score": None,
        "matchday": None,
        "odds_home": 5.63,
        "odds_draw": first["odds_draw"],
        "odds_away": first["odds_away"],
        "is_stale": False,
    }
    assert first["home_team"].keys() == {"id", "name", "short_name", "logo_url", "elo_rating", "form"}
    assert (first["home_team"]["name"], first["away_team"]["name"]) == ("West Ham United", "Liverpool")
    kick_off = datetime.fromisoformat(first["match_date"])  # each page shows the instant in its reader's own zone
    local = [
        f"{kick_off.astimezone(ZoneInfo(zone)):%H:%M}" for zone in ("Europe/London", "Europe/Lisbon", "Europe/Paris")
    ]
    assert local == ["12:30", "12:30", "13:30"]
    assert first["away_team"]["elo_rating"] > first["home_team"]["elo_rating"] + 50
    assert len(matches) == 7


@pytest.mark.case("I4", "I6")
def test_a_day_is_one_in_paris_and_both_ends_are_in(saturday_url: str) -> None:
    matches = get_matches("?date_from=2024-04-27&date_to=2024-04-27&per_page=100")
    assert len(matches) == 39
    assert {match["match_date"][:10] for match in matches} == {"2024-04-27"}
    two_days = get_matches("?date_from=2024-04-26&date_to=2024-04-27&per_page=100")
    assert {match["id"] for match in matches} < {match["id"] for match in two_days}


def test_status_and_competition_filter_the_matches(saturday_url: str) -> None:
    everything = get_matches("?date_from=2024-04-26&date_to=2024-04-27&per_page=100")
    assert {match["status"] for match in everything} == {"scheduled", "finished"}
    for status in ("scheduled", "finished"):
        matches = get_matches(f"?date_from=2024-04-26&date_to=2024-04-27&per_page=100&status={status}")
        assert matches
        assert matches == [match for match in everything if match["status"] == status]
    assert get_matches("?date_from=2024-04-26&date_to=2024-04-27&status=live") == []
    italian = get_matches("?date_from=2024-04-26&date_to=2024-04-27&per_page=100&competition=sa")
    assert italian == [match for match in everything if match["competition_code"] == "SA"]


def test_every_league_is_shown(saturday_url: str) -> None:
    shown = get_matches("?date_from=2024-04-27&date_to=2024-04-27&per_page=100")
    codes = {match["competition_code"] for match in shown}
    assert codes == {c.code for c in COMPETITIONS.values() if c.division in SATURDAY_DIVISIONS}
    (lower,) = select(saturday_url, "SELECT match_id FROM matches WHERE competition = 'ELC' LIMIT 1")[0]
    assert get_json(f"/{lower}")["competition_code"] == "ELC"


def test_pages_cover_everything_once(saturday_url: str) -> None:
    whole = get_json("?date_from=2024-04-01&date_to=2024-04-30&per_page=100")
    pages = [get_json(f"?date_from=2024-04-01&date_to=2024-04-30&per_page=90&page={page}") for page in range(1, 8)]
    ids = [match["id"] for page in pages for match in page["matches"]]
    assert len(ids) == len(set(ids)) == whole["total"] > 100
    assert ids[:100] == [match["id"] for match in whole["matches"]]
    assert {(page["total"], page["per_page"]) for page in pages} == {(whole["total"], 90)}
    assert pages[-1]["matches"] == [] or len(pages[-1]["matches"]) < 90
    assert get_matches("?date_from=2024-04-01&date_to=2024-04-30&page=10000&per_page=100") == []


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2024-04-27", "2024-05-07"),
        ("?date_from=2024-04-20", "2024-04-20", "2024-05-07"),
        ("?date_from=2024-05-01", "2024-05-01", "2024-05-11"),
        ("?date_to=2024-04-28", "2024-04-27", "2024-04-28"),
        ("?date_to=2024-04-20", "2024-04-20", "2024-04-20"),
    ],
)
def test_a_missing_end_of_the_date_range_has_a_default(saturday_url: str, query: str, first: str, last: str) -> None:
    joint = "&" if query else "?"
    assert get_json(f"{query}{joint}per_page=100") == get_json(f"?date_from={first}&date_to={last}&per_page=100")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("?date_from=2024-04-28&date_to=2024-04-27", 400, marks=pytest.mark.case("H6")),
        ("?date_from=2020-01-01&date_to=2024-04-27", 400),
        ("?competition=XX", 400),
        ("?competition=DEMO", 400),
        ("?competition=", 400),
        ("?competition=%00", 400),
        ("?competition=ABCDEFGHIJK", 400),
        ("?status=FINISHED", 422),
        ("?page=0", 422),
        ("?page=10001", 422),
        pytest.param("?page=1e9", 422, marks=pytest.mark.case("H3")),
        ("?page=true", 422),
        ("?per_page=0", 422),
        ("?per_page=101", 422),
        ("?per_page=9223372036854775808", 422),
        ("?date_from=27/04/2024", 422),
        ("?date_from=2023-02-29", 422),
        ("?date_from=9999-12-31", 422),
        ("?date_from=9999-12-31&date_to=9999-12-31", 422),
        ("?date_from=0001-01-01&date_to=0001-01-01", 422),
        ("?date_to=0001-01-01", 422),
        ("/upcoming?days=0", 422),
        ("/upcoming?days=8", 422),
        ("/upcoming?competition=XX", 400),
        ("/live?competition=XX", 400),
        ("/standings/XX", 400),
        (f"/standings/{'X' * 101}", 422),
        ("/0", 422),
        ("/-1", 422),
        ("/9007199254740992", 422),
        ("/1.5", 422),
        pytest.param("/1%20OR%201=1", 422, marks=pytest.mark.case("H9")),
        ("/9007199254740991", 404),
        ("/12/head-to-head?limit=0", 422),
        ("/12/head-to-head?limit=21", 422),
        ("/12/head-to-head", 404),
        ("/teams/0/form", 422),
        ("/teams/2147483648/form", 422),
        ("/teams/118/form?matches_count=2", 422),
        ("/teams/118/form?matches_count=11", 422),
        ("/nothing/here", 404),
        ("/", 404),
    ],
)
def test_an_invalid_request_is_rejected_with_a_detail(saturday_url: str, query: str, status: int) -> None:
    response = get(query)
    assert (response.status, bool(response.json["detail"])) == (status, True)


def test_an_unknown_competition_is_rejected_with_the_known_codes(saturday_url: str) -> None:
    response = get("?competition=XX", accept_language="en")
    assert response.json["detail"] == f"Competition XX is unknown; the codes are {CODES}."


def test_upcoming_are_those_that_have_not_begun(saturday_url: str) -> None:
    afternoon = datetime(2024, 4, 27, 15, 15, tzinfo=UTC)
    body = get_json("/upcoming?days=1", afternoon)
    begins = [datetime.fromisoformat(match["match_date"]) for match in body["matches"]]
    assert begins == sorted(begins)
    assert afternoon <= begins[0]
    assert begins[-1] < datetime(2024, 4, 28, 22, tzinfo=UTC)
    assert (body["total"], body["page"], body["per_page"]) == (len(begins), 1, len(begins))
    assert len(get_matches("/upcoming?competition=FL1")) < len(get_matches("/upcoming"))


@pytest.mark.case("I1", "I4", "H6")
@pytest.mark.parametrize(("days", "expected"), [(1, 2), (2, 3), (7, 4)])
def test_upcoming_reach_to_the_end_of_their_last_day_in_paris(
    bundle: object, url: str, days: int, expected: int
) -> None:
    """Today, and so many days after it, whole: 22:00 UTC is midnight in Paris in April."""
    last_minutes = [datetime(2024, 4, 27 + n, 21, 59, tzinfo=UTC) for n in (0, 1, 2)]
    seventh, eighth = datetime(2024, 5, 4, 21, 59, tzinfo=UTC), datetime(2024, 5, 4, 22, 0, tzinfo=UTC)
    clubs = [("Arsenal", "Chelsea"), ("Everton", "Fulham"), ("Wolves", "Luton"), ("Burnley", "Brentford")]
    with connect(url, "test") as db:
        for (home, away), kick_off in zip(
            [*clubs, ("Chelsea", "Arsenal")], [*last_minutes, seventh, eighth], strict=True
        ):
            insert_matches(db, match_update(home, away, kick_off=kick_off), now=SATURDAY)
    begins = [datetime.fromisoformat(match["match_date"]) for match in get_matches(f"/upcoming?days={days}")]
    assert begins == [*last_minutes, seventh][:expected]


def test_the_competitions_are_all_in_the_order_of_their_table(saturday_url: str) -> None:
    body = get_json("/competitions")
    assert [(c["code"], c["country"], c["flag"]) for c in body["competitions"]] == [
        ("PL", "England", "gb-eng"),
        ("PD", "Spain", "es"),
        ("BL1", "Germany", "de"),
        ("SA", "Italy", "it"),
        ("FL1", "France", "fr"),
        ("CL", "Europe", "eu"),
        ("FL2", "France", "fr"),
        ("ELC", "England", "gb-eng"),
        ("DED", "Netherlands", "nl"),
        ("PPL", "Portugal", "pt"),
        ("BJL", "Belgium", "be"),
        ("SD", "Spain", "es"),
        ("BL2", "Germany", "de"),
        ("SB", "Italy", "it"),
    ]
    assert body["total"] == 14


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("fr", "Démonstration : cette ligue, ses clubs, ses résultats et ses cotes sont inventés."),
        ("en", "Demonstration: this league, its clubs, results and prices are invented."),
    ],
)
def test_every_answer_of_the_demonstration_warns_in_the_readers_language(url: str, language: str, warning: str) -> None:
    with environment(DATABASE_URL=url, DEMO="true"), connect(url, "test") as db:
        played = match_update(
            "Démo Iris", "Démo Bleuet", "1-0", competition="DEMO", kick_off=datetime(2024, 4, 20, 14, tzinfo=UTC)
        )
        (match_id,) = insert_matches(db, played, now=SATURDAY)
        routes = ["", "/upcoming", "/live", "/standings/DEMO", "/teams/9001/form", f"/{match_id}/head-to-head"]
        for response in (get(route, accept_language=language) for route in routes):
            assert (response.status, response.headers["x-demo"]) == (200, "true"), response.body
            source = response.json["data_source"]
            assert (source["warning_code"], source["warning"]) == ("DEMO_DATA", warning)
