"""The competitions and what of them may never change."""

import pytest

from shared.football.competition import BY_DIVISION, COMPETITIONS, available_competitions


def test_the_numbers_that_match_ids_are_made_of_stay_as_they_are():
    assert {code: c.number for code, c in COMPETITIONS.items()} == {
        "PL": 1, "PD": 2, "BL1": 3, "SA": 4, "FL1": 5, "CL": 6,
        "ELC": 11, "SD": 12, "BL2": 13, "SB": 14, "FL2": 15, "DEMO": 90,
    }  # fmt: skip


def test_codes_and_divisions_name_one_competition_each():
    assert all(code == c.code for code, c in COMPETITIONS.items())
    assert {division: c.code for division, c in BY_DIVISION.items()} == {
        "E0": "PL", "E1": "ELC", "SP1": "PD", "SP2": "SD", "D1": "BL1", "D2": "BL2",
        "I1": "SA", "I2": "SB", "F1": "FL1", "F2": "FL2", "DEMO": "DEMO",
    }  # fmt: skip


def test_a_second_division_feeds_the_scale_of_its_country_and_is_not_forecast():
    second = [c for c in COMPETITIONS.values() if c.tier == 2]
    top = {c.nation for c in COMPETITIONS.values() if c.tier == 1 and c.division}
    assert len(second) == 5
    assert all(c.nation in top and not c.forecast for c in second)
    assert {c.code for c in COMPETITIONS.values() if c.forecast} == {"PL", "PD", "BL1", "SA", "FL1", "CL", "DEMO"}


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
        ("SD", 2026, 22),
        ("CL", 2024, 36),
    ],
)
def test_how_many_clubs_play_in_a_season(code: str, season: int, clubs: int):
    assert COMPETITIONS[code].clubs_in(season) == clubs


def test_the_invented_league_never_stands_beside_real_ones():
    assert [c.code for c in available_competitions(demo=True)] == ["DEMO"]
    assert {c.code for c in available_competitions(demo=False)} == COMPETITIONS.keys() - {"DEMO"}
