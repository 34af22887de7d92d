"""The served model: refused where it is another one than the code was written for."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.forecasting import features, line_movement_features
from shared.forecasting.forecast import ForecastInput, forecast
from shared.forecasting.strengths import RATINGS, Strengths, learn
from shared.services.outcome_model import FOLDER, ModelMismatch, OutcomeModel, outcome_model
from tests.forecasting.played import played

PLAYED = played()
OF_MARKET = [place for place, kind in enumerate(RATINGS) if kind.startswith("market")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the served files."""
    return Path(shutil.copytree(FOLDER, tmp_path / "outcome"))


@pytest.fixture(scope="module")
def model() -> OutcomeModel:
    return outcome_model()


def retell(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the metadata."""
    file = folder / "metadata.json"
    metadata = json.loads(file.read_text())
    change(metadata)
    file.write_text(json.dumps(metadata))


def test_the_served_files_are_those_that_the_code_was_written_for(folder: Path, model: OutcomeModel) -> None:
    copied = outcome_model(folder)
    assert (copied.name, copied.calibrations) == (model.name, model.calibrations)
    assert set(model.calibrations) == {"past_lines", "anchored"}
    assert model.name


def test_the_model_is_loaded_once_per_process(model: OutcomeModel) -> None:
    assert outcome_model() is model


@pytest.mark.case("M3")
@pytest.mark.parametrize("name", ["past_lines", "line_move"])
def test_a_changed_file_is_rejected(folder: Path, name: str) -> None:
    file = folder / f"{name}.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(
        ModelMismatch, match=rf"{name}\.onnx is not the file that metadata\.json describes; create both"
    ):
        outcome_model(folder)


@pytest.mark.case("M3")
def test_a_record_of_another_model_is_rejected(folder: Path) -> None:
    file = folder / "reliability.json"
    file.write_text(file.read_text().replace("2012", "2011"))
    with pytest.raises(ModelMismatch, match=r"reliability\.json is not the file that metadata\.json describes"):
        outcome_model(folder)
    file.unlink()
    with pytest.raises(ModelMismatch, match=r"reliability\.json is missing; create it with `make train`"):
        outcome_model(folder)


@pytest.mark.case("M3")
def test_swapped_model_files_are_rejected(folder: Path) -> None:
    (folder / "past_lines.onnx").write_bytes((folder / "line_move.onnx").read_bytes())
    with pytest.raises(ModelMismatch, match=r"past_lines\.onnx is not the file"):
        outcome_model(folder)


@pytest.mark.case("M3")
@pytest.mark.parametrize("name", ["past_lines.onnx", "line_move.onnx", "metadata.json"])
def test_a_missing_or_invalid_model_file_is_reported_with_its_command(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(
        ModelMismatch, match=rf"{folder}/{name} (is missing|cannot be understood); create it with `make train`"
    ):
        outcome_model(folder)


@pytest.mark.case("M3")
def test_metadata_that_is_cut_short_is_named(folder: Path) -> None:
    (folder / "metadata.json").write_text((folder / "metadata.json").read_text()[:40])
    with pytest.raises(ModelMismatch, match=r"metadata\.json cannot be understood"):
        outcome_model(folder)


@pytest.mark.case("M3")
@pytest.mark.parametrize("name", ["past_lines", "line_move"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda columns: columns[::-1], id="another order"),
        pytest.param(lambda columns: columns[:-1], id="one less"),
        pytest.param(lambda columns: [*columns, "moon"], id="one more"),
        pytest.param(lambda columns: ["moon", *columns[1:]], id="another name"),
    ],
)
def test_a_model_of_other_feature_columns_is_rejected(
    folder: Path, name: str, change: Callable[[list[str]], list[str]]
) -> None:
    retell(folder, lambda raw: raw["columns"].update({name: change(raw["columns"][name])}))
    with pytest.raises(
        ModelMismatch, match=rf"{name}\.onnx was trained on other columns than the code computes; retrain"
    ):
        outcome_model(folder)


@pytest.mark.case("M3")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda raw: raw.pop("average_match"), r"cannot be understood; create it with `make train`"),
        (lambda raw: raw["average_match"].pop("away"), r"cannot be understood; create it with `make train`"),
        (lambda raw: raw["average_match"]["away"].pop(), r"cannot be understood; create it with `make train`"),
        (
            lambda raw: [side.pop() for side in raw["average_match"].values()],
            r"has an average match with other columns than the code computes; train it again with `make train`",
        ),
    ],
    ids=["none", "one side", "a gap", "one column less"],
)
def test_an_average_match_of_other_columns_is_rejected(
    folder: Path, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    retell(folder, change)
    with pytest.raises(ModelMismatch, match=rf"metadata\.json {sentence}"):
        outcome_model(folder)


@dataclass
class Counted:
    """Trees that count their calls, and the matches of each."""

    trees: Any
    batch_sizes: list[int] = field(default_factory=list[int])

    def predict(self, rows: np.ndarray) -> np.ndarray:
        self.batch_sizes.append(len(rows))
        return self.trees.predict(rows)


def test_a_served_forecasts_factors_sum_to_it_and_are_computed_in_one_batch(model: OutcomeModel) -> None:
    """Fifty matches, each predicted in every one of 256 coalitions."""
    counted = Counted(model.past_lines)
    model = replace(model, past_lines=counted)
    strengths = Strengths()
    learn(strengths, PLAYED)
    pairs = [(home, away) for home in range(1, 9) for away in range(1, 9) if home != away][:50]
    questions = [
        ForecastInput(place, "PL", 2022, date(2022, 12, 26), *pair, rated_in="PL", prices=None)
        for place, pair in enumerate(pairs)
    ]
    forecasts = forecast(questions, strengths, model)
    assert counted.batch_sizes == [50, 50 * 256, 1], "the forecasts, their coalitions, where they start"
    for found in forecasts:
        assert found.factors is not None
        total = np.sum(list(found.factors.values()), axis=0)
        assert total == pytest.approx((found.markets.home, found.markets.draw, found.markets.away), abs=1e-9)
    assert forecasts[0].factors is not None
    start = forecasts[0].factors["start"]
    assert start[0] > 0.4 > start[2]  # the home side of two average clubs


@pytest.mark.parametrize(
    ("name", "columns"), [("past_lines", len(features.COLUMNS)), ("line_move", len(line_movement_features.COLUMNS))]
)
def test_the_trees_answer_for_each_match_in_its_place(model: OutcomeModel, name: str, columns: int) -> None:
    rows = np.random.default_rng(4).normal(0, 0.5, (9, 2, columns))
    trees = getattr(model, name)
    predicted = trees.predict(rows)
    assert predicted.shape == (9, 2)
    assert np.isfinite(predicted).all()
    gaps = np.full((1, 2, columns), np.nan)
    if name == "past_lines":
        gaps[..., features.COLUMNS.index("market_joint_for")] = 0.2  # half of the forecast starts from it
    assert np.isfinite(trees.predict(gaps)).all(), "a gap has a branch of its own"
    for place in range(9):
        assert (trees.predict(rows[[place]]) == predicted[place]).all()
        assert (trees.predict(rows[[place], ::-1]) == predicted[place, ::-1]).all()
    assert len(np.unique(predicted)) > 4
    assert trees.predict(np.empty((0, 2, columns))).shape == (0, 2)


def chances(model: OutcomeModel, raised: float) -> np.ndarray:
    """Home win, draw, away win of all matches of a division, each home side stronger by so much."""
    rows: list[tuple[float, float, float]] = []
    clubs = [*range(1, 8), 9]
    for home in clubs:
        strengths = Strengths()
        learn(strengths, PLAYED)
        club = strengths.clubs[home]
        for place in OF_MARKET:
            club.ratings[place].attack += raised
            club.ratings[place].defence += raised
        questions = [
            ForecastInput(away, "PL", 2022, date(2022, 12, 26), home, away, rated_in="PL", prices=None)
            for away in clubs
            if away != home
        ]
        forecasts = forecast(questions, strengths, model)
        rows += [(f.markets.home, f.markets.draw, f.markets.away) for f in forecasts]
    return np.array(rows)


@pytest.mark.case("M2")
def test_a_home_side_that_the_market_rates_higher_is_likelier_to_win(model: OutcomeModel) -> None:
    """Trees are no monotone functions: it holds on average at each step, and for every match over the whole way."""
    steps = [chances(model, raised) for raised in np.linspace(-0.2, 0.2, 5)]
    for less, more in pairwise(steps):
        assert more[:, 0].mean() > less[:, 0].mean()
        assert more[:, 2].mean() < less[:, 2].mean()
    assert (steps[-1][:, 0] > steps[0][:, 0]).all()
    assert (steps[-1][:, 2] < steps[0][:, 2]).all()
