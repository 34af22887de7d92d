"""Calibration of goal rates, fitted on earlier seasons.

It acts on the score grid's parameters, so that every market stays consistent: the difference of the log rates is scaled
(a temperature) and rho is shifted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of a calibration; the default changes nothing."""

    stretch: float = 1.0
    rho_shift: float = 0.0


def calibrate(goals: Floats, calibration: Calibration) -> Floats:
    """Calibrated log goal rates and rho: (n, 3) → (n, 3); the sum of the log rates is unchanged."""
    middle, half = (goals[:, 0] + goals[:, 1]) / 2, calibration.stretch * (goals[:, 0] - goals[:, 1]) / 2
    return np.column_stack([middle + half, middle - half, goals[:, 2] + calibration.rho_shift])
