"""Scores by league, against closing prices or else against opening ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.training import dataset
from models.training.dataset import Matches
from models.training.leagues import league_gaps
from shared.forecasting import metrics
from tests.models.training import mini


@pytest.fixture(scope="module")
def matches(mirror: Path) -> Matches:
    return dataset.read(mirror, mini.SEASONS)


def without_closing(matches: Matches, league: str) -> Matches:
    fair = {
        name: np.where((matches.competition == league)[:, None], np.nan, values) if "closing" in name else values
        for name, values in matches.fair.items()
    }
    return replace(matches, fair=fair)


def test_the_closing_line_itself_has_no_gap_and_opening_prices_have_theirs(matches: Matches) -> None:
    everything = np.ones(len(matches), dtype=np.bool_)
    scores = league_gaps(matches, {"opening": matches.opening, "mixed": (matches.opening + 1 / 3) / 2}, everything)
    assert [*scores] == ["PL", "SA"]
    for code, row in scores.items():
        own = matches.competition == code
        opening, closing, outcome = matches.opening[own], matches.closing[own], matches.outcome[own]
        assert (row["n"], row["reference"]) == (own.sum(), "closing")
        gap = metrics.rps(opening, outcome).mean() - metrics.rps(closing, outcome).mean()
        assert row["opening"]["gap"] == pytest.approx(gap, abs=1e-6)
        assert row["opening"]["low"] < row["opening"]["gap"] < row["opening"]["high"]
        assert row["opening"]["rps"] == pytest.approx(row["rps"] + row["opening"]["gap"], abs=2e-6)
        lead, draw = (opening - closing)[:, 0], (opening - closing)[:, :2].sum(axis=1)
        assert row["opening"]["distance"] == pytest.approx((lead**2 + draw**2).mean() / 2, abs=1e-6)
        assert row["mixed"]["distance"] > row["opening"]["distance"] > 0


def test_a_league_without_closing_prices_is_compared_with_opening_ones(matches: Matches) -> None:
    spoilt, everything = without_closing(matches, "SA"), np.ones(len(matches), dtype=np.bool_)
    scores = league_gaps(spoilt, {"mixed": (matches.opening + 1 / 3) / 2}, everything)
    assert (scores["PL"]["reference"], scores["SA"]["reference"]) == ("closing", "opening")
    own = matches.competition == "SA"
    assert scores["SA"]["rps"] == pytest.approx(
        metrics.rps(matches.opening[own], matches.outcome[own]).mean(), abs=1e-6
    )


def test_only_selected_matches_are_scored(matches: Matches) -> None:
    first = matches.season == mini.SEASONS[0]
    assert (
        league_gaps(matches, {"opening": matches.opening}, first)["PL"]["n"]
        == (first & (matches.competition == "PL")).sum()
    )
    assert league_gaps(matches, {}, np.zeros(len(matches), dtype=np.bool_)) == {}
