"""Clubs are tagged by whole names, the longest first: one is never taken for another."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.team_mentions import mentioned_teams
from shared.football.teams import all_teams, by_id


def names(text: str, language: str = "en") -> set[str]:
    teams = [by_id(team_id) for team_id in mentioned_teams(text, language)]
    return {club.name for club in teams if club}


@pytest.mark.case("K1")
@pytest.mark.parametrize("spelling", ["Paris SG", "Paris Saint-Germain FC", "PSG", "le PSG", "Paris Saint-Germain"])
def test_every_spelling_names_the_club(spelling: str) -> None:
    assert names(f"Victoire pour {spelling} hier", "fr") == {"Paris Saint-Germain"}


@pytest.mark.case("K2", "K3", "K6")
@pytest.mark.parametrize(
    ("text", "clubs"),
    [
        ("Paris FC - Paris SG : un derby", {"Paris FC", "Paris Saint-Germain"}),
        ("Paris FC tient bon", {"Paris FC"}),
        ("Manchester City beat Manchester United", {"Manchester City", "Manchester United"}),
        ("Manchester City win", {"Manchester City"}),
        ("Manchester is rainy, Madrid is not", set()),
        ("Real Madrid before Atlético Madrid", {"Real Madrid", "Atlético Madrid"}),
        ("Atletico Madrid lose", {"Atlético Madrid"}),
        ("Inter beat AC Milan", {"Inter Milan", "AC Milan"}),
        ("Inter Milan win", {"Inter Milan"}),
        ("Inter Miami sign a striker", set()),
        ("Milan Skriniar is fit", set()),
        ("Bastia, not CA Bastia", {"Bastia", "CA Bastia"}),
        ("Olympiakos meet Olympiacos", {"Olympiacos"}),
    ],
)
def test_clubs_of_one_town_are_distinguished(text: str, clubs: set[str]) -> None:
    assert names(text) == clubs


@pytest.mark.case("K7", "N9")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Chelsea Women beat Arsenal", "en"),
        ("Women's Super League: Arsenal v Chelsea", "en"),
        ("Women’s football: Arsenal v Chelsea", "en"),
        ("U21 Chelsea lose", "en"),
        ("The academy of Chelsea lose", "en"),
        ("Ligue des champions féminine : Lyon face à Arsenal", "fr"),
        ("Chelsea U21 lose", "en"),
        ("Chelsea Under-19s lose", "en"),
        ("La réserve du PSG battue", "fr"),
        ("Les U19 de Lens en finale", "fr"),
        ("Bayern Munich II draw", "en"),
        ("Barcelona basketball", "en"),
        ("Rugby : Toulouse champion", "fr"),
    ],
)
def test_womens_youth_and_reserve_teams_are_not_mentions_of_the_club(text: str, language: str) -> None:
    """Nor is another sport."""
    assert names(text, language) == set()


@pytest.mark.case("K7")
def test_another_club_beside_a_youth_team_is_still_named() -> None:
    assert names("Chelsea U21 beat Fulham") == {"Fulham"}
    assert names("Chelsea beat U21 sides") == {"Chelsea"}
    assert names("Youth talks, Fulham win") == {"Fulham"}


@pytest.mark.parametrize(
    ("text", "language", "clubs"),
    [
        ("Nice goal by the Lens captain", "en", {"Lens"}),
        ("Decision angers fans", "en", set()),
        ("Nice win", "en", set()),
        ("Nice win", "de", {"Nice"}),
        ("The Merseyside Derby", "en", set()),
        ("Derby County lose", "en", {"Derby County"}),
        ("winter internationals", "en", set()),
        ("Nice bat Lens", "fr", {"Nice", "Lens"}),
        ("L'OM et l'OL", "fr", {"Marseille", "Lyon"}),
        ("om et ol", "fr", set()),
        ("St. Pauli's win at M'gladbach", "en", {"FC St. Pauli", "Borussia Mönchengladbach"}),
    ],
)
def test_a_word_is_no_club(text: str, language: str, clubs: set[str]) -> None:
    assert names(text, language) == clubs


@pytest.mark.case("K6")
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_accents_and_their_composition_do_not_matter(form: str) -> None:
    text = unicodedata.normalize(form, "Démo Églantine bat Saint-Étienne")  # type: ignore[arg-type]
    assert names(text, "fr") == {"Démo Églantine", "Saint-Étienne"}


@pytest.mark.case("K1", "K2", "K3")
@given(st.sampled_from(all_teams()))
def test_the_name_of_a_club_in_a_sentence_names_it_and_no_other(team: object) -> None:
    club = next(each for each in all_teams() if each is team)
    named = names(f"We saw {club.name} there")
    assert named <= {club.name}
    assert named or " " not in club.name


@pytest.mark.case("H2")
@given(st.text(max_size=200), st.sampled_from(["fr", "en"]))
def test_any_text_is_scanned_for_mentions(text: str, language: str) -> None:
    mentioned = mentioned_teams(text, language)
    assert list(mentioned) == sorted(set(mentioned))
