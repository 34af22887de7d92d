"""A match has one identity, whatever the source and the time of an update."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.competition import COMPETITIONS
from shared.football.match import Club, MatchUpdate, Score, Status, match_id
from shared.football.team import Source
from shared.football.teams import all_teams, find

UK, ORG = Source.FOOTBALL_DATA_UK, Source.FOOTBALL_DATA_ORG
TEAM_IDS = st.integers(1, 99_999)
SEASONS = st.integers(2000, 2099)
LEAGUE, KNOCK_OUT, QUALIFYING = "REGULAR_SEASON", "LAST_16", "QUALIFICATION_ROUND_1"
PHASES = (LEAGUE, KNOCK_OUT, QUALIFYING)


def club(source: Source, name: str) -> Club:
    return Club(find(source, name), source, name)


def update_from(source: Source, home: str, away: str) -> MatchUpdate:
    return MatchUpdate(
        source=source,
        external_id="1",
        source_updated_at=datetime(2026, 8, 1, tzinfo=UTC),
        competition="FL1",
        season=2026,
        stage="REGULAR_SEASON",
        matchday=10,
        home=club(source, home),
        away=club(source, away),
        kick_off=datetime(2026, 10, 25, 19, 45, tzinfo=UTC),
        status=Status.SCHEDULED,
        score=None,
        half_time=None,
        review=None,
        payload="",
    )


@pytest.mark.case("J12")
def test_updates_of_two_sources_have_the_same_match_id():
    by_uk, by_org = (
        update_from(UK, "Paris SG", "Marseille"),
        update_from(ORG, "Paris Saint-Germain FC", "Olympique de Marseille"),
    )
    psg, marseille = by_uk.home.team, by_uk.away.team
    assert psg is not None
    assert marseille is not None
    assert by_uk.match_id == by_org.match_id
    assert by_uk.match_id == match_id("FL1", 2026, "REGULAR_SEASON", psg.team_id, marseille.team_id)


@pytest.mark.case("J2")
def test_a_matchs_id_is_stable_when_it_is_rescheduled_and_when_it_ends():
    before = update_from(ORG, "Paris Saint-Germain FC", "Olympique de Marseille")
    after = replace(
        before,
        external_id="2",
        source_updated_at=before.source_updated_at + timedelta(days=90),
        kick_off=before.kick_off + timedelta(days=30),
        matchday=None,
        status=Status.FINISHED,
        score=Score(2, 1),
    )
    assert after.match_id == before.match_id


@pytest.mark.case("J11")
def test_the_return_match_is_another_match():
    assert update_from(UK, "Paris SG", "Marseille").match_id != update_from(UK, "Marseille", "Paris SG").match_id


@pytest.mark.parametrize(
    ("stages", "phase"),
    [
        (("REGULAR_SEASON", "LEAGUE_STAGE", "GROUP_STAGE"), LEAGUE),
        (("PLAYOFFS", "LAST_16", "QUARTER_FINALS", "SEMI_FINALS", "FINAL"), KNOCK_OUT),
        (("PRELIMINARY_ROUND", "QUALIFICATION", "QUALIFICATION_ROUND_3", "PLAYOFF_ROUND"), QUALIFYING),
    ],
)
def test_the_stages_of_one_phase_do_not_split_a_match(stages: tuple[str, ...], phase: str):
    assert {match_id("CL", 2026, stage, 7, 8) for stage in stages} == {match_id("CL", 2026, phase, 7, 8)}


def test_every_phase_of_every_competition_has_ids_of_its_own():
    keys = list(product(COMPETITIONS, (2025, 2026, 2027), PHASES, (7, 8), (7, 8)))
    assert len({match_id(*key) for key in keys}) == len(keys)


@given(st.sampled_from([*COMPETITIONS]), SEASONS, st.sampled_from(PHASES), TEAM_IDS, TEAM_IDS)
def test_an_id_is_exact_also_as_a_javascript_number(code: str, season: int, stage: str, home: int, away: int):
    key = match_id(code, season, stage, home, away)
    assert 0 < key < 2**53
    assert (key // 100_000 % 100_000, key % 100_000) == (home, away)


def test_an_id_reads_season_competition_home_away():
    assert match_id("BL1", 2026, "REGULAR_SEASON", 65, 10_007) == 26_03_00065_10007
    assert match_id("CL", 2031, LEAGUE, 65, 7) == 31_06_00065_00007
    assert match_id("CL", 2031, KNOCK_OUT, 65, 7) == 31_56_00065_00007, "50 more, and so for ever: ids are stable"
    assert match_id("CL", 2031, QUALIFYING, 65, 7) == 31_76_00065_00007


@given(st.sampled_from(Source), st.text(max_size=30))
def test_an_unmatched_club_has_an_id_beyond_those_of_known_clubs(source: Source, name: str):
    team_id = Club(None, source, name).team_id
    assert 10_000 <= team_id < 100_000
    assert Club(None, source, unicodedata.normalize("NFD", name), "https://crest").team_id == team_id


def test_an_unmatched_clubs_id_is_stable_across_processes():
    # crc32("football_data_org:fc nulle part") = 0xE33E7EBB
    assert Club(None, ORG, "FC Nulle Part").team_id == 10_000 + 0xE33E7EBB % 90_000
    assert Club(None, ORG, "  fc NULLE part").team_id == Club(None, ORG, "FC Nulle Part").team_id
    assert Club(None, UK, "FC Nulle Part").team_id != Club(None, ORG, "FC Nulle Part").team_id


def test_no_known_club_has_an_id_that_an_unmatched_one_could_get():
    assert all(0 < team.team_id < 10_000 for team in all_teams())


def test_only_the_csv_service_is_outranked():
    lesser = {(s, o) for s, o in product(Source, Source) if update_from(s, "a", "b").is_outranked_by(o)}
    assert lesser == {(UK, ORG)}


def test_a_score_is_shown_home_first():
    assert str(Score(3, 0)) == "3-0"
