"""Updates against stored matches: the lifecycle's verdicts, applied."""

from datetime import datetime, timedelta

import pytest

from shared.football.match import MatchUpdate, Score, Status
from shared.football.team import Source
from shared.stores.database import Connection
from shared.stores.football import match_updates, teams
from tests.factories import AFTER, BEFORE, KICK_OFF, UPDATED_AT, insert_matches, match_update

ORG = {"source": Source.FOOTBALL_DATA_ORG, "external_id": "436001"}


def state(db: Connection, update: MatchUpdate) -> match_updates.MatchState:
    return match_updates.match_states(db, [update.match_id])[update.match_id]


def take(db: Connection, *updates: MatchUpdate, now: datetime = BEFORE) -> match_updates.UpdateSummary:
    teams.put(db, [club for item in updates for club in (item.home, item.away)])
    return match_updates.apply(db, updates, now)


def test_a_first_update_is_stored_with_its_external_ids(db: Connection) -> None:
    insert_matches(db, match_update("Arsenal", "Chelsea", "5-0", half_time=Score(1, 0)), now=AFTER)
    row = state(db, match_update())
    assert (row.status, row.score, row.half_time, row.source, row.source_updated_at) == (
        Status.FINISHED,
        Score(5, 0),
        Score(1, 0),
        Source.FOOTBALL_DATA_UK,
        UPDATED_AT,
    )
    assert db.execute("SELECT source, external_id FROM external_ids").fetchall() == [
        ("football_data_uk", "E0/2324/Arsenal/Chelsea")
    ]


def test_an_equal_update_changes_nothing(db: Connection) -> None:
    insert_matches(db, match_update(), now=BEFORE)
    before = db.execute("SELECT m.*, m.xmin FROM matches m").fetchall()
    taken = match_updates.apply(db, [match_update(source_updated_at=UPDATED_AT + timedelta(hours=1))], BEFORE)
    assert (taken.verdicts, taken.alarms) == ({"unchanged": 1}, ())
    assert db.execute("SELECT m.*, m.xmin FROM matches m").fetchall() == before


def test_an_older_update_is_outdated(db: Connection) -> None:
    moved = KICK_OFF + timedelta(days=1)
    insert_matches(db, match_update(kick_off=moved), now=BEFORE)
    taken = match_updates.apply(db, [match_update(source_updated_at=UPDATED_AT - timedelta(seconds=1))], BEFORE)
    assert taken.verdicts == {"outdated": 1}
    assert state(db, match_update()).kick_off == moved


@pytest.mark.case("J2")
def test_a_rescheduled_match_has_the_same_id(db: Connection) -> None:
    (first,) = insert_matches(db, match_update(), now=BEFORE)
    (second,) = insert_matches(db, match_update(kick_off=KICK_OFF + timedelta(days=1)), now=BEFORE)
    assert first == second
    assert db.execute("SELECT kick_off FROM matches").fetchall() == [(KICK_OFF + timedelta(days=1),)]


@pytest.mark.case("E8")
def test_an_unknown_status_is_stored_and_raises_an_alarm(db: Connection) -> None:
    taken = take(db, match_update("Arsenal", "Chelsea", status=Status.UNKNOWN))
    assert taken.alarms == (("football_data_uk:E0/2324/Arsenal/Chelsea", "a status we do not know"),)
    assert state(db, match_update()).status is Status.UNKNOWN
    insert_matches(db, match_update("Everton", "Fulham"), now=BEFORE)
    taken = match_updates.apply(db, [match_update("Everton", "Fulham", status=Status.UNKNOWN)], BEFORE)
    assert [what for _, what in taken.alarms] == ["a status we do not know"]
    assert state(db, match_update("Everton", "Fulham")).status is Status.UNKNOWN


@pytest.mark.case("J13")
def test_a_finished_match_does_not_begin_again(db: Connection) -> None:
    insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"), now=AFTER)
    taken = match_updates.apply(db, [match_update()], AFTER)
    assert taken.alarms == (("football_data_uk:E0/2324/Arsenal/Chelsea", "from finished to scheduled"),)
    assert state(db, match_update()).score == Score(5, 0)


def test_a_result_before_its_kick_off_is_rejected_and_not_stored(db: Connection) -> None:
    taken = take(db, match_update("Arsenal", "Chelsea", "5-0"))
    assert taken.verdicts == {"rejected": 1}
    assert db.execute("SELECT count(*) FROM matches").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM external_ids").fetchone() == (0,)


@pytest.mark.case("J12")
def test_two_external_ids_of_one_match_map_to_one_row(db: Connection) -> None:
    insert_matches(db, match_update(**ORG), match_update(**{**ORG, "external_id": "436002"}), now=BEFORE)
    rows = db.execute("SELECT external_id, match_id FROM external_ids ORDER BY 1").fetchall()
    assert rows == [("436001", match_update().match_id), ("436002", match_update().match_id)]
    assert db.execute("SELECT count(*) FROM matches").fetchone() == (1,)


def test_an_external_id_reassigned_by_its_source_is_moved(db: Connection) -> None:
    insert_matches(db, match_update(**ORG), now=BEFORE)
    (other,) = insert_matches(
        db, match_update("Everton", "Fulham", source=Source.FOOTBALL_DATA_ORG, external_id="436001"), now=BEFORE
    )
    assert db.execute("SELECT match_id FROM external_ids").fetchall() == [(other,)]


def test_the_higher_ranked_source_wins_until_its_result_is_overdue(db: Connection) -> None:
    insert_matches(db, match_update(**ORG), now=BEFORE)
    result = match_update("Arsenal", "Chelsea", "5-0")
    soon, late = KICK_OFF + timedelta(hours=5), KICK_OFF + timedelta(hours=6, minutes=1)
    assert match_updates.apply(db, [result], soon).verdicts == {"outdated": 1}
    assert match_updates.apply(db, [result], late).verdicts == {"applied": 1}
    assert state(db, match_update()).source is Source.FOOTBALL_DATA_UK


def test_a_matchday_is_not_overwritten_by_a_source_without_one(db: Connection) -> None:
    insert_matches(db, match_update(**ORG, matchday=35), now=BEFORE)
    insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"), now=AFTER)
    assert db.execute("SELECT matchday, home_goals FROM matches").fetchall() == [(35, 5)]


def test_updates_in_one_batch_are_applied_in_order(db: Connection) -> None:
    first, second = match_update("Arsenal", "Chelsea", "1-0"), match_update("Arsenal", "Chelsea", "2-0")
    taken = take(db, first, second, now=AFTER)
    assert taken.verdicts == {"applied": 2}
    assert state(db, first).score == Score(2, 0)
    assert taken.alarms[0][1] == "score corrected from 1-0 to 2-0"


@pytest.mark.parametrize(("score", "seasons"), [("1-0", {("PL", 2023)}), ("", set[tuple[str, int]]())])
def test_a_season_is_listed_once_it_has_a_result(db: Connection, score: str, seasons: set[tuple[str, int]]) -> None:
    insert_matches(db, match_update("Arsenal", "Chelsea", score), now=AFTER)
    assert match_updates.seasons_with_results(db) == seasons
