"""Calibration of goal rates: how far apart the sides are, and how likely draws are, corrected by earlier seasons.

The correction acts on the score grid's parameters, so that every market stays coherent: the difference of the log rates
is stretched (a temperature), rho is shifted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Temper:
    """A correction; the neutral one changes nothing."""

    stretch: float = 1.0
    rho_shift: float = 0.0


def tempered(goals: Floats, temper: Temper) -> Floats:
    """Log goal rates and rho after the correction: (n, 3) → (n, 3); the sum of the log rates stays."""
    middle, half = (goals[:, 0] + goals[:, 1]) / 2, temper.stretch * (goals[:, 0] - goals[:, 1]) / 2
    return np.column_stack([middle + half, middle - half, goals[:, 2] + temper.rho_shift])
