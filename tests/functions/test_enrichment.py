"""The circumstances of matches: over a real Saturday, and over what a test makes up. Nobody outside is ever asked."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from subprocess import run as run_process
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from functions.enrichment import schemas
from local import fake_upstash
from shared.betting.devig import shin
from shared.betting.prices import Offer
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.football.standings import TableRow
from shared.stores.betting import offers, picks
from shared.stores.database import Connection, connect
from shared.stores.football import standings, teams, weather
from shared.stores.football.weather import WeatherRow
from shared.stores.operations import jobs
from tests.conftest import SATURDAY
from tests.factories import (
    BEFORE,
    KICK_OFF,
    choice,
    club,
    insert_matches,
    insert_predictions,
    match_update,
    offer,
    pick,
)
from tests.running import HttpResponse, environment, invoke
from tests.season import read_season
from tests.tokens import SUPABASE, bearer

PREFIX = "/api/v1/enrichment"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAIR = "home_team=Tottenham&away_team=Arsenal"
ROUTES = [f"/full?{PAIR}", f"/odds?{PAIR}", "/weather?home_team=Tottenham", f"/h2h?{PAIR}", "/form/Arsenal", "/status"]


def token(role: str = "premium", now: datetime = SATURDAY) -> str:
    return bearer(now, app_metadata={"role": role})


def get(target: str, at: datetime = SATURDAY, **headers: str) -> HttpResponse:
    return invoke("enrichment", PREFIX + target, at=at, **{"authorization": token(now=at), **headers})


def get_json(target: str, at: datetime = SATURDAY, **headers: str) -> Any:
    response = get(target, at, **headers)
    assert response.status == 200, response.body
    return response.json


@pytest.fixture
def offline_saturday(saturday: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The bundle on the Saturday of April, in a world without a network."""
    monkeypatch.setattr(httpx.Client, "send", lambda *_, **__: pytest.fail("somebody outside was asked"))
    with environment(DATABASE_URL=saturday, **SUPABASE):
        yield saturday


@pytest.fixture
def db(url: str) -> Iterator[Connection]:
    """A database of the test's own, and the functions on it."""
    with environment(DATABASE_URL=url, **SUPABASE), connect(url, "test") as db:
        yield db


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


def test_the_form_is_that_of_the_files(offline_saturday: str) -> None:
    rows = [row for row in read_season("E0") if "Arsenal" in (row["HomeTeam"], row["AwayTeam"])]
    rows = [row for row in rows if datetime.strptime(row["Date"], "%d/%m/%Y").replace(tzinfo=UTC) < SATURDAY][-5:][::-1]
    own = [(int(row["FTHG"]), int(row["FTAG"]))[:: 1 if row["HomeTeam"] == "Arsenal" else -1] for row in rows]
    letters = ["W" if a > b else "D" if a == b else "L" for a, b in own]
    points = 3 * letters.count("W") + letters.count("D")
    assert get_json("/form/Arsenal") == {
        "last_5": letters,
        "points": points,
        "goals_scored": sum(a for a, _ in own),
        "goals_conceded": sum(b for _, b in own),
        "clean_sheets": sum(b == 0 for _, b in own),
        "wins": letters.count("W"),
        "draws": letters.count("D"),
        "losses": letters.count("L"),
        "form_rating": round(100 * points / 15, 1),
    }


def test_a_name_may_hold_a_slash(db: Connection) -> None:
    insert_matches(db, match_update("Lens", "Lille", "1-0"))
    teams.put(db, [club("Arsenal")])
    assert get(f"/form/{quote('Bodø/Glimt', safe='')}").status == 404
    assert "Bodø/Glimt" in get(f"/form/{quote('Bodø/Glimt', safe='')}").json["detail"]
    assert get_json("/form/Lens", KICK_OFF + DAY)["points"] == 3


def test_meetings_are_counted_by_club_wherever_they_played(db: Connection) -> None:
    """The former system counted by ground."""

    def met(home: str, away: str, score: str, year: int, **changes: Any) -> None:
        kick_off = datetime(year, 10, 1, 14, tzinfo=UTC)
        insert_matches(
            db, match_update(home, away, score, season=year, kick_off=kick_off, **changes), now=kick_off + DAY
        )

    met("Arsenal", "Chelsea", "1-0", 2019)
    met("Chelsea", "Arsenal", "0-3", 2020)
    met("Arsenal", "Chelsea", "2-2", 2021, competition="CL", stage="SEMI_FINALS")
    met("Chelsea", "Arsenal", "2-1", 2022)
    met("Arsenal", "Chelsea", "9-9", 2025)
    insert_matches(db, match_update(), now=BEFORE)
    pair = "home_team=Arsenal&away_team=Chelsea"
    assert get_json(f"/h2h?{pair}") == {
        "total_matches": 4,
        "home_wins": 2,
        "draws": 1,
        "away_wins": 1,
        "home_goals": 7,
        "away_goals": 4,
        "recent_results": [
            "2022-10-01 Chelsea 2-1 Arsenal",
            "2021-10-01 Arsenal 2-2 Chelsea",
            "2020-10-01 Chelsea 0-3 Arsenal",
            "2019-10-01 Arsenal 1-0 Chelsea",
        ],
    }
    assert get_json(f"/h2h?{pair}&competition=cl")["total_matches"] == 1
    assert get_json("/h2h?home_team=Chelsea&away_team=Arsenal")["home_wins"] == 1


@pytest.mark.case("P9")
def test_the_odds_are_those_of_the_files_and_name_nobody_without_a_licence(offline_saturday: str) -> None:
    (row,) = [row for row in read_season("E0") if (row["HomeTeam"], row["AwayTeam"]) == ("Tottenham", "Arsenal")]
    body = get_json(f"/odds?{PAIR}", accept_language="en")
    assert (body["available"], body["bookmakers"], body["value_detected"]) == (True, [], False)
    assert [body["home_win"], body["draw"], body["away_win"]] == [float(row[f"Max{end}"]) for end in "HDA"]
    assert {(best["bookmaker"], best["price_on_paper"]) for best in body["best"]} == {(None, True)}
    (market,) = body["comparison"]
    average = [float(row[f"Avg{end}"]) for end in "HDA"]
    assert [market["home_win"], market["draw"], market["away_win"]] == average
    assert (market["bookmaker"], market["label"]) == (None, "Average of the other operators")
    assert market["margin"] == pytest.approx(sum(1 / price for price in average) - 1, abs=1e-4)
    fair = list(shin([average])[0])
    assert [body["fair"][name] for name in ("home_win", "draw", "away_win")] == pytest.approx(fair, abs=1e-4)
    assert round(sum(body["fair"].values()), 9) == 1
    assert body["movement"] is None, "they were read once"
    assert body["legal_notice"] == LEGAL_NOTICE


def insert_offers(db: Connection, rows: list[Offer]) -> None:
    with db.transaction():
        offers.put(db, rows)


def insert_prices(db: Connection, match_id: int) -> None:
    """Two licensed operators and two others, on the match's morning; the first read a day before, too."""
    api = {"source": "the_odds_api", "taken_at": BEFORE}
    early = api | {"taken_at": BEFORE - 2 * DAY}
    insert_offers(
        db,
        [
            offer(match_id, "2.05", "3.40", "3.80", **api | {"bookmaker": "winamax_fr", "taken_at": BEFORE - DAY}),
            offer(match_id, "1.95", "3.50", "4.10", **api, bookmaker="winamax_fr"),
            offer(match_id, "2.00", "3.30", "4.00", **api, bookmaker="betclic_fr"),
            offer(match_id, "2.10", "3.60", "4.20", **api | {"bookmaker": "pinnacle", "taken_at": BEFORE - DAY}),
            offer(match_id, "2.04", "3.60", "4.30", **api, bookmaker="pinnacle"),
            offer(match_id, "2.02", "3.50", "4.20", **api, bookmaker="williamhill"),
            offer(match_id, "1.01", "3.50", "4.20", **api, bookmaker="betsson"),
            offer(match_id, "1.50", "3.50", "4.20", **api, bookmaker="pmu_fr", closing=True),
            offer(match_id, "1.50", "3.50", "4.20", **early | {"bookmaker": "pinnacle", "closing": True}),
        ],
    )


def test_licensed_operators_stand_side_by_side_and_the_others_as_their_average(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    body = get_json(f"/odds?match_id={match_id}")
    assert body["bookmakers"] == ["Betclic", "Winamax"]
    compared = [(row["bookmaker"], row["home_win"], row["draw"], row["away_win"]) for row in body["comparison"]]
    assert compared == [("Betclic", 2.0, 3.3, 4.0), ("Winamax", 1.95, 3.5, 4.1), (None, 2.03, 3.55, 4.25)]
    assert body["comparison"][2]["label"] == "Moyenne des autres opérateurs"
    best = [(row["outcome"], row["price"], row["bookmaker"], row["price_on_paper"]) for row in body["best"]]
    assert best == [
        ("home_win", 2.0, "Betclic", False),
        ("draw", 3.5, "Winamax", False),
        ("away_win", 4.1, "Winamax", False),
    ]
    assert [body["home_win"], body["draw"], body["away_win"]] == [2.0, 3.5, 4.1]
    fair = list(shin([[2.04, 3.60, 4.30]])[0])
    assert list(body["fair"].values()) == pytest.approx(fair, abs=1e-4), "Pinnacle tells most"


def test_movement_is_between_our_own_readings(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    moved = get_json(f"/odds?match_id={match_id}")["movement"]
    assert moved["bookmaker"] is None, "Pinnacle's prices are told as the market's"
    assert (moved["opening_at"], moved["latest_at"]) == ("2024-04-26T05:00:00Z", "2024-04-27T05:00:00Z")
    assert moved["outcomes"] == [
        {"outcome": "home_win", "opening": 2.1, "latest": 2.04, "change": -0.0286},
        {"outcome": "draw", "opening": 3.6, "latest": 3.6, "change": 0.0},
        {"outcome": "away_win", "opening": 4.2, "latest": 4.3, "change": 0.0238},
    ]
    db.execute("DELETE FROM offers WHERE bookmaker = 'pinnacle'")
    assert get_json(f"/odds?match_id={match_id}")["movement"]["bookmaker"] == "Winamax"


@pytest.mark.case("L8")
def test_prices_from_after_kick_off_never_count(db: Connection) -> None:
    """Nor do those that are too old, and a match that has begun keeps its last ones."""
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_prices(db, match_id)
    late = {"source": "the_odds_api", "taken_at": KICK_OFF + HOUR, "bookmaker": "winamax_fr"}
    insert_offers(db, [offer(match_id, "9.0", "9.0", "1.5", **late)])
    assert get_json(f"/odds?match_id={match_id}", KICK_OFF + 2 * HOUR)["reason"] == "no_prices", "nine hours old"
    insert_offers(db, [offer(match_id, "1.90", "3.50", "4.30", **late | {"taken_at": KICK_OFF - HOUR})])
    body = get_json(f"/odds?match_id={match_id}", KICK_OFF + 2 * HOUR)
    assert (body["home_win"], body["bookmakers"]) == (1.9, ["Winamax"])
    assert body["movement"]["latest_at"] < "2024-04-27T14:00:00Z"


@pytest.mark.case("P8")
def test_value_is_detected_where_a_pick_stands_in_the_record_and_nowhere_else(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    insert_prices(db, match_id)
    assert get_json(f"/odds?match_id={match_id}")["value_detected"] is False
    picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match_id)))
    body = get_json(f"/odds?match_id={match_id}")
    assert (body["value_detected"], body["legal_notice"]) == (True, LEGAL_NOTICE)


def test_a_match_without_prices_or_no_match_at_all_has_none(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    body = get_json(f"/odds?match_id={match_id}")
    assert (body["available"], body["reason"], body["home_win"], body["comparison"]) == (False, "no_prices", None, [])
    assert get_json("/odds?home_team=Chelsea&away_team=Arsenal")["reason"] == "no_match"


def weather_row(match_id: int, **changes: Any) -> WeatherRow:
    row = {
        "match_id": match_id,
        "at": KICK_OFF,
        "temperature": 4.4,
        "humidity": 81.6,
        "wind_speed": 12.3,
        "precipitation": 0.4,
        "hours": 1,
        "rain_probability": 63.0,
        "symbol": "lightrainshowersandthunder",
        "issued_at": BEFORE,
        "last_modified": "",
        "expires_at": BEFORE,
    }
    return WeatherRow(**row | changes)


@pytest.mark.parametrize(
    ("language", "description"),
    [("fr", "Averses faibles, orage"), ("en", "Light rain showers, thunder")],
)
def test_the_weather_is_the_one_that_was_last_read(db: Connection, language: str, description: str) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    weather.put(db, [weather_row(match_id)])
    assert get_json("/weather?home_team=Arsenal", accept_language=language) == {
        "available": True,
        "temperature": 4.4,
        "feels_like": None,
        "humidity": 82,
        "description": description,
        "wind_speed": 12.3,
        "rain_probability": 63.0,
        "impact": "cold_conditions,strong_wind,likely_rain",
        "precipitation_mm": 0.4,
        "precipitation_hours": 1,
        "forecast_for": "2024-04-27T14:00:00Z",
        "forecast_made_at": "2024-04-27T05:00:00Z",
        "credit": "MET Norway, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "reason": None,
    }


@pytest.mark.case("J2")
def test_without_a_forecast_it_is_said_why(db: Connection) -> None:
    """A forecast for another hour is none."""
    near, far, unknown = insert_matches(
        db,
        match_update(),
        match_update("Everton", "Fulham", kick_off=BEFORE + 8 * DAY),
        match_update("Burton", "Chelsea", kick_off=KICK_OFF),
        now=BEFORE,
    )
    reasons = {match_id: get_json(f"/weather?match_id={match_id}") for match_id in (near, far, unknown)}
    assert [(text["available"], text["reason"]) for text in reasons.values()] == [
        (False, "no_forecast"),
        (False, "too_far_ahead"),
        (False, "stadium_not_found"),
    ]
    assert get_json("/weather?home_team=Chelsea")["reason"] == "no_match"
    weather.put(db, [weather_row(near, at=KICK_OFF - DAY)])
    assert get_json(f"/weather?match_id={near}")["reason"] == "no_forecast"


def test_rest_is_told_with_what_it_comes_from(db: Connection) -> None:
    played = [("Arsenal", "Everton", 3), ("Fulham", "Arsenal", 10), ("Wolves", "Arsenal", 13), ("Chelsea", "Luton", 8)]
    insert_matches(
        db, *(match_update(home, away, "1-0", kick_off=KICK_OFF - days * DAY) for home, away, days in played)
    )
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    assert get_json(f"/full?match_id={match_id}")["fatigue"] == {
        "home_team": {
            "rest_days_score": 0.43,
            "fixture_congestion_score": 0.25,
            "combined_score": 0.36,
            "rest_days": 3,
            "matches_last_14_days": 3,
        },
        "away_team": {
            "rest_days_score": 1.0,
            "fixture_congestion_score": 0.75,
            "combined_score": 0.9,
            "rest_days": 8,
            "matches_last_14_days": 1,
        },
        "fatigue_advantage": -0.57,
    }


@pytest.mark.case("K4")
def test_of_clubs_that_have_not_played_nothing_is_made_up(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    body = get_json(f"/full?match_id={match_id}")
    assert body["fatigue"] is body["home_xg_estimate"] is body["away_xg_estimate"] is body["standings"] is None
    assert (body["home_form"]["last_5"], body["home_form"]["form_rating"], body["h2h"]["total_matches"]) == ([], 0.0, 0)


def test_expected_goals_are_those_of_the_ratings_and_say_so(offline_saturday: str) -> None:
    strong, weak = (
        get_json(f"/full?{PAIR}")["away_xg_estimate"],
        get_json("/full?home_team=Sheffield+Utd&away_team=Spurs"),
    )
    assert strong["basis"] == "chances_rating"
    assert strong["estimated_xg"] > 1.5 > strong["estimated_xga"]
    assert strong["offensive_rating"] > 80
    assert strong["defensive_rating"] > 80
    assert weak["home_xg_estimate"]["offensive_rating"] < 20


def insert_standings(db: Connection, *places: tuple[str, int, int]) -> None:
    teams.put(db, [club(name) for name, _, _ in places])
    rows = [TableRow(place, club(name).team_id, 34, 0, 0, 0, 0, 0, points) for name, place, points in places]
    others = [club(name) for name in ("Luton", "Burnley", "Sheffield United", "Everton")]
    teams.put(db, others)
    rest = [TableRow(17 + place, other.team_id, 34, 0, 0, 0, 0, 0, 9) for place, other in enumerate(others)]
    standings.put(db, "PL", 2023, [*rows, *rest], BEFORE)


@pytest.mark.parametrize(
    ("home", "away", "french", "english"),
    [
        (1, 4, "Choc du haut de tableau", "Top-of-the-table match"),
        (4, 5, "L'un des deux clubs est parmi les quatre premiers", "One of the two clubs is among the first four"),
        (9, 6, "", ""),
    ],
)
def test_places_in_the_table_and_what_they_say(db: Connection, home: int, away: int, french: str, english: str) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_standings(db, ("Arsenal", home, 77), ("Chelsea", away, 48))
    body = get_json(f"/full?match_id={match_id}")["standings"]
    assert (body["home_position"], body["away_position"], body["position_diff"]) == (home, away, away - home)
    assert (body["home_points"], body["away_points"]) == (77, 48)
    assert body["context_note"].startswith(french)
    assert bool(body["context_note"]) == bool(french)
    note_in_english = get_json(f"/full?match_id={match_id}", accept_language="en")["standings"]["context_note"]
    assert note_in_english.startswith(english)


def test_a_club_among_the_last_three_fights_relegation(db: Connection) -> None:
    one, other = insert_matches(db, match_update("Arsenal", "Everton"), match_update("Chelsea", "Luton"), now=BEFORE)
    insert_standings(db, ("Arsenal", 8, 40), ("Chelsea", 9, 40))
    everton, luton = (get_json(f"/full?match_id={match_id}")["standings"] for match_id in (one, other))
    assert (everton["away_position"], everton["context_note"][:6]) == (20, "L'un d"), "the last of twenty"
    assert (luton["away_position"], luton["context_note"]) == (17, "")


def test_the_next_match_of_two_clubs_is_meant_else_the_last(db: Connection) -> None:
    def at(days: int, **changes: Any) -> int:
        kick_off = KICK_OFF + days * DAY
        return insert_matches(db, match_update(kick_off=kick_off, season=2000 + days % 90, **changes), now=BEFORE)[0]

    pair = "home_team=Arsenal&away_team=Chelsea"
    past = at(-30, score=None, status=Status.POSTPONED)
    assert get_json(f"/full?{pair}")["match_id"] == past
    league, cup = at(20), at(10, competition="CL", stage="SEMI_FINALS")
    assert get_json(f"/full?{pair}")["match_id"] == cup
    assert get_json(f"/full?{pair}&competition=pl")["match_id"] == league
    assert get_json(f"/full?{pair}&competition=CL")["match_id"] == cup
    assert get_json(f"/full?{pair}&competition=FL1")["match_id"] == cup, "the next one, of whatever competition"
    assert get_json(f"/full?{pair}&match_date=2024-05-07")["match_id"] == cup
    nothing = get_json(f"/full?{pair}&match_date=2024-05-08")
    assert (nothing["match_id"], nothing["weather"]["reason"], nothing["fatigue"]) == (None, "no_match", None)
    assert get_json("/weather?home_team=Arsenal") == get_json(f"/weather?match_id={cup}")


def test_without_a_match_the_competition_is_the_one_that_was_asked_for_else_the_first(db: Connection) -> None:
    teams.put(db, [club("Arsenal"), club("Chelsea")])
    pair = "home_team=Arsenal&away_team=Chelsea"
    body = get_json(f"/full?{pair}")
    assert (body["competition"], body["match_id"], body["standings"], body["home_xg_estimate"]) == (
        "PL",
        None,
        None,
        None,
    )
    assert get_json(f"/full?{pair}&competition=FL1")["competition"] == "FL1"


def test_the_demonstration_has_circumstances_too(url: str) -> None:
    with environment(DATABASE_URL=url, DEMO="true", **SUPABASE), connect(url, "test") as db:
        (match_id,) = insert_matches(db, match_update("Démo Iris", "Démo Bleuet", competition="DEMO"), now=BEFORE)
        body = get_json("/full?home_team=demo%20iris&away_team=DEMO%20BLEUET")
    assert (body["match_id"], body["competition"]) == (match_id, "DEMO")
    assert body["weather"]["reason"] == "stadium_not_found"
    assert body["data_source"]["warning_code"] == "DEMO_DATA"


@pytest.mark.case("I4")
def test_a_day_is_one_in_paris(db: Connection) -> None:
    (late,) = insert_matches(db, match_update(kick_off=datetime(2024, 4, 27, 22, 30, tzinfo=UTC)), now=BEFORE)
    pair = "home_team=Arsenal&away_team=Chelsea"
    assert get_json(f"/full?{pair}&match_date=2024-04-28")["match_id"] == late
    assert get_json(f"/full?{pair}&match_date=2024-04-27")["match_id"] is None


@pytest.mark.case("M4")
def test_nothing_that_came_after_a_match_is_told_of_it(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(score="2-0"))
    insert_matches(db, match_update("Arsenal", "Everton", "0-5", kick_off=KICK_OFF + DAY), now=KICK_OFF + 2 * DAY)
    insert_matches(db, match_update("Fulham", "Arsenal", "0-1", kick_off=KICK_OFF - 7 * DAY))
    body = get_json(f"/full?match_id={match_id}", KICK_OFF + 3 * DAY)
    assert (body["home_form"]["last_5"], body["h2h"]["total_matches"]) == (["W"], 0)


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
def test_an_answer_is_kept_for_ten_minutes_for_those_of_one_plan_and_nobody_else(saturday: str) -> None:
    """And another reader without the plan gets none of it."""
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


def test_sources_are_told_as_the_jobs_that_read_them_last_said(db: Connection) -> None:
    jobs.mark_succeeded(db, "sync_fixtures", date(2024, 4, 27), BEFORE, {"fixtures": 20})
    jobs.mark_succeeded(db, "sync_odds", date(2024, 4, 27), BEFORE, {"skipped": "THE_ODDS_API_KEY is not set"})
    body = get_json("/status", accept_language="en")
    assert {name: (source["configured"], source["last_read_at"]) for name, source in body.items()} == {
        "football_data_uk": (True, "2024-04-27T05:00:00Z"),
        "the_odds_api": (False, "2024-04-27T05:00:00Z"),
        "met_norway": (False, None),
    }
    assert all(source["description"] for source in body.values())


def test_it_starts_without_what_it_does_not_use() -> None:
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


def test_of_an_hour_that_is_not_known_no_weather_is_told(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(kick_off=last_minute(KICK_OFF.date()), hour=Hour.UNKNOWN), now=BEFORE)
    weather.put(db, [weather_row(match_id, at=last_minute(KICK_OFF.date()))])
    body = get_json(f"/full?match_id={match_id}", at=BEFORE)
    assert (body["match_date"], body["hour_known"]) == ("2024-04-27T00:00:00Z", False)
    assert (body["weather"]["available"], body["weather"]["reason"]) == (False, "no_hour")
