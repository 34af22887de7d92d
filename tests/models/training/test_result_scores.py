"""Scores against results alone."""

import numpy as np
import pytest

from models.training.result_scores import NOT_COMPUTED, ResultSample, render, result_scores


def sample() -> ResultSample:
    """Three matches of one league, one of another; opening prices are right about the favourite."""
    return ResultSample(
        season=np.array([2021, 2022, 2022, 2022]),
        competition=np.array(["SD", "SD", "SD", "SB"]),
        outcome=np.array([0, 1, 2, 0]),
        forecasts={"uniform": np.full((4, 3), 1 / 3), "opening": np.array([[0.5, 0.3, 0.2]] * 4)},
    )


def test_each_league_has_its_scores_by_hand():
    rows = {(row["league"], row["forecast"]): row for row in result_scores(sample())}
    assert list(rows) == [("SD", "uniform"), ("SD", "opening"), ("SB", "uniform"), ("SB", "opening")]
    one = rows["SB", "opening"]
    assert (one["n"], one["seasons"]) == (1, ["2223"])
    assert one["rps"] == pytest.approx((0.25 + 0.04) / 2)
    assert one["log_loss"] == pytest.approx(np.log(2))
    assert one["brier"] == pytest.approx(0.25 + 0.09 + 0.04)
    three = rows["SD", "uniform"]
    assert (three["n"], three["seasons"]) == (3, ["2122", "2223"])
    assert three["rps"] == pytest.approx((5 / 18 + 1 / 9 + 5 / 18) / 3)
    assert three["log_loss"] == pytest.approx(np.log(3))
    assert three["above_opening"]["value"] == pytest.approx(three["rps"] - rows["SD", "opening"]["rps"])
    assert three["above_opening"]["low"] < three["above_opening"]["value"] < three["above_opening"]["high"]
    assert one["above_opening"] == {"value": 0, "low": 0, "high": 0}


def test_the_text_names_each_figure_that_needs_closing_prices():
    first, second = render(result_scores(sample())).split("\n\n")
    assert first.startswith("Segunda División 2122, 2223, n = 3, against results alone:\n")
    assert second.startswith("Serie B 2223, n = 1, against results alone:\n")
    for text in (first, second):
        assert [line.strip() for line in text.splitlines() if line.startswith("  ")] == list(NOT_COMPUTED)
        assert max(map(len, text.splitlines())) <= 100
    name, *scores, _, value, low, high = first.splitlines()[-1].split()
    assert (name, *scores) == ("opening", "0.24500", "1.16885", "0.71333")
    assert (value, low, high) == ("0", "[0,", "0]")
