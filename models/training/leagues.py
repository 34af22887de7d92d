"""How far forecasts of each league were from its closing line, or from opening prices where no others are known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.dataset import Floats, Matches
from shared.forecasting import metrics
from shared.forecasting.intervals import mean_interval

DIGITS = 6


def league_gaps(matches: Matches, forecasts: Mapping[str, Floats], selected: NDArray[np.bool_]) -> dict[str, Any]:
    """Scores of forecasts by league, in order of their codes.

    Each league has the number of its matches `n`, its `reference` (`closing` or `opening`) with the reference's `rps`,
    and under the name of each forecast: `rps`; `gap`, the mean difference in RPS to the reference, with `low` and
    `high` of its 95 % interval; `distance`, the mean squared distance to the reference's cumulative probabilities.

    Args:
        matches: past matches.
        forecasts: probabilities by name: (n, 3), NaN where there is none.
        selected: the matches to score: (n,). Those without opening prices are left out.
    """
    scores: dict[str, Any] = {}
    priced = selected & ~np.isnan(matches.opening[:, 0])
    for league in np.unique(matches.competition[priced]):
        own = priced & (matches.competition == league)
        closed = own & ~np.isnan(matches.closing[:, 0])
        name, line, own = ("closing", matches.closing, closed) if closed.any() else ("opening", matches.opening, own)
        reference, outcome = line[own], matches.outcome[own]
        reference_rps = metrics.rps(reference, outcome)
        row: dict[str, Any] = {"n": len(outcome), "reference": name, "rps": round(float(reference_rps.mean()), DIGITS)}
        for forecast, probabilities in forecasts.items():
            rps = metrics.rps(probabilities[own], outcome)
            estimate = mean_interval((rps - reference_rps).tolist())
            if estimate is not None:
                gap, low, high = estimate
                figures = {"rps": rps.mean(), "gap": gap, "low": low, "high": high}
                figures["distance"] = metrics.distance(probabilities[own], reference).mean()
                row[forecast] = {key: round(float(value), DIGITS) for key, value in figures.items()}
        scores[str(league)] = row
    return scores
