"""A forecast states its basis and its factors, or is not made."""

from dataclasses import dataclass, field, replace
from datetime import date
from math import exp, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting import features, line_movement_features
from shared.forecasting.factors import GROUPS
from shared.forecasting.forecast import Forecast, ForecastInput, Prices, Regressor, forecast
from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.strengths import Strengths, learn
from shared.forecasting.temperature_scaling import Calibration
from tests.forecasting.played import played

STRENGTHS = Strengths()
learn(STRENGTHS, played())
MARKET_FOR = features.COLUMNS.index("market_for")
AVERAGE = np.zeros((2, len(features.COLUMNS)))
AVERAGE[0, features.COLUMNS.index("at_home")] = 1.0


@dataclass(frozen=True)
class Column:
    """Trees that repeat a column of their rows."""

    place: int
    columns: int

    def predict(self, rows: np.ndarray) -> np.ndarray:
        assert rows.shape[1:] == (2, self.columns)
        return rows[:, :, self.place]


@dataclass(frozen=True)
class Constant:
    """Trees with one constant output for the home side and one for the away side."""

    home: float
    away: float
    columns: int

    def predict(self, rows: np.ndarray) -> np.ndarray:
        assert rows.shape[1:] == (2, self.columns)
        return np.tile([self.home, self.away], (len(rows), 1))


@dataclass(frozen=True)
class Model:
    """The market rating, and prices that stay where they are."""

    past_lines: Regressor = Column(MARKET_FOR, len(features.COLUMNS))
    line_move: Regressor = Constant(0.0, 0.0, len(line_movement_features.COLUMNS))
    calibrations: dict[str, Calibration] = field(
        default_factory=lambda: {"past_lines": Calibration(), "anchored": Calibration()}
    )
    average_match: np.ndarray = field(default_factory=lambda: AVERAGE)


ROUNDING = 0.5 * 10**-features.DECIMALS
"""Of a feature, which is a logarithm of a rate here."""
MODEL = Model()
PRICES = Prices((log(1.9), log(0.8), -0.1), (log(1.8), log(0.85)), (nan, nan), (-0.01, 0.0, 0.02), 0.005)
PRICED = ForecastInput(11, "PL", 2022, date(2022, 12, 26), 1, 2, rated_in="PL", prices=PRICES)
RATED = replace(PRICED, match_id=12, prices=None)
IN_EUROPE = replace(PRICED, match_id=13, competition="CL", rated_in=None)
UNKNOWABLE = replace(IN_EUROPE, match_id=14, prices=None)


def forecast_of(question: ForecastInput, model: Model = MODEL, strengths: Strengths = STRENGTHS) -> Forecast:
    (result,) = forecast([question], strengths, model)
    return result


def shares(home_rate: float, away_rate: float, rho: float) -> np.ndarray:
    return outcome_probabilities(score_grid(home_rate, away_rate, rho))


def test_with_prices_that_do_not_move_the_forecast_equals_the_prices():
    result = forecast_of(PRICED)
    assert (result.match_id, result.basis) == (11, "prices")
    assert (result.home_rate, result.away_rate, result.rho) == pytest.approx((1.9, 0.8, -0.1), abs=1e-12)
    assert (result.markets.home, result.markets.draw, result.markets.away) == pytest.approx(shares(1.9, 0.8, -0.1))
    assert result.by_ratings is not None
    assert sum(result.by_ratings) == pytest.approx(1, abs=1e-12)
    assert result.by_ratings != pytest.approx(shares(1.9, 0.8, -0.1), abs=0.005)


def test_prices_are_moved_to_where_the_line_is_expected_to_close():
    result = forecast_of(PRICED, Model(line_move=Constant(0.1, -0.05, len(line_movement_features.COLUMNS))))
    assert (result.home_rate, result.away_rate) == pytest.approx((1.9 * exp(0.1), 0.8 * exp(-0.05)))
    assert result.rho == -0.1


@pytest.mark.parametrize(
    ("column", "moved"),
    [
        ("line_for", (log(1.9), log(0.8))),
        ("pinnacle_for", (log(1.8 / 1.9), log(0.85 / 0.8))),
        ("best_price_for", (-0.01, 0.02)),
        ("best_overround", (0.005, 0.005)),
        ("weekday", (0.0, 0.0)),  # 26 December 2022 was a Monday
        ("at_home", (1.0, 0.0)),
    ],
)
def test_the_line_movement_model_gets_the_features_of_this_match(column: str, moved: tuple[float, float]):
    result = forecast_of(
        PRICED,
        Model(line_move=Column(line_movement_features.COLUMNS.index(column), len(line_movement_features.COLUMNS))),
    )
    assert (log(result.home_rate / 1.9), log(result.away_rate / 0.8)) == pytest.approx(moved, abs=1.01 * ROUNDING)


def test_the_line_movement_features_include_the_expected_goals():
    result = forecast_of(
        PRICED,
        Model(
            line_move=Column(line_movement_features.COLUMNS.index("expected_for"), len(line_movement_features.COLUMNS))
        ),
    )
    alone = forecast_of(RATED)
    assert (result.home_rate, result.away_rate) == pytest.approx((alone.home_rate, alone.away_rate), rel=2 * ROUNDING)


def test_each_forecast_has_its_own_correction():
    calibrations = {"past_lines": Calibration(1.2, -0.01), "anchored": Calibration(0.5, 0.02)}
    result, alone = (
        forecast_of(PRICED, Model(calibrations=calibrations)),
        forecast_of(RATED, Model(calibrations=calibrations)),
    )
    assert log(result.home_rate / result.away_rate) == pytest.approx(0.5 * log(1.9 / 0.8))
    assert result.rho == pytest.approx(-0.08)
    plain = forecast_of(RATED)
    assert log(alone.home_rate / alone.away_rate) == pytest.approx(1.2 * log(plain.home_rate / plain.away_rate))
    assert alone.rho == pytest.approx(RHO - 0.01)
    assert result.by_ratings == alone.by_ratings


@pytest.mark.case("M5")
def test_without_prices_the_forecast_comes_from_the_ratings():
    result = forecast_of(RATED)
    assert result.basis == "ratings"
    at_home, away = features.features(STRENGTHS, "PL", 2022, RATED.day, 1, 2)
    assert (result.home_rate, result.away_rate) == pytest.approx(
        (exp(at_home[MARKET_FOR]), exp(away[MARKET_FOR])), rel=2 * ROUNDING
    )
    assert result.rho == RHO
    assert result.by_ratings == (result.markets.home, result.markets.draw, result.markets.away)


@pytest.mark.case("M5")
def test_between_two_rating_scales_the_forecast_is_the_unmoved_consensus():
    """There the line movement model, which needs the clubs' ratings, is not used."""
    result = forecast_of(IN_EUROPE, Model(line_move=Constant(9.0, 9.0, len(line_movement_features.COLUMNS))))
    assert (result.basis, result.by_ratings) == ("consensus", None)
    assert (result.home_rate, result.away_rate, result.rho) == pytest.approx((1.9, 0.8, -0.1), abs=1e-12)


def test_a_match_of_a_cup_is_forecast_by_the_league_on_whose_scale_its_clubs_are_rated():
    """The same clubs in that league on the same day have the same forecast."""
    assert forecast_of(replace(RATED, competition="CL")) == forecast_of(RATED)


@pytest.mark.case("M5")
@pytest.mark.parametrize("questions", [[], [UNKNOWABLE]])
def test_without_prices_and_a_common_scale_there_is_no_forecast(questions: list[ForecastInput]):
    assert forecast(questions, STRENGTHS, MODEL) == []


@pytest.mark.case("K4")
def test_clubs_of_which_nothing_is_known_are_forecast_as_the_average():
    result = forecast_of(replace(RATED, home_team_id=98, away_team_id=99), strengths=Strengths())
    assert (log(result.home_rate), log(result.away_rate)) == pytest.approx((0.10 + 0.25, 0.10))


@pytest.mark.case("K4")
@pytest.mark.parametrize(
    ("clubs", "newcomers"), [((1, 2), ()), ((98, 2), (98,)), ((1, 99), (99,)), ((98, 99), (98, 99))]
)
def test_they_are_named_and_make_the_bounds_wider(clubs: tuple[int, int], newcomers: tuple[int, ...]):
    result = forecast_of(replace(PRICED, home_team_id=clubs[0], away_team_id=clubs[1]))
    assert result.newcomers == newcomers
    assert result.ratings_bounds is not None
    assert result.by_ratings is not None
    assert all(low < share < high for (low, high), share in zip(result.ratings_bounds, result.by_ratings, strict=True))
    assert (result.ratings_bounds[0][1] - result.ratings_bounds[0][0] > 0.22) is bool(newcomers)


@pytest.mark.case("M5")
def test_between_two_rating_scales_there_are_no_factors_bounds_or_newcomers():
    result = forecast_of(replace(IN_EUROPE, home_team_id=98))
    assert (result.factors, result.ratings_bounds, result.newcomers) == (None, None, ())


@dataclass(frozen=True)
class Mixed:
    """Trees in which all columns act together."""

    columns: int

    def predict(self, rows: np.ndarray) -> np.ndarray:
        weights = np.random.default_rng(6).normal(size=(self.columns,)) / self.columns
        return 0.3 * np.tanh(rows @ weights) + 0.2 * np.sin(rows[:, :, MARKET_FOR])


MIXED = Model(
    Mixed(len(features.COLUMNS)),
    Mixed(len(line_movement_features.COLUMNS)),
    {"past_lines": Calibration(1.1, -0.01), "anchored": Calibration(0.9, 0.02)},
)


@pytest.mark.parametrize("question", [PRICED, RATED], ids=["priced", "rated"])
def test_a_forecasts_factors_sum_to_it(question: ForecastInput):
    """Of a club that has come up, so that no group is without effect."""
    prices = question.prices and replace(PRICES, bet365=(0.5, 0.2))
    result = forecast_of(replace(question, home_team_id=9, prices=prices), MIXED)
    factors = result.factors
    assert factors is not None
    assert list(factors) == ["start", *GROUPS, *(["prices", "move"] if question.prices else [])]
    shares = (result.markets.home, result.markets.draw, result.markets.away)
    assert np.sum(list(factors.values()), axis=0) == pytest.approx(shares, abs=1e-9)
    effects = [effect for key, effect in factors.items() if key not in ("prices", "move")]
    assert np.sum(effects, axis=0) == pytest.approx(result.by_ratings, abs=1e-9)
    assert sum(factors["start"]) == pytest.approx(1, abs=1e-12)
    for key in factors.keys() - {"start"}:
        assert sum(factors[key]) == pytest.approx(0, abs=1e-12)
        assert max(map(abs, factors[key])) > 1e-6, key


def test_the_start_is_the_average_match_and_unused_features_have_no_effect():
    result = forecast_of(RATED)
    factors, alone = result.factors, result.by_ratings
    assert factors is not None
    assert alone is not None
    assert factors["start"] == pytest.approx(shares(1.0, 1.0, RHO))
    assert factors["lines"] == pytest.approx(np.subtract(alone, shares(1.0, 1.0, RHO)), abs=1e-12)
    assert {key for key, effect in factors.items() if max(map(abs, effect)) > 1e-12} == {"start", "lines"}


def test_the_price_factor_is_prices_less_ratings_and_the_move_factor_close_less_prices():
    result = forecast_of(PRICED, Model(line_move=Constant(0.1, -0.05, len(line_movement_features.COLUMNS))))
    today, close = shares(1.9, 0.8, -0.1), shares(1.9 * exp(0.1), 0.8 * exp(-0.05), -0.1)
    assert result.factors is not None
    assert result.by_ratings is not None
    assert result.factors["prices"] == pytest.approx(np.subtract(today, result.by_ratings), abs=1e-12)
    assert result.factors["move"] == pytest.approx(close - today, abs=1e-12)
    still = forecast_of(PRICED).factors
    assert still is not None
    assert still["move"] == (0.0, 0.0, 0.0)


GOALS = st.tuples(st.floats(-1.5, 1.2), st.floats(-1.5, 1.2), st.floats(-0.2, 0.1))
MAYBE_PRICES = st.none() | GOALS.map(lambda goals: replace(PRICES, goals=goals))


@given(st.lists(st.tuples(MAYBE_PRICES, st.sampled_from(["PL", None]), st.integers(1, 7)), max_size=8))
def test_the_matches_that_can_be_forecast_are_all_there_in_order(cases: list[tuple[Prices | None, str | None, int]]):
    questions = [
        replace(PRICED, match_id=place, home_team_id=home, away_team_id=9, rated_in=scale, prices=prices)
        for place, (prices, scale, home) in enumerate(cases)
    ]
    result = forecast(questions, STRENGTHS, MODEL)
    expected = [q for q in questions if q.prices is not None or q.rated_in]
    assert [f.match_id for f in result] == [q.match_id for q in expected]
    for f, q in zip(result, expected, strict=True):
        assert f.basis == ("ratings" if q.prices is None else "prices" if q.rated_in else "consensus")
        assert (f.by_ratings is None) == (q.rated_in is None)
        assert f.markets.home + f.markets.draw + f.markets.away == pytest.approx(1, abs=1e-12)
        if q.prices is not None:
            assert (log(f.home_rate), log(f.away_rate), f.rho) == pytest.approx(q.prices.goals, abs=1e-12)
        assert f == forecast_of(q), "a match is not touched by those beside it"


@pytest.mark.parametrize("column", ["expected_for", "line_for", "rank_for", "pinnacle_for"])
def test_each_match_of_a_batch_gets_its_own_line_movement_features(column: str):
    model = Model(line_move=Column(line_movement_features.COLUMNS.index(column), len(line_movement_features.COLUMNS)))
    other = replace(PRICED, match_id=15, home_team_id=3, away_team_id=4, prices=replace(PRICES, goals=(0.1, 0.3, -0.1)))
    questions = [replace(RATED, match_id=16, home_team_id=5), IN_EUROPE, other, RATED, PRICED]
    assert forecast(questions, STRENGTHS, model) == [forecast_of(question, model) for question in questions]


def test_forecasting_does_not_mutate_the_strengths():
    before = repr(STRENGTHS)
    for question in (PRICED, RATED, IN_EUROPE, replace(RATED, home_team_id=99)):
        forecast_of(question)
    assert repr(STRENGTHS) == before
