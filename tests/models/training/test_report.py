import re
from typing import Any

import numpy as np
import pytest

from models.training import report, report_text
from models.training.market_bets import MARKETS, PRICES
from models.training.report import NAMES, Sample
from shared.forecasting.metrics import rps

COLUMNS = {"forecast", "season", "league", "n", "rps", "log_loss", "brier", "ece", "gap_rps", "gap_low", "gap_high"} | {
    "distance",
    "distance_low",
    "distance_high",
}
INTERVAL = {"mean": 0.0312, "low": -0.0101, "high": 0.0666}
FEW = {"priced": 900, "n": 99, "n_closing": 99, "clv": None, "beat_close": None, "profit": None}
MANY = {"priced": 900, "n": 434, "n_closing": 400, "clv": INTERVAL, "beat_close": 0.615, "profit": INTERVAL}


def sample(n: int = 400, **better: float) -> Sample:
    """Matches whose closing line is the truth; other forecasts are mixed with thirds, less for `better`."""
    chance = np.random.default_rng(4)
    truth = chance.dirichlet([4, 3, 3], n)
    outcome = (chance.random((n, 1)) > truth.cumsum(axis=1)[:, :2]).sum(axis=1)
    mixed = {name: share * truth + (1 - share) / 3 for name in NAMES for share in [better.get(name, 0.5)]}
    over = chance.uniform(0.3, 0.7, n)
    return Sample(
        day=np.arange(737_000, 737_000 + n),
        season=np.repeat([2021, 2022], n // 2),
        competition=np.tile(["PL", "SA"], n // 2),
        outcome=outcome,
        over=chance.random(n) < over,
        best=1.03 / truth,
        market_bets={kind: dict.fromkeys(MARKETS, FEW) for kind in PRICES}
        | {"exchange": dict.fromkeys(MARKETS, FEW | {"priced": 0, "n": 0})}
        | {"best": dict.fromkeys(MARKETS, MANY)},
        forecasts=mixed | {"closing": truth},
        totals=dict.fromkeys(("no_odds", "past_lines", "anchored", "opening", "closing"), over),
        expected_goals=False,
    )


@pytest.fixture(scope="module")
def evidence() -> dict[str, Any]:
    """The evidence of the sample without a better forecast."""
    return report.evidence(sample())


def test_there_is_a_row_for_each_forecast_season_and_league_and_for_all(evidence):
    rows = evidence["rows"]
    assert all(row.keys() == COLUMNS for row in rows)
    assert {(r["season"], r["league"], r["forecast"]) for r in rows} == {
        (season, league, name) for season in ("all", "2122", "2223") for league in ("all", "PL", "SA") for name in NAMES
    }


def test_gaps_are_paired_with_the_closing_line(evidence):
    made = sample()
    rows = {row["forecast"]: row for row in evidence["rows"] if row["season"] == row["league"] == "all"}
    assert [rows["closing"][key] for key in ("gap_rps", "gap_low", "gap_high")] == [0, 0, 0]
    gap = rps(made.forecasts["uniform"], made.outcome) - rps(made.forecasts["closing"], made.outcome)
    assert rows["uniform"]["gap_rps"] == pytest.approx(gap.mean(), abs=1e-8)
    assert rows["uniform"]["gap_low"] < gap.mean() < rows["uniform"]["gap_high"]


def test_the_distance_is_the_expected_gap_if_the_closing_line_is_right(evidence):
    made = sample()
    rows = {row["forecast"]: row for row in evidence["rows"] if row["season"] == row["league"] == "all"}
    assert [rows["closing"][key] for key in ("distance", "distance_low", "distance_high")] == [0, 0, 0]
    forecast, closing = made.forecasts["uniform"], made.forecasts["closing"]
    expected = sum(
        closing[:, [i]] * (rps(forecast, np.full(len(closing), i)) - rps(closing, np.full(len(closing), i)))[:, None]
        for i in range(3)
    )
    assert rows["uniform"]["distance"] == pytest.approx(np.mean(expected), abs=1e-8)
    assert rows["uniform"]["distance_low"] < np.mean(expected) < rows["uniform"]["distance_high"]


def test_each_difference_has_the_interval_of_its_distance():
    evidence = report.evidence(sample(anchored=0.9, opening=0.6))
    pair = evidence["paired"]["anchored_minus_opening"]
    rows = {row["forecast"]: row for row in evidence["rows"] if row["season"] == row["league"] == "all"}
    apart = rows["anchored"]["distance"] - rows["opening"]["distance"]
    assert pair["distance"]["value"] == pytest.approx(apart, abs=2e-8)
    assert pair["distance"]["low"] < apart < pair["distance"]["high"] < 0
    text = report_text.render(evidence)
    assert re.search(rf"anchored − opening +RPS .*, distance {apart * 1e5:+.1f} \[-", text)


def test_goals_are_reached_by_forecasts_as_good_as_the_close_and_missed_by_bad_ones():
    good = report.evidence(sample(2000, no_odds=1, past_lines=1, anchored=1, opening_recalibrated=0.3))["goals"]
    bad = report.evidence(sample(2000, no_odds=0, past_lines=0, anchored=0, opening_recalibrated=1))["goals"]
    about_prices = [place for place, goal in enumerate(good) if goal["goal"] in {"A", "B", "C"}]
    assert all(good[place]["reached"] for place in about_prices)
    assert not any(bad[place]["reached"] for place in about_prices)


def test_a_metric_beyond_its_plausible_bound_is_suspicious():
    assert report.at_most("C", "", -0.001, 0.0003, suspicious_below=-0.0005)["suspicious"]
    assert report.at_least("CLV", "", 0.07, 0.025, suspicious_above=0.06)["suspicious"]
    assert not report.at_most("A", "", None, 0.0045)["reached"]


def test_the_text_fits_into_a_hundred_columns_and_names_every_forecast(evidence):
    text = report_text.render(evidence)
    assert max(map(len, text.splitlines())) <= 100
    assert all(re.search(rf"^{name} ", text, re.M) for name in NAMES)


def test_the_text_reports_a_bankrolls_growth_with_its_interval():
    text = report_text.render(report.evidence(sample(anchored=1)))
    assert re.search(
        r"picks of 1X2 alone, \d+ on \d+ days: \d+\.\d\d times,\n  growth a day [+-]\S+% \[[+-]\S+%, [+-]\S+%\]", text
    )


def test_the_text_lists_every_price_and_market_and_marks_too_few_bets(evidence):
    lines = [re.sub(r" +", " ", line).strip() for line in report_text.render(evidence).splitlines()]
    for label in MARKETS.values():
        interval = "+3.1% [-1.0%, +6.7%]"
        assert f"best of all {label} 434 {interval} 62% {interval}" in lines
        assert f"bet365 or bwin {label} 99 too few, of 900 matches" in lines
        assert f"exchange less 5 % {label} 0 no such prices in the files" in lines
