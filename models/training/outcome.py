"""Training of the trees, and their conversion to ONNX; XGBoost is not deployed."""

from collections.abc import Sequence

import numpy as np
import xgboost
from numpy.typing import NDArray
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from shared.forecasting.grid import win_and_over
from shared.forecasting.temperature_scaling import Calibration, calibrate
from shared.services import outcome_model

Floats = NDArray[np.float64]

OPSET = 15
"""onnxmltools' converter for XGBoost does not support newer ones."""
SEED = 1
_COMMON = {"objective": "reg:squarederror", "tree_method": "hist", "nthread": 1, "seed": SEED}
OUTCOME = {
    **_COMMON,
    "max_depth": 6,
    "eta": 0.05,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "min_child_weight": 40,
    "lambda": 2,
}
OUTCOME_ROUNDS = 300
LINE_MOVE = {
    **_COMMON,
    "max_depth": 4,
    "eta": 0.05,
    "subsample": 0.7,
    "colsample_bytree": 0.6,
    "min_child_weight": 60,
    "lambda": 5,
}
LINE_MOVE_ROUNDS = 150


class TrainedTrees:
    """A trained regressor, as XGBoost booster and as ONNX."""

    def __init__(self, booster: xgboost.Booster, columns: Sequence[str]) -> None:
        self.booster, self.columns = booster, tuple(columns)
        inputs = [("rows", FloatTensorType([None, len(columns)]))]
        # Without a name the converter generates a random one, and the file is not reproducible.
        model = convert_xgboost(booster, name="trees", initial_types=inputs, target_opset=OPSET)
        self.onnx = bytes(model.SerializeToString())
        self._served = outcome_model.OnnxRegressor(self.onnx)

    def predict(self, rows: Floats) -> Floats:
        """Predictions of the ONNX model: (n, 2, columns) → (n, 2)."""
        return self._served.predict(rows)

    def parity(self, rows: Floats) -> float:
        """Largest absolute difference between ONNX and XGBoost on the given rows."""
        flat = rows.reshape(-1, rows.shape[2]).astype(np.float32)
        names = [f"f{i}" for i in range(flat.shape[1])]
        native = self.booster.predict(xgboost.DMatrix(flat, feature_names=names))
        return float(np.abs(native - self.predict(rows).ravel()).max())


def train(
    rows: Floats, targets: Floats, columns: Sequence[str], parameters: dict[str, object], rounds: int
) -> TrainedTrees:
    """Trains a regressor of targets (n, 2) on rows (n, 2, columns); both sides of a match are samples."""
    # ONNX reads 32-bit floats. Training on the same values makes both take the same splits.
    flat = rows.reshape(-1, rows.shape[2]).astype(np.float32)
    data = xgboost.DMatrix(flat, targets.reshape(-1), feature_names=[f"f{i}" for i in range(flat.shape[1])])
    return TrainedTrees(xgboost.train(parameters, data, rounds), columns)


def fit_calibration(goals: Floats, targets: Floats) -> Calibration:
    """The calibration with the smallest log loss on past matches, by a deterministic grid search.

    Args:
        goals: forecast log goal rates and rho: (n, 3).
        targets: home win, draw, away win: (n, 3), one-hot outcomes or fair closing probabilities.
    """

    def loss(calibration: Calibration) -> float:
        probabilities = win_and_over(calibrate(goals, calibration))
        shares = np.column_stack(
            [probabilities[:, 0], 1 - probabilities[:, 0] - probabilities[:, 1], probabilities[:, 1]]
        )
        return float(-(targets * np.log(shares)).sum(axis=1).mean())

    stretch = min(np.linspace(0.90, 1.16, 27), key=lambda s: loss(Calibration(float(s))))
    shift = min(np.linspace(-0.06, 0.06, 13), key=lambda r: loss(Calibration(float(stretch), float(r))))
    return Calibration(float(stretch), float(shift))
