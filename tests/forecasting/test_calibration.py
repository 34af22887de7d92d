"""Every forecast falls into one bucket of its own probability."""

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.calibration import EDGES, FIVE_POINT_EDGES, Bucket, buckets

CASES = st.lists(st.tuples(st.floats(0, 1) | st.sampled_from(EDGES), st.booleans()), max_size=60)


@given(CASES)
def test_nothing_is_lost_and_nothing_counts_twice(cases: list[tuple[float, bool]]):
    result = buckets(cases)
    assert sum(b.count for b in result) == len(cases)
    assert sum(b.occurred for b in result) == sum(occurred for _, occurred in cases)
    assert sum(b.count * b.forecast for b in result) == pytest.approx(sum(p for p, _ in cases), abs=1e-9)
    assert all(b.low - 1e-12 <= b.forecast <= b.high and 0 <= b.occurred <= b.count for b in result)
    assert [b.low for b in result] == sorted({b.low for b in result})


@pytest.mark.parametrize("p", [0.80, 0.95, 1.0])
def test_certainty_falls_into_the_last_bucket(p: float):
    assert buckets([(p, True)]) == (Bucket(0.80, 1.0, 1, p, 1),)


@pytest.mark.parametrize(
    ("p", "low", "high"), [(0.0, 0.0, 0.40), (0.34, 0.0, 0.40), (0.40, 0.40, 0.45), (0.75, 0.75, 0.80)]
)
def test_a_probability_on_an_edge_belongs_to_the_bucket_that_begins_there(p: float, low: float, high: float):
    assert [(b.low, b.high) for b in buckets([(p, False)])] == [(low, high)]


@pytest.mark.parametrize(
    ("p", "low", "high"), [(0.0, 0.0, 0.05), (0.55, 0.55, 0.6), (0.15, 0.15, 0.2), (1.0, 0.9, 1.0)]
)
def test_five_points_have_edges_of_their_own(p: float, low: float, high: float):
    assert [(b.low, b.high) for b in buckets([(p, False)], FIVE_POINT_EDGES)] == [(low, high)]


def test_a_bucket_counts_outcomes_and_averages_forecast_probabilities():
    result = buckets([(0.61, True), (0.63, False), (0.64, True), (0.52, False)])
    assert result[1] == Bucket(0.60, 0.65, 3, fmean([0.61, 0.63, 0.64]), 2)
    assert [b.low for b in result] == [0.50, 0.60]
