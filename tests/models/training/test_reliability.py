import numpy as np
import pytest

from models.training.reliability import reliability

HOME = np.tile([0.62, 0.22, 0.16], (10, 1))
RATED = np.tile([0.93, 0.05, 0.02], (10, 1))
OUTCOME = np.array([0] * 6 + [1] * 3 + [2])
SEASON = np.array([2012] * 5 + [2022] * 5)
LEAGUE = np.array(["PL"] * 4 + ["SA"] * 6)


@pytest.fixture
def report():
    return reliability({"anchored": HOME, "past_lines": RATED}, OUTCOME, SEASON, LEAGUE)


def test_every_outcome_counts_in_the_bucket_of_its_probability(report):
    assert report["seasons"] == [2012, 2022]
    assert report["records"]["prices"]["all"] == [
        [0.15, 0.2, 10, 1, 0.16],
        [0.2, 0.25, 10, 3, 0.22],
        [0.6, 0.65, 10, 6, 0.62],
    ]
    assert report["records"]["ratings"]["all"] == [
        [0.0, 0.05, 10, 1, 0.02],
        [0.05, 0.1, 10, 3, 0.05],
        [0.9, 1.0, 10, 6, 0.93],
    ]


def test_each_leagues_reliability_is_reported_separately(report):
    of_leagues = report["records"]["prices"]
    assert set(of_leagues) == {"all", "PL", "SA"}
    assert of_leagues["PL"][-1] == [0.6, 0.65, 4, 4, 0.62]
    assert of_leagues["SA"][-1] == [0.6, 0.65, 6, 2, 0.62]
