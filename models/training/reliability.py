"""Reliability of past forecasts by bucket of probability: `reliability.json`."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.gate import BASES
from models.training.report import ALL
from shared.forecasting.calibration import FIVE_POINT_EDGES, buckets
from shared.forecasting.metrics import Floats, Ints


def reliability(
    forecasts: Mapping[str, Floats], outcome: Ints, season: Ints, competition: NDArray[np.str_]
) -> dict[str, Any]:
    """The buckets of each basis and league, and of all leagues, with home win, draw and away win as separate cases.

    Args:
        forecasts: out-of-sample probabilities by forecast name: (n, 3).
        outcome: 0, 1 or 2: (n,).
        season: year in which it began: (n,).
        competition: code: (n,).
    """
    leagues = {ALL: np.ones(len(outcome), dtype=np.bool_)}
    leagues |= {str(code): competition == code for code in np.unique(competition)}
    return {
        "seasons": [int(season.min()), int(season.max())],
        "records": {
            basis: {league: _rows(forecasts[name][selected], outcome[selected]) for league, selected in leagues.items()}
            for basis, name in BASES.items()
        },
    }


def _rows(forecast: Floats, outcome: Ints) -> list[list[float]]:
    """Bounds, number of cases, number that occurred and mean probability of each bucket."""
    occurred = np.eye(3, dtype=np.bool_)[outcome]
    filled = buckets(zip(forecast.ravel().tolist(), occurred.ravel().tolist(), strict=True), FIVE_POINT_EDGES)
    return [[b.low, b.high, b.count, b.occurred, round(b.forecast, 4)] for b in filled]
