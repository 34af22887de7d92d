"""Offers as the forecaster reads them."""

from dataclasses import replace
from decimal import Decimal
from math import isnan, log

import numpy as np
import pytest

from shared.betting.devig import shin
from shared.betting.market_prices import to_model_prices
from shared.betting.prices import Market, Offer
from shared.forecasting.forecast import Prices
from shared.forecasting.grid import RHO, outcome_probabilities, over_probability, score_grid
from tests.factories import offer

AVERAGE = offer(1, "2.05", "3.40", "3.70")
BEST = offer(1, "2.15", "3.60", "3.90", bookmaker="market_best")
PINNACLE = offer(1, "2.10", "3.45", "3.75", bookmaker="pinnacle")
BET365 = offer(1, "2.00", "3.40", "3.60", bookmaker="bet365")
WINAMAX = offer(1, "2.02", "3.55", "3.50", bookmaker="winamax_fr")
TOTALS = offer(1, "1.80", "2.05", market=Market.TOTALS, line=Decimal("2.5"))
FAIR = shin([[2.05, 3.4, 3.7]])[0]


def prices_of(*offers: Offer) -> Prices:
    (prices,) = to_model_prices([offers])
    assert prices is not None
    return prices


def outcome(goals: tuple[float, ...], rho: float) -> np.ndarray:
    return outcome_probabilities(score_grid(np.exp(goals[0]), np.exp(goals[1]), rho))


def test_expected_goals_reproduce_the_preferred_bookmakers_prices():
    home, away, rho = prices_of(AVERAGE, TOTALS, PINNACLE, BET365, BEST).goals
    grid = score_grid(np.exp(home), np.exp(away), rho)
    assert outcome_probabilities(grid) == pytest.approx(FAIR, abs=1e-9)
    assert over_probability(grid, 2.5) == pytest.approx(shin([[1.8, 2.05]])[0, 0], abs=1e-9)


def test_without_totals_the_draws_are_the_usual_ones():
    home, away, rho = prices_of(AVERAGE).goals
    assert rho == RHO
    fitted = outcome((home, away), rho)
    assert (fitted[0], fitted[2]) == pytest.approx((FAIR[0], FAIR[2]), abs=1e-9)


@pytest.mark.case("L9")
def test_totals_of_another_line_are_not_read():
    assert prices_of(AVERAGE, replace(TOTALS, line=Decimal("3.5"))).goals == prices_of(AVERAGE).goals
    assert prices_of(AVERAGE, TOTALS).goals != prices_of(AVERAGE).goals


def test_a_bookmaker_s_view_is_of_his_own_prices_and_the_market_s_goals():
    result = prices_of(AVERAGE, TOTALS, PINNACLE, BET365)
    for goals, prices in ((result.pinnacle, [2.10, 3.45, 3.75]), (result.bet365, [2.0, 3.4, 3.6])):
        (alone,) = to_model_prices([[offer(1, *map(str, prices)), TOTALS]])
        assert alone is not None
        assert goals == pytest.approx(alone.goals[:2], abs=1e-9)
    own_totals = replace(TOTALS, bookmaker="pinnacle", prices=(Decimal("1.5"), Decimal("2.6")))
    assert prices_of(AVERAGE, TOTALS, PINNACLE, own_totals).pinnacle == prices_of(AVERAGE, TOTALS, PINNACLE).pinnacle


def test_a_bookmaker_without_prices_is_nan():
    prices = prices_of(AVERAGE, PINNACLE)
    assert all(isnan(goal) for goal in prices.bet365)
    assert not any(isnan(goal) for goal in prices.pinnacle)
    alone = prices_of(AVERAGE)
    assert all(isnan(value) for value in (*alone.best, alone.best_overround)), "a market average is no best price"


def test_the_best_prices_are_those_that_the_source_sums_up():
    prices = prices_of(AVERAGE, BEST, replace(WINAMAX, prices=(Decimal(9),) * 3))
    assert prices.best == pytest.approx([log(p * f) for p, f in zip((2.15, 3.6, 3.9), FAIR, strict=True)])
    assert prices.best_overround == pytest.approx(log(1 / 2.15 + 1 / 3.6 + 1 / 3.9))


def test_without_a_summary_the_best_are_those_of_the_bookmakers():
    prices = prices_of(AVERAGE, PINNACLE, WINAMAX)
    assert prices.best == pytest.approx([log(p * f) for p, f in zip((2.10, 3.55, 3.75), FAIR, strict=True)])


@pytest.mark.parametrize(
    "offers",
    [
        pytest.param([], id="no prices"),
        pytest.param([TOTALS], id="totals alone"),
        pytest.param([BEST], id="the best of many is no single bookmaker's price"),
        pytest.param(
            [replace(AVERAGE, prices=(Decimal("2.05"), None, Decimal("3.7")))],
            marks=pytest.mark.case("L2"),
            id="no draw",
        ),
    ],
)
def test_offers_without_complete_h2h_prices_give_none(offers: list[Offer]):
    assert to_model_prices([offers]) == [None]


def test_each_match_is_read_by_itself_and_in_its_place():
    one, other = [AVERAGE, TOTALS, PINNACLE], [BET365, BEST]
    assert to_model_prices([]) == []
    together = to_model_prices([one, [], other])
    assert together[1] is None
    for prices, alone in zip(together, (prices_of(*one), None, prices_of(*other)), strict=True):
        if prices is None or alone is None:
            assert prices is alone
            continue
        for name in Prices.__slots__:
            assert getattr(prices, name) == pytest.approx(getattr(alone, name), abs=1e-9, nan_ok=True)
