"""Every market of a match, derived from one score grid, so that all of them are consistent."""

from dataclasses import dataclass

import numpy as np

from shared.forecasting.grid import Grid, outcome_probabilities, over_probability
from shared.forecasting.half_time import half_time_grid
from shared.forecasting.quarter_lines import LineShares, home_handicap, home_lead, over, total_goals

TOTAL_LINES = (1.5, 2.5, 3.5)
GOAL_LINES = tuple(quarter / 4 for quarter in range(6, 17))
HANDICAPS = tuple(quarter / 4 for quarter in range(-8, 9))
TEAM_LINES = (0.5, 1.5, 2.5)
HALF_TIME_LINES = (0.5, 1.5)
LIKELIEST_SCORES = 6


@dataclass(frozen=True, slots=True)
class LineMarket:
    """A bet on a line: probabilities of its results, and fair odds."""

    line: float  # goals, or the handicap added to the home side's goals
    shares: tuple[float, float, float, float, float]  # probabilities of won, half won, push, half lost, lost
    # Fair decimal odds of over and under, or of home and away; None where a side cannot win.
    fair: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Markets:
    """Probabilities of one match's markets."""

    # home, draw, away: results after 90 minutes; they sum to 1.
    home: float
    draw: float
    away: float
    over: tuple[tuple[float, float], ...]  # each of `TOTAL_LINES` with the probability of more goals
    both_score: float
    scores: tuple[tuple[str, float], ...]  # the `LIKELIEST_SCORES` likeliest scores, in descending order
    goal_lines: tuple[LineMarket, ...]  # bets on more goals than each of `GOAL_LINES`
    handicaps: tuple[LineMarket, ...]  # Asian handicap bets on the home side at each of `HANDICAPS`
    # Each of `TEAM_LINES` with the probabilities that the home and the away side score more.
    team_goals: tuple[tuple[float, float, float], ...]
    win_to_nil: tuple[float, float]  # probabilities that the home and the away side win without conceding
    # home lead, draw, away lead at half-time; they sum to 1. None once it is past: the grid lacks its score.
    half_time: tuple[float, float, float] | None
    # Each of `HALF_TIME_LINES` with the probability of more goals before half-time; None once it is past.
    half_time_over: tuple[tuple[float, float], ...] | None


def markets(grid: Grid, at_half_time: Grid | None = None) -> Markets:
    """The markets of a score grid (16, 16), and of one of half-time; by default that of a match not yet begun."""
    home, draw, away = (float(p) for p in outcome_probabilities(grid))
    goals, leads = total_goals(grid), home_lead(grid)
    before = half_time_grid(grid) if at_half_time is None else at_half_time
    ahead, level, behind = (float(p) for p in outcome_probabilities(before))
    likeliest = np.argsort(-grid, axis=None, kind="stable")[:LIKELIEST_SCORES]
    cells = [(int(cell // grid.shape[1]), int(cell % grid.shape[1])) for cell in likeliest]
    return Markets(
        home=home,
        draw=draw,
        away=away,
        over=tuple((line, float(over_probability(grid, line))) for line in TOTAL_LINES),
        both_score=float(grid[1:, 1:].sum()),
        scores=tuple((f"{h}-{a}", float(grid[h, a])) for h, a in cells),
        goal_lines=tuple(_line_market(line, over(goals, line)) for line in GOAL_LINES),
        handicaps=tuple(_line_market(line, home_handicap(leads, line)) for line in HANDICAPS),
        team_goals=tuple(
            (line, float(grid[int(line + 0.5) :].sum()), float(grid[:, int(line + 0.5) :].sum())) for line in TEAM_LINES
        ),
        win_to_nil=(float(grid[1:, 0].sum()), float(grid[0, 1:].sum())),
        half_time=(ahead, level, behind),
        half_time_over=tuple((line, float(over_probability(before, line))) for line in HALF_TIME_LINES),
    )


def _line_market(line: float, line_shares: LineShares) -> LineMarket:
    """Rounded to six digits, because many of them are stored with every forecast."""
    won, half_won, push, half_lost, lost = (round(share, 6) for share in line_shares)
    fair = [price and round(price, 6) for price in (line_shares.fair_price, line_shares.opposite.fair_price)]
    return LineMarket(line, (won, half_won, push, half_lost, lost), (fair[0], fair[1]))
