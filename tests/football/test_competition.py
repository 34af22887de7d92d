"""The competitions and what of them may never change."""

import csv
from collections import Counter
from datetime import date

import pytest

from shared.clients.sources.football_data_uk_parser import parse_day, stage_of
from shared.football.calendar import season_from_label
from shared.football.competition import (
    COMPETITIONS,
    REGULAR_SEASON,
    available_competitions,
    by_division,
    find_competition,
)
from shared.football.team import Source
from shared.football.teams import find
from tests.season import real_seasons


def test_the_numbers_that_match_ids_are_made_of_stay_as_they_are():
    assert {code: c.number for code, c in COMPETITIONS.items()} == {
        "PL": 1, "PD": 2, "BL1": 3, "SA": 4, "FL1": 5, "CL": 6, "DED": 7, "PPL": 8, "BJL": 9,
        "ELC": 11, "SD": 12, "BL2": 13, "SB": 14, "FL2": 15, "DEMO": 90,
    }  # fmt: skip


def test_codes_and_divisions_name_one_competition_each():
    assert all(code == c.code for code, c in COMPETITIONS.items())
    assert {division: c.code for division, c in by_division().items()} == {
        "E0": "PL", "E1": "ELC", "SP1": "PD", "SP2": "SD", "D1": "BL1", "D2": "BL2", "I1": "SA", "I2": "SB",
        "F1": "FL1", "F2": "FL2", "N1": "DED", "P1": "PPL", "B1": "BJL", "DEMO": "DEMO",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SA", "SA"),
        ("fl1", "FL1"),
        ("serie b", "SB"),
        ("Segunda Division", "SD"),
        ("Bundesliga", "BL1"),
        ("2. Bundesliga", "BL2"),
        ("Liga", None),
        ("", None),
    ],
)
def test_a_competition_is_found_by_its_whole_code_or_name(name: str, code: str | None):
    found = find_competition(name, COMPETITIONS.values())
    assert (found and found.code) == code


def test_a_second_division_feeds_the_scale_of_its_country():
    second = [c for c in COMPETITIONS.values() if c.tier == 2]
    top = {c.nation for c in COMPETITIONS.values() if c.tier == 1 and c.division}
    assert len(second) == 5
    assert all(c.nation in top for c in second)


def test_each_competition_has_a_source_of_fixtures():
    assert [c.code for c in COMPETITIONS.values() if not (c.division or c.fixtures_api)] == []


def test_only_competitions_of_the_free_plans_are_fetched():
    """The list is that of football-data.org's free plan; six keys are what 500 credits a month pay for."""
    free = {"WC", "CL", "BL1", "DED", "BSA", "PD", "FL1", "ELC", "PPL", "EC", "SA", "PL"}
    assert {c.code for c in COMPETITIONS.values() if c.fixtures_api} == free - {"WC", "BSA", "EC"}
    assert [c.code for c in COMPETITIONS.values() if c.odds_sport] == ["PL", "PD", "BL1", "SA", "FL1", "CL"]


def test_every_season_of_the_files_has_the_number_of_clubs_that_its_row_states():
    """Each club is known, and two clubs meet once at each ground in each stage: matches have ids of their own."""
    seasons = 0
    for path in real_seasons().glob("mmz4281/*/*.csv"):
        competition, season = by_division()[path.stem], season_from_label(path.parent.name)
        with path.open(encoding="latin-1", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["HomeTeam"]]
        clubs = {row[side] for row in rows for side in ("HomeTeam", "AwayTeam")}
        assert len(clubs) == competition.clubs_in(season), path
        assert [name for name in clubs if find(Source.FOOTBALL_DATA_UK, name) is None] == [], path
        meetings = Counter(
            (row["HomeTeam"], row["AwayTeam"], stage_of(path.stem, parse_day(row["Date"]).date())) for row in rows
        )
        assert max(meetings.values()) == 1, (path, meetings.most_common(3))
        assert sum(stage == REGULAR_SEASON for _, _, stage in meetings) <= len(clubs) * (len(clubs) - 1)
        seasons += 1
    assert seasons == 13 * 19


@pytest.mark.parametrize(
    ("code", "season", "clubs"),
    [
        ("FL1", 2022, 20),
        ("FL1", 2023, 18),  # the league was made smaller from 2023-24 on, its second division a year later
        ("FL2", 2023, 20),
        ("FL2", 2024, 18),
        ("PL", 2022, 20),
        ("BL1", 2022, 18),
        ("ELC", 2005, 24),
        ("SB", 2018, 19),  # three clubs were refused a licence
        ("SB", 2019, 20),
        ("PPL", 2006, 16),
        ("BJL", 2009, 15),  # one went bankrupt, and the file leaves its matches out
        ("BJL", 2025, 16),
        ("BJL", 2026, 18),
        ("CL", 2023, 32),
        ("SD", 2026, 22),
        ("CL", 2024, 36),
    ],
)
def test_how_many_clubs_play_in_a_season(code: str, season: int, clubs: int):
    assert COMPETITIONS[code].clubs_in(season) == clubs


def test_the_invented_league_never_stands_beside_real_ones():
    assert [c.code for c in available_competitions(demo=True)] == ["DEMO"]
    assert {c.code for c in available_competitions(demo=False)} == COMPETITIONS.keys() - {"DEMO"}


@pytest.mark.parametrize(
    ("code", "day", "season", "stage"),
    [
        ("BJL", date(2024, 3, 17), 2023, "REGULAR_SEASON"),
        ("BJL", date(2024, 3, 30), 2023, "PLAYOFFS"),
        ("BJL", date(2025, 3, 29), 2024, "PLAYOFFS"),
        ("BJL", date(2027, 3, 29), 2026, "REGULAR_SEASON"),  # 18 clubs and no play-offs from 2026-27 on
        ("PL", date(2024, 3, 30), 2023, "REGULAR_SEASON"),
    ],
)
def test_where_clubs_meet_again_after_the_regular_season_that_is_another_stage(
    code: str, day: date, season: int, stage: str
):
    assert COMPETITIONS[code].stage_on(day, season) == stage
