"""Small leagues for tests of season simulations."""

from typing import Any

import numpy as np

from shared.forecasting.season_simulation import SeasonInput


def season(clubs: int, **changes: Any) -> SeasonInput:
    """A league before its first match: 1.5 goals at home, 1.2 away, strengths known."""
    given: dict[str, Any] = {
        "log_rates": np.tile(np.log([1.5, 1.2]), (clubs, clubs, 1)),
        "played": np.zeros((clubs, clubs), dtype=np.bool_),
        "goals": np.zeros((clubs, clubs, 2), dtype=np.int8),
        "days": np.ones((clubs, clubs)),
        "deductions": (0,) * clubs,
        "lead_covariance": np.zeros((clubs, clubs)),
        "sum_covariance": np.zeros((clubs, clubs)),
        "lead_drift": 0.0,
        "sum_drift": 0.0,
        "rho": -0.07,
    }
    return SeasonInput(**given | changes)
