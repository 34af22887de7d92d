"""Form, meetings and places in the table before a match."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from shared.football.match import Status
from shared.football.standings import TableRow
from shared.stores.database import Connection
from shared.stores.football import standings, teams
from tests.conftest import SATURDAY
from tests.factories import (
    BEFORE,
    KICK_OFF,
    club,
    insert_matches,
    match_update,
)
from tests.functions.enrichment.api import DAY, PAIR, get, get_json
from tests.season import read_season


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


@pytest.mark.case("K4")
def test_of_clubs_that_have_not_played_nothing_is_made_up(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    body = get_json(f"/full?match_id={match_id}")
    assert body["fatigue"] is body["home_xg_estimate"] is body["away_xg_estimate"] is body["standings"] is None
    assert (body["home_form"]["last_5"], body["home_form"]["form_rating"], body["h2h"]["total_matches"]) == ([], 0.0, 0)


def test_expected_goals_come_from_the_chances_rating_and_name_it_as_their_basis(offline_saturday: str) -> None:
    strong, weak = (
        get_json(f"/full?{PAIR}")["away_xg_estimate"],
        get_json("/full?home_team=Sheffield+Utd&away_team=Spurs"),
    )
    assert strong["basis"] == "chances_rating"
    assert strong["estimated_xg"] > 1.5 > strong["estimated_xga"]
    assert strong["offensive_rating"] > 80
    assert strong["defensive_rating"] > 80
    assert weak["home_xg_estimate"]["offensive_rating"] < 20


def insert_standings(db: Connection, *places: tuple[str, int, int], competition: str = "PL") -> None:
    teams.put(db, [club(name) for name, _, _ in places])
    rows = [TableRow(place, club(name).team_id, 34, 0, 0, 0, 0, 0, points) for name, place, points in places]
    others = [club(name) for name in ("Luton", "Burnley", "Sheffield United", "Everton")]
    teams.put(db, others)
    rest = [TableRow(17 + place, other.team_id, 34, 0, 0, 0, 0, 0, 9) for place, other in enumerate(others)]
    standings.put(db, competition, 2023, [*rows, *rest], BEFORE)


@pytest.mark.parametrize(
    ("home", "away", "french", "english"),
    [
        (1, 4, "Choc du haut de tableau", "Top-of-the-table match"),
        (4, 5, "L'un des deux clubs est parmi les quatre premiers", "One of the two clubs is among the first four"),
        (9, 6, "", ""),
    ],
)
def test_table_positions_come_with_a_context_note(
    db: Connection, home: int, away: int, french: str, english: str
) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    insert_standings(db, ("Arsenal", home, 77), ("Chelsea", away, 48))
    body = get_json(f"/full?match_id={match_id}")["standings"]
    assert (body["home_position"], body["away_position"], body["position_diff"]) == (home, away, away - home)
    assert (body["home_points"], body["away_points"]) == (77, 48)
    assert body["context_note"].startswith(french)
    assert bool(body["context_note"]) == bool(french)
    note_in_english = get_json(f"/full?match_id={match_id}", accept_language="en")["standings"]["context_note"]
    assert note_in_english.startswith(english)


def test_the_first_clubs_of_a_second_division_play_for_promotion(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update("Leeds", "Norwich", competition="ELC"), now=BEFORE)
    insert_standings(db, ("Leeds", 4, 77), ("Norwich", 5, 70), competition="ELC")
    note = get_json(f"/full?match_id={match_id}", accept_language="en")["standings"]["context_note"]
    assert note == "One of the two clubs is among the first four and plays for promotion."


def test_a_club_among_the_last_three_fights_relegation(db: Connection) -> None:
    one, other = insert_matches(db, match_update("Arsenal", "Everton"), match_update("Chelsea", "Luton"), now=BEFORE)
    insert_standings(db, ("Arsenal", 8, 40), ("Chelsea", 9, 40))
    everton, luton = (get_json(f"/full?match_id={match_id}")["standings"] for match_id in (one, other))
    assert (everton["away_position"], everton["context_note"][:6]) == (20, "L'un d"), "the last of twenty"
    assert (luton["away_position"], luton["context_note"]) == (17, "")


def test_a_pair_of_clubs_resolves_to_their_next_match_else_to_the_last(db: Connection) -> None:
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


def test_without_a_match_the_competition_is_the_requested_one_else_the_first(db: Connection) -> None:
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


@pytest.mark.case("I4")
def test_a_day_is_one_in_paris(db: Connection) -> None:
    (late,) = insert_matches(db, match_update(kick_off=datetime(2024, 4, 27, 22, 30, tzinfo=UTC)), now=BEFORE)
    pair = "home_team=Arsenal&away_team=Chelsea"
    assert get_json(f"/full?{pair}&match_date=2024-04-28")["match_id"] == late
    assert get_json(f"/full?{pair}&match_date=2024-04-27")["match_id"] is None


@pytest.mark.case("M4")
def test_a_finished_matchs_context_holds_only_earlier_results(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(score="2-0"))
    insert_matches(db, match_update("Arsenal", "Everton", "0-5", kick_off=KICK_OFF + DAY), now=KICK_OFF + 2 * DAY)
    insert_matches(db, match_update("Fulham", "Arsenal", "0-1", kick_off=KICK_OFF - 7 * DAY))
    body = get_json(f"/full?match_id={match_id}", KICK_OFF + 3 * DAY)
    assert (body["home_form"]["last_5"], body["h2h"]["total_matches"]) == (["W"], 0)
