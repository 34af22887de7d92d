"""The served trees: loaded once a process, refused where they are not the ones that the code was written for."""

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
from shared.forecasting.temperature_scaling import Temper

FOLDER = Path(__file__).resolve().parent.parent.parent / "models" / "outcome"
_COLUMNS = {"past_lines": features.COLUMNS, "line_move": line_movement_features.COLUMNS}


class ModelMismatch(RuntimeError):
    """The model's files are not those that its metadata and the code speak of; the message says which."""


class Trees:
    """One ONNX regressor on one thread: for a row or fifty, a pool of threads costs more than it gives."""

    def __init__(self, model: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the trees say of matches: (n, 2, columns) → (n, 2)."""
        flat = rows.reshape(-1, rows.shape[2]).astype(np.float32)
        told = np.asarray(self._session.run(None, {"rows": flat})[0])
        return told.astype(np.float64).reshape(-1, 2)


@dataclass(frozen=True)
class OutcomeModel:
    """Everything that serving needs.

    Attributes:
        name: name and version, told with every forecast.
        past_lines: log goal rates from the features.
        line_move: by how much the lines will have moved by the close.
        tempers: the correction of each forecast, by name.
        average_match: mean rows of the matches that the past lines were learned from, home side and away side:
            (2, columns).
    """

    name: str
    past_lines: Trees
    line_move: Trees
    tempers: dict[str, Temper]
    average_match: NDArray[np.float64]


@cache
def outcome_model(folder: Path = FOLDER) -> OutcomeModel:
    """The served model.

    Raises:
        ModelMismatch: a file is missing, was changed, or was trained on other columns than the code makes.
    """
    try:
        told: dict[str, Any] = json.loads((folder / "metadata.json").read_text())
        trees = {name: Trees(_checked(folder, told, name)) for name in _COLUMNS}
        _whole(folder, told, "reliability", "json")
        tempers = {name: Temper(**temper) for name, temper in told["tempers"].items()}
        average = np.array([told["average_match"][side] for side in ("home", "away")], dtype=np.float64)
        if average.shape != (2, len(features.COLUMNS)):
            raise ModelMismatch(
                f"{folder}/metadata.json tells an average match of other columns than the code makes;"
                " train it anew with `make train`"
            )
        return OutcomeModel(told["name"], trees["past_lines"], trees["line_move"], tempers, average)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMismatch(f"{folder}/metadata.json cannot be understood; make it with `make train`") from error


def _checked(folder: Path, told: dict[str, Any], name: str) -> bytes:
    model = _whole(folder, told, name, "onnx")
    if tuple(told["columns"].get(name, ())) != _COLUMNS[name]:
        raise ModelMismatch(
            f"{folder}/{name}.onnx was trained on other columns than the code makes; train it anew with `make train`"
        )
    return model


def _whole(folder: Path, told: dict[str, Any], name: str, kind: str) -> bytes:
    """A file that is there and is the one that was made with the metadata."""
    file = folder / f"{name}.{kind}"
    if not file.is_file():
        raise ModelMismatch(f"{file} is missing; make it with `make train`")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != told["sha256"].get(name):
        raise ModelMismatch(f"{file} is not the file that metadata.json speaks of; make both anew with `make train`")
    return content
