"""The joint filters that are served: leads and sums of the log goal rates that closing prices imply.

After a match, s and f of both clubs also move as the market will: by what fell (the mean of goals and chances) beyond
its closing rates. Parameters were fitted to 2005-23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from shared.forecasting.joint_filter import Filter, Fixture, JointFilter, JointState, slow_places
from shared.forecasting.shot_xg import Pair, goals_and_chances

LEAD = Filter(
    away_sign=-1.0,
    level=0.35,
    level_variance=0.05,
    level_drift=1.7e-5,
    slow_variance=0.25,
    slow_drift=1.02e-4,
    slow_summer=0.045,
    fast_variance=0.0225,
    fast_retention=0.976,
    ground_variance=0.002,
    ground_retention=0.99974,
    from_below=-0.3,
    elsewhere=-0.15,
    noise=0.0173,
)
SUM = Filter(
    away_sign=1.0,
    level=0.4,
    level_variance=0.05,
    level_drift=5.1e-5,
    slow_variance=0.05,
    slow_drift=1.37e-5,
    slow_summer=0.0006,
    fast_variance=0.00133,
    fast_retention=0.976,
    ground_variance=0.000148,
    ground_retention=0.9992,
    from_below=0.0,
    elsewhere=0.0,
    noise=0.0037,
)
JOINT = JointFilter((LEAD, SUM))
REACTION = np.array([[0.0141, 0.0132], [0.006, 0.0096]])
"""Change of s and f of the lead and of the sum per goal beyond the closing rates."""
_AWAY_SIGN = np.array([[LEAD.away_sign], [SUM.away_sign]])


@dataclass(frozen=True, slots=True)
class JointMatch:
    """A finished match with closing prices, as the filters observe it."""

    fixture: Fixture
    closing: Pair  # log goal rates of home and away
    surprise: Pair  # goals and chances of home and away beyond the closing rates


def joint_match(fixture: Fixture, goals: tuple[int, int], created: Pair | None, closing: Pair) -> JointMatch:
    """A match from its goals, chances (None where unknown) and closing log rates."""
    fell = goals_and_chances(goals, created)
    return JointMatch(fixture, closing, (fell[0] - exp(closing[0]), fell[1] - exp(closing[1])))


def learn_day(state: JointState, day: int, matches: Sequence[JointMatch]) -> None:
    """Learns the matches of a nation on a day, in place; a club plays at most once a day."""
    fixtures = [match.fixture for match in matches]
    JOINT.predict(state, day, max(fixture.season for fixture in fixtures))
    JOINT.enter(state, fixtures)
    JOINT.condition(state, fixtures, np.array([_lead_and_sum(*match.closing) for match in matches]).T)
    surprises = np.array([_lead_and_sum(*match.surprise) for match in matches]).T
    steps = surprises[:, :, None] * REACTION[:, None]  # of s and f: (filters, matches, 2)
    home, away = slow_places(state, fixtures)
    for part in range(2):
        state.mean[:, home + part] += steps[:, :, part]
        state.mean[:, away + part] += _AWAY_SIGN * steps[:, :, part]


def log_rates(state: JointState, fixture: Fixture, day: int) -> Pair:
    """Log goal rates of home and away on a later day. Clubs may be unknown."""
    lead, both = (float(value) for value in JOINT.expected(state, fixture, day))
    return (both + lead) / 2, (both - lead) / 2


def _lead_and_sum(home: float, away: float) -> Pair:
    return home - away, home + away
