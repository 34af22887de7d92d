"""Meetings, form and league tables."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.football.standings import TableRow
from shared.stores.database import connect
from shared.stores.football import standings, teams
from tests.conftest import SATURDAY
from tests.factories import club, insert_matches, match_update
from tests.functions.matches.api import SOURCE, SUNDAY, get, get_json
from tests.season import read_season


def arsenal() -> int:
    return club("Arsenal").team_id


def test_head_to_head_counts_by_club_and_only_earlier_meetings(bundle: object, url: str) -> None:
    def met(home: str, away: str, score: str, year: int) -> int:
        kick_off = datetime(year, 10, 1, 14, tzinfo=UTC)
        update = match_update(home, away, score, season=year, kick_off=kick_off)
        return insert_matches(db, update, now=kick_off + timedelta(days=1))[0]

    with connect(url, "test") as db:
        met("Arsenal", "Chelsea", "1-0", 2019)
        third = met("Chelsea", "Arsenal", "0-3", 2020)
        met("Arsenal", "Chelsea", "2-2", 2021)
        met("Chelsea", "Arsenal", "0-1", 2022)
        (coming,) = insert_matches(db, match_update(), now=SATURDAY)
        met("Arsenal", "Chelsea", "9-9", 2025)
    body = get_json(f"/{coming}/head-to-head")
    assert (body["home_wins"], body["draws"], body["away_wins"], body["total_matches"]) == (3, 1, 0, 4)
    assert body["avg_goals"] == round((1 + 3 + 4 + 1) / 4, 2)
    assert [match["date"][:4] for match in body["matches"]] == ["2022", "2021", "2020", "2019"]
    assert body["matches"][2] == {
        "match_id": third,
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
        (everton,) = insert_matches(
            db, match_update("Arsenal", "Everton", "5-0", kick_off=datetime.fromisoformat(days["Everton"]))
        )
        (chelsea,) = insert_matches(
            db, match_update("Chelsea", "Arsenal", "4-1", kick_off=datetime.fromisoformat(days["Chelsea"]))
        )
    form, points, scored, conceded, clean_sheets = figures
    assert get_json(f"/teams/{club(name).team_id}/form", SUNDAY) == {
        "team_id": club(name).team_id,
        "team_name": name,
        "last_matches": [
            {
                "match_id": chelsea if "Chelsea" in (name, opponent) else everton,
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


def test_football_data_orgs_table_takes_precedence(bundle: object, url: str) -> None:
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
