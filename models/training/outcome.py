"""Training of the trees, and their conversion to ONNX; XGBoost is not deployed."""

from collections.abc import Sequence

import numpy as np
import xgboost
from numpy.typing import NDArray
from onnx import ModelProto, helper, numpy_helper
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
    """A trained regressor, as XGBoost boosters and as one ONNX graph.

    With a base column it is the mean of two forecasts: trees that predict the target from all columns, and that column
    plus trees that predict what it lacks.
    """

    def __init__(
        self, booster: xgboost.Booster, columns: Sequence[str], base: tuple[str, xgboost.Booster] | None = None
    ) -> None:
        self.columns, self._booster, self._base = tuple(columns), booster, base
        inputs = [("rows", FloatTensorType([None, len(columns)]))]
        # Without a name the converter generates a random one, and the file is not reproducible.
        model = convert_xgboost(booster, name="trees", initial_types=inputs, target_opset=OPSET)
        if base is not None:
            second = convert_xgboost(base[1], name="trees", initial_types=inputs, target_opset=OPSET)
            _average(model, second, self.columns.index(base[0]))
        self.onnx = bytes(model.SerializeToString())
        self._served = outcome_model.OnnxRegressor(self.onnx)

    def predict(self, rows: Floats) -> Floats:
        """Predictions of the ONNX model: (n, 2, columns) → (n, 2)."""
        return self._served.predict(rows)

    def parity(self, rows: Floats) -> float:
        """Largest absolute difference between ONNX and XGBoost on the given rows."""
        flat = _flat(rows)
        data = xgboost.DMatrix(flat, feature_names=_names(flat))
        native = self._booster.predict(data)
        if self._base is not None:
            column, booster = self._base
            native = (native + booster.predict(data) + flat[:, self.columns.index(column)]) / 2
        return float(np.abs(native - self.predict(rows).ravel()).max())


def train(
    rows: Floats,
    targets: Floats,
    columns: Sequence[str],
    parameters: dict[str, object],
    rounds: int,
    base: str | None = None,
) -> TrainedTrees:
    """Trains a regressor of targets (n, 2) on rows (n, 2, columns); both sides of a match are samples.

    With a base column, half of the forecast is that column plus trees on its residual (see `TrainedTrees`).
    """
    # ONNX reads 32-bit floats. Training on the same values makes both take the same splits.
    flat, targets = _flat(rows), targets.reshape(-1)

    def booster(labels: Floats) -> xgboost.Booster:
        return xgboost.train(parameters, xgboost.DMatrix(flat, labels, feature_names=_names(flat)), rounds)

    if base is None:
        return TrainedTrees(booster(targets), columns)
    residuals = targets - rows[:, :, tuple(columns).index(base)].reshape(-1)
    return TrainedTrees(booster(targets), columns, (base, booster(residuals)))


def _flat(rows: Floats) -> NDArray[np.float32]:
    return rows.reshape(-1, rows.shape[2]).astype(np.float32)


def _names(flat: NDArray[np.float32]) -> list[str]:
    return [f"f{i}" for i in range(flat.shape[1])]


def _average(model: ModelProto, second: ModelProto, base: int) -> None:
    """Makes a converted booster the mean of itself and of a column plus a second booster, in place."""
    (first_trees,), (second_trees,), (result,) = model.graph.node, second.graph.node, model.graph.output
    first_trees.output[0], second_trees.name, second_trees.output[0] = "first", "second", "second"
    constants = {"base_place": np.array([base]), "half": np.array([0.5], dtype=np.float32)}
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    model.graph.node.extend(
        [
            second_trees,
            helper.make_node("Gather", ["rows", "base_place"], ["base"], axis=1),
            helper.make_node("Sum", ["first", "second", "base"], ["twice"]),
            helper.make_node("Mul", ["twice", "half"], [result.name]),
        ]
    )
    if not any(opset.domain in {"", "ai.onnx"} for opset in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", OPSET))


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
