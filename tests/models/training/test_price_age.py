"""The served movement of prices scaled by their age: fitted, walk-forward, on made-up matches with a known effect."""

from dataclasses import replace

import numpy as np
import pytest

from models.training import price_age
from models.training.price_age import (
    MIN_MATCHES,
    PUBLICATION_DELAY,
    Distances,
    PriceSnapshots,
    distances,
    fit,
    walk_forward,
)
from shared.forecasting.metrics import Floats

AGES = (2.0, 24.0, 150.0)
"""Hours; each match has three snapshots."""


def moved(price: Floats, moves: Floats) -> Floats:
    probabilities = price * np.exp(moves)
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def made(matches: int, a: float, b: float, noise: float = 0.02) -> PriceSnapshots:
    """Five matches a day whose lines move by the served movement times a + b·log2(1 + days), and by chance."""
    chance = np.random.default_rng(3)
    n = matches * len(AGES)
    age = np.tile(AGES, matches)
    served = chance.normal(0, 0.04, (n, 3))
    factor = (a + b * np.log2(1 + age / 24))[:, None]
    price = chance.dirichlet([8, 5, 6], n)
    return PriceSnapshots(
        match_id=np.repeat(np.arange(matches), len(AGES)),
        kick_off=np.repeat(24.0 * np.floor(np.arange(matches) / 5), len(AGES)).astype(np.float64),
        age=age,
        price=price,
        served=moved(price, served),
        closing=moved(price, served * factor + chance.normal(0, noise, (n, 3))),
    )


def test_a_price_a_week_old_that_moves_twice_as_far_as_served_by_hand():
    """The served movement multiplies the home win's odds against the away win by 1.1² and the line's by 1.1⁴."""
    price, served, closing = ([0.4 * up, 0.3, 0.3 / up] for up in (1, 1.1, 1.1**2))
    rows = (np.array([of]) / sum(of) for of in (price, served, closing))
    week = PriceSnapshots(np.array([1]), np.zeros(1), np.array([168.0]), *rows)
    a, b = fit(week)
    assert a + 3 * b == pytest.approx(2)
    assert (a, b) == pytest.approx((0.2, 0.6)), "one age alone: the least of all that fit"


def test_the_fit_is_that_of_numpys_least_squares_with_each_match_of_the_same_weight():
    snapshots = made(40, 0.3, 0.5)
    uneven = np.delete(np.arange(120), [0, 1, 4, 60])  # a match with one snapshot, two with two
    snapshots = PriceSnapshots(*(values[uneven] for values in vars(snapshots).values()))
    count = np.bincount(snapshots.match_id)[snapshots.match_id]

    def log_ratios(probabilities: Floats) -> Floats:
        return np.log(probabilities / np.cbrt(probabilities.prod(axis=1, keepdims=True)))

    served = (log_ratios(snapshots.served) - log_ratios(snapshots.price)) / np.sqrt(count)[:, None]
    target = (log_ratios(snapshots.closing) - log_ratios(snapshots.price)) / np.sqrt(count)[:, None]
    with_age = served * np.log2(1 + snapshots.age / 24)[:, None]
    expected, *_ = np.linalg.lstsq(np.column_stack([served.ravel(), with_age.ravel()]), target.ravel(), rcond=None)
    assert fit(snapshots) == pytest.approx(tuple(expected))


def test_each_snapshot_learns_from_the_matches_whose_close_was_published_before_it():
    snapshots = made(400, 0.3, 0.5)
    forecasts = walk_forward(snapshots)
    known_from = snapshots.kick_off + PUBLICATION_DELAY
    fitted = 0
    for place in range(0, len(snapshots.age), 7):
        known = known_from <= snapshots.kick_off[place] - snapshots.age[place]
        if len(np.unique(snapshots.match_id[known])) < MIN_MATCHES:
            assert np.isnan(forecasts[place]).all()
            continue
        fitted += 1
        a, b = fit(PriceSnapshots(*(values[known] for values in vars(snapshots).values())))
        at = slice(place, place + 1)
        factor = a + b * np.log2(1 + snapshots.age[place] / 24)
        served = np.log(snapshots.served[at] / snapshots.price[at])
        assert forecasts[at] == pytest.approx(moved(snapshots.price[at], factor * served))
    assert 20 < fitted < 60


def test_later_matches_change_no_earlier_forecast():
    snapshots = made(500, 0.3, 0.5)
    later = snapshots.kick_off >= 80 * 24
    other = replace(snapshots, closing=np.where(later[:, None], snapshots.closing[::-1], snapshots.closing))
    first, second = walk_forward(snapshots), walk_forward(other)
    assert np.array_equal(first[~later], second[~later], equal_nan=True)
    assert not np.isnan(first[later, 0]).all()


@pytest.fixture(scope="module")
def aged() -> tuple[PriceSnapshots, list[Distances]]:
    """Snapshots with a known effect of age, and their figures."""
    snapshots = made(1500, 0.2, 0.6)
    return snapshots, distances(snapshots)


def test_a_known_effect_of_age_is_recovered_and_gains(aged: tuple[PriceSnapshots, list[Distances]]):
    snapshots, (together, *by_age) = aged
    assert fit(snapshots) == pytest.approx((0.2, 0.6), abs=0.02)
    assert together.by_age_minus_served is not None
    assert together.by_age_minus_served.high < 0
    fresh, day, days = (row for row in by_age if row.by_age_minus_served)
    assert (fresh.low, day.low, days.low) == (0, 24, 72)
    gains = [row.by_age_minus_served.value for row in (fresh, day, days) if row.by_age_minus_served]
    assert gains[0] < gains[1] < 0, "at 0.2 the served movement is too far, at 0.9 nearly right"
    assert gains[2] < gains[1], "and at 1.9 not far enough"


@pytest.mark.parametrize(
    ("a", "gains"), [pytest.param(1, False, id="as served"), pytest.param(0, True, id="no movement")]
)
def test_without_an_effect_of_age_only_a_wrong_size_of_the_movement_is_corrected(a: float, gains: bool):
    together = distances(made(1500, a, 0))[0]
    assert together.by_age_minus_served is not None
    assert together.served_minus_price is not None
    assert (together.by_age_minus_served.high < 0) is gains
    assert (together.served_minus_price.high < 0) is not gains


def test_a_match_counts_once_however_often_it_was_priced(aged: tuple[PriceSnapshots, list[Distances]]):
    snapshots, (together, fresh, *_) = aged
    forecasts = walk_forward(snapshots)
    scored = ~np.isnan(forecasts[:, 0])
    assert together.n == len(np.unique(snapshots.match_id[scored]))
    assert fresh.n == (scored & (snapshots.age == 2)).sum()
    once = PriceSnapshots(*(np.repeat(values, 2, axis=0) for values in vars(snapshots).values()))
    assert distances(once)[0].price == pytest.approx(together.price)


def test_too_few_matches_give_no_figure():
    lines = price_age.render(made(MIN_MATCHES - 1, 1, 0), distances(made(MIN_MATCHES - 1, 1, 0)))
    assert lines[0].endswith("line: 299, moments of prices: 897; fewer than 300 matches give no figure")
    assert [line.split()[-3:] for line in lines[3:]] == [["0", "too", "few"]] * 5
    few = made(450, 1, 0)
    together, fresh, *_ = distances(few)
    assert MIN_MATCHES > together.n == fresh.n > 100, "scored by the fit to the first 300"
    assert (together.price, fresh.by_age) == (None, None)
    none = PriceSnapshots(*(values[:0] for values in vars(made(1, 1, 0)).values()))
    assert price_age.render(none, distances(none))[3].split() == ["all", "0", "too", "few"]


def test_the_lines_have_each_age_with_its_intervals_and_the_factors(aged: tuple[PriceSnapshots, list[Distances]]):
    lines = price_age.render(*aged)
    assert [line[2:20].strip() for line in lines[3:-1]] == ["all", "0 to 6", "6 to 24", "24 to 72", "72 and more"]
    assert lines[5].split()[-3:] == ["0", "too", "few"], "no price of that age"
    assert lines[3].count("[") == 5
    exact = made(MIN_MATCHES, 0.2, 0.6, noise=0)
    assert price_age.render(exact, distances(exact))[-1].endswith(
        "all 300 matches: 0.20 at kick-off, 0.80 a day before, 2.00 a week before"
    )
