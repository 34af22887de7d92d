"""The joint filters that are served: leads and sums of closing prices, and of chances.

Closing prices are observed as they are. After a match, s and f of both clubs also move as the market will, by what fell
beyond its rates (the mean of goals and chances). Chances are counts: their logarithm is replaced by the working response
of the Poisson likelihood at the expected rates (Durbin and Koopman 2012, section 10.6). They depend on no price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from shared.football.competition import COMPETITIONS
from shared.forecasting.joint_filter import Filter, Fixture, JointFilter, JointState
from shared.forecasting.shot_xg import Pair, chances, goals_and_chances

Floats = NDArray[np.float64]

MARKET_LEAD = Filter(
    away_sign=-1.0,
    level=0.35,
    level_variance=0.05,
    level_drift=1.7e-5,
    slow_variance=0.25,
    slow_drift=1.02e-4,
    slow_summer=0.045,
    fast_variance=0.0225,
    fast_kept=0.976,
    ground_variance=0.002,
    ground_kept=0.99974,
    from_below=-0.3,
    elsewhere=-0.15,
)
MARKET_SUM = Filter(
    away_sign=1.0,
    level=0.4,
    level_variance=0.05,
    level_drift=5.1e-5,
    slow_variance=0.05,
    slow_drift=1.37e-5,
    slow_summer=0.0006,
    fast_variance=0.00133,
    fast_kept=0.976,
    ground_variance=0.000148,
    ground_kept=0.9992,
)
CHANCES_LEAD = Filter(
    away_sign=-1.0,
    level=0.25,
    level_variance=0.05,
    level_drift=1.7e-5,
    slow_variance=0.25,
    slow_drift=3e-5,
    slow_summer=0.006,
    fast_variance=0.006,
    fast_kept=0.97,
    ground_variance=0.002,
    ground_kept=0.99974,
    from_below=-0.2,
    elsewhere=-0.1,
)
CHANCES_SUM = Filter(
    away_sign=1.0,
    level=0.4,
    level_variance=0.05,
    level_drift=1.5e-4,
    slow_variance=0.05,
    slow_drift=6e-5,
    slow_summer=0.002,
    fast_variance=0.0005,
    fast_kept=0.985,
    ground_variance=0.000148,
    ground_kept=0.9992,
)
JOINT = JointFilter((MARKET_LEAD, MARKET_SUM, CHANCES_LEAD, CHANCES_SUM))
MARKET, CHANCES = slice(0, 2), slice(2, 4)
"""Which filters learn from closing prices, and which from chances."""
NOISE = np.array([0.0173, 0.0037])
"""Variance of a lead and of a sum of closing log rates."""
REACTION = np.array([[0.0141, 0.0132], [0.006, 0.0096]])
"""Change of s and f of the market's lead and sum per goal beyond the closing rates."""
INFORMATION = 2.0
"""Of chances, relative to a Poisson count; goals alone, where chances are unknown, have 1."""
MOST_SURPRISE = 4.0
"""Of a working response."""


@dataclass(frozen=True, slots=True)
class JointMatch:
    """A finished match, as the filters observe it."""

    fixture: Fixture
    created: Pair  # chances of home and away, or goals where they are unknown
    information: float  # of a chance, relative to a Poisson count
    closing: Pair | None  # log goal rates implied by closing prices
    surprise: Pair  # goals and chances of home and away, beyond the closing rates; 0 without prices


def joint_match(
    fixture: Fixture, goals: tuple[int, int], created: Pair | None, closing: tuple[float, float] | None
) -> JointMatch:
    """A match from its goals, chances (None where unknown) and closing log rates (None without prices)."""
    fell, surprise = goals_and_chances(goals, created), (0.0, 0.0)
    if closing is not None:
        surprise = (fell[0] - exp(closing[0]), fell[1] - exp(closing[1]))
    return JointMatch(fixture, created or goals, INFORMATION if created else 1.0, closing, surprise)


def learn_day(state: JointState, day: int, matches: Sequence[JointMatch]) -> None:
    """Learns the matches of a nation on a day, in place; a club plays at most once a day."""
    fixtures = [match.fixture for match in matches]
    JOINT.predict(state, day, max(fixture.season for fixture in fixtures))
    JOINT.enter(state, fixtures)
    design = JOINT.design(state, fixtures)
    expected = (design @ state.mean[:, :, None])[:, :, 0]
    unknown = (np.nan, np.nan)
    market = _lead_and_sum(np.array([match.closing or unknown for match in matches])) - expected[MARKET]
    rates = np.exp(_sides(expected[CHANCES]))
    response = np.array([match.created for match in matches]) / rates - 1
    chance_noise = (1 / (rates * np.array([[match.information] for match in matches]))).sum(axis=1)
    errors = np.concatenate([market, _lead_and_sum(np.minimum(response, MOST_SURPRISE))])
    noise = np.concatenate([np.tile(NOISE[:, None], len(matches)), np.tile(chance_noise, (2, 1))])
    JOINT.condition(state, design, errors, noise)
    for match in matches:
        _react(state, match)


def log_rates(state: JointState, fixture: Fixture, day: int) -> tuple[Pair, Pair]:
    """Log goal rates of home and away on a later day, by closing prices and by chances. Clubs may be unknown."""
    expected = JOINT.expected(state, fixture, day)
    market, created = (
        ((lead_and_sum[1] + lead_and_sum[0]) / 2, (lead_and_sum[1] - lead_and_sum[0]) / 2)
        for lead_and_sum in (expected[MARKET], expected[CHANCES])
    )
    return (float(market[0]), float(market[1])), (float(created[0]), float(created[1]))


def _react(state: JointState, match: JointMatch) -> None:
    home, away = match.surprise
    steps = np.array([[home - away], [home + away]]) * REACTION
    for club, signs in ((match.fixture.home_team_id, (1.0, 1.0)), (match.fixture.away_team_id, (-1.0, 1.0))):
        place = state.places[club]
        state.mean[MARKET, place : place + 2] += np.array(signs)[:, None] * steps


def _lead_and_sum(sides: Floats) -> Floats:
    """(n, 2) home and away → (2, n) lead and sum."""
    return np.stack([sides[:, 0] - sides[:, 1], sides[:, 0] + sides[:, 1]])


def _sides(lead_and_sum: Floats) -> Floats:
    """The inverse of `_lead_and_sum`."""
    lead, both = lead_and_sum
    return np.stack([(both + lead) / 2, (both - lead) / 2], axis=1)
