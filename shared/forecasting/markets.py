"""Every market of one match, read off its one score grid, so that no two of them can disagree."""

from dataclasses import dataclass

import numpy as np

from shared.forecasting.grid import Grid, outcome_probabilities, over_probability

TOTAL_LINES = (1.5, 2.5, 3.5)
LIKELIEST_SCORES = 6


@dataclass(frozen=True, slots=True)
class Markets:
    """Probabilities of one match's markets.

    Attributes:
        home, draw, away: who wins after 90 minutes; they sum to 1.
        over: each of `TOTAL_LINES` with the probability of more goals.
        both_score: both sides score.
        scores: the `LIKELIEST_SCORES` likeliest scores, likeliest first.
    """

    home: float
    draw: float
    away: float
    over: tuple[tuple[float, float], ...]
    both_score: float
    scores: tuple[tuple[str, float], ...]


def markets(grid: Grid) -> Markets:
    """The markets of one grid (16, 16)."""
    home, draw, away = (float(p) for p in outcome_probabilities(grid))
    likeliest = np.argsort(-grid, axis=None, kind="stable")[:LIKELIEST_SCORES]
    cells = [(int(cell // grid.shape[1]), int(cell % grid.shape[1])) for cell in likeliest]
    return Markets(
        home=home,
        draw=draw,
        away=away,
        over=tuple((line, float(over_probability(grid, line))) for line in TOTAL_LINES),
        both_score=float(grid[1:, 1:].sum()),
        scores=tuple((f"{h}-{a}", float(grid[h, a])) for h, a in cells),
    )
