"""Every club resolves from every source by an exact spelling, and from nothing else."""

import csv
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.team import Source, Team, fold, spelling
from shared.football.teams import all_teams, by_id, find, index
from tests.season import real_seasons

UK, ORG, ODDS = Source.FOOTBALL_DATA_UK, Source.FOOTBALL_DATA_ORG, Source.THE_ODDS_API

# What football-data.org calls the clubs of the five leagues in 2026-27.
ORG_2026 = {
    "PL": """Arsenal FC, Aston Villa FC, AFC Bournemouth, Brentford FC, Brighton & Hove Albion FC, Chelsea FC,
        Coventry City FC, Crystal Palace FC, Everton FC, Fulham FC, Hull City AFC, Ipswich Town FC, Leeds United FC,
        Liverpool FC, Manchester City FC, Manchester United FC, Newcastle United FC, Nottingham Forest FC,
        Tottenham Hotspur FC, Sunderland AFC""",
    "PD": """Athletic Club, CA Osasuna, Club Atlético de Madrid, Deportivo Alavés, Elche CF, FC Barcelona, Getafe CF,
        Levante UD, Málaga CF, RC Celta de Vigo, RC Deportivo La Coruña, RCD Espanyol de Barcelona, Valencia CF,
        Rayo Vallecano de Madrid, Real Betis Balompié, Real Madrid CF, Real Racing Club de Santander,
        Real Sociedad de Fútbol, Sevilla FC, Villarreal CF""",
    "BL1": """1. FC Köln, 1. FC Union Berlin, 1. FSV Mainz 05, Bayer 04 Leverkusen, Borussia Dortmund,
        Borussia Mönchengladbach, Eintracht Frankfurt, FC Augsburg, FC Bayern München, FC Schalke 04, Hamburger SV,
        RB Leipzig, SC Freiburg, SC Paderborn 07, SV 07 Elversberg, SV Werder Bremen, TSG 1899 Hoffenheim,
        VfB Stuttgart""",
    "SA": """AC Milan, AC Monza, ACF Fiorentina, AS Roma, Atalanta BC, Bologna FC 1909, Cagliari Calcio, Como 1907,
        FC Internazionale Milano, Frosinone Calcio, Genoa CFC, Juventus FC, Parma Calcio 1913, SS Lazio, SSC Napoli,
        Torino FC, US Lecce, US Sassuolo Calcio, Udinese Calcio, Venezia FC""",
    "FL1": """AJ Auxerre, AS Monaco FC, Angers SCO, ES Troyes AC, FC Lorient, Le Havre AC, Le Mans FC, Lille OSC,
        OGC Nice, Olympique Lyonnais, Olympique de Marseille, Paris FC, Paris Saint-Germain FC, RC Strasbourg Alsace,
        Racing Club de Lens, Stade Brestois 29, Stade Rennais FC 1901, Toulouse FC""",
}


@pytest.fixture(scope="module")
def seasons() -> dict[tuple[str, str], set[tuple[str, str]]]:
    """The pairings (home, away) of every season and division of the mirror of football-data.co.uk."""
    pairings: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for path in real_seasons().glob("mmz4281/*/*.csv"):
        with path.open(encoding="latin-1", newline="") as file:
            rows = {(row["HomeTeam"], row["AwayTeam"]) for row in csv.DictReader(file) if row["HomeTeam"]}
        pairings[path.parent.name, path.stem] = rows
    return pairings


def lookup(source: Source, name: str) -> Team:
    team = find(source, name)
    assert team is not None, f"{source} {name!r}"
    return team


@pytest.mark.case("K1")
def test_aliases_of_all_sources_resolve_to_one_club():
    psg = lookup(UK, "Paris SG")
    assert psg.name == "Paris Saint-Germain"
    assert lookup(ORG, "Paris Saint-Germain FC") is psg
    assert lookup(ORG, "PSG") is psg
    assert lookup(ODDS, "Paris Saint Germain") is psg
    assert by_id(psg.team_id) is psg


@pytest.mark.parametrize(
    ("source", "one", "other"),
    [
        pytest.param(UK, "Paris SG", "Paris FC", marks=pytest.mark.case("K2"), id="Paris"),
        pytest.param(ORG, "Paris Saint-Germain FC", "Paris FC", marks=pytest.mark.case("K2"), id="Paris org"),
        pytest.param(ODDS, "Paris Saint Germain", "Paris FC", marks=pytest.mark.case("K2"), id="Paris odds"),
        pytest.param(UK, "Man City", "Man United", marks=pytest.mark.case("K3"), id="Manchester"),
        pytest.param(
            ORG, "Manchester City FC", "Manchester United FC", marks=pytest.mark.case("K3"), id="Manchester org"
        ),
        pytest.param(UK, "Real Madrid", "Ath Madrid", marks=pytest.mark.case("K3"), id="Madrid"),
        pytest.param(ODDS, "Real Madrid", "Atlético Madrid", marks=pytest.mark.case("K3"), id="Madrid odds"),
        pytest.param(UK, "Inter", "Milan", marks=pytest.mark.case("K3"), id="Milan"),
        pytest.param(ORG, "FC Internazionale Milano", "AC Milan", marks=pytest.mark.case("K3"), id="Milan org"),
        pytest.param(ODDS, "Inter Milan", "AC Milan", marks=pytest.mark.case("K3"), id="Milan odds"),
        pytest.param(UK, "Ath Bilbao", "Ath Madrid", id="two Athletics"),
        pytest.param(UK, "Sp Lisbon", "Sp Braga", id="two Sportings of Portugal"),
        pytest.param(UK, "Ajaccio", "Ajaccio GFCO", id="two clubs of Ajaccio"),
        pytest.param(UK, "Bastia", "CA Bastia", id="two clubs of Bastia"),
        pytest.param(UK, "Ein Frankfurt", "Frankfurt FSV", id="two clubs of Frankfurt"),
        pytest.param(UK, "Granada", "Granada 74", id="two clubs of Granada"),
        pytest.param(UK, "Sheffield United", "Sheffield Weds", id="two clubs of Sheffield"),
        pytest.param(ODDS, "Red Star FC", "Red Star Belgrade", id="two Red Stars"),
    ],
)
def test_neighbours_by_name_are_two_clubs(source: Source, one: str, other: str):
    assert lookup(source, one) is not lookup(source, other)


@pytest.mark.case("K6")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("FC Bayern München", "Bayern Munich"),
        ("fc bayern munchen", "Bayern Munich"),
        ("  FC  København ", "FC København"),
        ("FK Bodø/Glimt", "Bodø/Glimt"),
        ("Olympiakos", "Olympiacos"),
        ("Olympiacos", "Olympiacos"),
    ],
)
def test_case_accents_and_their_composition_do_not_matter(name: str, expected: str):
    for form in ("NFC", "NFD"):
        assert lookup(ORG, unicodedata.normalize(form, name)).name == expected


@pytest.mark.case("K7")
@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("suffix", ["Women", "U21", "U19", "Youth", "II", "Ladies"])
@pytest.mark.parametrize("club", ["Arsenal", "Arsenal FC", "Chelsea", "Paris Saint-Germain", "Bayern Munich", "Ajax"])
def test_names_of_womens_and_youth_teams_match_no_club(source: Source, suffix: str, club: str):
    assert find(source, f"{club} {suffix}") is None


@pytest.mark.case("K7")
@pytest.mark.parametrize(
    ("source", "reserve", "first"),
    [
        (ORG, "Real Sociedad de Fútbol B", "Real Sociedad de Fútbol"),
        (ODDS, "Real Sociedad B", "Real Sociedad"),
        (UK, "Sociedad B", "Sociedad"),
        (UK, "Barcelona B", "Barcelona"),
        (UK, "Villarreal B", "Villarreal"),
        (UK, "Real Madrid B", "Real Madrid"),
        (UK, "Ath Bilbao B", "Ath Bilbao"),
        (UK, "Celta B", "Celta"),
    ],
)
def test_a_reserve_team_is_never_its_first_team(source: Source, reserve: str, first: str):
    assert lookup(source, reserve) is not lookup(source, first)


@pytest.mark.parametrize(
    "name", ["", " ", "Paris", "Madrid", "Manchester", "United", "Arsena", "Arsenal F.C", "Jong Ajax"]
)
@pytest.mark.parametrize("source", Source)
def test_a_similar_name_matches_no_club(source: Source, name: str):
    assert find(source, name) is None


@pytest.mark.case("K6")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("St. Pauli", "FC St. Pauli"),  # beside St Pauli
        ("St Pauli", "FC St. Pauli"),
        ("St. Etienne", "Saint-Étienne"),
        ("Saint-Etienne", "Saint-Étienne"),
        ("Nottm Forest", "Nottingham Forest"),  # beside Nott'm Forest
        ("Nott’m Forest", "Nottingham Forest"),
        ("Nottingham Forest", "Nottingham Forest"),
        ("Mgladbach", "Borussia Mönchengladbach"),
        ("Dep. A Coruna", "Deportivo La Coruña"),  # SP1 in August 2026
        ("Atl. Madrid", "Atlético Madrid"),  # fixtures.csv of the same month
        ("Rayo Vallecano", "Rayo Vallecano"),
        ("Sheffield Utd", "Sheffield United"),
        ("Sheff. Wed", "Sheffield Wednesday"),
        ("Man. Utd", "Manchester United"),
        ("Manchester City", "Manchester City"),
        ("Sp. Gijon", "Sporting Gijón"),
        ("Ath. Bilbao", "Athletic Bilbao"),  # as before: Ath is no abbreviation of one meaning
        ("Ath. Madrid", "Atlético Madrid"),
        ("Brighton and Hove Albion", "Brighton & Hove Albion"),
        ("Oud Heverlee Leuven", "Oud-Heverlee Leuven"),
        ("Rangers", None),  # a club that does not stand in that source's files is not called by its name there
    ],
)
def test_dots_apostrophes_and_common_abbreviations_of_the_files_do_not_matter(name: str, expected: str | None):
    team = find(UK, name)
    assert (team and team.name) == expected


@pytest.mark.case("K6")
@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Œuvre", "oeuvre"),
        ("Ærø", "aero"),
        ("ŁKS Łódź", "lks lodz"),
        ("Đakovo", "dakovo"),
        ("Þór", "thor"),
        ("Kasımpaşa", "kasimpasa"),
        ("İstanbul", "istanbul"),
        ("Großaspach", "grossaspach"),
    ],
)
def test_letters_that_are_one_are_folded_too(name: str, folded: str):
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, name)) == folded


@pytest.mark.case("K10")
def test_no_name_of_another_source_takes_a_spelling_of_the_files(seasons: dict[tuple[str, str], set[tuple[str, str]]]):
    """Every name of the mirror is a club's own spelling still: none is known by an abbreviation alone."""
    own = {name: team for team in all_teams() for name in team.aliases[UK]}
    names = {name for pairs in seasons.values() for pair in pairs for name in pair}
    assert {name for name in names if own.get(name) is not find(UK, name)} == set()


def test_no_club_has_an_unknown_id():
    assert by_id(0) is None
    assert by_id(9011) is None


@pytest.mark.case("K10")
@pytest.mark.parametrize(
    ("source", "now", "earlier"),
    [
        (ORG, "RB Leipzig", "RasenBallsport Leipzig"),
        (UK, "Roda JC", "Roda"),
        (UK, "Sparta Rotterdam", "Sparta"),
        (UK, "Mouscron", "Mouscron-Peruwelz"),
        (UK, "Waasland-Beveren", "Beveren"),
        (UK, "Estrela", "Est Amadora"),
        (UK, "Cultural Leonesa", "Leonesa"),
        (ORG, "Palermo FC", "US Città di Palermo"),
        (ORG, "RC Deportivo La Coruña", "RC Deportivo de La Coruña"),
    ],
)
def test_a_renamed_club_has_the_same_id(source: Source, now: str, earlier: str):
    assert lookup(source, now).team_id == lookup(source, earlier).team_id


@pytest.mark.case("K10")
@pytest.mark.parametrize(
    ("team_id", "name"),
    [(1, "FC Andorra"), (118, "Arsenal"), (309, "Paris Saint-Germain"), (527, "Wrexham"), (9001, "Démo Ancolie")],
)
def test_ids_are_never_given_again(team_id: int, name: str):
    team = by_id(team_id)
    assert team is not None
    assert team.name == name


def test_ids_are_unique():
    assert len({team.team_id for team in all_teams()}) == len(all_teams())


def test_three_letters_are_unique_within_a_country():
    assert [key for key, n in Counter((team.country, team.tla) for team in all_teams()).items() if n > 1] == []
    assert [
        team.name for team in all_teams() if not (len(team.tla) == 3 and team.tla.isalpha() and team.tla.isupper())
    ] == []


def test_short_names_are_short():
    assert [team.short_name for team in all_teams() if not 1 <= len(team.short_name) <= 14] == []


def test_the_table_stands_by_country_and_name():
    real = [team for team in all_teams() if team.country != "DEMO"]
    assert real == sorted(real, key=lambda team: (team.country, fold(team.name)))


def test_an_alias_shared_by_two_clubs_of_one_source_is_rejected():
    one = Team(1, "Union", "Union", "UNI", "FRA", {UK: ("Union",)})
    other = Team(2, "Únion B", "Union B", "UNB", "FRA", {UK: ("ÚNION",)})
    with pytest.raises(ValueError, match=r"'ÚNION' stands for both 1 Union and 2 Únion B"):
        index([one, other])


def test_one_spelling_may_mean_two_clubs_in_two_sources():
    one = Team(1, "Union", "Union", "UNI", "FRA", {UK: ("Union",)})
    other = Team(2, "Union B", "Union B", "UNB", "FRA", {ORG: ("Union",)})
    clubs = index([one, other])
    assert clubs[UK, "union"] is one
    assert clubs[ORG, "union"] is other


def test_the_demonstration_league_has_ten_clubs_under_their_own_names():
    demo = [team for team in all_teams() if team.country == "DEMO"]
    assert [team.team_id for team in demo] == list(range(9001, 9011))
    assert all(find(source, team.name) is team for team in demo for source in Source)


@pytest.mark.parametrize(("league", "clubs"), [("PL", 20), ("PD", 20), ("BL1", 18), ("SA", 20), ("FL1", 18)])
def test_the_clubs_of_the_five_leagues_resolve(league: str, clubs: int):
    names = [" ".join(name.split()) for name in ORG_2026[league].split(",")]
    assert len({lookup(ORG, name).team_id for name in names}) == clubs


@pytest.mark.parametrize(
    ("odds", "uk"),
    [
        ("Brighton and Hove Albion", "Brighton"),
        ("Wolverhampton Wanderers", "Wolves"),
        ("Athletic Bilbao", "Ath Bilbao"),
        ("CA Osasuna", "Osasuna"),
        ("Elche CF", "Elche"),
        ("Real Racing Club de Santander", "Santander"),
        ("Borussia Monchengladbach", "M'gladbach"),
        ("1. FC Köln", "FC Koln"),
        ("FSV Mainz 05", "Mainz"),
        ("TSG Hoffenheim", "Hoffenheim"),
        ("Atalanta BC", "Atalanta"),
        ("Hellas Verona", "Verona"),
        ("AS Roma", "Roma"),
        ("RC Lens", "Lens"),
        ("AS Monaco", "Monaco"),
        ("Saint Etienne", "St Etienne"),
        ("Celta Vigo B", "Celta B"),
        ("Sporting Lisbon", "Sp Lisbon"),
    ],
)
def test_the_spellings_of_the_odds_join_the_results(odds: str, uk: str):
    assert lookup(ODDS, odds) is lookup(UK, uk)


def test_every_name_of_the_mirror_is_a_club_of_its_country(seasons: dict[tuple[str, str], set[tuple[str, str]]]):
    countries = {"E": "ENG WAL", "SP": "ESP AND", "D": "DEU", "I": "ITA", "F": "FRA MCO", "B": "BEL", "P": "PRT"}
    countries["N"] = "NLD"
    assert len(seasons) > 200
    names = {(division.rstrip("012"), name) for (_, division), pairs in seasons.items() for p in pairs for name in p}
    strays = [name for nation, name in names if lookup(UK, name).country not in countries[nation]]
    assert strays == []


def test_no_season_of_a_division_has_one_club_under_two_spellings(
    seasons: dict[tuple[str, str], set[tuple[str, str]]],
):
    for season, pairings in seasons.items():
        names = {name for pairing in pairings for name in pairing}
        assert len({lookup(UK, name).team_id for name in names}) == len(names), season


def test_no_club_plays_itself(seasons: dict[tuple[str, str], set[tuple[str, str]]]):
    pairings = set[tuple[str, str]]().union(*seasons.values())
    assert [pair for pair in pairings if lookup(UK, pair[0]) is lookup(UK, pair[1])] == []


@pytest.mark.case("K6")
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F) | st.characters(categories=["Mn"])))
def test_folding_twice_changes_nothing(name: str):
    assert fold(fold(name)) == fold(name)
    assert spelling(spelling(name)) == spelling(name)
