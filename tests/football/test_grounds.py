"""Where clubs play: every line is a club of ours, in its own country, at the published place of its ground."""

from math import cos, hypot, radians

import pytest

from shared.football import grounds
from shared.football.grounds import GROUNDS, Ground, ground_of
from shared.football.team import Source
from shared.football.teams import by_id, find
from tests.season import read_season

BOXES = {
    "ENG": (50.0, 55.8, -5.8, 1.8),
    "WAL": (51.3, 53.5, -5.3, -2.6),
    "ESP": (27.6, 43.8, -18.2, 4.4),
    "DEU": (47.2, 55.1, 5.8, 15.1),
    "ITA": (36.6, 47.1, 6.6, 18.6),
    "FRA": (41.3, 51.1, -5.2, 9.6),
    "MCO": (43.7, 43.8, 7.4, 7.5),
}
"""South, north, west and east ends of countries (Natural Earth, rounded outwards)."""


def lines() -> list[str]:
    return [line for line in grounds._TABLE.splitlines() if line and not line.startswith("#")]


def kilometres(one: Ground, other: Ground) -> float:
    """Between two places that are not far apart."""
    middle = radians((one.latitude + other.latitude) / 2)
    return 111.2 * hypot(one.latitude - other.latitude, (one.longitude - other.longitude) * cos(middle))


def get_ground(name: str) -> Ground:
    team = find(Source.FOOTBALL_DATA_ORG, name)
    assert team is not None
    return GROUNDS[team.team_id]


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.split(maxsplit=3)[3])
def test_a_line_is_of_the_club_that_it_names(line: str) -> None:
    team_id, latitude, longitude, name = line.split(maxsplit=3)
    team = by_id(int(team_id))
    assert team is not None
    assert team.name == name
    for degrees in (latitude, longitude):
        assert len(degrees.partition(".")[2]) == 3, "MET Norway refuses more than four decimals"


def test_no_club_stands_there_twice() -> None:
    assert len(lines()) == len(GROUNDS)


@pytest.mark.parametrize(("country", "box"), BOXES.items())
def test_a_ground_lies_in_its_clubs_country(country: str, box: tuple[float, float, float, float]) -> None:
    south, north, west, east = box
    strayed = {
        by_id(team_id): ground
        for team_id, ground in GROUNDS.items()
        if (team := by_id(team_id)) is not None
        and team.country == country
        and not (south <= ground.latitude <= north and west <= ground.longitude <= east)
    }
    assert strayed == {}


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Paris FC", "Paris Saint-Germain", 0.1, 0.5),
        ("AC Milan", "Inter Milan", 0, 0),
        ("Roma", "Lazio", 0, 0),
        ("Genoa", "Sampdoria", 0, 0),
        ("Everton", "Liverpool", 2, 4),
        ("Manchester City", "Manchester United", 5, 8),
        ("Arsenal", "Tottenham Hotspur", 5, 8),
        ("Real Madrid", "Atlético Madrid", 6, 9),
        ("Hamburger SV", "FC St. Pauli", 4, 8),
        ("Celtic", "Rangers", 5, 8),
        ("Benfica", "Sporting CP", 1.5, 4),
        ("Paris Saint-Germain", "Marseille", 655, 668),
        ("Bayern Munich", "Borussia Dortmund", 470, 485),
    ],
)
def test_distances_between_grounds_match_the_map(one: str, other: str, least: float, most: float) -> None:
    assert least <= kilometres(get_ground(one), get_ground(other)) <= most


@pytest.mark.parametrize("division", ["E0", "SP1", "D1", "I1", "F1"])
def test_every_club_of_a_season_has_one(division: str) -> None:
    names = {row["HomeTeam"] for row in read_season(division)}
    teams = {name: find(Source.FOOTBALL_DATA_UK, name) for name in names}
    assert {name for name, team in teams.items() if team is None or team.team_id not in GROUNDS} == set()


def test_a_final_is_at_nobodys_home() -> None:
    assert ground_of(309, "REGULAR_SEASON") == ground_of(309, "SEMI_FINALS") == Ground(48.841, 2.253)
    assert ground_of(309, "FINAL") is None
    assert ground_of(99_999, "REGULAR_SEASON") is None
