"""Score grids by chance, and what penaltyblog makes of the same parameters."""

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import SIZE

Floats = NDArray[np.float64]


def chance_parameters(grids: int) -> tuple[Floats, Floats, Floats]:
    """Home rates, away rates and rhos: (grids,) each; every rho within the bounds of Dixon and Coles, equation 4.2."""
    random = np.random.default_rng(1997)
    homes, aways = np.exp(random.uniform(np.log(0.1), np.log(5.0), (2, grids)))
    lowest, highest = np.maximum(-1 / homes, -1 / aways), np.minimum(1 / (homes * aways), 1.0)
    return homes, aways, random.uniform(np.maximum(lowest, -0.3), np.minimum(highest, 0.3))


def penaltyblog_grids(homes: Floats, aways: Floats, rhos: Floats) -> Floats:
    """The grids of penaltyblog's fitted Dixon-Coles model: (grids, 16, 16), each summing to 1.

    Not of its `create_dixon_coles_grid`, which in 1.13.1 gives 1-0 and 0-1 each other's factor of the paper.
    """
    from penaltyblog.models.probabilities import compute_dixon_coles_probabilities  # noqa: PLC0415 - takes four seconds

    grids = np.zeros((len(homes), SIZE * SIZE))
    unused = np.zeros(1), np.zeros(1)
    for grid, home, away, rho in zip(grids, homes, aways, rhos, strict=True):
        compute_dixon_coles_probabilities(np.log(home), np.log(away), 0.0, 0.0, 0.0, rho, SIZE, grid, *unused)
    return (grids / grids.sum(axis=1, keepdims=True)).reshape(-1, SIZE, SIZE)
