"""Clubs by what people call them."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.search_terms import (
    EXACT,
    MIN_LENGTH,
    PREFIX,
    SUBSTRING,
    WORD_PREFIX,
    find_team,
    search_ranks,
    teams_with_tla,
)
from shared.football.team import Source
from shared.football.teams import all_teams, by_id, find

SPELLINGS = sorted({name for team in all_teams() for names in team.aliases.values() for name in names})


def teams_in(text: str) -> dict[str, int]:
    """Names of clubs, and how well the text fits them."""
    return {team.name: fit for team_id, fit in search_ranks(text).items() if (team := by_id(team_id)) is not None}


def first(text: str) -> str:
    """The one club that a text fits best."""
    (best,) = [name for name, fit in teams_in(text).items() if fit == min(teams_in(text).values())]
    return best


@pytest.mark.case("K1", "K6")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PSG", "Paris Saint-Germain"),
        ("psg", "Paris Saint-Germain"),
        ("Paris SG", "Paris Saint-Germain"),
        ("paris saint germain", "Paris Saint-Germain"),
        ("Barça", "Barcelona"),
        ("barca", "Barcelona"),
        ("BARÇA", "Barcelona"),
        (unicodedata.normalize("NFD", "Barça"), "Barcelona"),
        ("Man U", "Manchester United"),
        ("man utd", "Manchester United"),
        ("saint etienne", "Saint-Étienne"),
        ("st-étienne", "Saint-Étienne"),
        ("MONCHENGLADBACH", "Borussia Mönchengladbach"),
        ("m gladbach", "Borussia Mönchengladbach"),
        ("nott’m forest", "Nottingham Forest"),
        ("bodo glimt", "Bodø/Glimt"),
        ("Olympiakos", "Olympiacos"),
        ("brighton hove", "Brighton & Hove Albion"),
        ("  inter   milan ", "Inter Milan"),
        ("Paris FC", "Paris FC"),
        ("om", "Marseille"),
        ("OL", "Lyon"),
        ("losc", "Lille"),
        ("asse", "Saint-Étienne"),
        ("juve", "Juventus"),
        ("naples", "Napoli"),
    ],
)
def test_a_club_is_found_by_any_of_its_spellings(text: str, name: str) -> None:
    assert first(text) == name


@pytest.mark.case("K2", "K3")
def test_pairs_of_one_town_are_both_found_and_never_taken_for_each_other() -> None:
    assert {"Paris FC", "Paris Saint-Germain"} <= teams_in("paris").keys()
    assert {"Manchester City", "Manchester United"} <= teams_in("manchester").keys()
    assert teams_in("paris fc").keys() == {"Paris FC"}
    assert "Manchester City" not in teams_in("man u")


def test_search_ranks_by_kind_of_match() -> None:
    assert teams_in("inter")["Inter Milan"] == EXACT
    assert teams_in("arse")["Arsenal"] == PREFIX
    assert teams_in("whu")["West Ham United"] == PREFIX, "its three letters"
    assert teams_in("villa")["Aston Villa"] == WORD_PREFIX
    assert teams_in("sena")["Arsenal"] == SUBSTRING
    assert EXACT < PREFIX < WORD_PREFIX < SUBSTRING


@pytest.mark.case("H9")
@pytest.mark.parametrize(
    "text", ["", " ", "a", "%", "%%", "__", "ars%", "a_s", "ars*", "(", "\\", "''", "--", "\0\0", "\u0300\u0301"]
)
def test_special_characters_and_short_texts_find_nothing(text: str) -> None:
    """Characters that are in no name find nothing, nor does a text that is too short."""
    assert search_ranks(text) == {}


def test_two_characters_are_enough() -> None:
    assert teams_in("sc").items() >= {"SC Freiburg": PREFIX, "Angers": WORD_PREFIX, "Lille": SUBSTRING}.items()
    assert teams_in("s") == {}


def test_clubs_that_no_alias_matches_are_found_too() -> None:
    others = [(10_001, "Nõmme Kalju"), (10_002, "Levadia")]
    assert search_ranks("nomme", others) == {10_001: PREFIX}
    assert search_ranks("kalju", others)[10_001] == WORD_PREFIX
    assert search_ranks("\x00", others) == {}


@pytest.mark.case("K7")
@pytest.mark.parametrize("source", Source)
def test_find_team_matches_every_alias_exactly(source: Source) -> None:
    for team in all_teams():
        for name in team.aliases[source]:
            assert find_team(name) is team
    for similar in ("Arsenal Women", "Arsenal U21", "Arsena", "", "Paris"):
        assert find_team(similar) is None


def test_a_club_is_found_by_its_id_and_by_three_letters_that_are_its_own() -> None:
    codes = {"118": "Arsenal", "whu": "West Ham United", "RSO": "Real Sociedad", "0118": None, "999": None}
    assert {code: (team := find_team(code)) and team.name for code in codes} == codes
    assert [team.name for team in teams_with_tla("whu")] == ["West Ham United"]
    assert teams_with_tla("none") == ()
    several = next(tla for tla, count in Counter(team.tla for team in all_teams()).items() if count > 1)
    assert {team.tla for team in teams_with_tla(several.lower())} == {several}
    assert len(teams_with_tla(several)) > 1
    assert find_team(several) is None


@given(st.sampled_from(SPELLINGS), st.data())
def test_every_part_of_a_spelling_finds_its_club(spelling: str, data: st.DataObject) -> None:
    team = next(team for source in Source if (team := find(source, spelling)) is not None)
    assert search_ranks(spelling).get(team.team_id) == EXACT
    begin = data.draw(st.integers(0, len(spelling)))
    part = spelling[begin : data.draw(st.integers(begin, len(spelling)))]
    if len("".join(c for c in part if c.isalnum())) >= MIN_LENGTH:
        assert team.team_id in search_ranks(part)


@pytest.mark.case("H2")
@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(by_id(team_id) for team_id in search_ranks(text))


@pytest.mark.parametrize(
    ("name", "club"), [("om", "Marseille"), ("OM", "Marseille"), ("barça", "Barcelona"), ("Juve", "Juventus")]
)
def test_a_club_is_called_as_the_press_does(name: str, club: str) -> None:
    team = find_team(name)
    assert team is not None
    assert team.name == club
