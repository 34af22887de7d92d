"""How a bet can end, against the settlement of every score."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.grid_results import result_probabilities
from shared.betting.prices import OUTCOMES, Market
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.settlement import BetResult, settle_bet
from shared.football.match import Score
from shared.forecasting.grid import SIZE, score_grid

D = Decimal
SCORES = [Score(home, away) for home in range(SIZE) for away in range(SIZE)]
RESULTS: tuple[BetResult, ...] = (
    BetResult.WON,
    BetResult.HALF_WON,
    BetResult.PUSH,
    BetResult.HALF_LOST,
    BetResult.LOST,
)
SELECTIONS = [(market, outcome) for market in Market for outcome in OUTCOMES[market]]
GRIDS = st.builds(score_grid, st.floats(0.1, 4), st.floats(0.1, 4), st.floats(-0.2, 0.1))


@pytest.mark.case("J14", "M1")
@given(GRIDS, st.sampled_from(SELECTIONS), st.integers(-12, 16))
def test_every_result_is_as_likely_as_the_scores_that_bring_it(grid, selection, quarters):
    """Of every market, side and line; six decimals that sum to 1."""
    market, outcome = selection
    line = D(0) if market is Market.H2H else D(quarters) / 4
    results = result_probabilities(grid, market, outcome, line)
    by_hand: dict[BetResult, float] = dict.fromkeys(RESULTS, 0.0)
    for score in SCORES:
        by_hand[settle_bet(market, outcome, line, score)] += grid[score.home, score.away]
    assert [float(p) for p in results] == pytest.approx([by_hand[result] for result in RESULTS], abs=3e-6)
    assert sum(results) == 1
    assert all(p >= 0 and p == p.quantize(D("0.000001")) for p in results)


def test_shares_of_a_stake_by_hand():
    """A quarter of the stake at risk in half of the half results: 0.4 + 0.1 wins, 0.2 + 0.05 loses."""
    results = ResultProbabilities(*map(D, ("0.4", "0.2", "0.1", "0.1", "0.2")))
    assert (results.gaining, results.losing, results.at_risk) == (D("0.5"), D("0.25"), D("0.75"))
    assert results.break_even == D("0.666667")


@pytest.mark.parametrize("results", [("0", "0", "0", "0", "1"), ("0", "0", "1", "0", "0")])
def test_a_bet_that_cannot_win_has_a_break_even_of_0(results: tuple[str, ...]):
    assert ResultProbabilities(*map(D, results)).break_even == 0


@pytest.mark.parametrize(
    ("market", "outcome", "line"),
    [(Market.H2H, "over", "0"), (Market.TOTALS, "home", "2.5"), (Market.HANDICAP, "draw", "0")],
)
def test_an_outcome_of_another_market_is_rejected(market: Market, outcome: str, line: str):
    with pytest.raises(ValueError, match=f"{market} has no outcome '{outcome}'"):
        result_probabilities(score_grid(1.4, 1.1, -0.07), market, outcome, D(line))


def test_a_line_between_quarters_is_rejected():
    with pytest.raises(ValueError, match="multiple of a quarter"):
        result_probabilities(score_grid(1.4, 1.1, -0.07), Market.TOTALS, "over", D("2.1"))


@pytest.mark.parametrize("probability", ["-0.1", "1.1"])
def test_an_invalid_probability_raises_value_error(probability: str):
    with pytest.raises(ValueError, match="between 0 and 1"):
        ResultProbabilities.win_or_lose(D(probability))
