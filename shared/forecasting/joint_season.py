"""A league's strengths by the joint filters (`joint_ratings`), for the matches that are left of its season."""

from collections.abc import Sequence
from copy import deepcopy
from typing import NamedTuple

import numpy as np

from shared.forecasting.joint_filter import Fixture, Floats, JointState
from shared.forecasting.joint_ratings import JOINT, LEAD, SUM


class LeagueStrengths(NamedTuple):
    """What the filters expect of each pair of clubs, and how sure they are of the clubs' slow parts."""

    log_rates: Floats  # log goal rates of home side i and away side j: (clubs, clubs, 2)
    # Covariances of the slow parts: (clubs, clubs). Fast parts are gone within weeks.
    lead_covariance: Floats
    sum_covariance: Floats


def league_strengths(
    state: JointState, tier: int, season: int, day: int, clubs: Sequence[int], days: Floats
) -> LeagueStrengths:
    """The strengths of a league's clubs before a day; the state is not changed.

    Args:
        state: of the nation, after the matches of an earlier day.
        tier: of the league.
        season: year in which it began.
        day: ordinal.
        clubs: their ids; those that the state lacks are expected at its average of newcomers.
        days: days from then until each match is played: (clubs, clubs).
    """
    state = deepcopy(state)
    JOINT.predict(state, day, season)
    JOINT.enter(state, [Fixture(club, club, tier, season) for club in clubs])
    places = np.array([state.places[club] for club in clubs])
    lead, both = (
        mean[0]
        + (mean[1] if tier > 1 else 0.0)
        + np.add.outer(mean[places], of.away_sign * mean[places])
        + of.fast_retention**days * np.add.outer(mean[places + 1], of.away_sign * mean[places + 1])
        + of.ground_retention**days * mean[places + 2][:, None]
        for of, mean in zip((LEAD, SUM), state.mean, strict=True)
    )
    covariances = state.covariance[:, places[:, None], places]
    return LeagueStrengths(np.stack([(both + lead) / 2, (both - lead) / 2], axis=-1), covariances[0], covariances[1])
