"""The features of the outcome model."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

import numpy as np
import pytest

from shared.football.competition import COMPETITIONS
from shared.forecasting.features import COLUMNS, MAX_REST_DAYS, NO_ODDS, features
from shared.forecasting.result import Result
from shared.forecasting.strengths import RATINGS, Strengths, learn
from tests.forecasting.played import START, goal_rates, played

PLAYED = played()
PLACE = {name: place for place, name in enumerate(COLUMNS)}
Change = Callable[[Result, np.random.Generator], Result]


def rows_of(results: Sequence[Result]) -> np.ndarray:
    """The rows of each match from what was learned before its day: (matches, 2, columns)."""
    strengths, rows = Strengths(), []
    for _, of_day in groupby(results, key=lambda r: r.day):
        matches = list(of_day)
        rows += [features(strengths, r.competition, r.season, r.day, r.home_team_id, r.away_team_id) for r in matches]
        learn(strengths, matches)
    return np.array(rows)


def scored_otherwise(r: Result, chance: np.random.Generator) -> Result:
    home, away = chance.integers(0, 9, 2)
    return replace(r, goals=(int(home), int(away)))


def priced_otherwise(r: Result, chance: np.random.Generator) -> Result:
    """Other prices where there were some, and some where there were none."""
    closing, opening = chance.normal(0, 0.7, (2, 2))
    choices = [(None, None), ((closing[0], closing[1]), None), ((closing[0], closing[1]), (opening[0], opening[1]))]
    price = choices[chance.integers(3)]
    return replace(r, closing=price[0], opening=price[1])


def changed_result(r: Result, chance: np.random.Generator) -> Result:
    shots, on_target, corners = ((float(home), float(away)) for home, away in chance.integers(0, 30, (3, 2)))
    return replace(r, shots=shots, shots_on_target=on_target, corners=corners, expected_goals=None)


ROWS = rows_of(PLAYED)


def test_a_row_has_every_column_once_and_no_gap():
    assert ROWS.shape == (len(PLAYED), 2, len(COLUMNS))
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert np.isfinite(ROWS).all()
    assert (np.ptp(ROWS, axis=(0, 1)) > 0).all(), "a constant column carries no information"


def test_either_side_sees_the_same_match():
    for name, place in PLACE.items():
        at_home, away = ROWS[:, 0, place], ROWS[:, 1, place]
        if name.endswith("_for"):
            other = PLACE[name.removesuffix("_for") + "_against"]
            assert (at_home == ROWS[:, 1, other]).all()
            assert (away == ROWS[:, 0, other]).all()
    lone = {name for name in COLUMNS if not name.endswith(("_for", "_against"))}
    assert lone == {"at_home", "market_variance", "elo_lead"}
    assert (ROWS[:, 0, PLACE["at_home"]] == 1).all()
    assert (ROWS[:, 1, PLACE["at_home"]] == 0).all()
    assert (ROWS[:, 0, PLACE["elo_lead"]] == -ROWS[:, 1, PLACE["elo_lead"]]).all()
    assert (ROWS[:, 0, PLACE["market_variance"]] == ROWS[:, 1, PLACE["market_variance"]]).all()


@pytest.mark.case("M4")
@pytest.mark.parametrize("change", [scored_otherwise, priced_otherwise, changed_result])
@pytest.mark.parametrize("cut", [0, 7, 14, 20, 27])
def test_features_of_a_day_do_not_depend_on_that_day_or_later_ones(change: Change, cut: int):
    chance, day = np.random.default_rng(cut), sorted({r.day for r in PLAYED})[cut]
    changed = rows_of([change(r, chance) if r.day >= day else r for r in PLAYED])
    unchanged = np.array([r.day <= day for r in PLAYED])
    assert changed[unchanged].tobytes() == ROWS[unchanged].tobytes()
    if not unchanged.all():
        assert (changed[~unchanged] != ROWS[~unchanged]).any(), "or nothing was changed"


@pytest.mark.case("M4")
def test_no_price_enters_the_columns_without_odds():
    chance = np.random.default_rng(5)
    changed = rows_of([priced_otherwise(r, chance) for r in PLAYED])
    without = [PLACE[name] for name in NO_ODDS]
    assert changed[:, :, without].tobytes() == ROWS[:, :, without].tobytes()
    moved = {name for name in COLUMNS if (changed[:, :, PLACE[name]] != ROWS[:, :, PLACE[name]]).any()}
    assert moved == set(COLUMNS) - set(NO_ODDS), "and every other column has prices in it"


def test_the_columns_without_odds_are_in_order_and_hold_results_and_statistics():
    assert sorted(NO_ODDS, key=COLUMNS.index) == list(NO_ODDS)
    assert {
        "at_home",
        "elo_lead",
        "pi_for",
        "goals_for",
        "chances_against",
        "shots_for",
        "corners_for",
        "rank_for",
    } <= set(NO_ODDS)


@pytest.mark.parametrize(
    ("change", "rating"),
    [
        (scored_otherwise, "goals_for"),
        (scored_otherwise, "elo_lead"),
        (changed_result, "shots_for"),
        (changed_result, "corners_for"),
    ],
)
def test_results_change_the_features_of_later_matches(change: Change, rating: str):
    changed = rows_of([change(r, np.random.default_rng(5)) for r in PLAYED])
    assert (changed[:, :, PLACE[rating]] != ROWS[:, :, PLACE[rating]]).any()


def test_the_rates_are_those_of_the_strengths():
    strengths = Strengths()
    learn(strengths, PLAYED)
    at_home, _ = features(strengths, "PL", 2022, date(2023, 1, 1), 1, 2)
    for kind in RATINGS:
        rates = np.exp([at_home[PLACE[f"{kind}_for"]], at_home[PLACE[f"{kind}_against"]]])
        assert tuple(rates) == pytest.approx(goal_rates(strengths, kind, "PL", 2022, 1, 2))
    assert at_home[PLACE["elo_lead"]] == strengths.clubs[1].elo - strengths.clubs[2].elo
    assert at_home[PLACE["pi_for"]] == strengths.clubs[1].pi_home
    assert at_home[PLACE["pi_against"]] == strengths.clubs[2].pi_away


def test_forecasting_does_not_mutate_the_strengths():
    strengths = Strengths()
    learn(strengths, PLAYED)
    before = deepcopy(strengths)
    features(strengths, "PL", 2023, date(2023, 8, 12), 1, 99)
    assert strengths == before


@pytest.mark.case("K4")
def test_two_clubs_of_which_nothing_is_known():
    at_home, away = features(Strengths(), "ELC", 2022, START, 1, 2)
    row = dict(zip(COLUMNS, at_home, strict=True))
    assert row["market_for"] - row["market_against"] == pytest.approx(0.25), "the ground alone"
    assert row["market_variance"] == pytest.approx(2 * RATINGS["market"].max_variance)
    assert (row["elo_lead"], row["played_for"], row["moved_up_for"]) == (0, 0, 0)
    assert (row["days_rested_for"], row["matches_left_for"]) == (MAX_REST_DAYS, 2 * 23)
    assert (row["rank_for"], row["off_title_for"], row["off_relegation_for"]) == (0, 0, 0)
    assert np.isfinite(away).all()


def test_a_club_s_season_by_hand():
    """Before the last matchday of the second season."""
    last = PLAYED[-4 * 2 :]
    assert {r.day for r in last} == {PLAYED[-1].day}
    r = next(r for r in last if r.competition == "PL" and 9 in {r.home_team_id, r.away_team_id})
    side = 0 if r.home_team_id == 9 else 1
    row = dict(zip(COLUMNS, ROWS[PLAYED.index(r), side], strict=True))
    strengths = Strengths()
    learn(strengths, PLAYED[:-8])
    points = {team: club.points for team, club in strengths.clubs.items() if club.competition == "PL"}
    ranked = sorted([*points.values(), *[0] * 12], reverse=True)
    left = 2 * 19 - 13
    assert (row["days_rested_for"], row["played_for"], row["matches_left_for"]) == (7, 13, left)
    assert row["moved_up_for"] == 1, "it came from the second division"
    assert row["rank_for"] == sum(other > points[9] for other in ranked) / COMPETITIONS["PL"].clubs_in(2022)
    assert row["off_title_for"] == pytest.approx((ranked[0] - points[9]) / (3 * left))
    assert row["off_europe_for"] == pytest.approx((points[9] - ranked[5]) / (3 * left))
    assert row["off_relegation_for"] == pytest.approx((points[9] - ranked[17]) / (3 * left))


@pytest.mark.parametrize(("days", "rested"), [(1, 1), (14, 14), (15, 15), (16, 15), (300, 15)])
def test_rest_counts_up_to_a_fortnight(days: int, rested: int):
    strengths = Strengths()
    learn(strengths, PLAYED)
    at_home, _ = features(strengths, "PL", 2022, PLAYED[-1].day + timedelta(days=days), 1, 2)
    assert at_home[PLACE["days_rested_for"]] == rested


def test_the_spread_of_the_market_rating_grows_until_the_match():
    strengths = Strengths()
    learn(strengths, PLAYED)
    later = [
        features(strengths, "PL", 2022, PLAYED[-1].day + timedelta(days=d), 1, 2)[0][PLACE["market_variance"]]
        for d in (3, 10, 60)
    ]
    assert later[1] - later[0] == pytest.approx(2 * 7 * RATINGS["market"].drift)
    assert later[2] == pytest.approx(later[0] + 2 * (37 * RATINGS["market"].drift + RATINGS["market"].off_season))


def test_a_new_season_starts_at_nought():
    strengths = Strengths()
    learn(strengths, PLAYED)
    at_home, _ = features(strengths, "ELC", 2023, date(2023, 8, 5), 7, 8)
    row = dict(zip(COLUMNS, at_home, strict=True))
    assert (row["played_for"], row["rank_for"], row["moved_up_for"]) == (0, 0, -1)
    assert row["moved_up_against"] == 0
