"""What a model may learn from, and which matches it forecasts."""

from datetime import date

import numpy as np
import pytest

from models.training import dataset, walk_forward

FROZEN = date(2022, 1, 10)


@pytest.fixture(scope="module")
def matches(mirror) -> dataset.Matches:
    return dataset.read(mirror, [2019, 2020, 2021, 2022])


def test_a_frozen_model_learns_nothing_from_its_day_on_and_forecasts_all_of_it(matches):
    prepared = walk_forward.prepare(matches, frozen=FROZEN)
    walk = walk_forward.walk(prepared, 2022, frozen=FROZEN)
    before = matches.day < FROZEN.toordinal()
    known = int((before & ~np.isnan(prepared.closing[:, 0])).sum())
    assert len(walk_forward.training_sets(prepared, 2022, walk.raw, FROZEN)["past_lines"].rows) == known
    model = walk_forward.train(prepared, 2022, walk.raw, FROZEN)
    assert model.past_lines.onnx == walk.models[2022].past_lines.onnx
    later = walk_forward.forecast(prepared, model, ~before)
    for name in ("no_odds", "past_lines", "anchored"):
        assert np.array_equal(walk.raw[name][~before], later[name][~before])
    assert not np.isnan(walk.forecasts["past_lines"][~before]).any()


def test_the_competitions_that_are_forecast_need_not_be_those_that_models_learn_from(matches):
    prepared = walk_forward.prepare(matches, ["SA"])
    assert set(matches.competition[prepared.forecast]) == {"SA"}
    assert set(matches.competition[prepared.top_five]) == {"PL", "SA"}
