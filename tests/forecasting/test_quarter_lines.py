"""Bets on a line against how they are settled, penaltyblog and scipy."""

from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson, skellam

from shared.betting.prices import OUTCOMES, Market
from shared.betting.settlement import PAYOUT_SHARES, BetResult, settle_bet
from shared.football.match import Score
from shared.forecasting.grid import SIZE, outcome_probabilities, over_probability, score_grid
from shared.forecasting.quarter_lines import LineShares, home_handicap, home_lead, over, total_goals

TOTALS, HANDICAP = Market.TOTALS, Market.HANDICAP
BETS = [(market, outcome) for market in (TOTALS, HANDICAP) for outcome in OUTCOMES[market]]
ENDS = (BetResult.WON, BetResult.HALF_WON, BetResult.PUSH, BetResult.HALF_LOST, BetResult.LOST)
GRIDS = st.builds(score_grid, st.floats(0.05, 7.4), st.floats(0.05, 7.4), st.floats(-0.3, 0.3))
QUARTERS = st.integers(-24, 24)


def shares(grid: np.ndarray, market: Market, outcome: str, line: float) -> LineShares:
    """The shares of one side of a line."""
    line_shares = over(total_goals(grid), line) if market is TOTALS else home_handicap(home_lead(grid), line)
    return line_shares if outcome in {"over", "home"} else line_shares.opposite


@cache
def settled(market: Market, outcome: str, quarters: int) -> np.ndarray:
    """How a bet ends at every score, as a place in `ENDS`; a handicap line is given as the home side's."""
    line = Decimal(quarters if outcome != "away" else -quarters) / 4
    return np.array(
        [[ENDS.index(settle_bet(market, outcome, line, Score(h, a))) for a in range(SIZE)] for h in range(SIZE)]
    )


@pytest.mark.case("J14")
@given(GRIDS, QUARTERS, st.sampled_from(BETS))
def test_the_shares_are_how_the_bet_would_be_settled(grid: np.ndarray, quarters: int, bet: tuple[Market, str]):
    ends = settled(*bet, quarters)
    assert shares(grid, *bet, quarters / 4) == pytest.approx([grid[ends == end].sum() for end in range(5)], abs=1e-12)


@pytest.mark.case("J14", "M1")
@given(GRIDS, QUARTERS, st.sampled_from(BETS))
def test_at_the_fair_price_a_bet_is_worth_nothing(grid: np.ndarray, quarters: int, bet: tuple[Market, str]):
    """What is paid back of one unit, settled score by score, is one unit on average; on either side of every line."""
    price = shares(grid, *bet, quarters / 4).fair_price
    returned = np.array([[float(part) for part in PAYOUT_SHARES[end]] for end in ENDS])[settled(*bet, quarters)]
    if price is None:
        assert (grid * returned[..., 0]).sum() == 0, "only a bet that no score wins has no fair price"
        return
    assert price >= 1
    assert (grid * (returned[..., 0] * price + returned[..., 1])).sum() == pytest.approx(1, rel=1e-9)


@pytest.mark.case("M1")
@given(GRIDS, QUARTERS)
def test_shares_are_probabilities_and_a_higher_line_is_won_less(grid: np.ndarray, quarters: int):
    for shares in (over(total_goals(grid), quarters / 4), home_handicap(home_lead(grid), quarters / 4)):
        assert sum(shares) == pytest.approx(1, abs=1e-12)
        assert min(shares) >= 0
        assert shares.opposite.opposite == shares
    goals, leads = total_goals(grid), home_lead(grid)
    assert over(goals, (quarters + 1) / 4).won <= over(goals, quarters / 4).won
    assert home_handicap(leads, (quarters + 1) / 4).won >= home_handicap(leads, quarters / 4).won


def test_penaltyblog_splits_the_stake_alike():
    from penaltyblog.models import FootballProbabilityGrid  # noqa: PLC0415 - takes four seconds

    chance = np.random.default_rng(2014)
    rates = np.exp(chance.uniform(np.log(0.2), np.log(4.5), (300, 2)))
    for (home, away), rho, quarters in zip(
        rates, chance.uniform(-0.2, 0.05, 300), chance.integers(-10, 11, 300), strict=True
    ):
        grid = score_grid(home, away, rho)
        theirs, line = FootballProbabilityGrid(grid, home, away), quarters / 4
        shares = over(total_goals(grid), abs(line))
        assert (whole(shares.opposite)[0], *whole(shares)[::-1][1:]) == pytest.approx(
            theirs.totals(abs(line)), abs=1e-12
        )
        shares = home_handicap(home_lead(grid), line)
        for side, side_shares, own_line in (("home", shares, line), ("away", shares.opposite, -line)):
            handicap = theirs.asian_handicap_probs(side, own_line)
            assert whole(side_shares) == pytest.approx([handicap[end] for end in ("win", "push", "lose")], abs=1e-12)


def whole(shares: LineShares) -> tuple[float, float, float]:
    """Shares of the stake that are won, returned and lost."""
    halves = (shares.half_won + shares.half_lost) / 2
    return shares.won + shares.half_won / 2, shares.push + halves, shares.lost + shares.half_lost / 2


@pytest.mark.case("M1")
def test_ten_thousand_grids_agree_with_skellam_and_poisson():
    """Without dependence the lead is Skellam's and the total Poisson's; half lines are the plain markets."""
    chance = np.random.default_rng(1946)
    home, away = np.exp(chance.uniform(np.log(0.1), np.log(3.0), (2, 10_000)))
    grids = score_grid(home, away, 0.0)
    outcomes = outcome_probabilities(grids)
    np.testing.assert_allclose(outcomes[:, 0], skellam.sf(0, home, away), rtol=0, atol=1e-6)
    np.testing.assert_allclose(outcomes[:, 1], skellam.pmf(0, home, away), rtol=0, atol=1e-6)
    for line in (1.5, 2.5, 3.5):
        np.testing.assert_allclose(over_probability(grids, line), poisson.sf(line, home + away), rtol=0, atol=1e-6)
    for place in range(0, 10_000, 40):
        leads, goals = home_lead(grids[place]), total_goals(grids[place])
        assert home_handicap(leads, -0.5).won == pytest.approx(outcomes[place, 0], abs=1e-12)
        assert home_handicap(leads, 0).push == pytest.approx(outcomes[place, 1], abs=1e-12)
        assert home_handicap(leads, 0.5).lost == pytest.approx(outcomes[place, 2], abs=1e-12)
        assert over(goals, 2.5).won == pytest.approx(float(over_probability(grids[place], 2.5)), abs=1e-12)


def test_a_fair_price_by_hand():
    """Won 0.4, half won 0.1, half lost 0.2, lost 0.3: 1 + (0.3 + 0.1) / (0.4 + 0.05)."""
    shares = LineShares(0.4, 0.1, 0.0, 0.2, 0.3)
    assert shares.fair_price == pytest.approx(1 + 0.4 / 0.45)
    assert shares.opposite.fair_price == pytest.approx(1 + 0.45 / 0.4)
    assert LineShares(0.0, 0.0, 0.25, 0.25, 0.5).fair_price is None


@pytest.mark.parametrize("line", [2.1, 2.3, -0.1, 0.2500001, float("nan"), float("inf")])
def test_a_line_between_quarters_is_rejected(line: float):
    grid = score_grid(1.4, 1.1, -0.07)
    for bet in (lambda: over(total_goals(grid), line), lambda: home_handicap(home_lead(grid), line)):
        with pytest.raises(ValueError, match=f"a line is a multiple of a quarter, such as 2.25; {line} is none"):
            bet()
