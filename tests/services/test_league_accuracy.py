"""Which leagues were measured to be near enough to closing prices."""

import json
from pathlib import Path

import pytest

from shared.football.competition import COMPETITIONS
from shared.forecasting.quality import GAP_BOUNDS
from shared.services.league_accuracy import FILE, LeagueAccuracy, league_accuracy, may_have_picks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    leagues = {
        "PL": {"n": 4180, "reference": "closing", "prices": {"gap": 0.0015}, "ratings": {"gap": 0.0046}},
        "DED": {"n": 3300, "reference": "opening", "prices": {"gap": 0.0001}, "ratings": {"gap": 0.0009}},
    }
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps({"leagues": leagues, "gap_bounds": {"prices": 0.0015, "ratings": 0.0045}}))
    return path


@pytest.mark.parametrize(
    ("code", "basis", "accuracy", "sufficient"),
    [
        pytest.param("PL", "prices", LeagueAccuracy(4180, 0.0015, 0.0015), True, id="at the bound"),
        pytest.param("PL", "ratings", LeagueAccuracy(4180, 0.0046, 0.0045), False, id="above the bound"),
        pytest.param("PL", "consensus", LeagueAccuracy(0, None, None), False, id="the bookmakers' own"),
        pytest.param("DED", "prices", LeagueAccuracy(0, None, 0.0015), False, id="against opening prices"),
        pytest.param("BJL", "prices", LeagueAccuracy(0, None, 0.0015), False, id="not in the metadata"),
    ],
)
def test_a_league_counts_if_its_gap_to_closing_prices_is_within_the_bound(
    file: Path, code: str, basis: str, accuracy: LeagueAccuracy, sufficient: bool
) -> None:
    measured = league_accuracy(code, basis, file)  # pyright: ignore[reportArgumentType] - one of Basis
    assert measured == accuracy
    assert measured is not None
    assert measured.is_sufficient == sufficient


def test_the_demonstration_is_not_measured_and_has_picks() -> None:
    assert (league_accuracy("DEMO", "prices"), may_have_picks("DEMO")) == (None, True)


def test_the_leagues_that_the_served_model_was_trained_on_have_picks_and_no_cup_has() -> None:
    assert all(may_have_picks(c.code) for c in COMPETITIONS.values() if c.trains)
    assert not any(may_have_picks(c.code) for c in COMPETITIONS.values() if c.division is None)


def test_the_served_model_states_the_bounds_of_the_quality_gate() -> None:
    assert json.loads(FILE.read_text())["gap_bounds"] == {basis: most for basis, (_, most) in GAP_BOUNDS.items()}
