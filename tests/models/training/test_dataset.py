"""Past matches read from files: what becomes a match, and how rejected rows are reported."""

import os
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from models.training import backtest, dataset
from shared.forecasting.features import DECIMALS, features
from shared.forecasting.strengths import Strengths, learn
from tests.forecasting.played import played
from tests.season import Row, real_seasons, row, to_csv

GOOD = row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1")
NAMELESS = dict.fromkeys(GOOD, "")


def mirror_of(directory: Path, *rows: Row, division: str = "E0") -> Path:
    file = directory / f"mmz4281/2324/{division}.csv"
    file.parent.mkdir(parents=True)
    file.write_text(to_csv(rows))
    return directory


def test_a_row_is_a_match(tmp_path: Path):
    matches = dataset.read(mirror_of(tmp_path, GOOD, NAMELESS), [2023])
    assert (len(matches), matches.competition.tolist(), matches.outcome.tolist()) == (1, ["PL"], [0])
    assert matches.left_out == {}
    assert matches.left_out_summary == ""


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"HomeTeam": "Nobody Rovers"}, "E0 'Nobody Rovers', no club we know"),
        ({"AwayTeam": "Arsenal Ladies"}, "E0 'Arsenal Ladies', no club we know"),
        ({"FTAG": ""}, "E0, no date or no result"),
        ({"Date": "31/02/2024"}, "E0, no date or no result"),
        ({"Time": "25:00"}, "E0, no date or no result"),
    ],
)
def test_an_invalid_row_is_reported_and_skipped(tmp_path: Path, bad: Row, message: str):
    matches = dataset.read(mirror_of(tmp_path, GOOD, GOOD | bad, GOOD | bad), [2023])
    assert len(matches) == 1
    assert matches.left_out == {message: 2}
    assert matches.left_out_summary == f"rows left out: 2 of {message}"


@pytest.mark.case("K5")
def test_a_row_of_two_unknown_clubs_is_reported_under_both(tmp_path: Path):
    stray = row("One", "Other", "13/04/2024 15:00", "2-1")
    assert set(dataset.read(mirror_of(tmp_path, GOOD, stray), [2023]).left_out) == {
        "E0 'One', no club we know",
        "E0 'Other', no club we know",
    }


def test_the_backtest_reports_the_rows_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = mirror_of(tmp_path, GOOD | {"AwayTeam": "Nobody Rovers"}, GOOD)
    with pytest.raises(SystemExit):  # one match is too little to be scored
        backtest.main(["--data", str(data), "--seasons", "2324", "--out", str(tmp_path / "out.json")])
    assert "rows left out: 1 of E0 'Nobody Rovers', no club we know" in capsys.readouterr().err


@pytest.mark.parametrize(
    "dirty",
    [
        pytest.param({"AvgH": "1.01", "AvgD": "9", "AvgA": "12"}, id="a placeholder"),
        pytest.param({"AvgH": "2.2", "AvgD": "4", "AvgA": "4"}, id="an overround below 1"),
        pytest.param({"AvgH": "1.9", "AvgD": "3", "AvgA": "2.7"}, id="an overround above 1.2"),
    ],
)
def test_average_prices_that_no_policy_would_use_train_nothing(tmp_path: Path, dirty: Row):
    other = row("Everton", "Fulham", "13/04/2024 15:00", "2-1", prices=(1.9, 3.6, 4.2))
    matches = dataset.read(mirror_of(tmp_path, GOOD | dirty, other), [2023])
    known = {int(home): not np.isnan(p).any() for home, p in zip(matches.home, matches.opening, strict=True)}
    assert sorted(known.values()) == [False, True]


def test_ratings_do_not_learn_from_the_frozen_day_on():
    results = played()
    frozen = results[len(results) // 2].day
    selected = [True] * len(results)
    rows, strengths = dataset.rows_before(results, selected, frozen)
    known = Strengths()
    learn(known, [result for result in results if result.day < frozen])
    assert strengths == known
    last = results[-1]
    expected = features(known, last.competition, last.season, last.day, last.home_team_id, last.away_team_id)
    assert np.array_equal(rows[-1], np.round(expected, DECIMALS))
    assert not np.array_equal(rows, dataset.rows_before(results, selected)[0])


def test_features_are_the_same_on_processors_with_other_instructions():
    """NumPy and OpenBLAS choose among routines whose last digits differ; rounding removes what they differ in."""
    code = (
        "import hashlib; from models.training import dataset; from tests.forecasting.played import played;"
        " results = played(); rows, _ = dataset.rows_before(results, [True] * len(results));"
        " print(hashlib.sha256(rows.tobytes()).hexdigest())"
    )
    old = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"}
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | changed, capture_output=True, text=True, check=True
        ).stdout
        for changed in ({}, old)
    }
    assert len(digests) == 1


@pytest.mark.case("M4")
def test_features_use_only_results_of_earlier_days_of_every_division():
    """Each row recomputed from the results of earlier days alone; two divisions of a country share their days."""
    results = played()
    by_day = {day: list(results_of_day) for day, results_of_day in groupby(results, key=lambda result: result.day)}
    assert all({"PL", "ELC"} == {result.competition for result in results_of_day} for results_of_day in by_day.values())
    rows, _ = dataset.rows_before(results, [True] * len(results))
    strengths, expected = Strengths(), []
    for day, results_of_day in by_day.items():
        before = deepcopy(strengths)
        for r in results_of_day:
            known = deepcopy(before)
            expected.append(features(known, r.competition, r.season, day, r.home_team_id, r.away_team_id))
        learn(strengths, results_of_day)
    assert rows.tobytes() == np.round(expected, DECIMALS).tobytes()


@pytest.mark.case("M4")
@pytest.mark.parametrize("division", ["PL", "ELC"])
def test_no_result_of_a_day_moves_another_division_s_rows_of_that_day(division: str):
    """The other division's results, statistics and prices of the day are spoiled, in both orders of its matches."""
    results = played()
    day = sorted({result.day for result in results})[9]
    spoiled = [
        replace(r, goals=(9, 0), shots=(40.0, 0.0), corners=(20.0, 0.0), closing=(1.5, -1.5), opening=(1.4, -1.4))
        if r.day == day and r.competition != division
        else r
        for r in results
    ]
    same_day = [r.day == day and r.competition == division for r in results]
    for key in (attrgetter("day"), lambda r: (r.day, r.competition)):
        order = sorted(range(len(results)), key=lambda place: key(results[place]))
        mine = [same_day[place] for place in order]
        before, _ = dataset.rows_before([results[place] for place in order], mine)
        after, _ = dataset.rows_before([spoiled[place] for place in order], mine)
        assert before[mine].tobytes() == after[mine].tobytes()
        assert sum(mine) == 4


def test_nothing_of_the_real_files_is_left_out():
    matches = dataset.read(real_seasons(), [2017, 2023])
    assert matches.left_out == {}
    assert len(matches) == 9_595, "of thirteen divisions"


HALF = {"HTHG": "1", "HTAG": "0"}


def test_a_jurys_result_teaches_nothing(tmp_path: Path):
    awarded = GOOD | {"HomeTeam": "Everton", "HTHG": "", "HTAG": ""}
    halved = GOOD | {"HomeTeam": "Fulham", "HTHG": "0", "HTAG": ""}
    matches = dataset.read(mirror_of(tmp_path, GOOD | HALF, awarded, halved), [2023])
    assert len(matches) == 2
    assert matches.left_out == {"E0, no score at half-time: a jury may have awarded it": 1}


def test_a_file_without_the_columns_of_half_time_teaches_as_before(tmp_path: Path):
    assert len(dataset.read(mirror_of(tmp_path, GOOD, GOOD | {"HomeTeam": "Everton"}), [2023])) == 2


def test_the_awarded_matches_of_real_files_are_left_out():
    """Sassuolo against Pescara, and Bastia against Lyon."""
    left_out = dataset.read(real_seasons(), [2016]).left_out
    assert {what: n for what, n in left_out.items() if "jury" in what} == {
        "I1, no score at half-time: a jury may have awarded it": 1,
        "F1, no score at half-time: a jury may have awarded it": 1,
    }
