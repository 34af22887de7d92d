from dataclasses import replace
from datetime import timedelta

import pytest

from shared.football.standings import TableRow
from shared.stores.database import Connection
from shared.stores.football import standings, teams
from tests.factories import AFTER, club, insert_matches, match_update

ARSENAL, CHELSEA = club("Arsenal"), club("Chelsea")
FIRST = TableRow(1, ARSENAL.team_id, 34, 24, 5, 5, 82, 26, 77)
SECOND = TableRow(2, CHELSEA.team_id, 33, 13, 9, 11, 61, 57, 48)


@pytest.fixture(autouse=True)
def clubs(db: Connection) -> None:
    teams.put(db, [ARSENAL, CHELSEA])


def test_a_table_is_read_back_by_position(db: Connection) -> None:
    standings.put(db, "PL", 2023, [SECOND, FIRST], AFTER)
    assert standings.of_season(db, "PL", 2023) == standings.Table((FIRST, SECOND), AFTER)
    assert standings.of_season(db, "PL", 2022) is None


def test_a_newer_table_replaces_an_older_one_and_its_clubs(db: Connection) -> None:
    later = AFTER + timedelta(hours=12)
    standings.put(db, "PL", 2023, [FIRST, SECOND], AFTER)
    standings.put(db, "PL", 2023, [replace(SECOND, position=1)], later)
    assert standings.of_season(db, "PL", 2023) == standings.Table((replace(SECOND, position=1),), later)


def test_an_older_table_changes_nothing(db: Connection) -> None:
    standings.put(db, "PL", 2023, [FIRST, SECOND], AFTER)
    standings.put(db, "PL", 2023, [replace(FIRST, points=0)], AFTER - timedelta(hours=12))
    assert standings.of_season(db, "PL", 2023) == standings.Table((FIRST, SECOND), AFTER)


def test_a_sources_table_takes_precedence_over_the_computed_one(db: Connection) -> None:
    assert standings.current_table(db, "PL", 2023) is None
    insert_matches(db, match_update("Arsenal", "Chelsea", "5-0"))
    made = standings.current_table(db, "PL", 2023)
    assert made is not None
    assert made.source_updated_at is None
    assert [(row.position, row.team_id, row.points) for row in made.rows] == [
        (1, ARSENAL.team_id, 3),
        (2, CHELSEA.team_id, 0),
    ]
    standings.put(db, "PL", 2023, [SECOND], AFTER)
    assert standings.current_table(db, "PL", 2023) == standings.Table((SECOND,), AFTER)
    assert standings.current_table(db, "PL", 2022) is None
