"""The served outcome model: loaded once a process, after its checksums and columns are verified."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.forecasting import features, line_movement_features
from shared.forecasting.temperature_scaling import Calibration

FOLDER = Path(__file__).resolve().parent.parent.parent / "models" / "outcome"
_COLUMNS = {"past_lines": features.COLUMNS, "line_move": line_movement_features.COLUMNS}


class ModelMismatch(RuntimeError):
    """The model's files do not match its metadata or the code; the message says which."""


class OnnxRegressor:
    """One ONNX regressor on one thread: for up to fifty rows a thread pool costs more than it saves."""

    def __init__(self, model: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Predictions for matches: (n, 2, columns) → (n, 2)."""
        flat = rows.reshape(-1, rows.shape[2]).astype(np.float32)
        output = np.asarray(self._session.run(None, {"rows": flat})[0])
        return output.astype(np.float64).reshape(-1, 2)


@dataclass(frozen=True)
class OutcomeModel:
    """Everything that serving needs."""

    name: str  # name and version, stored with every forecast
    past_lines: OnnxRegressor  # predicts log goal rates from the features
    line_move: OnnxRegressor  # predicts the movement of the lines until closing
    calibrations: dict[str, Calibration]  # the temperature scaling of each forecast, by name
    average_match: NDArray[np.float64]  # mean training rows of `past_lines`, home and away: (2, columns)
    sha256: str  # of metadata.json, which holds those of the other files


@cache
def outcome_model(folder: Path = FOLDER) -> OutcomeModel:
    """The served model.

    Raises:
        ModelMismatch: a file is missing or changed, or was trained on other columns than the code computes.
    """
    try:
        text = (folder / "metadata.json").read_bytes()
        metadata: dict[str, Any] = json.loads(text)
        regressors = {name: OnnxRegressor(_read_onnx(folder, metadata, name)) for name in _COLUMNS}
        _read_verified(folder, metadata, "reliability", "json")
        calibrations = {name: Calibration(**calibration) for name, calibration in metadata["tempers"].items()}
        average_match = np.array([metadata["average_match"][side] for side in ("home", "away")], dtype=np.float64)
        if average_match.shape != (2, len(features.COLUMNS)):
            raise ModelMismatch(
                f"{folder}/metadata.json has an average match with other columns than the code computes;"
                " train it again with `make train`"
            )
        return OutcomeModel(
            metadata["name"],
            regressors["past_lines"],
            regressors["line_move"],
            calibrations,
            average_match,
            hashlib.sha256(text).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMismatch(f"{folder}/metadata.json cannot be understood; create it with `make train`") from error


def _read_onnx(folder: Path, metadata: dict[str, Any], name: str) -> bytes:
    model = _read_verified(folder, metadata, name, "onnx")
    if tuple(metadata["columns"].get(name, ())) != _COLUMNS[name]:
        raise ModelMismatch(
            f"{folder}/{name}.onnx was trained on other columns than the code computes; retrain it with `make train`"
        )
    return model


def _read_verified(folder: Path, metadata: dict[str, Any], name: str, extension: str) -> bytes:
    """The content of a file after its checksum is verified."""
    file = folder / f"{name}.{extension}"
    if not file.is_file():
        raise ModelMismatch(f"{file} is missing; create it with `make train`")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != metadata["sha256"].get(name):
        raise ModelMismatch(f"{file} is not the file that metadata.json describes; create both again with `make train`")
    return content
