import numpy as np
import pytest
from penaltyblog.models import DixonColesGoalModel
from scipy.special import expit

from models.training import baselines, dataset


def test_base_rates_are_those_of_the_league_in_the_four_seasons_before(mirror):
    matches = dataset.read(mirror, [2019, 2020, 2021])
    rates = baselines.base_rates(matches, [2021])
    league = matches.competition == "SA"
    past = matches.outcome[league & (matches.season < 2021)]
    expected = [np.mean(past == outcome) for outcome in range(3)]
    assert np.allclose(rates[league & (matches.season == 2021)], expected)
    assert np.isnan(rates[matches.season < 2021]).all()


def test_without_history_base_rates_are_thirds(mirror):
    matches = dataset.read(mirror, [2019])
    assert baselines.base_rates(matches, [2019]) == pytest.approx(np.full((len(matches), 3), 1 / 3))


def test_ordered_logit_recovers_its_parameters():
    chance = np.random.default_rng(2)
    lead = chance.normal(0, 120, 40_000)
    away, draw, slope = -1.1, 0.1, 0.55
    at_most_away, at_most_draw = expit(away - slope * lead / 100), expit(draw - slope * lead / 100)
    drawn = chance.random(len(lead))
    outcome = np.where(drawn < at_most_away, 2, np.where(drawn < at_most_draw, 1, 0))
    assert baselines.fit_ordered_logit(lead, outcome) == pytest.approx([away, draw, slope], abs=0.03)


def test_penaltyblogs_baseline_is_fitted_by_its_documented_api(mirror):
    matches = dataset.read(mirror, [2020, 2021, 2022])
    league = matches.competition == "PL"
    past, start = league & (matches.season < 2022), matches.day[league & (matches.season == 2022)][0]
    week = np.flatnonzero(league & (matches.season == 2022) & (matches.day < start + baselines.REFIT))
    forecasts = baselines.refit_weekly(
        "dixon_coles_penaltyblog",
        matches.day[league],
        matches.home[league],
        matches.away[league],
        matches.numbers["goals"][league],
        matches.day[week],
        matches.home[week],
        matches.away[week],
    )
    goals = matches.numbers["goals"][past].astype(int)
    weights = np.exp(-baselines.DECAY * (start - matches.day[past]))
    home, away = (clubs.astype(np.str_) for clubs in (matches.home, matches.away))
    model = DixonColesGoalModel(goals[:, 0], goals[:, 1], home[past], away[past], weights)
    model.fit()
    expected = [model.predict(str(home[i]), str(away[i])).home_draw_away for i in week]
    assert forecasts == pytest.approx(np.array(expected))


def test_a_club_that_penaltyblog_has_not_seen_is_left_open(mirror):
    matches = dataset.read(mirror, [2021])
    home = matches.home.copy()
    home[-1] = 0
    forecasts = baselines.refit_weekly(
        "poisson_penaltyblog",
        matches.day[:-1],
        matches.home[:-1],
        matches.away[:-1],
        matches.numbers["goals"][:-1],
        matches.day[-2:],
        home[-2:],
        matches.away[-2:],
    )
    assert np.isnan(forecasts).all(axis=1).tolist() == [False, True]


def test_the_leagues_are_those_of_the_competitions_that_are_scored(mirror):
    matches = dataset.read(mirror, [2020, 2021])
    (league,) = baselines.leagues(matches, [2021], ["SA"])
    assert set(matches.competition[league.matches]) == set(matches.competition[league.history]) == {"SA"}
    assert set(matches.season[league.matches]) == {2021}
