"""A match in play: from the goal rates before it, the minute, the score and the red cards to every market.

The goals still to come are two Poisson processes. Their intensity grows during the match, and changes with red cards
and with who leads: a side that trails scores more than was expected before the match, one that leads by a goal less,
and both less at level. These effects are fitted to goals after half-time, given the score at it: they grow from none at
kick-off to all at half-time, and then stay. The dependence of low scores is that of `grid` at kick-off, and fades to
none at half-time, or with the first goal: after half-time none was found. So the forecast at 0-0 before the first
minute is the published one to the last bit, and at the end it is the result.

`python -m models.training.in_play` fits and scores it; docs/understand/in-play.md has the figures and the limits.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.forecasting.grid import SIZE, Grid, score_grid
from shared.forecasting.half_time import FIRST_HALF_SHARE, thin
from shared.forecasting.markets import Markets, markets
from shared.forecasting.match_state import FULL, HALF, MatchState

Floats = NDArray[np.float64]
LARGEST_LEAD = 2
"""A larger lead has the effects of this one."""


class LeadEffects(NamedTuple):
    """Factors of each side's goal rate after half-time, by the home side's lead from -2 or less to 2 or more."""

    home: tuple[float, ...]
    away: tuple[float, ...]


LEAD_EFFECTS = LeadEffects(home=(1.204, 1.080, 0.960, 0.932, 0.960), away=(1.046, 0.992, 0.961, 1.086, 1.085))
"""Five leagues, 2005-06 to 2022-23, 32,763 matches."""
ADDED = (2, 5)
"""Minutes that are added to a half on average; docs/understand/in-play.md has the sources."""
RED_CARD = (2 / 3, 1.645)
"""Factors of the goal rates for each red card: of the side that lost a player (Vecer, J., Kopriva, F. and Ichiba, T.
(2009), Estimating the Effect of the Red Card in Soccer, J. Quantitative Analysis in Sports 5(1)), and of the other side
(Titman, A. C. et al. (2015), Joint Modelling of Goals and Bookings in Association Football, J. R. Statistical Society A
178(3), 659-683). Our files have no minutes of red cards."""

_LENGTH = HALF + ADDED[0] + HALF + ADDED[1]
_BREAK = (HALF + ADDED[0]) / _LENGTH
_SLOPE = (_BREAK - FIRST_HALF_SHARE) / (FIRST_HALF_SHARE / 2 - _BREAK**2 / 2)
"""Growth of the intensity from the first minute to the last, as a share of the first: growing in a straight line, it
gives the first half its share of the goals."""


@dataclass(frozen=True, slots=True)
class InPlayForecast:
    """A forecast of a match in play."""

    goals: tuple[float, float]  # expected goals of the two sides in the whole match
    markets: Markets


def share_played(minute: int, added: int | None = None) -> float:
    """Share of the match's expected goals that is past at level, by fields of a `MatchState`: 0 to 1.

    While time is added, at least the last minute of it is still to come.
    """
    if minute <= HALF:
        end = HALF + ADDED[0]
        elapsed = minute if minute < HALF else end if added is None else min(HALF + added, end - 1)
    else:
        second = ADDED[0] + minute
        elapsed = second if minute < FULL else _LENGTH if added is None else min(second + added, _LENGTH - 1)
    share = elapsed / _LENGTH
    return (share + _SLOPE / 2 * share**2) / (1 + _SLOPE / 2)


def rates_to_come(rates: Floats, lead: ArrayLike, played: float, of: LeadEffects) -> Floats:
    """Expected goals still to come.

    Args:
        rates: expected goals of the home and the away side in the whole match: (…, 2).
        lead: goals by which the home side leads: (…).
        played: share of the match that is past, 0 to 1.
        of: effects of a lead.
    """
    place = np.clip(lead, -LARGEST_LEAD, LARGEST_LEAD) + LARGEST_LEAD
    effects = np.stack([np.array(side)[place] for side in of], axis=-1)
    return rates * effects ** min(1.0, played / FIRST_HALF_SHARE) * (1 - played)


def final_scores(home_rate: float, away_rate: float, rho: float, state: MatchState) -> Grid:
    """Probability of every final score: (16, 16).

    Args:
        home_rate: expected goals of the home side before the match.
        away_rate: those of the away side.
        rho: dependence of the low scores before the match.
        state: of the match.

    Raises:
        ValueError: a goal rate is not positive and finite.
    """
    result, played = np.zeros((SIZE, SIZE)), share_played(state.minute, state.added)
    if played == 1:
        result[state.home, state.away] = 1
        return result
    own, others = RED_CARD
    cards = np.array([own**state.home_red * others**state.away_red, own**state.away_red * others**state.home_red])
    rates = np.array([home_rate, away_rate]) * cards
    home, away = rates_to_come(rates, state.home - state.away, played, LEAD_EFFECTS)
    goalless = state.home == state.away == 0
    to_come = score_grid(home, away, rho * max(0.0, 1 - played / FIRST_HALF_SHARE) if goalless else 0.0)
    fitting = to_come[: SIZE - state.home, : SIZE - state.away]
    result[state.home :, state.away :] = fitting * (to_come.sum() / fitting.sum())
    return result


def forecast(home_rate: float, away_rate: float, rho: float, state: MatchState) -> InPlayForecast:
    """Every market of a match in play; arguments and errors as for `final_scores`.

    Each goal still to come falls before half-time with the same probability, as before the match.
    """
    grid = final_scores(home_rate, away_rate, rho, state)
    goals = float(grid.sum(axis=1) @ np.arange(SIZE)), float(grid.sum(axis=0) @ np.arange(SIZE))
    if state.minute > HALF:
        return InPlayForecast(goals, replace(markets(grid), half_time=None, half_time_over=None))
    to_come, at_half_time = np.zeros_like(grid), np.zeros_like(grid)
    to_come[: SIZE - state.home, : SIZE - state.away] = grid[state.home :, state.away :]
    played = share_played(state.minute, state.added)
    thinned = thin(to_come, max(0.0, FIRST_HALF_SHARE - played) / (1 - played))
    at_half_time[state.home :, state.away :] = thinned[: SIZE - state.home, : SIZE - state.away]
    return InPlayForecast(goals, markets(grid, at_half_time))
