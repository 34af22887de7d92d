"""Everything that is learned of the clubs."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from math import exp, log, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting import elo, pi_ratings
from shared.forecasting.attack_defence import AttackDefence, Level, grow_variance, initial_rating
from shared.forecasting.joint_filter import pack, unpack
from shared.forecasting.result import Result, result_from
from shared.forecasting.strengths import RATINGS, Club, Strengths, club_from_numbers, learn
from tests.forecasting.played import goal_rates, played

DAY = date(2022, 8, 20)
PLAYED = played()
PLACE = {kind: place for place, kind in enumerate(RATINGS)}
OF_MARKET = ("market", "market_slow", "market_fast")


def result(home: int, away: int, home_goals: int, away_goals: int, *, days: int = 0, **changes: object) -> Result:
    row = Result(DAY + timedelta(days=days), "PL", 2022, home, away, (home_goals, away_goals))
    return replace(row, **changes)  # type: ignore[arg-type]


def learned(*results: Result) -> Strengths:
    strengths = Strengths()
    learn(strengths, results)
    return strengths


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0, 800_000)
STRENGTHS = st.builds(AttackDefence, FLOATS, FLOATS, FLOATS, FLOATS)
CLUBS = st.builds(
    Club,
    ratings=st.lists(STRENGTHS, min_size=len(RATINGS), max_size=len(RATINGS)),
    elo=FLOATS,
    competition=st.sampled_from(["PL", "ELC"]),
    season=st.integers(1993, 2100),
    **dict.fromkeys(("pi_home", "pi_away", "luck", "surprise_attack", "surprise_defence", "drift"), FLOATS),
    **dict.fromkeys(("last_surprise_attack", "last_surprise_defence"), FLOATS),
    **dict.fromkeys(("last_day", "points", "played", "tier", "tier_before"), WHOLE),
)


@given(CLUBS)
def test_a_club_comes_back_from_its_numbers_bit_by_bit(club: Club):
    back = club_from_numbers(club.competition, club.season, club.numbers())
    assert back == club
    assert repr(back) == repr(club), "whole numbers stay whole, and the sign of nought is preserved"


@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_club_serialised_by_another_version_is_rejected(wrong: int):
    numbers = [*Club([AttackDefence(0, 0, 0.1) for _ in RATINGS], 1500).numbers(), 0.0]
    usual = len(numbers) - 1
    with pytest.raises(ValueError, match=f"^a club has {usual} numbers, not {usual + wrong}; rebuild the strengths$"):
        club_from_numbers("PL", 2022, numbers[: usual + wrong])


@pytest.mark.parametrize(
    ("closing", "opening", "learned_from"),
    [
        pytest.param((0.3, 0.1), (0.2, 0.2), ((0.3, 0.1), (0.2, 0.2)), id="both"),
        pytest.param((0.3, 0.1), (nan, nan), ((0.3, 0.1), None), id="closing alone"),
        pytest.param((nan, nan), (0.2, 0.2), ((0.2, 0.2), None), id="opening stands for closing and moved nowhere"),
        pytest.param((None, 0.1), (nan, 0.2), (None, None), id="neither"),
    ],
)
def test_a_rows_closing_and_opening_prices_are_parsed_with_their_fallback(
    closing: tuple, opening: tuple, learned_from: tuple
):
    parsed = result_from(
        day=DAY,
        competition="PL",
        season=2022,
        clubs=(1, 2),
        goals=(2, 1),
        shots=(12, 7),
        shots_on_target=(None, 3),
        expected_goals=(nan, 0.8),
        corners=(None, 4),
        closing=closing,
        opening=opening,
    )
    assert (parsed.closing, parsed.opening) == learned_from
    assert (parsed.shots, parsed.shots_on_target) == ((12.0, 7.0), None)
    assert (parsed.expected_goals, parsed.corners) == (None, None)


def test_a_result_is_parsed_from_every_column_of_its_row():
    parsed = result_from(
        day=DAY,
        competition="PL",
        season=2022,
        clubs=(7, 9),
        goals=(2, 1),
        shots=(12, 5),
        shots_on_target=(6, 3),
        expected_goals=(1.7, 0.8),
        corners=(8, 3),
        closing=(0.4, 0.1),
        opening=(0.3, 0.2),
    )
    assert parsed == Result(
        DAY,
        "PL",
        2022,
        7,
        9,
        (2, 1),
        (12.0, 5.0),
        (6.0, 3.0),
        (1.7, 0.8),
        (8.0, 3.0),
        closing=(0.4, 0.1),
        opening=(0.3, 0.2),
    )


@pytest.mark.case("K4")
@pytest.mark.parametrize(("competition", "tier"), [("PL", 1), ("ELC", 2)])
def test_a_club_without_history_is_the_average_of_its_tier_with_the_widest_spread(competition: str, tier: int):
    strengths = learned(*PLAYED)
    club = strengths.club(99, competition, 2022)
    assert club.ratings == [initial_rating(pace, tier) for pace in RATINGS.values()]
    assert (club.competition, club.season, club.tier, club.tier_before) == (competition, 2022, tier, 0)
    assert all(
        new.variance >= kind.variance
        for other in strengths.clubs.values()
        for new, kind in zip(club.ratings, other.ratings, strict=True)
    )
    assert (club.elo, club.pi_home, club.pi_away, club.played, club.last_day) == (elo.starting_rating(tier), 0, 0, 0, 0)
    assert 99 not in strengths.clubs, "a forecast leaves no trace"


@pytest.mark.case("K4")
def test_a_promoted_club_brings_its_strength_along():
    strengths = learned(*(result(1, 2, 3, 0, days=7 * i, competition="ELC") for i in range(10)))
    assert strengths.club(1, "PL", 2023) == strengths.clubs[1]
    below = strengths.club(99, "ELC", 2023)
    assert all(
        strengths.clubs[1].ratings[PLACE[k]].attack > below.ratings[PLACE[k]].attack for k in ("goals", "goals_slow")
    )


@pytest.mark.case("K4")
def test_a_club_without_history_learns_faster():
    strengths = learned(*PLAYED)
    old = deepcopy(strengths.clubs[1])
    day = PLAYED[-1].day + timedelta(days=7)
    first, other = (result(team, 90 + team, 5, 0, day=day, closing=(0.9, -0.9)) for team in (1, 9))
    strengths.clubs.pop(9)
    learn(strengths, [first, other])
    for kind in ("goals", "goals_slow", *OF_MARKET):
        gains = (
            strengths.clubs[1].ratings[PLACE[kind]].attack - old.ratings[PLACE[kind]].attack,
            strengths.clubs[9].ratings[PLACE[kind]].attack,
        )
        assert gains[1] > gains[0], kind


@pytest.mark.case("M4")
@given(st.sampled_from(sorted({result.day for result in PLAYED})))
@settings(max_examples=15)
def test_learning_in_two_goes_is_learning_at_once(cut: date):
    halves = learned(*[result for result in PLAYED if result.day < cut])
    clubs = {team: club_from_numbers(c.competition, c.season, c.numbers()) for team, c in halves.clubs.items()}
    joint = {nation: unpack(*pack(state)) for nation, state in halves.joint.items()}
    restored = Strengths(clubs, deepcopy(halves.levels), halves.divisions, joint)
    learn(restored, [result for result in PLAYED if result.day >= cut])
    assert restored == learned(*PLAYED)


def test_matches_of_two_countries_on_one_day_may_come_in_any_order():
    english, spanish = result(1, 2, 3, 1, closing=(0.4, 0.1)), result(3, 4, 0, 0, competition="PD")
    assert learned(english, spanish) == learned(spanish, english)


def test_elo_is_zero_sum():
    top = [r for r in PLAYED if r.competition == "PL" and r.season == 2021]
    strengths = learned(*top)
    assert len(strengths.clubs) == 8
    assert sum(club.elo - 1500 for club in strengths.clubs.values()) == pytest.approx(0, abs=1e-8)
    assert max(club.elo for club in strengths.clubs.values()) > 1550


def test_one_match_by_hand():
    strengths = learned(result(1, 2, 2, 1, closing=(log(1.5), log(1.2)), opening=(log(1.4), log(1.3))))
    home, away = strengths.clubs[1], strengths.clubs[2]
    assert (home.points, away.points, home.played, away.played) == (3, 0, 1, 1)
    assert home.elo == 1500 + elo.rating_change(1500, 1500, 2, 1)
    at_home, at_away = pi_ratings.changes(0, 0, 1)
    assert (home.pi_home, home.pi_away) == pytest.approx((at_home, 0.7 * at_home))
    assert (away.pi_home, away.pi_away) == pytest.approx((0.7 * at_away, at_away))
    assert home.luck == -away.luck == pytest.approx(0.15 * (1 - 0.3))
    assert home.drift == -away.drift == pytest.approx(0.15 * (log(1.5 / 1.2) - log(1.4 / 1.3)))
    assert home.last_surprise_attack == away.last_surprise_defence == pytest.approx(log(1.5) - (0.10 + 0.25))
    assert home.last_surprise_defence == away.last_surprise_attack == pytest.approx(log(1.2) - 0.10)
    assert home.surprise_attack == pytest.approx(0.2 * home.last_surprise_attack)
    assert home.last_day == DAY.toordinal()


@pytest.mark.parametrize(
    ("changes", "chances"),
    [
        ({"expected_goals": (1.8, 0.4)}, (0.3 * 2 + 0.7 * 1.8, 0.7 * 0.4)),
        # 0.36 and 0.24 of a goal a shot on target, 0.02 less for each other one
        (
            {"shots": (12.0, 5.0), "shots_on_target": (4.0, 5.0)},
            (0.3 * 2 + 0.7 * (0.36 + 0.96 - 0.16), 0.7 * (0.36 + 1.20)),
        ),
        ({"shots": (40.0, 5.0), "shots_on_target": (0.0, 5.0)}, (0.3 * 2, 0.7 * (0.36 + 1.20))),
    ],
    ids=["expected goals", "shots", "never below nought"],
)
def test_chances_by_hand(changes: dict, chances: tuple[float, float]):
    """The first match moves a club by the Kalman share of its chances above e^0.35 and e^0.10."""
    strengths, variance, information = learned(result(1, 2, 2, 0, **changes)), 0.05, 2.0
    for club, expected, rate in ((1, chances[0], exp(0.35)), (2, chances[1], exp(0.10))):
        share = variance * information / (1 + information * rate * 2 * variance)
        assert strengths.clubs[club].ratings[PLACE["chances"]].attack == pytest.approx(
            share * (expected - rate), abs=1e-12
        )


def test_corners_by_hand():
    """The first match moves a club by the Kalman share of its corners above e^1.75 and e^1.5."""
    strengths, variance, information = learned(result(1, 2, 0, 0, corners=(9.0, 2.0))), 0.1, 0.6
    for club, other, corners, rate in ((1, 2, 9, exp(1.75)), (2, 1, 2, exp(1.5))):
        step = variance * information * (corners - rate) / (1 + information * rate * 2 * variance)
        assert strengths.clubs[club].ratings[PLACE["corners"]].attack == pytest.approx(step, abs=1e-12)
        assert strengths.clubs[other].ratings[PLACE["corners"]].defence == pytest.approx(-step, abs=1e-12)


def test_goals_of_the_last_matches_weigh_more_in_a_faster_rating():
    goals = [3] * 30 + [0] * 8
    club = learned(*(result(1, 2 + i % 9, scored, 1, days=7 * i) for i, scored in enumerate(goals))).clubs[1]
    fast, medium, slow = (club.ratings[PLACE[kind]].attack for kind in ("goals_fast", "goals", "goals_slow"))
    assert fast < medium < slow


@pytest.mark.parametrize(
    ("changes", "fell"),
    [({}, (3.0, 1.0)), ({"expected_goals": (1.0, 2.0)}, ((3 + 0.9 + 0.7) / 2, (1 + 0.3 + 1.4) / 2))],
    ids=["goals alone", "goals and chances"],
)
def test_market_ratings_follow_goals_and_chances_beyond_the_closing_price(changes: dict, fell: tuple[float, float]):
    closing = (log(1.5), log(1.2))
    less = learned(result(1, 2, 2, 1, closing=closing)).clubs
    clubs = learned(result(1, 2, 3, 1, closing=closing, **changes)).clubs
    for kind in OF_MARKET:
        place, step = PLACE[kind], RATINGS[kind].reaction
        extra = step * (fell[0] - 2.0), step * (fell[1] - 1.0)
        for club, scored, conceded in ((1, *extra), (2, *extra[::-1])):
            now, before = clubs[club].ratings[place], less[club].ratings[place]
            assert now.attack - before.attack == pytest.approx(scored)
            assert now.defence - before.defence == pytest.approx(-conceded)


@pytest.mark.parametrize(
    ("changes", "untaught"),
    [
        ({}, [*OF_MARKET, "chances", "shots_on_target", "shots", "corners"]),
        ({"closing": (0.4, 0.1)}, ["chances", "shots_on_target", "shots", "corners"]),
        ({"shots": (12.0, 5.0)}, [*OF_MARKET, "chances", "shots_on_target", "corners"]),
        ({"expected_goals": (1.8, 0.4)}, [*OF_MARKET, "shots_on_target", "shots", "corners"]),
        ({"corners": (9.0, 2.0)}, [*OF_MARKET, "chances", "shots_on_target", "shots"]),
    ],
)
def test_missing_statistics_change_no_ratings(changes: dict, untaught: list[str]):
    strengths = learned(result(1, 2, 2, 0, **changes))
    still = {kind for kind, now in zip(RATINGS, strengths.clubs[1].ratings, strict=True) if now.attack == 0}
    assert still == set(untaught)
    after = learned(result(1, 2, 2, 0, **changes), result(1, 2, 2, 0, days=9))
    for kind in OF_MARKET:
        expected = deepcopy(strengths.clubs[1].ratings[PLACE[kind]])
        grow_variance(expected, RATINGS[kind], 9)
        assert after.clubs[1].ratings[PLACE[kind]] == expected, "without a price only the days count"


def test_a_new_season_begins_a_new_table_and_remembers_the_tier_before():
    strengths = learned(*PLAYED)
    assert (strengths.clubs[9].tier, strengths.clubs[9].tier_before) == (1, 2)
    assert (strengths.clubs[8].tier, strengths.clubs[8].tier_before) == (2, 1)
    assert (strengths.clubs[1].tier, strengths.clubs[1].tier_before) == (1, 1)
    assert {club.played for club in strengths.clubs.values()} == {14}
    begun = learned(*[r for r in PLAYED if r.season == 2021])
    assert all((club.tier, club.tier_before) in {(1, 0), (2, 0)} for club in begun.clubs.values())


def test_the_table_is_that_of_the_results():
    points = dict.fromkeys([*range(1, 8), 9], 0)
    for r in PLAYED:
        if (r.competition, r.season) == ("PL", 2022):
            for team, lead in ((r.home_team_id, r.goals[0] - r.goals[1]), (r.away_team_id, r.goals[1] - r.goals[0])):
                points[team] += 3 if lead > 0 else lead == 0
    table = learned(*PLAYED).table("PL", 2022)
    assert table == sorted([*points.values(), *[0] * 12], reverse=True), "twenty clubs, of which twelve never played"
    assert learned(*PLAYED).table("PL", 2023) == [0] * 20


def test_a_country_without_matches_starts_at_the_usual_level():
    assert Strengths().level("ESP") == [Level(pace.away) for pace in RATINGS.values()]


def test_expected_goals_by_hand():
    ratings = [AttackDefence(0.3, 0.1, 0.05) for _ in RATINGS], [AttackDefence(-0.1, 0.2, 0.05) for _ in RATINGS]
    strengths = Strengths(
        {1: Club(ratings[0], 1600), 2: Club(ratings[1], 1500)}, {"ENG": [Level(0.15, 0.2) for _ in RATINGS]}
    )
    for kind in RATINGS:
        home, away = goal_rates(strengths, kind, "PL", 2022, 1, 2)
        assert (log(home), log(away)) == pytest.approx((0.15 + 0.2 + 0.3 - 0.2, 0.15 - 0.1 - 0.1))
