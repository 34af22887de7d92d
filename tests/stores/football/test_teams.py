from dataclasses import replace

import pytest

from shared.football.team import Source
from shared.stores.database import Connection
from shared.stores.football import teams
from tests.factories import club


def test_a_known_club_is_shown_by_its_name_here(db: Connection) -> None:
    united = club("Man United")
    teams.put(db, [united, united])
    row = teams.get(db, united.team_id)
    assert row is not None
    assert (row.name, row.tla, row.country, row.matched, row.crest_url) == (
        "Manchester United",
        "MUN",
        "ENG",
        True,
        None,
    )


@pytest.mark.case("K5")
def test_an_unknown_club_is_stored_under_its_own_name_and_not_matched(db: Connection) -> None:
    unmatched = club("Arsenal Ladies")
    teams.put(db, [unmatched])
    row = teams.get(db, unmatched.team_id)
    assert row is not None
    assert (row.name, row.short_name, row.tla, row.country, row.matched) == (
        "Arsenal Ladies",
        "Arsenal Ladies",
        "ARS",
        "",
        False,
    )


def test_a_crest_is_not_overwritten_by_a_source_without_one(db: Connection) -> None:
    plain = club("Arsenal")
    teams.put(db, [plain])
    teams.put(db, [replace(club("Arsenal FC", Source.FOOTBALL_DATA_ORG), crest_url="https://crests/57.png")])
    teams.put(db, [plain])
    row = teams.get(db, plain.team_id)
    assert row is not None
    assert row.crest_url == "https://crests/57.png"


def test_clubs_are_found_by_id_and_the_others_are_not(db: Connection) -> None:
    teams.put(db, [club("Arsenal"), club("Chelsea")])
    assert {row.name for row in teams.by_ids(db, [club("Arsenal").team_id, 99]).values()} == {"Arsenal"}
    assert teams.get(db, 99) is None
    assert teams.by_ids(db, []) == {}
