"""Season forecasts of past seasons: the horizons, what was known at them, and their scores."""

from datetime import date, timedelta
from itertools import permutations

import numpy as np
import pytest

from models.training import season_backtest, season_naive, season_report
from models.training.season_history import HORIZONS, PastSeason, past_seasons
from models.training.season_report import Scored
from shared.forecasting.result import Result

CLUBS = range(1, 21)


def results(season: int, best: int = 1) -> list[Result]:
    """A season of twenty clubs, ten matches a week: the best one wins always, else the one with the smaller number."""
    pairs = sorted(permutations(CLUBS, 2), key=lambda pair: (sum(pair) * 7 + pair[0]) % 38)
    first = date(season, 8, 10)

    def goals(home: int, away: int) -> tuple[int, int]:
        return (2, 0) if away != best and (home == best or home < away) else (0, 2)

    return [
        Result(first + timedelta(weeks=number // 10), "PL", season, home, away, goals(home, away))
        for number, (home, away) in enumerate(pairs)
    ]


@pytest.fixture(scope="module")
def past() -> list[PastSeason]:
    """Two seasons, in which club 1, then club 2 won every match."""
    return list(past_seasons([*results(2010), *results(2011, best=2)], ("PL",), 2010))


def test_each_season_is_seen_at_each_horizon(past: list[PastSeason]) -> None:
    """With the matches that were then left, none of which had a result."""
    assert [(each.season, each.horizon) for each in past] == [(s, h) for s in (2010, 2011) for h in HORIZONS]
    left = {each.horizon: len(each.input.remaining) for each in past[:5]}
    assert left["August"] == 380
    assert (left["ten rounds"], left["five rounds"], left["two rounds"]) == (100, 50, 20)
    for each in past:
        assert (each.input.goals[~each.input.played] == 0).all()
        assert each.places[0 if each.season == 2010 else 1] == 1
        days = [each.input.days[pair] for pair in each.input.remaining]
        assert days[0] >= 0
        assert days == sorted(days)


def test_naive_forecasts_know_earlier_seasons_alone(past: list[PastSeason]) -> None:
    """In the second season last year's champion is expected to win again, as the table has it in winter."""
    forecasts = season_naive.naive(past)
    assert forecasts[0]["last_season"] == pytest.approx(1 / 20), "nothing was before"
    by_horizon = dict(zip(HORIZONS, forecasts[5:], strict=True))
    assert by_horizon["two rounds"]["table"][1, 0] == pytest.approx(1.1 / 3), "one season and a tenth for each place"
    assert by_horizon["two rounds"]["extrapolated"][1, 0] > 0.9
    for of in forecasts:
        for places in of.values():
            assert places.sum(axis=1) == pytest.approx(1)


def test_scores() -> None:
    """A forecast that is certain and right scores nothing."""
    [first, *_] = past_seasons(results(2010), ("PL",), 2010)
    certain = np.eye(20)[first.places - 1]
    scored = [Scored(first, {"simulated": certain, "table": certain[::-1]})]
    assert season_report.rps(scored[0], "simulated") == 0
    assert season_report.rps(scored[0], "table") > 0
    probability, happened = season_report.probability(scored[0], "simulated", "relegation zone")
    assert probability.tolist() == happened.tolist()
    assert happened.sum() == 3


def test_a_forecast_that_is_too_sure_is_off() -> None:
    """A bin's band is that of the forecasts in it."""
    [first, *_] = past_seasons(results(2010), ("PL",), 2010)
    wrong = np.full((20, 20), 1 / 20)
    many = [Scored(first, {"simulated": wrong})] * 10
    [fair] = season_report.bins(many, "title", "August")
    assert (fair.n, fair.forecast, fair.occurred, fair.off) == (200, pytest.approx(0.05), 0.05, False)
    sure = np.full((20, 20), 0.5 / 19)
    sure[:, 0] = 0.5
    [off] = season_report.bins([Scored(first, {"simulated": sure})] * 10, "title", "August")
    assert off.off


def test_simulated_places_add_up(past: list[PastSeason]) -> None:
    """And the club that won everything is expected to be first."""
    places = season_backtest.simulated_places(past[3], runs=200)
    assert places.sum(axis=0) == pytest.approx(1)
    assert places[0].argmax() == 0
