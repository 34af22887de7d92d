"""One match as readers get it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.football.calendar import last_minute
from shared.football.match import Hour, Score, Status
from shared.football.team import Source
from shared.stores.database import connect
from tests.conftest import SATURDAY
from tests.factories import KICK_OFF, club, insert_matches, match_update
from tests.functions.matches.api import SUNDAY, get, get_json, get_matches


def test_a_match_is_found_by_our_id_or_exactly_by_the_outside_one(bundle: object, url: str) -> None:
    source = {"source": Source.FOOTBALL_DATA_ORG}
    with connect(url, "test") as db:
        (ours,) = insert_matches(db, match_update(external_id="436777", **source), now=SATURDAY)
    one, other = get_json(f"/{ours}"), get_json("/436777")
    assert one == other
    assert (one["id"], one["external_id"], one["competition"]) == (ours, "PL_436777", "Premier League")
    for near in ("777", "36777", "4367770"):
        assert get(f"/{near}").status == 404


@pytest.mark.case("J9")
def test_a_match_in_play_without_a_score_is_listed_as_live(bundle: object, url: str) -> None:
    live = {"source": Source.FOOTBALL_DATA_ORG, "status": Status.IN_PLAY}
    with connect(url, "test") as db:
        (one,) = insert_matches(db, match_update(external_id="1", **live), now=KICK_OFF)
        (two,) = insert_matches(db, match_update("Everton", "Fulham", external_id="2", **live), now=KICK_OFF)
    body = get_json("/live", KICK_OFF + timedelta(hours=1))
    assert {match["id"] for match in body["matches"]} == {one, two}
    assert {match["home_score"] for match in body["matches"]} == {None}
    assert [(match["minute"], match["events"]) for match in body["matches"]] == [(None, [])] * 2, "no source sends them"
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
