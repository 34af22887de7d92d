"""Prices join a match only near its kick-off."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.calendar import last_minute
from shared.football.kickoff_matching import Pairing, candidates, most_similar, same_kick_off, same_match
from shared.football.team import Source, Team
from shared.football.teams import all_teams, find
from tests.factories import match_update

KICK_OFF = datetime(2026, 10, 25, 20, tzinfo=UTC)


@pytest.mark.case("K8")
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("seconds", "joined"), [(0, True), (36 * 3600, True), (36 * 3600 + 1, False)])
def test_kick_offs_of_one_match_are_at_most_36_hours_apart(seconds: int, sign: int, joined: bool):
    assert same_kick_off(KICK_OFF + sign * timedelta(seconds=seconds), KICK_OFF) is joined


@pytest.mark.case("K8")
@given(st.timedeltas(timedelta(days=-3), timedelta(days=3)), st.integers(-12, 12))
def test_neither_the_order_nor_the_zone_matters(apart: timedelta, hours: int):
    kick_off = (KICK_OFF + apart).astimezone(timezone(timedelta(hours=hours)))
    assert same_kick_off(kick_off, KICK_OFF) is same_kick_off(KICK_OFF, kick_off) is (abs(apart) <= timedelta(hours=36))


SATURDAY = datetime(2026, 8, 22, 19, tzinfo=UTC)
WEEK = timedelta(days=7)


def team(name: str) -> Team:
    matched = find(Source.FOOTBALL_DATA_ORG, name)
    assert matched is not None, name
    return matched


def pairing(home: str, away: str, kick_off: datetime = SATURDAY, season: int = 2026) -> Pairing:
    return Pairing(season, team(home).team_id, team(away).team_id, kick_off)


LEAGUE = [
    pairing("Deportivo La Coruña", "Sevilla"),
    pairing("Getafe", "Rayo Vallecano"),
    pairing("Real Madrid", "Villarreal", SATURDAY - timedelta(days=1)),
    pairing("Atlético Madrid", "Real Betis", SATURDAY - WEEK),
    pairing("Athletic Bilbao", "Celta Vigo", SATURDAY - WEEK),
    pairing("Real Sociedad", "Leganés", SATURDAY - 50 * WEEK, season=2025),
]


def fixture_of(home: str, away: str, kick_off: datetime = SATURDAY):
    return match_update(home, away, competition="PD", season=2026, kick_off=kick_off)


@pytest.mark.parametrize(
    ("home", "away", "kick_off", "match"),
    [
        ("Depor Coruna", "Sevilla", SATURDAY, ("Deportivo La Coruña", "Sevilla")),
        ("D. Corogne", "Sevilla", SATURDAY, ("Deportivo La Coruña", "Sevilla")),
        ("Getafe", "Vallecano de Madrid", SATURDAY, ("Getafe", "Rayo Vallecano")),
        ("Getafe CF SAD", "R. Vallecano", SATURDAY, ("Getafe", "Rayo Vallecano")),  # neither is known
        ("Getafe", "R. Vallecano", datetime(2026, 8, 22, 0, 30, tzinfo=UTC), ("Getafe", "Rayo Vallecano")),
        ("Getafe", "R. Vallecano", SATURDAY + timedelta(days=1), None),  # another day
        ("Sevilla", "Depor Coruna", SATURDAY, None),  # the other side
        ("Getafe", "Atletico Madrid SAD", SATURDAY, None),  # called more like another club of the league
        ("XXXX", "YYYY", SATURDAY, None),
        ("Getafe CF SAD", "YYYY", SATURDAY, None),  # of two unknown ones both must be like
    ],
)
def test_a_fixture_of_the_day_between_a_known_club_and_one_called_otherwise_is_that_one(
    home: str, away: str, kick_off: datetime, match: tuple[str, str] | None
):
    assert same_match(fixture_of(home, away, kick_off), LEAGUE, []) == (match and pairing(*match))


def test_a_match_that_its_source_lists_beside_it_is_another():
    own = pairing("Getafe", "Rayo Vallecano", SATURDAY + timedelta(hours=2))
    assert same_match(fixture_of("Getafe", "R. Vallecano"), LEAGUE, [own]) is None


def test_a_match_of_another_season_is_another():
    assert (
        same_match(fixture_of("Getafe", "R. Vallecano"), [pairing("Getafe", "Rayo Vallecano", season=2025)], []) is None
    )


def test_two_matches_that_fit_are_none():
    twice = [*LEAGUE, pairing("Getafe", "Villarreal")]
    assert same_match(fixture_of("Getafe", "XXXX"), twice, []) is None


def test_a_fixture_stored_from_two_sources_is_matched_once():
    twice = [*LEAGUE, pairing("Getafe", "Rayo Vallecano", SATURDAY + timedelta(minutes=5))]
    assert same_match(fixture_of("Getafe", "R. Vallecano"), twice, []) is not None


def test_candidates_are_clubs_of_the_league_that_are_free_that_day():
    free = {each.name for each in candidates(fixture_of("Real Madrid", "XXXX"), LEAGUE)}
    assert free == {
        "Villarreal", "Atlético Madrid", "Real Betis", "Athletic Bilbao", "Celta Vigo", "Real Sociedad", "Leganés"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "club"),
    [
        ("Atl Madrid SAD", "Atlético Madrid"),
        ("Athletic Club Bilbao", "Athletic Bilbao"),
        ("R. Sociedad", "Real Sociedad"),
        ("Rayo", None),  # too short to be near
        ("Depor La Coruna", "Deportivo La Coruña"),
        ("Celta de Vigo", "Celta Vigo"),
        ("Arsenal Ladies", None),
        ("", None),
    ],
)
def test_the_most_similar_club_is_suggested_for_review(name: str, club: str | None):
    league = [each for each in all_teams() if each.country == "ESP" and not each.name.endswith(" B")]
    similar = most_similar(name, league)
    assert (similar and similar.name) == club
    assert most_similar(name, []) is None


@pytest.mark.parametrize(
    ("hour", "joined"),
    [
        ("2026-10-25T12:00Z", True),
        ("2026-10-24T07:00Z", True),  # 39 hours before the last minute of the 25th
        ("2026-10-26T22:30Z", True),
        ("2026-10-23T21:30Z", False),  # in Paris two days before
        ("2026-10-26T23:30Z", False),
    ],
)
def test_an_hour_joins_a_day_by_the_day_alone(hour: str, joined: bool):
    day = last_minute(date(2026, 10, 25))
    assert same_kick_off(datetime.fromisoformat(hour), day, by_day=True) is joined
    assert same_kick_off(day, datetime.fromisoformat(hour), by_day=True) is joined
