"""What moved a forecast is shared out exactly, by a value that others worked out before us."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.forecasting.factors import GROUPS, effects, shapley
from shared.forecasting.features import COLUMNS

AT_HOME = np.array([1.0, 0.0])
WORTH = st.integers(1, 5).flatmap(
    lambda members: arrays(np.float64, (3, 2**members, 2), elements=st.floats(-1, 1, width=32))
)


def members_of(worth: np.ndarray) -> int:
    return worth.shape[-2].bit_length() - 1


def test_the_security_councils_shapley_values_match_the_literature():
    """Five permanent members and four of ten others must agree: Shapley and Shubik's index is 421/2145 and 4/2145."""
    council = np.arange(2**15)
    permanent = (council & 31) == 31
    others = sum((council >> seat) & 1 for seat in range(5, 15))
    power = shapley((permanent & (others >= 4)).astype(float)[:, None])[:, 0]
    assert power == pytest.approx([421 / 2145] * 5 + [4 / 2145] * 10, abs=1e-12)


def test_shapley_values_of_the_glove_game():
    """Two left gloves and a right one; a pair is worth 1: 1/6, 1/6 and 2/3."""
    pairs = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    assert shapley(np.array(pairs)[:, None])[:, 0] == pytest.approx([1 / 6, 1 / 6, 2 / 3])


@given(WORTH)
def test_shapley_values_sum_to_the_total_value(worth: np.ndarray):
    assert shapley(worth).sum(axis=-2) == pytest.approx(worth[:, -1] - worth[:, 0], abs=1e-12)


@given(WORTH, st.data())
def test_a_member_without_effect_has_a_shapley_value_of_0(worth: np.ndarray, data: st.DataObject):
    idle = data.draw(st.integers(0, members_of(worth) - 1))
    places = np.arange(worth.shape[-2])
    values = shapley(worth[:, places & ~(1 << idle)])
    assert values[:, idle] == pytest.approx(0, abs=1e-12)


@given(WORTH)
def test_symmetric_members_have_equal_shapley_values(worth: np.ndarray):
    """A value that depends on the size of the coalition alone."""
    members = members_of(worth)
    size = np.array([place.bit_count() for place in range(2**members)])
    values = shapley(worth[:, size])
    assert values == pytest.approx(np.repeat(values[:, :1], members, axis=1), abs=1e-12)
    assert sum(comb(members, count) for count in range(members + 1)) == len(size)


@given(WORTH, WORTH, st.floats(-2, 2))
def test_shares_of_a_sum_are_sums_of_shares(worth: np.ndarray, other: np.ndarray, times: float):
    if worth.shape == other.shape:
        assert shapley(worth + times * other) == pytest.approx(shapley(worth) + times * shapley(other), abs=1e-11)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_but_home_belongs_to_one_group(name: str):
    """Put a new column into one of the groups, and a new group into the catalogue."""
    groups = [key for key, starts in GROUPS.items() if name.startswith(starts)]
    assert len(groups) == (name != "at_home"), groups


@pytest.mark.parametrize("key", GROUPS)
def test_every_group_has_columns(key: str):
    assert any(name.startswith(GROUPS[key]) for name in COLUMNS)


def some_rows(chance: np.random.Generator, n: int) -> np.ndarray:
    rows = chance.normal(size=(n, 2, len(COLUMNS)))
    rows[:, :, COLUMNS.index("at_home")] = AT_HOME
    return rows


def test_for_a_linear_forecast_a_groups_effect_is_the_sum_of_its_columns():
    """For a linear forecast a column's share is its weight times its distance from the average (Lundberg and Lee)."""
    chance = np.random.default_rng(2)
    average, rows, weights = some_rows(chance, 1)[0], some_rows(chance, 4), chance.normal(size=(2, len(COLUMNS)))
    start, parts = effects(rows, average, lambda inputs: np.einsum("mrc,rc->m", inputs, weights)[:, None])
    assert start == pytest.approx([(average * weights).sum()])
    for place, starts in enumerate(GROUPS.values()):
        columns = [column for column, name in enumerate(COLUMNS) if name.startswith(starts)]
        assert parts[:, place, 0] == pytest.approx(((rows - average) * weights)[:, :, columns].sum(axis=(1, 2)))


def test_where_columns_act_together_the_parts_still_make_the_whole():
    chance = np.random.default_rng(3)
    average, rows, weights = some_rows(chance, 1)[0], some_rows(chance, 6), chance.normal(size=(2 * len(COLUMNS), 3))

    def predict(rows: np.ndarray) -> np.ndarray:
        return np.tanh(rows.reshape(len(rows), -1) @ weights / 9) ** 3

    start, added = effects(rows, average, predict)
    assert added.shape == (6, len(GROUPS), 3)
    assert start + added.sum(axis=1) == pytest.approx(predict(rows), abs=1e-12)
    assert effects(rows[2:3], average, predict)[1] == pytest.approx(added[2:3], abs=1e-15)


def test_the_average_match_is_moved_by_nothing():
    average = some_rows(np.random.default_rng(4), 1)
    _, added = effects(average, average[0], lambda inputs: np.sin(inputs).sum(axis=(1, 2))[:, None])
    assert added == pytest.approx(0, abs=1e-12)
