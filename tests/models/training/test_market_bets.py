"""Bets on every market against the policy's own arithmetic, match by match."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from models.training import dataset, market_bets
from models.training.market_bets import MIN_BETS, Quotes, by_price_and_market, quotes
from shared.betting.consensus import fair_probability
from shared.betting.moved_consensus import MovedConsensus
from shared.betting.prices import OUTCOMES, Market, Offer, offer_line
from shared.betting.settlement import profit, settle_bet
from shared.betting.value import closing_line_value, expected_value
from shared.football.match import Score
from shared.forecasting.grid import score_grid
from shared.forecasting.implied_goals import implied_log_goals
from tests.season import Row, row, to_csv

NOON = datetime(2024, 4, 27, 12, tzinfo=UTC)
SELECTIONS = [(market, outcome) for market in Market for outcome in OUTCOMES[market]]
FORECAST = np.array([[0.45, -0.1, -0.06]])
COLUMNS = {
    "AvgH": "2.05", "AvgD": "3.40", "AvgA": "3.70", "AvgCH": "1.95", "AvgCD": "3.50", "AvgCA": "4.00",
    "MaxH": "2.12", "MaxD": "3.60", "MaxA": "3.95", "B365H": "2.00", "B365D": "3.50", "B365A": "3.80",
    "BWH": "2.02", "BWD": "3.40", "BWA": "3.75", "BFEH": "2.10", "BFED": "3.60", "BFEA": "3.95",
    "Avg>2.5": "1.90", "Avg<2.5": "1.92", "AvgC>2.5": "1.87", "AvgC<2.5": "1.96", "Max>2.5": "1.98", "Max<2.5": "2.00",
    "AHh": "-0.75", "AHCh": "-0.75", "AvgAHH": "2.02", "AvgAHA": "1.86", "AvgCAHH": "1.93", "AvgCAHA": "1.95",
    "PAHH": "2.06", "PAHA": "1.88", "B365AHH": "2.00", "B365AHA": "1.90", "BFEAHH": "2.08", "BFEAHA": "1.92",
}  # fmt: skip


def quotes_of(directory: Path, *rows: Row) -> tuple[dataset.Matches, Quotes]:
    file = directory / "mmz4281/2324/E0.csv"
    file.parent.mkdir(parents=True)
    file.write_text(to_csv(rows))
    matches = dataset.read(directory, [2023])
    goals = implied_log_goals(matches.opening, matches.opening_over)
    return matches, quotes(matches, goals, np.ones(len(matches), dtype=np.bool_))


def match(score: str = "2-1", **columns: str) -> Row:
    return row("Arsenal", "Chelsea", "27/04/2024 15:00", score) | COLUMNS | columns


def average_offers(*, closing: bool, line: str = "-0.75") -> list[Offer]:
    middle = "C" if closing else ""
    listed = (
        (Market.H2H, "0", ("H", "D", "A")),
        (Market.TOTALS, "2.5", (">2.5", "<2.5")),
        (Market.HANDICAP, line, ("AHH", "AHA")),
    )
    return [
        Offer(
            1, "football_data_uk", "market_average", market, Decimal(at),
            tuple(Decimal(COLUMNS[f"Avg{middle}{end}"]) for end in ends), NOON, closing,
        )
        for market, at, ends in listed
    ]  # fmt: skip


@pytest.mark.case("J14", "L11")
@pytest.mark.parametrize("line", ["-0.75", "-1", "0.25", "-0.5"])
@pytest.mark.parametrize("score", ["2-1", "0-0", "3-0", "0-2"])
def test_values_closing_values_and_profits_are_those_of_the_picks(tmp_path: Path, line: str, score: str):
    """On one line before and at the close; every selection, with refunds and half results."""
    _, quoted = quotes_of(tmp_path, match(score, AHh=line, AHCh=line))
    prices, (home, away) = quoted.prices["best"], map(int, score.split("-"))
    forecast, at_risk = market_bets._moved_consensus(FORECAST, quoted)
    closing_at_risk = market_bets._at_risk(market_bets.selection_shares(quoted.closing, quoted.line))
    profits = market_bets._returns(prices, market_bets._results(np.array([[home, away]]), quoted.line))
    offers, closing = average_offers(closing=False, line=line), average_offers(closing=True, line=line)
    home_rate, away_rate = np.exp(FORECAST[0, :2])
    served = MovedConsensus(score_grid(home_rate, away_rate, FORECAST[0, 2]), offers)
    for place, (market, outcome) in enumerate(SELECTIONS):
        own = {Market.H2H: "0", Market.TOTALS: "2.5", Market.HANDICAP: line}[market]
        own_line = offer_line(market, outcome, Decimal(own))
        price = Decimal(str(prices[0, place]))
        results = served.result_probabilities(market, outcome, own_line)
        value = (prices[0, place] * forecast[0, place] - 1) * at_risk[0, place]
        assert value == pytest.approx(float(expected_value(results, price)), abs=5e-6)
        close = fair_probability(closing, market, own_line, outcome)
        assert close is not None
        own_clv = (prices[0, place] * quoted.fair[0, place] - 1) * closing_at_risk[0, place]
        assert own_clv == pytest.approx(float(closing_line_value(price, close.probability, close.at_risk)), abs=5e-6)
        settled = settle_bet(market, outcome, own_line, Score(home, away))
        assert profits[0, place] == pytest.approx(float(profit(settled, price)))


def test_each_price_kind_is_computed_from_its_columns(tmp_path: Path):
    """Pinnacle's handicap where the file has no best one; the better of bet365 and bwin; winnings less 5 %."""
    _, quoted = quotes_of(tmp_path, match())
    assert quoted.prices["best"][0] == pytest.approx([2.12, 3.6, 3.95, 1.98, 2.0, 2.06, 1.9])
    assert quoted.prices["stand_ins"][0] == pytest.approx([2.02, 3.5, 3.8, np.nan, np.nan, 2.0, 1.9], nan_ok=True)
    exchange = [1 + 0.95 * 1.1, 1 + 0.95 * 2.6, 1 + 0.95 * 2.95, np.nan, np.nan, 1 + 0.95 * 1.08, 1 + 0.95 * 0.92]
    assert quoted.prices["exchange"][0] == pytest.approx(exchange, nan_ok=True)


@pytest.mark.case("L11")
def test_of_a_line_that_has_moved_the_closing_grid_gives_the_fair_price(tmp_path: Path):
    matches, quoted = quotes_of(tmp_path, match(AHCh="-1"))
    ((home, away, rho),) = implied_log_goals(matches.closing, matches.closing_over)
    grid = score_grid(np.exp(home), np.exp(away), rho)
    lead = np.subtract.outer(np.arange(16), np.arange(16))
    won, half, lost = (grid[lead > 1].sum(), grid[lead == 1].sum(), grid[lead < 1].sum())
    assert quoted.fair[0, 5] == pytest.approx((won + half / 2) / (won + half / 2 + lost), abs=1e-9)
    assert quoted.fair[0, 5] + quoted.fair[0, 6] == pytest.approx(1)


def test_without_a_closing_line_or_closing_totals_a_handicap_has_no_closing_value(tmp_path: Path):
    gone = dict.fromkeys(("AvgC>2.5", "AvgC<2.5"), "")
    _, quoted = quotes_of(tmp_path, match(AHCh="-1", **gone))
    assert np.isnan(quoted.fair[0, 3:]).all()


def many(n: int) -> tuple[Quotes, np.ndarray, np.ndarray]:
    """Home wins at 2.20 that are worth a half; every other one is won."""
    fair, nothing = np.full((n, 7), np.nan), np.full((n, 7), np.nan)
    fair[:, 0], prices = 0.48, nothing.copy()
    prices[:, 0] = 2.2
    level = np.tile(implied_log_goals([[0.5, 0.27, 0.23]], [0.5]), (n, 1))
    line = np.tile([2.5, np.nan], (n, 1))
    score = np.tile([[1, 0], [0, 0]], (n // 2 + 1, 1))[:n]
    return Quotes(line, nothing, level, {"best": prices, "exchange": nothing}, fair, level), level, score


def test_bets_are_counted_and_valued_by_kind_and_market():
    quoted, goals, score = many(MIN_BETS)
    bets = by_price_and_market(goals, quoted, score)
    for market in ("h2h", "all"):
        placed = bets["best"][market]
        assert (placed["priced"], placed["n"], placed["n_closing"]) == (MIN_BETS,) * 3
        assert placed["clv"]["mean"] == pytest.approx(2.2 * 0.48 - 1)
        assert placed["profit"]["mean"] == pytest.approx(0.1)
        assert placed["beat_close"] == 1
    nothing = {"priced": 0, "n": 0, "n_closing": 0, "clv": None, "beat_close": None, "profit": None}
    assert bets["best"]["handicap"] == bets["exchange"]["all"] == nothing


def test_fewer_bets_than_the_floor_give_no_estimate():
    quoted, goals, score = many(MIN_BETS - 1)
    placed = by_price_and_market(goals, quoted, score)["best"]["h2h"]
    assert placed["n"] == MIN_BETS - 1
    assert (placed["clv"], placed["beat_close"], placed["profit"]) == (None, None, None)
