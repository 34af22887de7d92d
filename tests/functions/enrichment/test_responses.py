"""Access, schema, errors and caching of the enrichment."""

import sys
from datetime import date
from subprocess import run as run_process

import pytest

from functions.enrichment import schemas
from local import fake_upstash
from shared.stores.database import Connection
from shared.stores.operations import jobs
from tests.conftest import SATURDAY
from tests.factories import (
    BEFORE,
)
from tests.functions.enrichment.api import PAIR, PREFIX, get, get_json, token
from tests.running import environment, invoke
from tests.tokens import SUPABASE

ROUTES = [f"/full?{PAIR}", f"/odds?{PAIR}", "/weather?home_team=Tottenham", f"/h2h?{PAIR}", "/form/Arsenal", "/status"]


@pytest.mark.case("A1", "A15")
@pytest.mark.parametrize("route", ROUTES)
def test_only_subscribers_are_answered(offline_saturday: str, route: str) -> None:
    response = invoke("enrichment", PREFIX + route, at=SATURDAY)
    assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
    response = invoke("enrichment", PREFIX + route, at=SATURDAY, authorization=token("free"))
    assert (response.status, response.json["detail"]) == (403, "Réservé aux abonnés Premium.")
    for role in ("premium", "elite", "admin"):
        assert invoke("enrichment", PREFIX + route, at=SATURDAY, authorization=token(role)).status == 200


def test_everything_is_answered_in_the_shape_of_the_contract(offline_saturday: str) -> None:
    body = get_json(f"/full?{PAIR}")
    schemas.FullEnrichmentResponse.model_validate(body)
    assert (body["home_team"], body["away_team"], body["competition"]) == ("Tottenham Hotspur", "Arsenal", "PL")
    assert (body["timestamp"], body["match_date"]) == ("2024-04-27T05:00:00+00:00", "2024-04-28T13:00:00Z")
    expected = {
        "home_form": {"last_5", "points", "goals_scored", "goals_conceded", "clean_sheets", "wins", "draws", "losses"},
        "away_form": {"form_rating"},
        "home_xg_estimate": {"estimated_xg", "estimated_xga", "offensive_rating", "defensive_rating"},
        "odds": {"home_win", "draw", "away_win", "bookmakers", "value_detected"},
        "weather": {"available", "temperature", "feels_like", "humidity", "description", "wind_speed"},
        "h2h": {"total_matches", "home_wins", "away_wins", "draws", "home_goals", "away_goals", "recent_results"},
        "standings": {"home_position", "away_position", "home_points", "away_points", "position_diff", "context_note"},
        "fatigue": {"home_team", "away_team", "fatigue_advantage"},
    }
    for name, fields in expected.items():
        assert fields <= body[name].keys()


def test_each_part_equals_that_of_the_full_response(offline_saturday: str) -> None:
    whole = get_json(f"/full?{PAIR}")
    assert get_json(f"/odds?{PAIR}") == whole["odds"]
    assert get_json(f"/h2h?{PAIR}") == whole["h2h"]
    assert get_json("/weather?home_team=Tottenham") == whole["weather"]
    assert get_json("/form/Arsenal") == whole["away_form"]
    assert get_json(f"/full?match_id={whole['match_id']}") == whole
    assert get_json(f"/full?{PAIR}&match_date=2024-04-28") == whole


@pytest.mark.case("K1", "K6")
@pytest.mark.parametrize("home", ["spurs", "TOTTENHAM HOTSPUR FC", "tottenham%20hotspur", "T%C3%B3ttenham"])
def test_clubs_are_named_by_any_of_their_spellings(offline_saturday: str, home: str) -> None:
    assert get_json(f"/full?home_team={home}&away_team=ARSENAL")["match_id"] == get_json(f"/full?{PAIR}")["match_id"]


@pytest.mark.case("H2", "H3", "H9")
@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/full", 400),
        ("/full?home_team=Arsenal", 400),
        ("/odds?away_team=Arsenal", 400),
        ("/h2h", 400),
        ("/weather", 400),
        ("/full?home_team=Arsenal&away_team=Nobody", 404),
        ("/full?home_team=Arsena&away_team=Chelsea", 404),
        pytest.param("/full?home_team=Arsenal%20Women&away_team=Chelsea", 404, marks=pytest.mark.case("K7")),
        ("/weather?home_team=Nobody", 404),
        ("/form/Nobody", 404),
        ("/form/%00", 404),
        ("/form/' OR 1=1", 404),
        (f"/form/{'a' * 101}", 422),
        ("/form/", 422),
        ("/full?home_team=&away_team=Chelsea", 422),
        (f"/full?home_team={'a' * 101}&away_team=Chelsea", 422),
        (f"/full?{PAIR}&competition=XX", 400),
        (f"/full?{PAIR}&competition=ABCDEFGHIJK", 400),
        ("/form/Arsenal?competition=XX", 400),
        (f"/h2h?{PAIR}&competition=XX", 400),
        (f"/full?{PAIR}&match_date=28/04/2024", 422),
        (f"/full?{PAIR}&match_date=9999-12-31", 422),
        (f"/full?{PAIR}&match_date=2023-02-29", 422),
        ("/full?match_id=0", 422),
        ("/full?match_id=9007199254740992", 422),
        ("/full?match_id=9007199254740991", 404),
        ("/weather?match_id=1e9", 422),
        ("/nothing", 404),
    ],
)
def test_an_invalid_request_is_rejected_with_a_detail(offline_saturday: str, target: str, status: int) -> None:
    response = get(target)
    assert (response.status, bool(response.json["detail"])) == (status, True)


@pytest.mark.case("D6")
def test_a_response_is_cached_for_ten_minutes_per_plan(saturday: str) -> None:
    """A reader without the plan is rejected all the same."""
    with (
        fake_upstash.serve() as (address, redis_token),
        environment(
            DATABASE_URL=saturday,
            UPSTASH_REDIS_REST_URL=address,
            UPSTASH_REDIS_REST_TOKEN=redis_token,
            **SUPABASE,
        ),
    ):
        first, second = get(f"/full?{PAIR}"), get(f"/full?{PAIR}")
        assert "fwd=miss" in first.headers["cache-status"]
        assert "; hit" in second.headers["cache-status"]
        assert 540 <= int(first.headers["cache-status"].rpartition("ttl=")[2]) <= 600
        assert second.body == first.body
        assert (first.headers["cache-control"], "Authorization" in first.headers["vary"]) == ("private, no-cache", True)
        assert invoke("enrichment", f"{PREFIX}/full?{PAIR}", at=SATURDAY).status == 401
        assert get(f"/full?{PAIR}", authorization=token("free")).status == 403
        assert "fwd=miss" in get(f"/full?{PAIR}", authorization=token("elite")).headers["cache-status"]


def test_source_status_comes_from_the_last_reports_of_their_jobs(db: Connection) -> None:
    jobs.mark_succeeded(db, "sync_fixtures", date(2024, 4, 27), BEFORE, {"fixtures": 20})
    jobs.mark_succeeded(db, "sync_odds", date(2024, 4, 27), BEFORE, {"skipped": "THE_ODDS_API_KEY is not set"})
    body = get_json("/status", accept_language="en")
    assert {name: (source["configured"], source["last_read_at"]) for name, source in body.items()} == {
        "football_data_uk": (True, "2024-04-27T05:00:00Z"),
        "the_odds_api": (False, "2024-04-27T05:00:00Z"),
        "met_norway": (False, None),
    }
    assert all(source["description"] for source in body.values())


def test_unused_libraries_are_not_imported_at_start() -> None:
    code = "import functions.enrichment.handler, sys; print({'numpy', 'httpx', 'upstash_redis'} & {*sys.modules})"
    process = run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "set()"


def test_the_operations_are_named_as_they_were() -> None:
    from functions.enrichment.handler import app  # noqa: PLC0415  # reads the settings

    paths = app.openapi()["paths"]
    named = {path: operation["get"]["operationId"] for path, operation in paths.items()}
    assert named == {
        f"{PREFIX}/full": "get_full_enrichment_api_v1_enrichment_full_get",
        f"{PREFIX}/odds": "get_match_odds_api_v1_enrichment_odds_get",
        f"{PREFIX}/weather": "get_match_weather_api_v1_enrichment_weather_get",
        f"{PREFIX}/h2h": "get_h2h_api_v1_enrichment_h2h_get",
        f"{PREFIX}/form/{{team_name}}": "get_team_form_enrichment_api_v1_enrichment_form__team_name__get",
        f"{PREFIX}/status": "get_enrichment_status_api_v1_enrichment_status_get",
    }
    assert {tag for path in paths.values() for tag in path["get"]["tags"]} == {"Data Enrichment"}
    names = [parameter["name"] for parameter in paths[f"{PREFIX}/h2h"]["get"]["parameters"]]
    assert len(names) == len(set(names)), "no parameter stands there twice"
