from datetime import UTC, datetime, timedelta

import pytest

from shared.football.match import Score, Status
from shared.football.team import Source
from shared.stores.database import Connection
from shared.stores.football import matches
from tests.factories import AFTER, BEFORE, KICK_OFF, UPDATED_AT, club, insert_matches, match_update

HOUR = timedelta(hours=1)
ALL = ["PL", "FL1"]


@pytest.fixture
def five(db: Connection) -> list[int]:
    """Five matches, an hour apart, the third of another league, the fourth postponed."""
    return insert_matches(
        db,
        match_update("Arsenal", "Chelsea"),
        match_update("Everton", "Fulham", kick_off=KICK_OFF + HOUR),
        match_update("Lens", "Lille", competition="FL1", kick_off=KICK_OFF + 2 * HOUR),
        match_update("Wolves", "Luton", status=Status.POSTPONED, kick_off=KICK_OFF + 3 * HOUR),
        match_update("Arsenal", "Nobody Rovers", kick_off=KICK_OFF + 4 * HOUR),
        now=BEFORE,
    )


def ids(rows: list[matches.MatchRow]) -> list[int]:
    return [row.match_id for row in rows]


def test_a_page_spans_its_start_inclusively_and_its_end_exclusively(db: Connection, five: list[int]) -> None:
    assert ids(matches.page(db, KICK_OFF, KICK_OFF + 4 * HOUR, ALL)) == five[:4]
    assert ids(matches.page(db, KICK_OFF + timedelta(seconds=1), KICK_OFF + 5 * HOUR, ALL)) == five[1:]


def test_competitions_and_statuses_filter(db: Connection, five: list[int]) -> None:
    span = (KICK_OFF, KICK_OFF + 5 * HOUR)
    assert ids(matches.page(db, *span, ["FL1"])) == [five[2]]
    assert ids(matches.page(db, *span, ALL, [Status.POSTPONED])) == [five[3]]
    assert ids(matches.page(db, *span, [])) == []
    assert matches.count(db, *span, ["PL"], [Status.SCHEDULED]) == 3


def test_pages_follow_each_other_and_the_count_is_of_all(db: Connection, five: list[int]) -> None:
    span = (KICK_OFF, KICK_OFF + 5 * HOUR)
    pages = [ids(matches.page(db, *span, ALL, limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert pages == [five[:2], five[2:4], five[4:], []]
    assert matches.count(db, *span, ALL) == 5


def test_matches_that_begin_together_have_a_fixed_order(db: Connection) -> None:
    match_ids = insert_matches(
        db,
        match_update("Wolves", "Luton"),
        match_update("Arsenal", "Chelsea"),
        match_update("Everton", "Fulham"),
        now=BEFORE,
    )
    assert ids(matches.page(db, KICK_OFF, KICK_OFF + HOUR, ALL)) == sorted(match_ids)


@pytest.mark.case("K5")
def test_a_match_is_matched_if_both_clubs_are_known(db: Connection, five: list[int]) -> None:
    rows = matches.by_ids(db, five)
    assert [rows[match_id].matched for match_id in five] == [True, True, True, True, False]
    assert rows[five[4]].away_name == "Nobody Rovers"


def test_a_match_is_found_by_our_id_or_exactly_by_an_outside_one(db: Connection, five: list[int]) -> None:
    org = {"source": Source.FOOTBALL_DATA_ORG}
    (match_id,) = insert_matches(db, match_update("Brentford", "Brighton", external_id="436777", **org), now=BEFORE)
    match = matches.get_by_external_id(db, Source.FOOTBALL_DATA_ORG, "436777")
    assert match is not None
    assert match.match_id == match_id
    for external_id in ("777", "36777", "4367770", "436%", "_36777", ""):
        assert matches.get_by_external_id(db, Source.FOOTBALL_DATA_ORG, external_id) is None
    assert matches.get_by_external_id(db, Source.FOOTBALL_DATA_UK, "436777") is None
    assert matches.get(db, 436777) is None
    row = matches.get(db, five[0])
    assert row is not None
    assert (row.kick_off, row.score, row.home_short_name) == (KICK_OFF, None, "Arsenal")
    assert matches.external_ids(db, [match_id, five[0]]) == {match_id: "436777"}


def test_head_to_head_has_earlier_matches_of_both_clubs_at_either_ground(db: Connection) -> None:
    def met(home: str, away: str, score: str, year: int, **changes: object) -> int:
        kick_off = datetime(year, 10, 1, 14, tzinfo=UTC)
        (match_id,) = insert_matches(db, match_update(home, away, score, season=year, kick_off=kick_off, **changes))
        return match_id

    first = met("Arsenal", "Chelsea", "1-0", 2020)
    second = met("Chelsea", "Arsenal", "2-2", 2021)
    met("Arsenal", "Everton", "3-0", 2021)
    met("Arsenal", "Chelsea", "", 2022, status=Status.POSTPONED)
    last = met("Arsenal", "Chelsea", "5-0", 2023)
    clubs = (match_update().home.team_id, match_update().away.team_id)
    assert ids(matches.head_to_head(db, *clubs, AFTER, 10)) == [last, second, first]
    assert ids(matches.head_to_head(db, *clubs, datetime(2023, 10, 1, 14, tzinfo=UTC), 10)) == [second, first]
    assert ids(matches.head_to_head(db, clubs[1], clubs[0], AFTER, 1)) == [last]
    assert ids(matches.latest_of_team(db, clubs[1], AFTER, 2)) == [last, second]
    assert ids(matches.latest_of_team(db, clubs[1], datetime(2023, 10, 1, 14, tzinfo=UTC), 2)) == [second, first]


def test_meetings_and_last_matches_may_be_those_of_one_competition(db: Connection) -> None:
    (league,) = insert_matches(db, match_update(score="1-0"))
    (cup,) = insert_matches(
        db, match_update(score="2-0", competition="CL", stage="SEMI_FINALS", kick_off=KICK_OFF - HOUR)
    )
    clubs = (match_update().home.team_id, match_update().away.team_id)
    assert ids(matches.head_to_head(db, *clubs, AFTER, 10)) == [league, cup]
    assert ids(matches.head_to_head(db, *clubs, AFTER, 10, "CL")) == [cup]
    assert ids(matches.latest_of_team(db, clubs[0], AFTER, 10, "PL")) == [league]
    assert ids(matches.latest_of_team(db, clubs[0], AFTER, 10, "FL1")) == []


def test_home_matches_are_those_at_home_against_one_guest_where_it_is_named(db: Connection, five: list[int]) -> None:
    span = (KICK_OFF, KICK_OFF + 5 * HOUR, ALL)
    arsenal, chelsea = match_update().home.team_id, match_update().away.team_id
    assert ids(matches.at_home(db, arsenal, None, *span)) == [five[0], five[4]]
    assert ids(matches.at_home(db, arsenal, chelsea, *span)) == [five[0]]
    assert ids(matches.at_home(db, chelsea, None, *span)) == []
    assert ids(matches.at_home(db, arsenal, None, KICK_OFF, KICK_OFF, ALL)) == []
    assert ids(matches.at_home(db, arsenal, None, KICK_OFF, KICK_OFF + HOUR, ["FL1"])) == []


def test_matches_from_an_instant_can_be_filtered_by_competition_and_club(db: Connection, five: list[int]) -> None:
    arsenal, luton = match_update().home.team_id, match_update(away="Luton").away.team_id
    assert ids(matches.starting_from(db, KICK_OFF, ALL)) == five
    assert ids(matches.starting_from(db, KICK_OFF + timedelta(seconds=1), ["PL"])) == [five[1], five[3], five[4]]
    assert ids(matches.starting_from(db, KICK_OFF, ALL, arsenal)) == [five[0], five[4]]
    assert ids(matches.starting_from(db, KICK_OFF, ALL, luton)) == [five[3]]
    assert ids(matches.starting_from(db, KICK_OFF, ["FL1"], arsenal)) == []
    assert {row.source_updated_at for row in matches.starting_from(db, KICK_OFF, ALL)} == {UPDATED_AT}


def test_kick_offs_of_clubs_exclude_postponed_matches(db: Connection, five: list[int]) -> None:
    arsenal, wolves = match_update().home.team_id, match_update("Wolves").home.team_id
    kick_offs = matches.kick_offs(db, [arsenal, wolves], KICK_OFF, KICK_OFF + 5 * HOUR)
    assert (sorted(kick_offs[arsenal]), kick_offs[wolves]) == ([KICK_OFF, KICK_OFF + 4 * HOUR], [])
    assert matches.kick_offs(db, [arsenal], KICK_OFF, KICK_OFF + 4 * HOUR) == {arsenal: [KICK_OFF]}


def test_goals_of_a_club_are_its_own_first(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(score="3-1"))
    row = matches.by_ids(db, [match_id])[match_id]
    assert (row.goals_of(row.home_team_id), row.goals_of(row.away_team_id)) == ((3, 1), (1, 3))


def test_results_of_a_season_are_those_that_count_in_a_table(db: Connection) -> None:
    insert_matches(
        db,
        match_update("Arsenal", "Chelsea", "5-0"),
        match_update("Chelsea", "Arsenal", "0-3", status=Status.AWARDED),
        match_update("Everton", "Fulham"),
        match_update("Everton", "Fulham", "2-1", season=2022),
        match_update("Lens", "Lille", "1-1", competition="FL1"),
        now=AFTER,
    )
    arsenal, chelsea = match_update().home.team_id, match_update().away.team_id
    assert sorted(matches.results_of_season(db, "PL", 2023)) == sorted(
        [(arsenal, chelsea, Score(5, 0)), (chelsea, arsenal, Score(0, 3))]
    )


def test_the_latest_season_is_one_that_has_begun(db: Connection) -> None:
    insert_matches(
        db, match_update(season=2022, kick_off=KICK_OFF - timedelta(days=400)), match_update(season=2023), now=BEFORE
    )
    assert matches.latest_season(db, "PL", BEFORE) == 2022
    assert matches.latest_season(db, "PL", AFTER) == 2023
    assert matches.latest_season(db, "CL", AFTER) is None


def test_a_match_under_review_is_excluded_from_form(db: Connection) -> None:
    before = KICK_OFF - timedelta(days=7)
    insert_matches(db, match_update("Arsenal", "Chelsea", "0-3", kick_off=before, review="a jury may have awarded it"))
    (arsenal, chelsea) = (club(name).team_id for name in ("Arsenal", "Chelsea"))
    assert matches.latest_of_team(db, arsenal, KICK_OFF, 5) == []
    assert matches.head_to_head(db, arsenal, chelsea, KICK_OFF, 5) == []
    insert_matches(db, match_update("Arsenal", "Chelsea", "0-3", kick_off=before))
    assert len(matches.latest_of_team(db, arsenal, KICK_OFF, 5)) == len(
        matches.head_to_head(db, chelsea, arsenal, KICK_OFF, 5)
    )
