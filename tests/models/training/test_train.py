import hashlib
import json
from pathlib import Path

import pytest

from models.training import train
from shared.forecasting import features, line_movement_features
from shared.services.outcome_model import outcome_model

FILES = {"past_lines.onnx", "line_move.onnx", "reliability.json", "metadata.json", "card.md"}


@pytest.fixture(scope="module")
def made(mirror, tmp_path_factory) -> Path:
    """The model from all seasons of the small leagues but the last."""
    out = tmp_path_factory.mktemp("outcome")
    train.main(["--data", str(mirror), "--before", "2022", "--out", str(out)])
    return out


def test_the_model_comes_with_its_metadata_and_its_card(made):
    metadata = json.loads((made / "metadata.json").read_text())
    assert {file.name for file in made.iterdir()} == FILES
    for name, columns in (("past_lines", features.COLUMNS), ("line_move", line_movement_features.COLUMNS)):
        assert metadata["sha256"][name] == hashlib.sha256((made / f"{name}.onnx").read_bytes()).hexdigest()
        assert tuple(metadata["columns"][name]) == columns
        assert len(metadata["feature_means"][name]) == len(metadata["feature_sds"][name]) == len(columns)
        assert metadata["parity"][name] <= train.PARITY
    assert metadata["seasons"] == ["1920", "2021", "2122"]
    assert metadata["feature_means"]["past_lines"][0] == 0.5  # at_home: one row of each match
    home, away = metadata["average_match"]["home"], metadata["average_match"]["away"]
    assert (home[0], away[0]) == (1.0, 0.0)
    assert [(h + a) / 2 for h, a in zip(home, away, strict=True)] == pytest.approx(
        metadata["feature_means"]["past_lines"], abs=2e-6
    )
    assert home[1] > away[1], "the home side is expected to score more"
    assert {row["season"] for row in metadata["scores"]} == {"2021", "2122"}
    record = (made / "reliability.json").read_bytes()
    assert metadata["sha256"]["reliability"] == hashlib.sha256(record).hexdigest()
    assert json.loads(record)["seasons"] == [2020, 2021]
    assert sum(n for _, _, n, _, _ in json.loads(record)["records"]["prices"]["all"]) == 3 * 224
    assert {tuple(figure["seasons"]) for figure in metadata["held_out"]} == {("2021", "2122")}
    assert [figure["n"] for figure in metadata["held_out"]] == [224] * 4
    assert metadata["gap_bounds"] == {"prices": 0.0015, "ratings": 0.0045}
    assert [(code, league["n"], league["reference"]) for code, league in metadata["leagues"].items()] == [
        ("PL", 112, "closing"),
        ("SA", 112, "closing"),
    ]
    card = (made / "card.md").read_text()
    assert metadata["name"] in card
    assert all(f"\n| {name} | 112 | closing |" in card for name in ("Premier League", "Serie A"))
    assert "{" not in card


def test_the_trained_model_loads_in_the_serving_code(made):
    model = outcome_model(made)
    assert set(model.calibrations) == {"past_lines", "anchored"}


def test_the_unseen_season_is_unseen_and_the_bytes_are_the_same(made, mirror, tmp_path):
    """Without the last season's files the same model comes out, byte by byte, and all seasons are those before it."""
    for season in ("1920", "2021", "2122"):
        (tmp_path / "data/mmz4281").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data/mmz4281" / season).symlink_to(mirror / "mmz4281" / season)
    train.main(["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")])
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == {
        name: (made / name).read_bytes() for name in FILES
    }


def test_the_unseen_season_may_be_reported_and_changes_nothing_else(made, mirror, tmp_path):
    train.main(["--data", str(mirror), "--before", "2022", "--out", str(tmp_path), "--report"])
    metadata, before = (json.loads((folder / "metadata.json").read_text()) for folder in (tmp_path, made))
    scores, scores_before = metadata.pop("scores"), before.pop("scores")
    assert metadata == before
    assert {row["season"] for row in scores} == {"2021", "2122", "2223"}
    assert [row for row in scores if row["season"] != "2223"] == scores_before


@pytest.mark.parametrize(("before", "sentence"), [("2019", "no season before 1920"), ("2020", "too few seasons")])
def test_too_little_history_is_an_error(mirror, tmp_path, before, sentence):
    with pytest.raises(SystemExit, match=sentence):
        train.main(["--data", str(mirror), "--before", before, "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
