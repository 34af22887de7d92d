"""Fixtures, results, tables and form, over a real Saturday, and over what a test makes up."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.matches import schemas
from shared.football.calendar import last_minute
from shared.football.match import Hour, Score, Status
from shared.football.standings import TableRow
from shared.football.team import Source
from shared.stores.database import connect
from shared.stores.football import standings, teams
from tests.conftest import SATURDAY
from tests.factories import KICK_OFF, club, insert_matches, match_update
from tests.running import HttpResponse, environment, invoke, select
from tests.season import read_season

PREFIX = "/api/v1/matches"
SUNDAY = SATURDAY + timedelta(days=1)
ROUTES = ["", "/upcoming", "/live", "/competitions", "/standings/PL", "/teams/118/form"]
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


def arsenal() -> int:
    return club("Arsenal").team_id


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
    assert len(matches) == 20
    assert {match["match_date"][:10] for match in matches} == {"2024-04-27"}
    two_days = get_matches("?date_from=2024-04-26&date_to=2024-04-27&per_page=100")
    assert {match["id"] for match in matches} < {match["id"] for match in two_days}


def test_status_and_competition_filter_the_matches(saturday_url: str) -> None:
    everything = get_matches("?date_from=2024-04-20&date_to=2024-04-30&per_page=100")
    assert {match["status"] for match in everything} == {"scheduled", "finished"}
    for status in ("scheduled", "finished"):
        matches = get_matches(f"?date_from=2024-04-20&date_to=2024-04-30&per_page=100&status={status}")
        assert matches
        assert matches == [match for match in everything if match["status"] == status]
    assert get_matches("?date_from=2024-04-20&date_to=2024-04-30&status=live") == []
    italian = get_matches("?date_from=2024-04-20&date_to=2024-04-30&per_page=100&competition=sa")
    assert italian == [match for match in everything if match["competition_code"] == "SA"]


def test_lower_divisions_feed_the_ratings_and_are_not_shown(saturday_url: str) -> None:
    assert select(saturday_url, "SELECT count(*) > 400 FROM matches WHERE competition = 'ELC'") == [(True,)]
    counts = Counter(match["competition_code"] for match in get_matches("?date_from=2024-04-20&per_page=100"))
    assert set(counts) == {"PL", "PD", "BL1", "SA", "FL1"}
    (lower,) = select(saturday_url, "SELECT match_id FROM matches WHERE competition = 'ELC' LIMIT 1")[0]
    assert get(f"/{lower}").status == 404


def test_pages_cover_everything_once(saturday_url: str) -> None:
    whole = get_json("?date_from=2024-04-01&date_to=2024-04-30&per_page=100")
    pages = [get_json(f"?date_from=2024-04-01&date_to=2024-04-30&per_page=30&page={page}") for page in range(1, 10)]
    ids = [match["id"] for page in pages for match in page["matches"]]
    assert len(ids) == len(set(ids)) == whole["total"] > 100
    assert ids[:100] == [match["id"] for match in whole["matches"]]
    assert {(page["total"], page["per_page"]) for page in pages} == {(whole["total"], 30)}
    assert pages[-1]["matches"] == [] or len(pages[-1]["matches"]) < 30
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


def test_an_unknown_competition_is_told_with_those_that_are_known(saturday_url: str) -> None:
    response = get("?competition=XX", accept_language="en")
    assert response.json["detail"] == "Competition XX is unknown; the codes are PL, PD, BL1, SA, FL1, CL."


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


def test_the_competitions_are_the_six(saturday_url: str) -> None:
    body = get_json("/competitions")
    assert [(c["code"], c["country"], c["flag"]) for c in body["competitions"]] == [
        ("PL", "England", "gb-eng"),
        ("PD", "Spain", "es"),
        ("BL1", "Germany", "de"),
        ("SA", "Italy", "it"),
        ("FL1", "France", "fr"),
        ("CL", "Europe", "eu"),
    ]
    assert body["total"] == 6


def test_a_match_is_found_by_our_id_or_exactly_by_the_outside_one(bundle: object, url: str) -> None:
    source = {"source": Source.FOOTBALL_DATA_ORG}
    with connect(url, "test") as db:
        (ours,) = insert_matches(db, match_update(external_id="436777", **source), now=SATURDAY)
    one, other = get_json(f"/{ours}"), get_json("/436777")
    assert one == other
    assert (one["id"], one["external_id"], one["competition"]) == (ours, "PL_436777", "Premier League")
    for near in ("777", "36777", "4367770"):
        assert get(f"/{near}").status == 404


def test_head_to_head_counts_by_club_and_only_earlier_meetings(bundle: object, url: str) -> None:
    def met(home: str, away: str, score: str, year: int) -> None:
        kick_off = datetime(year, 10, 1, 14, tzinfo=UTC)
        insert_matches(
            db, match_update(home, away, score, season=year, kick_off=kick_off), now=kick_off + timedelta(days=1)
        )

    with connect(url, "test") as db:
        met("Arsenal", "Chelsea", "1-0", 2019)
        met("Chelsea", "Arsenal", "0-3", 2020)
        met("Arsenal", "Chelsea", "2-2", 2021)
        met("Chelsea", "Arsenal", "0-1", 2022)
        (coming,) = insert_matches(db, match_update(), now=SATURDAY)
        met("Arsenal", "Chelsea", "9-9", 2025)
    body = get_json(f"/{coming}/head-to-head")
    assert (body["home_wins"], body["draws"], body["away_wins"], body["total_matches"]) == (3, 1, 0, 4)
    assert body["avg_goals"] == round((1 + 3 + 4 + 1) / 4, 2)
    assert [match["date"][:4] for match in body["matches"]] == ["2022", "2021", "2020", "2019"]
    assert body["matches"][2] == {
        "date": "2020-10-01T14:00:00Z",
        "home_team": "Chelsea",
        "away_team": "Arsenal",
        "home_score": 0,
        "away_score": 3,
        "competition": "Premier League",
    }
    assert get_json(f"/{coming}/head-to-head?limit=1")["total_matches"] == 1
    without_meetings = get_json(f"/{insert_match(url)}/head-to-head")
    assert (without_meetings["matches"], without_meetings["avg_goals"], without_meetings["total_matches"]) == (
        [],
        0.0,
        0,
    )


def insert_match(url: str) -> int:
    """A match of clubs that never met."""
    with connect(url, "test") as db:
        return insert_matches(db, match_update("Wolves", "Luton"), now=SATURDAY)[0]


def test_form_is_that_of_the_club_wherever_it_played(saturday_url: str) -> None:
    last = [row for row in read_season("E0") if "Arsenal" in (row["HomeTeam"], row["AwayTeam"])]
    last = [row for row in last if datetime.strptime(row["Date"], "%d/%m/%Y").replace(tzinfo=UTC) < SATURDAY][-5:][::-1]
    own = [(row["FTHG"], row["FTAG"]) if row["HomeTeam"] == "Arsenal" else (row["FTAG"], row["FTHG"]) for row in last]
    letters = ["W" if a > b else "D" if a == b else "L" for a, b in own]
    body = get_json(f"/teams/{arsenal()}/form")
    assert (body["team_id"], body["team_name"], body["form_string"]) == (arsenal(), "Arsenal", "".join(letters))
    assert [match["score"] for match in body["last_matches"]] == [f"{row['FTHG']}-{row['FTAG']}" for row in last]
    assert [match["home_away"] for match in body["last_matches"]] == [
        "H" if row["HomeTeam"] == "Arsenal" else "A" for row in last
    ]
    assert body["points_last_5"] == 3 * letters.count("W") + letters.count("D")
    assert body["goals_scored_avg"] == round(sum(int(a) for a, _ in own) / 5, 2)
    assert body["goals_conceded_avg"] == round(sum(int(b) for _, b in own) / 5, 2)
    assert body["clean_sheets"] == sum(b == "0" for _, b in own)
    assert body["xg_for_avg"] is body["xg_against_avg"] is None
    assert len(get_json(f"/teams/{arsenal()}/form?matches_count=10")["last_matches"]) == 10


@pytest.mark.parametrize(
    ("name", "matches", "figures"),
    [
        ("Arsenal", [("Chelsea", "L", "4-1", "A"), ("Everton", "W", "5-0", "H")], ("LW", 3, 3.0, 2.0, 1)),
        ("Chelsea", [("Arsenal", "W", "4-1", "H")], ("W", 3, 4.0, 1.0, 0)),
        ("Everton", [("Arsenal", "L", "5-0", "A")], ("L", 0, 0.0, 5.0, 0)),
    ],
)
def test_a_form_names_the_opponent_and_counts_the_club_s_own_goals(
    bundle: object, url: str, name: str, matches: list[tuple[str, ...]], figures: tuple[Any, ...]
) -> None:
    days = {"Chelsea": "2024-04-20T14:00:00Z", "Everton": "2024-04-13T14:00:00Z"}
    with connect(url, "test") as db:
        insert_matches(db, match_update("Arsenal", "Everton", "5-0", kick_off=datetime.fromisoformat(days["Everton"])))
        insert_matches(db, match_update("Chelsea", "Arsenal", "4-1", kick_off=datetime.fromisoformat(days["Chelsea"])))
    form, points, scored, conceded, clean_sheets = figures
    assert get_json(f"/teams/{club(name).team_id}/form", SUNDAY) == {
        "team_id": club(name).team_id,
        "team_name": name,
        "last_matches": [
            {
                "opponent": opponent,
                "result": result,
                "score": score,
                "home_away": place,
                "date": days["Chelsea" if "Chelsea" in (name, opponent) else "Everton"],
            }
            for opponent, result, score, place in matches
        ],
        "form_string": form,
        "points_last_5": points,
        "goals_scored_avg": scored,
        "goals_conceded_avg": conceded,
        "clean_sheets": clean_sheets,
        "xg_for_avg": None,
        "xg_against_avg": None,
        "data_source": SOURCE,
    }


@pytest.mark.parametrize(("query", "name"), [("", "Unknown"), ("?team_name=FC%20Somewhere", "FC Somewhere")])
def test_an_unknown_club_has_no_form(saturday_url: str, query: str, name: str) -> None:
    body = get_json(f"/teams/99999/form{query}")
    assert (body["team_name"], body["last_matches"], body["form_string"], body["points_last_5"]) == (name, [], "", 0)


def test_the_table_of_a_whole_season_is_the_one_that_people_know(sunday_url: str) -> None:
    body = get_json("/standings/FL1", SUNDAY)
    assert (body["competition_code"], body["competition_name"]) == ("FL1", "Ligue 1")
    assert body["data_source"]["details"].startswith("Classement calculé")
    assert body["standings"][0]["team_name"] == "Paris Saint-Germain"
    for line in body["standings"]:
        assert line["points"] == 3 * line["won"] + line["drawn"]
        assert line["played"] == line["won"] + line["drawn"] + line["lost"]
        assert line["goal_difference"] == line["goals_for"] - line["goals_against"]
    assert [line["position"] for line in body["standings"]] == list(range(1, 19))
    assert sum(line["goals_for"] for line in body["standings"]) == sum(
        line["goals_against"] for line in body["standings"]
    )


def test_the_premier_league_on_the_morning_of_27_april_2024(saturday_url: str) -> None:
    body = get_json("/standings/PL")["standings"]
    table = [(row["position"], row["team_name"], row["played"], row["points"], row["goal_difference"]) for row in body]
    assert table[:4] == [
        (1, "Arsenal", 34, 77, 56),
        (2, "Manchester City", 33, 76, 48),
        (3, "Liverpool", 34, 74, 41),
        (4, "Aston Villa", 34, 66, 21),
    ]
    assert table[-1][1] == "Sheffield United"
    assert [row["position"] for row in body] == list(range(1, 21))


def test_the_table_that_football_data_org_tells_goes_first(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update("Arsenal", "Chelsea", "1-0"))
        teams.put(db, [club("Everton")])
        table_row = TableRow(1, club("Everton").team_id, 34, 20, 8, 6, 60, 30, 60)  # eight points taken away
        standings.put(db, "PL", 2023, [table_row], SATURDAY)
    body = get_json("/standings/PL", SUNDAY)
    assert body["standings"] == [
        {
            "position": 1,
            "team_id": table_row.team_id,
            "team_name": "Everton",
            "team_logo_url": None,
            "played": 34,
            "won": 20,
            "drawn": 8,
            "lost": 6,
            "goals_for": 60,
            "goals_against": 30,
            "goal_difference": 30,
            "points": 60,
        }
    ]
    assert body["last_updated"] == "2024-04-27T05:00:00Z"
    assert body["data_source"]["details"] is None


def test_a_competition_without_results_has_no_table_yet(saturday_url: str) -> None:
    response = get("/standings/CL", accept_language="en")
    assert (response.status, response.json["detail"]) == (404, "There is no table for CL yet.")


@pytest.mark.case("J9")
def test_a_match_in_play_is_live_and_says_when_nobody_told_its_score(bundle: object, url: str) -> None:
    live = {"source": Source.FOOTBALL_DATA_ORG, "status": Status.IN_PLAY}
    with connect(url, "test") as db:
        (one,) = insert_matches(db, match_update(external_id="1", **live), now=KICK_OFF)
        (two,) = insert_matches(db, match_update("Everton", "Fulham", external_id="2", **live), now=KICK_OFF)
    body = get_json("/live", KICK_OFF + timedelta(hours=1))
    assert {match["id"] for match in body["matches"]} == {one, two}
    assert {match["home_score"] for match in body["matches"]} == {None}
    assert [(match["minute"], match["events"]) for match in body["matches"]] == [(None, [])] * 2, "nobody tells us"
    assert (body["total"], body["updated_at"]) == (2, "2024-04-27T15:00:00Z")
    assert body["data_source"]["details"] == "Scores connus à la dernière mise à jour, pas en direct."
    assert get_json(f"/{one}", KICK_OFF + timedelta(hours=8))["is_stale"] is False
    assert get_json(f"/{one}", KICK_OFF + timedelta(hours=8, seconds=1))["is_stale"] is True


def test_a_match_in_play_gives_each_side_its_own_goals(bundle: object, url: str) -> None:
    update = match_update(external_id="1", source=Source.FOOTBALL_DATA_ORG, status=Status.IN_PLAY, score="1-3")
    with connect(url, "test") as db:
        insert_matches(db, update, now=KICK_OFF)
        insert_matches(db, match_update("Luton", "Wolves", "2-5"), now=KICK_OFF + timedelta(hours=3))
    (match,) = get_json("/live", KICK_OFF + timedelta(hours=1))["matches"]
    assert (match["home_team"]["name"], match["home_score"]) == ("Arsenal", 1)
    assert (match["away_team"]["name"], match["away_score"]) == ("Chelsea", 3)
    (over,) = get_matches("?status=finished&date_from=2024-04-27&date_to=2024-04-27", SUNDAY)
    assert (over["home_team"]["name"], over["home_score"]) == ("Luton Town", 2)
    assert (over["away_team"]["name"], over["away_score"]) == ("Wolverhampton Wanderers", 5)
    assert (over["home_team"]["id"], over["away_team"]["id"]) == (club("Luton").team_id, club("Wolves").team_id)


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (Status.SCHEDULED, "scheduled"),
        (Status.UNKNOWN, "scheduled"),
        (Status.IN_PLAY, "live"),
        (Status.FINISHED, "finished"),
        (Status.AWARDED, "finished"),
        (Status.POSTPONED, "postponed"),
        (Status.SUSPENDED, "postponed"),
        (Status.CANCELLED, "postponed"),
    ],
)
def test_a_status_is_shown_in_one_of_four_words(bundle: object, url: str, status: Status, label: str) -> None:
    with connect(url, "test") as db:
        (match_id,) = insert_matches(
            db, replace(match_update(), status=status, score=Score(1, 0) if status is Status.FINISHED else None)
        )
    assert get_json(f"/{match_id}", SUNDAY)["status"] == label
    (listed,) = get_matches(f"?date_from=2024-04-27&date_to=2024-04-27&status={label}", SUNDAY)
    assert listed["id"] == match_id


@pytest.mark.case("K5")
def test_an_unmatched_club_is_shown_as_it_was_named(bundle: object, url: str) -> None:
    with connect(url, "test") as db:
        (match_id,) = insert_matches(db, match_update("Arsenal", "Nobody Rovers"), now=SATURDAY)
    body = get_json(f"/{match_id}")
    assert (body["away_team"]["name"], body["away_team"]["elo_rating"], body["odds_home"]) == (
        "Nobody Rovers",
        None,
        None,
    )


def test_the_demonstration_warns(url: str) -> None:
    with environment(DATABASE_URL=url, DEMO="true"):
        response = get()
        assert response.headers["x-demo"] == "true"
        assert (response.json["data_source"]["warning_code"], bool(response.json["data_source"]["warning"])) == (
            "DEMO_DATA",
            True,
        )


def test_a_match_without_an_hour_is_of_its_day_and_stands_last_in_it(bundle: object, url: str) -> None:
    day = SATURDAY.date()
    with connect(url, "test") as db:
        insert_matches(
            db,
            match_update(kick_off=last_minute(day), hour=Hour.UNKNOWN),
            match_update("Everton", "Fulham"),
            now=SATURDAY,
        )
    untimed = f"{day}T00:00:00Z"
    fields = [(m["match_date"], m["hour_known"], m["status"]) for m in get_matches("/upcoming")]
    assert fields == [("2024-04-27T14:00:00Z", True, "scheduled"), (untimed, False, "scheduled")]
    assert [m["match_date"] for m in get_matches(f"?date_from={day}&date_to={day}")][-1] == untimed
    assert get_matches(f"?date_from={day + timedelta(days=1)}&date_to={day + timedelta(days=1)}") == []
