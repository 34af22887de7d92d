"""The probability of a line: the consensus of its own prices, moved with the match's forecast."""

from datetime import UTC, datetime
from decimal import Decimal
from math import log

import numpy as np
import pytest

from shared.betting.consensus import consensus_grid, fair_probability
from shared.betting.grid_results import result_probabilities
from shared.betting.moved_consensus import MovedConsensus
from shared.betting.prices import OUTCOMES, Market, Offer, offer_line
from shared.forecasting.grid import score_grid

D = Decimal
TAKEN = datetime(2026, 10, 23, 15, tzinfo=UTC)
FORECAST = score_grid(1.75, 1.05, -0.06)


def average(market: Market, line: str, *prices: str) -> Offer:
    return Offer(1, "football_data_uk", "market_average", market, D(line), tuple(map(D, prices)), TAKEN)


RESULT, GOALS = average(Market.H2H, "0", "2.05", "3.40", "3.70"), average(Market.TOTALS, "2.5", "1.80", "2.05")
LINES = [average(Market.HANDICAP, "-0.5", "2.08", "1.82"), average(Market.HANDICAP, "-0.25", "1.80", "2.10")]
OFFERS = [RESULT, GOALS, *LINES, average(Market.TOTALS, "2.75", "2.00", "1.85")]


def log_odds(probability: Decimal) -> float:
    return log(float(probability) / (1 - float(probability)))


def selections(offer: Offer) -> list[tuple[Market, str, Decimal]]:
    return [(offer.market, side, offer_line(offer.market, side, offer.line)) for side in OUTCOMES[offer.market]]


@pytest.mark.parametrize("selection", [s for offer in OFFERS for s in selections(offer)], ids=str)
def test_the_log_odds_of_each_line_move_from_its_own_consensus_as_the_grid_does(selection):
    """And no refund changes; of result and totals at 2.5 the grid is the consensus, and nothing is left of it."""
    moved = MovedConsensus(FORECAST, OFFERS).result_probabilities(*selection)
    forecast, before = result_probabilities(FORECAST, *selection), consensus_grid(OFFERS)
    assert before is not None
    implied, own = (
        result_probabilities(before, *selection),
        fair_probability(OFFERS, selection[0], selection[2], selection[1]),
    )
    assert own is not None
    change = log_odds(forecast.break_even) - log_odds(implied.break_even)
    assert log_odds(moved.break_even) - log_odds(own.probability) == pytest.approx(change, abs=2e-5)
    assert (moved.half_won, moved.push, moved.half_lost) == (forecast.half_won, forecast.push, forecast.half_lost)
    assert sum(moved) == 1
    if selection[0] is Market.H2H or abs(selection[2]) == D("2.5"):
        assert [float(p) for p in moved] == pytest.approx([float(p) for p in forecast], abs=3e-6)
    else:
        assert abs(moved.won - forecast.won) > D("0.001"), "the line has a consensus of its own"


def test_both_sides_of_a_line_agree():
    moved = MovedConsensus(FORECAST, OFFERS)
    for offer in OFFERS[1:]:
        first, second = (moved.result_probabilities(*selection) for selection in selections(offer))
        assert [float(p) for p in first] == pytest.approx([float(p) for p in second[::-1]], abs=3e-6)


@pytest.mark.parametrize("offers", [[], LINES, [RESULT, GOALS]], ids=["none", "no result", "another line"])
def test_where_the_consensus_of_match_or_line_is_unknown_the_forecast_stands(offers: list[Offer]):
    moved = MovedConsensus(FORECAST, offers).result_probabilities(Market.HANDICAP, "home", D("-0.25"))
    assert moved == result_probabilities(FORECAST, Market.HANDICAP, "home", D("-0.25"))


def test_a_side_that_cannot_win_is_left_as_it_is():
    goalless = np.zeros((16, 16))
    goalless[0, 0] = 1.0
    moved = MovedConsensus(goalless, OFFERS).result_probabilities(Market.HANDICAP, "home", D("-0.5"))
    assert (moved.won, moved.lost) == (0, 1)
