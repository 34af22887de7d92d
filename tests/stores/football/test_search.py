"""Clubs and matches by name: what is found, in what order, and by which index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.football.match import Club
from shared.football.team import Source
from shared.football.teams import all_teams, find
from shared.stores.database import Connection
from shared.stores.football import search, teams
from tests.factories import AFTER, KICK_OFF, club, insert_matches, match_update

DAY = timedelta(days=1)
CODES = ["PL", "FL1"]
MANY = """
    INSERT INTO matches (
        match_id, competition, season, stage, home_team_id, away_team_id, kick_off, status, source, source_updated_at
    )
    SELECT
        1000000 + n, 'PL', 2000 + n / 2000, 'REGULAR_SEASON', ids.team_ids[1 + n % 240], ids.team_ids[241 + n % 241],
        timestamptz '2004-08-01Z' + n * interval '4 hours', 'scheduled', 'football_data_uk', now()
    FROM (SELECT array_agg(team_id ORDER BY team_id) AS team_ids FROM teams WHERE matched) ids,
        generate_series(1, 45000) n
"""


def at(day: int, home: str, away: str, **changes: Any) -> int:
    """A match so many days from the usual kick-off."""
    kick_off = KICK_OFF + day * DAY
    changes = {"external_id": f"{home}{away}{day}", "season": 2000 + day % 97, **changes}
    (match_id,) = insert_matches(db_of[0], match_update(home, away, kick_off=kick_off, **changes), now=AFTER)
    return match_id


db_of: list[Connection] = []


@pytest.fixture(autouse=True)
def here(db: Connection) -> Any:
    db_of[:] = [db]
    yield
    db_of.clear()


def names(db: Connection, text: str, limit: int = 10) -> list[str]:
    return [row.name for row in search.find_teams(db, text, CODES, KICK_OFF - 365 * DAY, limit)]


def found_ids(db: Connection, limit: int, *clubs: str, now: datetime = KICK_OFF) -> list[int]:
    ids = [club(name).team_id for name in clubs]
    return [row.match_id for row in search.matches_of(db, ids, CODES, now, limit)]


def test_only_stored_clubs_are_found(db: Connection) -> None:
    assert names(db, "arsenal") == []
    at(0, "Arsenal", "Chelsea")
    assert names(db, "ARSENAL fc") == ["Arsenal"]


def test_search_results_are_ordered_by_fit_recent_play_and_name(db: Connection) -> None:
    teams.put(db, [club(name) for name in ("Man City", "Man United", "Norwich", "Lincoln")])
    at(0, "Man United", "Chelsea")
    at(-400, "Man City", "Chelsea")
    at(-10, "Lincoln", "Norwich", competition="ELC")
    assert names(db, "man") == ["Manchester United", "Manchester City"]
    assert names(db, "man city") == ["Manchester City"]
    assert names(db, "city") == ["Lincoln City", "Manchester City", "Norwich City"]
    assert names(db, "city", limit=2) == ["Lincoln City", "Manchester City"]


@pytest.mark.case("K5")
def test_a_club_that_no_alias_matches_is_found_by_its_own_name(db: Connection) -> None:
    at(0, "Arsenal", "Nõmme Kalju")
    assert names(db, "nomme") == ["Nõmme Kalju"]
    assert names(db, "%") == names(db, "\0\0") == []


def test_the_next_and_the_last_matches_are_found_newest_first(db: Connection) -> None:
    past = [at(day, "Arsenal", "Chelsea") for day in (-30, -20, -10)]
    coming = [at(day, "Chelsea", "Arsenal") for day in (10, 20, 30)]
    at(5, "Everton", "Fulham")
    assert found_ids(db, 4, "Arsenal") == [coming[1], coming[0], past[2], past[1]]
    assert found_ids(db, 3, "Arsenal") == [coming[1], coming[0], past[2]]
    assert found_ids(db, 1, "Arsenal") == [coming[0]]
    assert found_ids(db, 50, "Arsenal") == [*coming[::-1], *past[::-1]]
    assert found_ids(db, 50, "Arsenal", "Chelsea") == [*coming[::-1], *past[::-1]], "a match of both is one"
    assert found_ids(db, 50, "Everton", now=KICK_OFF + 6 * DAY) == found_ids(db, 50, "Fulham")
    assert found_ids(db, 50) == found_ids(db, 50, "Norwich") == []


def test_past_and_coming_matches_fill_each_others_places(db: Connection) -> None:
    made = [at(day, "Arsenal", "Chelsea") for day in (-40, -30, -20, -10)]
    assert found_ids(db, 3, "Arsenal") == made[:0:-1]
    assert found_ids(db, 3, "Arsenal", now=KICK_OFF - 50 * DAY) == made[2::-1], "the three next ones, newest first"


def test_a_match_that_begins_now_is_coming_and_lower_divisions_are_not_shown(db: Connection) -> None:
    now = at(0, "Arsenal", "Chelsea")
    for day in (1, -1):
        at(day, "Arsenal", "Norwich", competition="ELC")
        at(day, "Norwich", "Arsenal", competition="ELC")
    assert found_ids(db, 1, "Arsenal") == [now]
    assert found_ids(db, 50, "Arsenal", now=KICK_OFF + timedelta(seconds=1)) == [now]


@pytest.mark.case("K1", "K2")
@pytest.mark.parametrize("name", ["PSG", "Paris SG", "paris saint-germain fc", "PARIS SAINT GERMAIN"])
def test_a_name_is_that_of_one_club(db: Connection, name: str) -> None:
    at(0, "Paris SG", "Paris FC", competition="FL1")
    row = search.find_exact_team(db, name)
    assert row is not None
    assert row.name == "Paris Saint-Germain"
    assert search.find_exact_team(db, "Paris") is None


def test_a_name_that_no_alias_matches_is_found_as_its_source_wrote_it(db: Connection) -> None:
    teams.put(db, [Club(None, Source.FOOTBALL_DATA_ORG, "Nõmme Kalju FC")])
    for name in ("Nõmme Kalju FC", "nomme kalju fc"):
        row = search.find_exact_team(db, name)
        assert row is not None
        assert (row.name, row.matched) == ("Nõmme Kalju FC", False)
    assert (
        search.find_exact_team(db, "Nõmme Kalju")
        is search.find_exact_team(db, "\0")
        is search.find_exact_team(db, "")
        is None
    )


def test_a_known_club_without_a_stored_row_is_not_found(db: Connection) -> None:
    assert find(Source.FOOTBALL_DATA_UK, "Arsenal")
    assert search.find_exact_team(db, "Arsenal") is None


def test_no_search_reads_through_the_matches(db: Connection) -> None:
    """45,000 matches, 527 clubs and 300 that no alias matches."""
    strangers = [Club(None, Source.FOOTBALL_DATA_ORG, f"Stranger {n}") for n in range(300)]
    teams.put(db, [*(Club(team, Source.FOOTBALL_DATA_ORG, team.name) for team in all_teams()), *strangers])
    db.execute(MANY)
    db.execute("ANALYZE matches")
    db.execute("ANALYZE teams")
    some = {
        "team_ids": [team.team_id for team in all_teams()[215:265]],
        "fits": [0] * 50,
        "competitions": CODES,
        "since": datetime(2024, 1, 1, tzinfo=UTC),
        "now": datetime(2020, 1, 1, tzinfo=UTC),
        "limit": 50,
    }
    for statement in (search.COMING, search.PAST):
        plan = explained(db, statement, some)
        assert "Seq Scan on matches" not in plan
        assert "matches_home_team_id_kick_off_idx" in plan
        assert "matches_away_team_id_kick_off_idx" in plan
    plan = explained(db, search.CLUBS, some)
    assert "Seq Scan on matches" not in plan
    assert "matches_kick_off_idx" in plan, "what was played in a year is found once for all clubs"


def explained(db: Connection, statement: str, parameters: dict[str, Any]) -> str:
    rows = db.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}".encode(), parameters).fetchall()
    return "\n".join(line for (line,) in rows)
