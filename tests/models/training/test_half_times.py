"""Effects of a lead and forecasts at half-time, on matches that were made up with known effects."""

import numpy as np
import pytest
from scipy.stats import poisson

from models.training import in_play_report
from models.training.half_times import HalfTimes, final_scores, fit
from shared.forecasting.in_play import LeadEffects

EFFECTS = LeadEffects(home=(1.3, 1.1, 1.0, 0.9, 0.8), away=(0.7, 0.95, 1.05, 1.2, 1.4))


def made_up(n: int, seed: int = 3) -> HalfTimes:
    """Matches of two seasons: Poisson goals, 0.441 of them before half-time, then with the effects."""
    rng = np.random.default_rng(seed)
    goals = np.column_stack([rng.normal(0.4, 0.3, n), rng.normal(0.1, 0.3, n), np.full(n, -0.07)])
    rates = np.exp(goals[:, :2])
    at_break = rng.poisson(0.441 * rates)
    place = np.clip(at_break[:, 0] - at_break[:, 1], -2, 2) + 2
    later = rng.poisson(0.559 * rates * np.column_stack([np.array(side)[place] for side in EFFECTS]))
    return HalfTimes(
        season=np.arange(n) % 2 + 2021,
        competition=np.array(["PL", "SA", "PL"])[np.arange(n) % 3],
        goals=goals,
        at_break=at_break,
        final=at_break + later,
        red_cards=np.column_stack([np.arange(n) % 5 == 0, np.zeros(n)]).astype(float),
    )


def test_the_fit_finds_the_effects():
    fitted = fit(made_up(60_000))
    for side in (0, 1):
        assert fitted[side] == pytest.approx(EFFECTS[side], abs=0.05)


def test_a_forecast_at_half_time_is_the_score_and_poisson_goals():
    matches = made_up(300)
    grids = final_scores(matches, EFFECTS)
    assert grids.sum(axis=(1, 2)) == pytest.approx(1, abs=1e-12)
    (home, away), place = matches.at_break[7], int(np.clip(np.subtract(*matches.at_break[7]), -2, 2)) + 2
    rates = 0.559 * np.exp(matches.goals[7, :2]) * (EFFECTS.home[place], EFFECTS.away[place])
    goals = np.arange(16)
    expected = np.outer(poisson.pmf(goals - home, rates[0]), poisson.pmf(goals - away, rates[1]))
    np.testing.assert_allclose(grids[7], expected, rtol=0, atol=1e-9)


@pytest.fixture(scope="module")
def evidence() -> dict:
    return in_play_report.evidence(made_up(8_000), [2022])


def test_the_forecast_is_better_than_naive_ones_and_calibrated(evidence):
    overall = {row["forecast"]: row for row in evidence["rows"] if row["part"] == "all"}
    assert tuple(overall) == in_play_report.NAMES
    assert {row["n"] for row in overall.values()} == {4_000}
    for name in ("half_the_rate", "base_rates", "before_the_match"):
        assert overall[name]["above_in_play"][1] > 0
        assert overall[name]["log_loss"] > overall["in_play"]["log_loss"]
    bins = [row for of in ("home", "draw", "away") for row in evidence["reliability"]["all"][of] if row["n"] >= 100]
    assert sum(not row["within"] for row in bins) <= 0.15 * len(bins)
    assert evidence["over"]["above_in_play"]["before_the_match"][1] > 0
    assert {row["part"] for row in evidence["rows"]} == {"all", "PL", "SA", "2223"}


def test_effects_are_fitted_to_earlier_seasons_alone(evidence):
    matches = made_up(8_000)
    assert evidence["effects"]["2223"] == fit(matches.of(matches.season < 2022))
    assert evidence["effects"]["2324"] == fit(matches)


def test_a_forecast_that_is_wrong_is_found_outside_its_intervals():
    matches = made_up(8_000)
    wrong = matches._replace(final=np.maximum(matches.at_break, matches.final[:, ::-1]))
    bins = in_play_report.evidence(wrong, [2022])["reliability"]["all"]["home"]
    assert sum(not row["within"] for row in bins if row["n"] >= 100) > 3


def test_goals_after_half_time_of_matches_with_a_red_card_are_compared(evidence):
    """A card a match changed nothing in what was made up."""
    cards = evidence["red_cards"]
    assert cards["n"] == 800
    assert cards["side_with_ten"] == pytest.approx(1, abs=0.15)
    assert cards["other_side"] == pytest.approx(1, abs=0.15)


def test_the_report_names_its_metrics_and_the_plot_is_deterministic(evidence, tmp_path):
    text = in_play_report.render(evidence)
    for name in (*in_play_report.NAMES, "for 2324", "over 2.5", "red card"):
        assert name in text
    for file in ("a.svg", "b.svg"):
        in_play_report.draw(tmp_path / file, evidence)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
