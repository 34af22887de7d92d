"""A model whose held-out forecasts are spoilt is not written."""

import shutil

import numpy as np
import pytest

from models.training import gate, train
from shared.forecasting.metrics import Floats, Ints
from tests.forecasting.test_quality import knowing, noisy, played, stretched
from tests.season import read_season, to_csv


@pytest.fixture(scope="module")
def seasons() -> tuple[dict[str, Floats], Floats, Ints]:
    """Three seasons as good forecasters see them."""
    truth, outcome = played(5200)
    return {"anchored": noisy(truth, 0.06), "past_lines": noisy(truth, 0.10)}, truth, outcome


@pytest.mark.case("M7")
def test_good_forecasts_pass_the_gate_and_are_reported(seasons: tuple[dict[str, Floats], Floats, Ints]):
    report = gate.check(*seasons)
    assert [(figure.basis, figure.name, figure.n) for figure in report] == [
        (basis, name, 5200) for basis in ("prices", "ratings") for name in ("gap", "calibration_error")
    ]


@pytest.mark.case("M7")
@pytest.mark.parametrize(
    ("name", "spoil", "sentence"),
    [
        (
            "anchored",
            stretched(1.15),
            r"calibration_error by prices: \+0\.0\d+ .* of 5200, may be \+0\.0000 to \+0\.01",
        ),
        ("past_lines", stretched(0.85), r"calibration_error by ratings: \+0\.0\d+ .*, may be \+0\.0000 to \+0\.01"),
        (
            "anchored",
            lambda forecast, _: np.roll(forecast, 1, axis=0),
            r"gap by prices: .*, may be -0\.0005 to \+0\.0015",
        ),
        (
            "past_lines",
            lambda forecast, _: np.roll(forecast, 1, axis=0),
            r"gap by ratings: .*, may be -0\.0005 to \+0\.0045",
        ),
        ("anchored", knowing(0.02), r"gap by prices: -0\.0.*, may be -0\.0005 to \+0\.0015"),
    ],
)
def test_a_spoilt_forecast_is_rejected_with_its_metric_and_bound(
    seasons: tuple[dict[str, Floats], Floats, Ints], name: str, spoil, sentence: str
):
    forecasts, closing, outcome = seasons
    with pytest.raises(gate.GateFailed, match=sentence):
        gate.check(forecasts | {name: spoil(forecasts[name], outcome)}, closing, outcome)


def test_too_few_matches_fail_the_gate(seasons: tuple[dict[str, Floats], Floats, Ints]):
    forecasts, closing, outcome = seasons
    with pytest.raises(gate.GateFailed, match=r"gap by prices: too few \(99\)"):
        gate.check({name: shares[:99] for name, shares in forecasts.items()}, closing[:99], outcome[:99])


@pytest.mark.case("M7")
def test_training_on_spoilt_data_writes_nothing(mirror, tmp_path):
    """A source whose columns have changed places."""
    spoilt = shutil.copytree(mirror, tmp_path / "spoilt")
    for division in ("E0", "I1"):
        rows = read_season(division, "2122", spoilt)
        swapped = [row | {"FTHG": row["FTAG"], "FTAG": row["FTHG"]} for row in rows]
        (spoilt / f"mmz4281/2122/{division}.csv").write_text(to_csv(swapped))
    with pytest.raises(SystemExit, match=r"No model was trained: .*calibration_error by prices: .* of 224, may be"):
        train.main(["--data", str(spoilt), "--before", "2022", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
