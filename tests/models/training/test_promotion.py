import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy import service
from models.training import promotion
from models.training.promotion import MARGIN

SERVED = json.loads((service.ROOT / "models/outcome/metadata.json").read_text())


def model(prices: float, ratings: float) -> dict[str, Any]:
    figures = {"prices": prices, "ratings": ratings}
    entries = [{"basis": b, "figure": "gap", "value_low_high": [gap, gap, gap]} for b, gap in figures.items()]
    return {"name": f"{prices}/{ratings}", "held_out": entries}


OLD = model(0.001, 0.002)


@pytest.mark.parametrize("new", [model(0.0007, 0.002), model(0.001, 0.001), model(0.0007, 0.002 + MARGIN / 2)])
def test_a_model_that_is_nearer_by_the_margin_and_nowhere_farther_is_better(new: dict[str, Any]) -> None:
    assert promotion.rejection_reasons(OLD, new) == []


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (OLD, "less than 0.0002 everywhere: prices [+]0.000000"),
        (model(0.0009, 0.0019), "less than 0.0002 everywhere"),
        (model(0.0005, 0.0025), "ratings: 0.000500 farther"),
    ],
)
def test_a_model_that_is_no_better_is_rejected_with_the_reason(new: dict[str, Any], why: str) -> None:
    [reason] = promotion.rejection_reasons(OLD, new)
    assert re.search(why, reason)


def test_the_served_model_can_be_compared_and_is_not_better_than_itself(tmp_path: Path) -> None:
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps(SERVED))
    with pytest.raises(SystemExit, match="does not take the place"):
        promotion.main(["--old", str(path), "--new", str(path)])


def test_a_model_without_a_gap_is_rejected() -> None:
    with pytest.raises(ValueError, match="has no gap"):
        promotion.rejection_reasons(OLD, {"name": "new", "held_out": []})
