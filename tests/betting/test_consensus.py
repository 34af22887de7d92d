"""What the market thinks of a match."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.consensus import Consensus, consensus, fair_probability, log_goals
from shared.betting.devig import shin
from shared.betting.prices import Market, Offer, offer_line
from shared.forecasting.grid import RHO, SIZE, outcome_probabilities, over_probability, score_grid

D = Decimal
TAKEN = datetime(2026, 10, 23, 15, tzinfo=UTC)


def h2h(bookmaker: str, *prices: float | None, source: str = "football_data_uk", hours: int = 0) -> Offer:
    listed = tuple(None if p is None else D(str(p)) for p in prices)
    return Offer(1, source, bookmaker, Market.H2H, D(0), listed, TAKEN + timedelta(hours=hours))


def totals(bookmaker: str, line: str, over: float, under: float) -> Offer:
    return Offer(1, "football_data_uk", bookmaker, Market.TOTALS, D(line), (D(str(over)), D(str(under))), TAKEN)


AVERAGE = h2h("market_average", 2.05, 3.4, 3.7)
OTHERS = [h2h("pinnacle", 2.1, 3.45, 3.75), h2h("betfair_exchange", 2.12, 3.5, 3.8), h2h("bet365", 2.0, 3.4, 3.6)]


def consensus_of(offers: list[Offer]) -> Consensus:
    result = consensus(offers)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("offers", "bookmaker"),
    [
        ([*OTHERS, AVERAGE], "market_average"),
        (OTHERS[::-1], "pinnacle"),
        (OTHERS[1:], "betfair_exchange"),
        ([h2h("winamax_fr", 2.0, 3.3, 3.5), OTHERS[2]], "bet365"),
        ([h2h("winamax_fr", 2.0, 3.3, 3.5)], "winamax_fr"),
        ([h2h("winamax_fr", 2.0, 3.3, 3.5), h2h("unibet_fr", 2.0, 3.4, 3.6)], "mean"),
    ],
)
def test_the_consensus_uses_the_most_preferred_bookmaker_with_prices(offers: list[Offer], bookmaker: str):
    result = consensus_of(offers)
    assert result.bookmaker == bookmaker
    listed = [o for o in offers if bookmaker in {o.bookmaker, "mean"}]
    fair = shin([[float(p) for p in o.prices if p is not None] for o in listed]).mean(axis=0)
    assert result.outcome == pytest.approx(fair, abs=1e-12)


def test_of_one_bookmaker_s_prices_the_newest_count():
    result = consensus_of(
        [h2h("pinnacle", 2.5, 3.4, 3.0), h2h("pinnacle", 2.1, 3.4, 3.7, hours=2), h2h("pinnacle", 3, 3, 3, hours=1)]
    )
    assert result.outcome == pytest.approx(shin([[2.1, 3.4, 3.7]])[0], abs=1e-12)
    assert result.taken_at == TAKEN + timedelta(hours=2)


def test_the_consensus_carries_the_time_and_source_of_its_prices():
    result = consensus_of(
        [h2h("winamax_fr", 2, 3.4, 3.7, source="the_odds_api"), h2h("pmu_fr", 2, 3, 4, source="the_odds_api", hours=1)]
    )
    assert (result.source, result.taken_at) == ("the_odds_api", TAKEN + timedelta(hours=1))


@pytest.mark.parametrize(
    "offers",
    [
        pytest.param([], id="no prices"),
        pytest.param([h2h("pinnacle", 2.1, None, 3.7)], marks=pytest.mark.case("L2"), id="no draw"),
        pytest.param([h2h("market_best", 2.2, 3.6, 3.9)], id="the best of many is no single bookmaker's price"),
        pytest.param([totals("pinnacle", "2.5", 1.9, 1.95)], id="totals alone"),
    ],
)
def test_without_complete_h2h_prices_there_is_no_consensus(offers: list[Offer]):
    assert consensus(offers) is None


@pytest.mark.case("L2")
def test_incomplete_prices_are_skipped_for_complete_ones():
    assert consensus_of([h2h("market_average", 2.05, None, 3.7), *OTHERS]).bookmaker == "pinnacle"


@pytest.mark.case("L9")
def test_only_totals_at_two_and_a_half_goals_count():
    wrong = [totals("pinnacle", "2.25", 1.7, 2.2), totals("pinnacle", "3.5", 3.4, 1.3)]
    assert consensus_of([AVERAGE, *wrong]).over_25 is None
    result = consensus_of(
        [AVERAGE, *wrong, totals("bet365", "2.5", 1.8, 2.05), totals("market_best", "2.50", 1.9, 2.15)]
    )
    assert result.over_25 == pytest.approx(shin([[1.8, 2.05]])[0][0], abs=1e-12)


PRICES = st.tuples(*[st.floats(1.2, 9).map(lambda p: round(p, 2))] * 3)


@pytest.mark.case("L10")
@given(st.lists(PRICES, min_size=1, max_size=5))
def test_the_market_s_probabilities_sum_to_one(sets: list[tuple[float, float, float]]):
    result = consensus_of([h2h(f"bookmaker {place}", *prices) for place, prices in enumerate(sets)])
    assert sum(result.outcome) == pytest.approx(1, abs=1e-9)
    assert all(0 < p < 1 for p in result.outcome)


UNPRICED = (nan, nan, nan)


@pytest.mark.parametrize("prices", [(2.05, 3.4, 3.7), (1.3, 5.5, 9.5), (6.0, 4.2, 1.55)])
def test_log_goals_without_totals_give_back_the_chances_of_both_sides(prices: tuple[float, float, float]):
    ((home, away, rho),) = log_goals([prices], [(nan, nan)])
    assert rho == RHO
    fitted = outcome_probabilities(score_grid(np.exp(home), np.exp(away), rho))
    np.testing.assert_allclose(fitted, shin([prices])[0], rtol=0, atol=1e-6)


def test_log_goals_give_back_outcome_and_totals_without_their_margin():
    ((home, away, rho),) = log_goals([(2.05, 3.4, 3.7)], [(1.8, 2.05)])
    grid = score_grid(np.exp(home), np.exp(away), rho)
    np.testing.assert_allclose(outcome_probabilities(grid), shin([[2.05, 3.4, 3.7]])[0], rtol=0, atol=1e-9)
    assert over_probability(grid, 2.5) == pytest.approx(shin([[1.8, 2.05]])[0, 0], abs=1e-9)


def test_log_goals_of_a_match_without_prices_are_nan_in_its_row():
    goals = log_goals([UNPRICED, (2.05, 3.4, 3.7), (2.0, nan, 4.0)], [(1.8, 2.05)] * 3)
    assert np.isnan(goals).all(axis=1).tolist() == [True, False, True]
    np.testing.assert_allclose(goals[1], log_goals([(2.05, 3.4, 3.7)], [(1.8, 2.05)])[0], rtol=0, atol=1e-12)


def test_log_goals_of_no_match_are_none():
    assert log_goals([], []).shape == (0, 3)


@pytest.mark.case("L11", "L9")
def test_a_fair_probability_uses_prices_of_its_own_line_only():
    offers = [AVERAGE, totals("market_average", "2.5", 1.9, 1.9), totals("market_average", "3.5", 3.0, 1.4)]
    share = fair_probability(offers, Market.TOTALS, D("2.5"), "under")
    assert share is not None
    assert (share.probability, share.at_risk) == (D("0.5"), 1)
    assert (share.bookmaker, share.source) == ("market_average", "football_data_uk")
    assert fair_probability(offers, Market.TOTALS, D("2.25"), "under") is None
    assert fair_probability(offers, Market.HANDICAP, D("2.5"), "home") is None
    handicap = [replace(totals("market_average", "-0.5", 2.5, 1.6), market=Market.HANDICAP)]
    away = fair_probability(handicap, Market.HANDICAP, D("0.5"), "away")
    assert away is not None, "home -0.5 is away +0.5"
    assert away.probability == D("0.6125")  # 1/1.6 less half of the margin of 0.025
    assert fair_probability(handicap, Market.HANDICAP, D("-0.5"), "away") is None
    home = fair_probability(offers, Market.H2H, D(0), "home")
    assert home is not None
    assert float(home.probability) == pytest.approx(consensus_of(offers).outcome[0], abs=1e-6)


def test_without_a_preferred_bookmaker_the_fair_probability_is_the_mean():
    """With two outcomes Shin takes half of the margin from each side: 1/2.5 - 0.0125, and a half."""
    offers = [totals("winamax_fr", "2.5", 1.6, 2.5), totals("unibet_fr", "2.5", 1.9, 1.9)]
    share = fair_probability(offers, Market.TOTALS, D("2.5"), "under")
    assert share is not None
    assert share.probability == D("0.44375")  # (0.3875 + 0.5) / 2
    assert (share.bookmaker, share.source) == ("mean", "football_data_uk")


@pytest.mark.case("L11", "J14")
@pytest.mark.parametrize(
    ("market", "line", "outcome", "refunded"),
    [
        pytest.param(Market.HANDICAP, "0", "home", lambda lead, _: lead == 0, id="a draw refunds the stake"),
        pytest.param(Market.HANDICAP, "1", "away", lambda lead, _: lead == 1, id="away +1 is home -1"),
        pytest.param(
            Market.HANDICAP, "-0.75", "home", lambda lead, _: (lead == 1) / 2, id="a lead of one refunds half"
        ),
        pytest.param(Market.TOTALS, "2.25", "under", lambda _, goals: (goals == 2) / 2, id="two goals refund half"),
    ],
)
def test_the_share_at_risk_on_a_line_excludes_the_refunded_share(
    market: Market, line: str, outcome: str, refunded: Callable[[int, int], float]
):
    """Summed score by score over the grid that the prices on result and totals imply."""
    offers = [AVERAGE, totals("market_average", "2.5", 1.8, 2.05)]
    own = replace(
        totals("market_average", line, 1.95, 1.95),
        market=market,
        line=offer_line(market, outcome, D(line)),
    )
    share = fair_probability([*offers, own], market, D(line), outcome)
    assert share is not None
    assert share.probability == D("0.5")
    ((home, away, rho),) = log_goals([(2.05, 3.4, 3.7)], [(1.8, 2.05)])
    grid = score_grid(np.exp(home), np.exp(away), rho)
    back = sum(grid[h, a] * refunded(h - a, h + a) for h in range(SIZE) for a in range(SIZE))
    assert float(share.at_risk) == pytest.approx(1 - back, abs=2e-6)
    assert fair_probability([own], market, D(line), outcome) is None, "without h2h prices the refunded share is unknown"


@pytest.mark.case("L2")
def test_incomplete_prices_give_no_fair_probability():
    assert fair_probability([h2h("market_average", 2.05, None, 3.7)], Market.H2H, D(0), "home") is None
