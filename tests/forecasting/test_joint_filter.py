"""One filter over all clubs of a nation, against a Gaussian that is conditioned in one go."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting.joint_filter import LEVELS, PARTS, Filter, Fixture, JointFilter, JointState, pack, unpack

LEAD = Filter(
    away_sign=-1.0,
    level=0.3,
    level_variance=0.05,
    level_drift=1e-4,
    slow_variance=0.25,
    slow_drift=2e-4,
    slow_summer=0.04,
    fast_variance=0.02,
    fast_retention=0.97,
    ground_variance=0.003,
    ground_retention=0.999,
    from_below=-0.3,
    elsewhere=-0.1,
    noise=0.02,
)
SUM = replace(LEAD, away_sign=1.0, level=0.4, slow_variance=0.05, fast_variance=0.002, from_below=0.0, noise=0.004)
FILTERS = (LEAD, SUM)
DAYS = (1000, 1003, 1010, 1060)
"""Of matches, the last more than thirty days after the one before."""


def fixture(home: int, away: int, tier: int = 1, season: int = 2020) -> Fixture:
    return Fixture(home, away, tier, season)


SCHEDULE = [
    [fixture(1, 2), fixture(3, 4), fixture(5, 6, tier=2)],
    [fixture(2, 3), fixture(6, 5, tier=2)],
    [fixture(4, 1), fixture(2, 5)],
    [fixture(3, 1), fixture(6, 4, tier=2)],
]


def observations(seed: int) -> list[np.ndarray]:
    chance = np.random.default_rng(seed)
    return [chance.normal(0.3, 0.4, (2, len(day))) for day in SCHEDULE]


def learn(seed: int = 1, schedule: list[list[Fixture]] = SCHEDULE) -> JointState:
    joint = JointFilter(FILTERS)
    state = joint.start()
    for day, fixtures, observed in zip(DAYS, schedule, observations(seed), strict=True):
        joint.predict(state, day, fixtures[0].season)
        joint.enter(state, fixtures)
        joint.condition(state, fixtures, observed)
    return state


def conditioned(of: Filter, seed: int, place: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of levels and clubs 1 to 6 after the last day, from the joint Gaussian of all days' states.

    The states of every day and the observations are one Gaussian vector. It is written out, and conditioned once.
    """
    size = LEVELS + PARTS * 6
    mean, covariance = (
        np.zeros(size),
        np.diag([of.level_variance] * 2 + [of.slow_variance, of.fast_variance, of.ground_variance] * 6),
    )
    mean[0] = of.level
    for club in (5, 6):
        mean[LEVELS + PARTS * (club - 1)] = of.from_below
    for club in (1, 2, 3, 4):
        mean[LEVELS + PARTS * (club - 1)] = of.elsewhere
    means, blocks = [mean], [[covariance]]
    for days in np.diff(DAYS):
        retained = np.array([1.0, 1.0] + [1.0, of.fast_retention**days, of.ground_retention**days] * 6)
        growing = min(days, 30)
        back = [
            of.fast_variance * (1 - of.fast_retention ** (2 * days)),
            of.ground_variance * (1 - of.ground_retention ** (2 * days)),
        ]
        added = np.array([growing * of.level_drift] * 2 + [growing * of.slow_drift, *back] * 6)
        means.append(retained * means[-1])
        row = [retained[:, None] * block for block in blocks[-1]]
        blocks.append([*row, retained[:, None] * blocks[-1][-1] * retained + np.diag(added)])
    days = len(DAYS)
    everything = np.zeros((days * size, days * size))
    for i in range(days):
        for j in range(i + 1):
            block = blocks[i][j]
            everything[i * size : (i + 1) * size, j * size : (j + 1) * size] = block
            everything[j * size : (j + 1) * size, i * size : (i + 1) * size] = block.T
    weights, values = [], []
    for i, (fixtures, observed) in enumerate(zip(SCHEDULE, observations(seed), strict=True)):
        for n, match in enumerate(fixtures):
            row = np.zeros(days * size)
            home, away = (i * size + LEVELS + PARTS * (club - 1) for club in (match.home_team_id, match.away_team_id))
            row[i * size], row[i * size + 1] = 1.0, float(match.tier > 1)
            row[home : home + 3] += 1.0
            row[away : away + 2] += of.away_sign
            weights.append(row)
            values.append(observed[place, n])
    design, prior = np.array(weights), np.concatenate(means)
    gain = everything @ design.T @ np.linalg.inv(design @ everything @ design.T + of.noise * np.eye(len(values)))
    after, spread = prior + gain @ (np.array(values) - design @ prior), everything - gain @ design @ everything
    return after[-size:], spread[-size:, -size:]


def in_order(state: JointState) -> list[int]:
    """Places of levels and of clubs 1 to 6 in a state."""
    return [0, 1, *(state.places[club] + part for club in range(1, 7) for part in range(PARTS))]


@pytest.mark.parametrize(("place", "of"), list(enumerate(FILTERS)), ids=["lead", "sum"])
def test_a_season_day_by_day_is_one_gaussian_conditioned_once(place: int, of: Filter) -> None:
    state, (mean, covariance) = learn(3), conditioned(of, 3, place)
    places = in_order(state)
    assert state.mean[place][places] == pytest.approx(mean, abs=1e-12)
    assert state.covariance[place][np.ix_(places, places)] == pytest.approx(covariance, abs=1e-12)


@given(st.integers(0, 50))
@settings(max_examples=10)
def test_the_covariance_is_symmetric_to_the_bit_and_positive_definite(seed: int) -> None:
    state = learn(seed)
    assert np.array_equal(state.covariance, state.covariance.transpose(0, 2, 1))
    assert np.linalg.eigvalsh(state.covariance).min() > 0


@given(st.permutations(range(1, 7)))
@settings(max_examples=10)
def test_other_names_of_the_clubs_change_nothing(names: list[int]) -> None:
    new = dict(zip(range(1, 7), names, strict=True))
    renamed = [
        [replace(f, home_team_id=new[f.home_team_id], away_team_id=new[f.away_team_id]) for f in day]
        for day in SCHEDULE
    ]
    joint, usual, other = JointFilter(FILTERS), learn(), learn(schedule=renamed)
    for home, away in ((1, 2), (4, 3), (6, 5)):
        expected = joint.expected(usual, fixture(home, away), 1070)
        assert joint.expected(other, fixture(new[home], new[away]), 1070) == pytest.approx(expected, abs=1e-12)


@given(st.permutations(range(3)))
@settings(max_examples=6)
def test_the_matches_of_a_day_have_no_order(order: list[int]) -> None:
    joint, states = JointFilter(FILTERS), []
    for places in (range(3), order):
        state = joint.start()
        joint.predict(state, 1000, 2020)
        joint.enter(state, SCHEDULE[0])
        joint.condition(state, [SCHEDULE[0][i] for i in places], observations(1)[0][:, list(places)])
        states.append(state)
    assert states[1].mean == pytest.approx(states[0].mean, abs=1e-12)


def test_a_match_moves_the_clubs_that_met_its_sides() -> None:
    """Club 3 met club 2 before; club 2 does better than expected, and so has club 3 been better than it seemed."""
    joint, before = JointFilter(FILTERS), learn()
    after = unpack(*pack(before))
    match = [fixture(2, 6)]
    joint.predict(after, 1061, 2020)
    joint.enter(after, match)
    joint.condition(after, match, joint.expected(before, match[0], 1061)[:, None] + [[0.5], [0.0]])
    assert after.mean[0, after.places[2]] > before.mean[0, before.places[2]]
    assert after.mean[0, after.places[3]] > before.mean[0, before.places[3]]


def test_the_expectation_for_a_later_day_equals_that_of_the_predicted_state() -> None:
    joint, state = JointFilter(FILTERS), learn()
    match = fixture(2, 6, tier=2)
    expected = joint.expected(state, match, 1075)
    joint.predict(state, 1075, 2020)
    assert joint.expected(state, match, 1075) == pytest.approx(expected, abs=1e-15)
    home, away = (
        state.mean[:, state.places[2] :][:, :3].sum(axis=1),
        state.mean[:, state.places[6] :][:, :2].sum(axis=1),
    )
    assert expected == pytest.approx(state.mean[:, 0] + state.mean[:, 1] + home + [-1, 1] * away, abs=1e-15)


@pytest.mark.case("K4")
def test_an_unknown_club_is_expected_as_one_that_enters() -> None:
    joint, state = JointFilter(FILTERS), learn()
    for tier, lead in ((1, LEAD.elsewhere), (2, LEAD.from_below)):
        match = fixture(99, 2, tier=tier)
        expected = joint.expected(state, match, 1060)
        assert 99 not in state.places, "a forecast leaves no trace"
        entered = unpack(*pack(state))
        joint.enter(entered, [match])
        assert entered.mean[0, entered.places[99]] == lead
        assert joint.expected(entered, match, 1060) == pytest.approx(expected, abs=1e-15)
        assert np.array_equal(entered.covariance[:, :20, :20], state.covariance[:, :20, :20])


def test_a_new_season_drops_the_clubs_that_sat_the_last_one_out() -> None:
    joint, state = JointFilter(FILTERS), learn()
    joint.predict(state, 1300, 2021)
    joint.enter(state, [fixture(1, 2, season=2021)])
    joint.predict(state, 1700, 2022)
    assert set(state.places) == {1, 2}
    assert state.mean.shape == (2, LEVELS + 2 * PARTS)
    again, new = fixture(3, 1, season=2022), fixture(99, 1, season=2022)
    assert np.array_equal(joint.expected(state, again, 1700), joint.expected(state, new, 1700))


def test_a_club_that_will_be_dropped_is_expected_as_unknown() -> None:
    """Before the first match of the new season already."""
    joint, state = JointFilter(FILTERS), learn()
    joint.predict(state, 1300, 2021)
    joint.enter(state, [fixture(1, 2, season=2021)])
    again, new = fixture(3, 1, season=2022), fixture(99, 1, season=2022)
    assert np.array_equal(joint.expected(state, again, 1700), joint.expected(state, new, 1700))


def test_the_variance_of_the_summer_comes_once_with_the_season() -> None:
    joint = JointFilter(FILTERS)
    same, new = learn(), learn()
    joint.predict(same, 1100, 2020)
    joint.predict(new, 1100, 2021)
    added = np.einsum("kii->ki", new.covariance - same.covariance)
    assert added[:, LEVELS::PARTS] == pytest.approx(np.full((2, 6), LEAD.slow_summer))
    assert np.all(added[:, :LEVELS] == 0)


def test_a_state_comes_back_from_its_bytes_to_the_bit() -> None:
    state = learn()
    head, covariance = pack(state)
    assert unpack(head, covariance) == state
    assert len(covariance) == 2 * 20 * 21 // 2 * 8, "the lower triangles alone"
    without = unpack(head, None)
    assert np.isnan(without.covariance).all()
    joint, match = JointFilter(FILTERS), fixture(1, 2)
    assert np.array_equal(joint.expected(without, match, 1070), joint.expected(state, match, 1070))


def test_bytes_of_another_layout_are_rejected() -> None:
    head, covariance = pack(learn())
    with pytest.raises(ValueError, match="reshape"):
        unpack(head[:-8], covariance)
    with pytest.raises(ValueError, match="shape"):
        unpack(head, covariance[:-16])
