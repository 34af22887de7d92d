"""Season forecasts of the jobs of a real Saturday: event in, rows and answers out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.simulate_seasons import league as leagues
from shared.football.standings import TableRow
from shared.stores.database import connect
from shared.stores.forecasting import season_forecasts
from shared.web.matches.season_schemas import SeasonForecastResponse, SeasonHistoryResponse
from tests.conftest import SATURDAY, Databases
from tests.factories import insert_matches, match_update
from tests.running import environment, invoke, run, select
from tests.season import Service

PREFIX = "/api/v1/matches/season-forecast"
LEAGUES = ("BL1", "FL1", "PD", "PL", "SA")


def get(path: str, at: datetime = SATURDAY, **options: Any) -> Any:
    return invoke("matches", f"{PREFIX}{path}", at=at, **options)


@pytest.fixture(scope="module")
def simulated(databases: Databases, saturday: str) -> Iterator[str]:
    """The Saturday's database after the job."""
    with databases.copy(saturday) as url, environment(DATABASE_URL=url, LOG_LEVEL="ERROR"):
        assert run("simulate_seasons", SATURDAY)["simulated"] == 5
        yield url


def test_each_league_has_one_row_a_day_and_a_second_run_changes_nothing(simulated: str) -> None:
    """The runs are seeded by league, season and day."""
    rows = select(simulated, "SELECT competition, season, day FROM season_forecasts ORDER BY 1")
    assert rows == [(code, 2023, SATURDAY.date()) for code in LEAGUES]
    content = "SELECT competition, matches_left, team_ids, places, points, matches FROM season_forecasts ORDER BY 1"
    before = select(simulated, content)
    result = run("simulate_seasons", SATURDAY)
    assert (result["leagues"], result["simulated"], result["status"]) == (14, 5, "done")
    assert select(simulated, content) == before


def test_strengths_are_drawn_from_the_joint_state_that_is_stored(databases: Databases, saturday: str) -> None:
    """Without its covariance, from each club's own ratings."""
    content = "SELECT competition, points FROM season_forecasts ORDER BY 1"
    with databases.copy(saturday) as url, environment(DATABASE_URL=url, LOG_LEVEL="ERROR"):
        run("simulate_seasons", SATURDAY)
        joint = select(url, content)
        with connect(url, "test") as db:
            db.execute("UPDATE level_strengths SET joint_covariance = NULL")
        assert run("simulate_seasons", SATURDAY)["simulated"] == len(joint)
        assert not any(row in joint for row in select(url, content))


def test_a_forecast_of_april_2024(simulated: str) -> None:
    """Five matches before the end Leverkusen were champions; Sheffield United were almost down."""
    body = get("/BL1").json
    SeasonForecastResponse.model_validate(body)
    first = body["clubs"][0]
    assert (first["team_name"], first["probabilities"]["title"], first["places"][0]) == ("Bayer Leverkusen", 1.0, 1.0)
    assert (body["competition_code"], body["competition_name"], body["season"]) == ("BL1", "Bundesliga", 2023)
    assert (body["day"], body["runs"]) == (SATURDAY.date().isoformat(), 10_000)
    assert body["simulated_at"] == "2024-04-27T05:00:00Z"
    england = get("/PL", accept_language="en").json
    by_name = {club["team_name"]: club for club in england["clubs"]}
    last = by_name["Sheffield United"]
    assert last["probabilities"]["relegation"] > 0.99
    assert last["points_low"] <= last["points"] <= last["points_high"]
    assert {prize["code"]: prize["places"] for prize in england["prizes"]}["relegation"] == [18, 19, 20]
    assert england["prizes"][0] == {"code": "title", "name": "Title", "places": [1]}
    assert england["data_source"]["details"].startswith("Simulations")
    played = select(simulated, "SELECT count(*) FROM matches WHERE competition = 'PL' AND status = 'finished'")
    assert england["matches_left"] == 380 - played[0][0]


@pytest.mark.parametrize("code", LEAGUES)
def test_the_probabilities_of_a_league_add_up(simulated: str, code: str) -> None:
    """One champion, and each place for one club."""
    body = get(f"/{code}").json
    clubs = body["clubs"]
    for place in range(len(clubs)):
        assert sum(club["places"][place] for club in clubs) == pytest.approx(1, abs=2e-3)
    places = {prize["code"]: len(prize["places"]) for prize in body["prizes"]}
    for prize in ("title", "champions_league", "champions_league_qualifying", "europa_league", "conference_league"):
        total = sum(club["probabilities"][prize] for club in clubs)
        assert total == pytest.approx(places.get(prize, 0), abs=2e-3), prize
    play_off = sum(club["probabilities"]["relegation_play_off"] for club in clubs)
    assert play_off == pytest.approx(1 if code in {"BL1", "FL1"} else 0, abs=2e-3)
    lost = {"BL1": 3 / 16, "FL1": 1 / 2}.get(code, 0)
    assert sum(club["probabilities"]["relegation"] for club in clubs) == pytest.approx(
        places["relegation"] + lost, abs=3e-3
    )
    assert sum(club["probabilities"]["europe"] for club in clubs) == pytest.approx(6, abs=2e-3)


def test_upcoming_matches_have_their_leverage_on_the_season(simulated: str) -> None:
    """A win helps; outcomes are those of the published forecasts."""
    body = get("/PL").json
    assert 5 <= len(body["matches"]) <= 10
    published = {
        match: shares
        for match, *shares in select(
            simulated, "SELECT match_id, home, draw, away FROM predictions ORDER BY published_at"
        )
    }
    for match in body["matches"]:
        shares = [match["home_win"], match["draw"], match["away_win"]]
        assert sum(shares) == pytest.approx(1, abs=2e-3)
        assert shares == pytest.approx(published[match["match_id"]], abs=0.05)
        home, away = match["stakes"][:2]
        for prize, sign in (("title", 1), ("europe", 1), ("relegation", -1)):
            for stakes, won, lost in ((home, "home_win", "away_win"), (away, "away_win", "home_win")):
                after = stakes[prize]
                if None not in (after[won], after[lost]):
                    assert sign * (after[won] - after[lost]) > -0.05, (stakes["team_name"], prize)
        assert {"team_id", "team_name", "title", "europe", "relegation"} == home.keys()


def test_the_history_of_a_club(databases: Databases, simulated: str) -> None:
    """One entry a day, the oldest first."""
    arsenal = next(club for club in get("/PL").json["clubs"] if club["team_name"] == "Arsenal")
    tomorrow = SATURDAY + timedelta(days=1)
    with connect(simulated, "test") as db:
        row = season_forecasts.latest(db, "PL")
    assert row is not None
    assert run("simulate_seasons", tomorrow)["simulated"] == 5
    body = get(f"/PL/history?team_id={arsenal['team_id']}", tomorrow).json
    with connect(simulated, "test") as db:  # the other tests read the newest day
        db.execute("DELETE FROM season_forecasts WHERE day = %s", [tomorrow.date()])
    SeasonHistoryResponse.model_validate(body)
    assert [day["day"] for day in body["days"]] == ["2024-04-27", "2024-04-28"]
    first = body["days"][0]
    assert first["probabilities"] == arsenal["probabilities"]
    assert (first["points"], first["points_low"], first["points_high"]) == (
        arsenal["points"], arsenal["points_low"], arsenal["points_high"]
    )  # fmt: skip
    assert (body["competition_code"], body["season"], body["team_name"]) == ("PL", 2023, "Arsenal")
    assert body["team_id"] == arsenal["team_id"]
    assert get("/PL/history?team_id=1", tomorrow).json["code"] == "no_season_forecast"


def test_a_competition_without_rules_has_a_code_of_its_own(simulated: str) -> None:
    """The Champions League ends in a knock-out."""
    response = get("/CL")
    assert (response.status, response.json["code"]) == (404, "season_not_simulated")
    assert get("/CL/history?team_id=1").json["code"] == "season_not_simulated"


def test_a_league_whose_clubs_are_not_all_known_has_no_forecast(bundle: Service, url: str) -> None:
    """Two clubs of twenty."""
    with connect(url, "test") as db:
        insert_matches(db, match_update(score="2-1"))
    assert run("simulate_seasons", SATURDAY)["simulated"] == 0
    assert get("/PL").json["code"] == "no_season_forecast"


def test_points_of_a_stored_table_replace_our_deductions() -> None:
    """Everton's eight points less."""
    rows = [
        TableRow(15, 120, 38, 13, 9, 16, 40, 51, 40),
        TableRow(1, 118, 38, 28, 5, 5, 91, 29, 89),
    ]
    assert leagues.deductions(rows) == {120: -8, 118: 0}
