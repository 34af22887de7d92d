"""Leagues' final orders: real seasons, and every rule against one that is written out club by club."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

import numpy as np
import pytest

from shared.football.final_order import places, table
from shared.football.league_rules import CURTAILED, RULES, LeagueRules, Prize, TieBreak, can_be_simulated, rules_of
from shared.football.points_deductions import DEDUCTIONS, deducted
from shared.football.team import Source
from shared.football.teams import find
from tests.football.real_tables import club, real_season

LEAGUES = ("PL", "PD", "BL1", "SA", "FL1")
SEASONS = range(2009, 2024)
WITHOUT_LOTS = np.zeros((20, 1), dtype=np.int64)


def real_order(competition: str, season: int) -> list[int]:
    """Clubs of a real season in their final order, by the criteria alone."""
    real = real_season(competition, season)
    points = deducted(competition, season, date(season + 1, 8, 1))
    rules = rules_of(competition, season)
    assert rules is not None
    final = table(real.goals, [points.get(team_id, 0) for team_id in real.clubs])
    order = places(final, rules, WITHOUT_LOTS[: len(real.clubs)])[:, 0]
    assert sorted(order) == list(range(1, len(real.clubs) + 1)), "the criteria decide every place"
    return [real.clubs[place] for place in np.argsort(order)]


def points_of(competition: str, season: int, name: str) -> int:
    """Points of a club at the end of a real season."""
    real = real_season(competition, season)
    points = deducted(competition, season, date(season + 1, 8, 1))
    final = table(real.goals, [points.get(team_id, 0) for team_id in real.clubs])
    return int(final.points[real.clubs.index(club(name)), 0])


CHAMPIONS = {
    "PL": (
        "Chelsea, Man United, Man City, Man United, Man City, Chelsea, Leicester, Chelsea, Man City, Man City, "
        "Liverpool, Man City, Man City, Man City, Man City"
    ),
    "PD": (
        "Barcelona, Barcelona, Real Madrid, Barcelona, Ath Madrid, Barcelona, Barcelona, Real Madrid, Barcelona,"
        " Barcelona, Real Madrid, Ath Madrid, Real Madrid, Barcelona, Real Madrid"
    ),
    "BL1": (
        "Bayern Munich, Dortmund, Dortmund, Bayern Munich, Bayern Munich, Bayern Munich, Bayern Munich, Bayern Munich,"
        " Bayern Munich, Bayern Munich, Bayern Munich, Bayern Munich, Bayern Munich, Bayern Munich, Leverkusen"
    ),
    "SA": (
        "Inter, Milan, Juventus, Juventus, Juventus, Juventus, Juventus, Juventus, Juventus, Juventus, Juventus, Inter,"
        " Milan, Napoli, Inter"
    ),
    "FL1": (
        "Marseille, Lille, Montpellier, Paris SG, Paris SG, Paris SG, Paris SG, Monaco, Paris SG, Paris SG, Paris SG,"
        " Lille, Paris SG, Paris SG, Paris SG"
    ),
}
"""Of 2009-10 to 2023-24."""
OTHER_RELEGATIONS = {
    ("PD", 2014): ({"Eibar"}, {"Elche"}),  # Elche went down over its debts, in Eibar's place
    ("SA", 2022): ({"Verona"}, {"Spezia"}),  # level on points; Spezia lost the play-off 1-3
}
"""Clubs last by the criteria that stayed up, and those that went down instead."""
LOST_PLAY_OFFS = {
    ("BL1", 2008): "Cottbus",
    ("BL1", 2011): "Hertha",
    ("BL1", 2018): "Stuttgart",
    ("FL1", 2016): "Lorient",
    ("FL1", 2021): "St Etienne",
    ("FL1", 2023): "Metz",
}


@pytest.mark.parametrize("competition", LEAGUES)
def test_champions_of_fifteen_seasons(competition: str) -> None:
    """The title of the 2019-20 Ligue 1 was awarded after 28 rounds."""
    champions = dict(zip(SEASONS, CHAMPIONS[competition].split(", "), strict=True))
    for season, champion in champions.items():
        if (competition, season) not in CURTAILED:
            assert real_order(competition, season)[0] == club(champion), season


@pytest.mark.parametrize("competition", LEAGUES)
def test_relegated_clubs_of_fifteen_seasons_are_absent_from_the_next(competition: str) -> None:
    """With those that lost a relegation play-off, and the two that another decision sent down."""
    for season in range(2008, 2023):
        if (competition, season) in CURTAILED:
            continue
        rules, order = rules_of(competition, season), real_order(competition, season)
        assert rules is not None
        prizes = rules.prizes(len(order))
        last = {order[place - 1] for place in prizes[Prize.RELEGATION]}
        stayed, went = OTHER_RELEGATIONS.get((competition, season), (set[str](), set[str]()))
        expected = last - set(map(club, stayed)) | set(map(club, went))
        if (loser := LOST_PLAY_OFFS.get((competition, season))) is not None:
            assert [order[place - 1] for place in prizes[Prize.RELEGATION_PLAY_OFF]] == [club(loser)]
            expected |= {club(loser)}
        assert set(order) - set(real_season(competition, season + 1).clubs) == expected, season


def test_relegated_clubs_of_the_last_season() -> None:
    """As newspapers had it in May 2024."""
    for competition, names in (
        ("PL", "Luton, Burnley, Sheffield United"),
        ("PD", "Cadiz, Almeria, Granada"),
        ("SA", "Frosinone, Sassuolo, Salernitana"),
        ("BL1", "FC Koln, Darmstadt"),
        ("FL1", "Lorient, Clermont"),
    ):
        expected = [club(name) for name in names.split(", ")]
        assert real_order(competition, 2023)[-len(expected) :] == expected


@pytest.mark.parametrize(
    ("competition", "season", "place", "names"),
    [
        ("PL", 2011, 1, "Man City, Man United"),  # 89 points each, goal difference 64 and 56
        ("PD", 2006, 1, "Real Madrid, Barcelona"),  # 76 each; 2-0 and 3-3, Barcelona's difference was better by 19
        ("PD", 2014, 16, "La Coruna, Granada, Eibar"),  # three with 35
        ("PD", 2022, 14, "Cadiz, Getafe, Valencia"),  # three with 42, in reverse order of goal difference
        ("SA", 2017, 4, "Inter, Lazio"),  # 72 each: the last place of the Champions League
        ("SA", 2018, 14, "Parma, Cagliari, Fiorentina"),  # three with 41, in reverse order of goal difference
        ("SA", 2022, 17, "Spezia, Verona"),  # before their play-off
        ("SA", 2023, 16, "Cagliari, Empoli"),
        ("FL1", 2023, 16, "Metz, Lorient"),  # level on difference too; Lorient scored more
        ("BL1", 2015, 13, "Werder Bremen, Darmstadt"),  # level on difference, by goals
    ],
)
def test_known_ties(competition: str, season: int, place: int, names: str) -> None:
    """Clubs level on points, as the leagues ordered them."""
    expected = [club(name) for name in names.split(", ")]
    assert real_order(competition, season)[place - 1 :][: len(expected)] == expected


@pytest.mark.parametrize(
    ("competition", "season", "name", "points"),
    [
        ("PL", 2009, "Portsmouth", 19),
        ("PL", 2023, "Everton", 40),
        ("PL", 2023, "Nott'm Forest", 32),
        ("SA", 2010, "Bologna", 42),
        ("SA", 2011, "Atalanta", 46),
        ("SA", 2012, "Siena", 30),
        ("SA", 2012, "Atalanta", 40),
        ("SA", 2012, "Torino", 39),
        ("SA", 2012, "Sampdoria", 42),
        ("SA", 2014, "Parma", 19),
        ("SA", 2018, "Chievo", 17),
        ("SA", 2020, "Napoli", 77),
        ("SA", 2022, "Juventus", 62),
        ("FL1", 2021, "Nice", 66),
        ("FL1", 2021, "Lyon", 61),
        ("FL1", 2023, "Montpellier", 41),
    ],
)
def test_points_after_deductions(competition: str, season: int, name: str, points: int) -> None:
    """Every club of the table of deductions, with its final points."""
    assert points_of(competition, season, name) == points


def test_every_deducted_club_is_known() -> None:
    """Their names are those of the table of clubs."""
    assert {each.club for each in DEDUCTIONS if find(Source.FOOTBALL_DATA_ORG, each.club) is None} == set()


def test_a_deduction_is_known_from_the_day_after_its_decision() -> None:
    """Juventus lost fifteen points, got them back, and lost ten."""
    juventus = club("Juventus")
    known = [
        deducted("SA", 2022, day).get(juventus, 0)
        for day in (date(2023, 1, 20), date(2023, 1, 21), date(2023, 4, 21), date(2023, 5, 23))
    ]
    assert known == [0, -15, 0, -10]


def test_a_season_that_ended_early_has_no_final_order_of_its_own() -> None:
    """279 of 380 matches of 2019-20 were played in France, and Strasbourg and Paris one less than the others."""
    real = real_season("FL1", 2019)
    assert real.played == 279
    assert list(CURTAILED) == [("FL1", 2019)]
    for competition in LEAGUES:
        for season in SEASONS:
            if (competition, season) not in CURTAILED:
                clubs = len(real_season(competition, season).clubs)
                assert real_season(competition, season).played == clubs * (clubs - 1)


def test_the_places_of_each_prize() -> None:
    """France had twenty clubs until 2022-23, and four went down in that season."""
    prizes = {(c, s): rules.prizes(n) for c, s, n in (("FL1", 2021, 20), ("FL1", 2022, 20), ("FL1", 2023, 18))
              if (rules := rules_of(c, s))}  # fmt: skip
    assert prizes["FL1", 2021][Prize.RELEGATION] == (19, 20)
    assert prizes["FL1", 2021][Prize.RELEGATION_PLAY_OFF] == (18,)
    assert prizes["FL1", 2022][Prize.RELEGATION] == (17, 18, 19, 20)
    assert Prize.RELEGATION_PLAY_OFF not in prizes["FL1", 2022]
    assert prizes["FL1", 2023][Prize.RELEGATION] == (17, 18)
    assert prizes["FL1", 2023][Prize.CHAMPIONS_LEAGUE] == (1, 2, 3)
    assert rules_of("CL", 2023) is None
    assert [rules.since for rules in RULES if rules.competition == "SA"] == [2005, 2022, 2023]
    assert [code for code in ("PL", "FL1", "FL2", "CL") if can_be_simulated(code)] == ["PL", "FL1"]


Value = Callable[[int, Sequence[int]], int]


def literal_order(goals: np.ndarray[tuple[int, ...], np.dtype[np.int8]], rules: LeagueRules) -> list[list[int]]:
    """Groups of clubs that no criterion separates, best first: the rules, written out for one season."""
    clubs = range(len(goals))

    def figures(one: int, others: Sequence[int]) -> tuple[int, int, int, int]:
        points = difference = scored = scored_away = 0
        for other in others:
            for mine, theirs, away in (
                (int(goals[one, other, 0]), int(goals[one, other, 1]), False),
                (int(goals[other, one, 1]), int(goals[other, one, 0]), True),
            ):
                if other != one:
                    points += 3 * (mine > theirs) + (mine == theirs)
                    difference += mine - theirs
                    scored += mine
                    scored_away += mine * away
        return points, difference, scored, scored_away

    place = {"points": 0, "difference": 1, "goals": 2, "away_goals": 3}

    def value(criterion: TieBreak, one: int, group: Sequence[int]) -> int:
        _, mutual, figure = criterion.rpartition("mutual_")
        return figures(one, group if mutual else clubs)[place[figure]]

    def split(group: list[int], key: Callable[[int], int]) -> list[list[int]]:
        return [list(same) for _, same in groupby(sorted(group, key=key, reverse=True), key)]

    def order(group: list[int], criteria: Sequence[TieBreak], level: Sequence[int]) -> list[list[int]]:
        if len(group) == 1 or not criteria:
            return [group]
        among = level if rules.among_level_on_points else group
        parts = split(group, lambda one: value(criteria[0], one, among))
        remaining = rules.tie_breaks if rules.restarts and len(parts) > 1 else criteria[1:]
        return [final for part in parts for final in order(part, remaining, level)]

    by_points = split(list(clubs), lambda one: figures(one, clubs)[0])
    return [final for group in by_points for final in order(group, rules.tie_breaks, group)]


@pytest.mark.parametrize("code", LEAGUES)
def test_every_rule_orders_small_leagues_as_written_out(code: str) -> None:
    """Five clubs that score once or twice at most are level on much."""
    rules = rules_of(code, 2023)
    assert rules is not None
    few, more = (
        np.random.default_rng(7).integers(0, most + 1, (5, 5, 2, leagues)) for most, leagues in ((1, 400), (2, 400))
    )
    goals = np.concatenate([few, more], axis=3).astype(np.int8)
    goals[range(5), range(5)] = 0
    order = places(table(goals, [0] * 5), rules, np.zeros((5, 800), dtype=np.int64))
    for number in range(800):
        expected = np.zeros(5, dtype=np.int64)
        place = 1
        for group in literal_order(goals[..., number], rules):
            expected[group] = place
            place += len(group)
        assert order[:, number].tolist() == expected.tolist(), number


def test_runs_are_ordered_each_by_itself() -> None:
    """Many runs at once give what each gives alone."""
    rng = np.random.default_rng(1)
    goals = rng.integers(0, 3, (6, 6, 2, 50)).astype(np.int8)
    goals[range(6), range(6)] = 0
    lots = rng.permuted(np.tile(np.arange(6)[:, None], 50), axis=0)
    for rules in {rules.tie_breaks: rules for rules in RULES}.values():
        together = places(table(goals, [0] * 6), rules, lots)
        alone = [
            places(table(goals[..., run : run + 1], [0] * 6), rules, lots[:, run : run + 1])[:, 0] for run in range(50)
        ]
        assert together.tolist() == np.array(alone).T.tolist()
        assert (np.sort(together, axis=0) == np.arange(1, 7)[:, None]).all()
