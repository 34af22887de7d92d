import pytest

from shared.forecasting.shot_xg import chances, goals_and_chances


def test_shots_replace_missing_expected_goals():
    """0.36 and 0.24 of a goal a shot on target, 0.02 less for each other one; goals count for 0.3."""
    assert chances((2, 0), (12, 5), (4, 5), None) == pytest.approx((0.6 + 0.7 * 1.16, 0.7 * 1.56))
    assert chances((2, 0), (12, 5), (4, 5), (1.8, 0.4)) == pytest.approx((0.6 + 0.7 * 1.8, 0.7 * 0.4))
    assert chances((2, 0), (12, 5), None, None) is None


def test_a_market_learns_from_goals_and_chances_alike():
    assert goals_and_chances((3, 1), (1.6, 1.7)) == pytest.approx((2.3, 1.35))
    assert goals_and_chances((3, 1), None) == (3, 1)
