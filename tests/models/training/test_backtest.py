import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from models.training import backtest, report, report_text, walk_forward
from models.training.report import NAMES, Sample
from shared.forecasting.grid import win_and_over
from tests.season import read_season, to_csv

SEASONS = [2021, 2022]


def closed(directory: Path, seasons: list[int]) -> Sample:
    """The matches with closing prices, which are all."""
    collected = backtest.collect(directory, seasons)
    assert collected.sample is not None
    assert collected.without_closing is None
    return collected.sample


@pytest.fixture(scope="module")
def sample(mirror) -> Sample:
    """The forecasts of the last two seasons."""
    return closed(mirror, SEASONS)


@pytest.fixture(scope="module")
def written_by_command(mirror, tmp_path_factory) -> str:
    """The command's output for the same seasons."""
    out = tmp_path_factory.mktemp("run") / "deep" / "out.json"
    backtest.main(["--data", str(mirror), "--seasons", "2122,2223", "--out", str(out)])
    return out.read_text()


def test_the_command_scores_every_forecast_on_the_same_matches(written_by_command):
    rows = json.loads(written_by_command)["rows"]
    overall = {row["forecast"]: row for row in rows if row["season"] == row["league"] == "all"}
    assert set(overall) == set(NAMES)
    assert {row["n"] for row in overall.values()} == {224}
    assert {row["season"] for row in rows} == {"all", "2122", "2223"}
    informed = ("elo", "dixon_coles_penaltyblog", "no_odds", "past_lines", "anchored", "closing")
    assert max(overall[name]["rps"] for name in informed) < overall["uniform"]["rps"]


@pytest.mark.case("M6")
def test_the_same_data_gives_the_same_evidence(written_by_command, sample):
    evidence = json.loads(written_by_command)
    assert evidence.pop("unscored") == sorted(set(walk_forward.TOP_FIVE) - {"PL", "SA"})
    assert set(evidence.pop("speed")["seconds"]) == {"read", "prepare", "walk", "penaltyblog", "baselines"}
    assert evidence == report.evidence(sample)


def test_nothing_from_a_day_on_changes_a_forecast_up_to_that_day(sample, mirror, tmp_path):
    """Results, statistics and closing prices from a day in the middle of the season on are replaced by random ones."""
    day = date(2022, 12, 30)
    spoilt = shutil.copytree(mirror, tmp_path / "spoilt")
    for division in ("E0", "I1"):
        spoil(spoilt, division, day)
    after = closed(spoilt, [2022])
    own, unchanged = sample.season == 2022, after.day <= day.toordinal()
    assert np.array_equal(sample.day[own], after.day)
    assert unchanged.sum() > 40
    for name in set(NAMES) - {"closing"}:
        assert np.array_equal(sample.forecasts[name][own][unchanged], after.forecasts[name][unchanged]), name
    for name in ("elo", "dixon_coles_penaltyblog", "no_odds", "past_lines", "anchored"):
        assert not np.array_equal(sample.forecasts[name][own][~unchanged], after.forecasts[name][~unchanged]), name


def spoil(directory: Path, division: str, day: date) -> None:
    chance = np.random.default_rng(9)
    rows = read_season(division, "2223", directory)
    for row in rows:
        played = date(*(int(part) for part in reversed(row["Date"].split("/"))))
        if played >= day:
            for name in sorted(row.keys() - {"Div", "Date", "Time", "HomeTeam", "AwayTeam"}):
                if not name.startswith(("Avg", "Max")):
                    row[name] = str(chance.integers(0, 7))
            for names in (("AvgCH", "AvgCD", "AvgCA"), ("AvgC>2.5", "AvgC<2.5")):
                shares = chance.dirichlet([4] * len(names))
                row.update({name: f"{1 / (1.05 * share):.2f}" for name, share in zip(names, shares, strict=True)})
    (directory / f"mmz4281/2223/{division}.csv").write_text(to_csv(rows))


def test_a_league_without_closing_prices_is_scored_against_results_alone(mirror, tmp_path):
    directory = shutil.copytree(mirror, tmp_path / "without")
    file, closing = directory / "mmz4281/2021/I1.csv", dict.fromkeys(("AvgCH", "AvgCD", "AvgCA"), "")
    file.write_text(to_csv([row | closing for row in read_season("I1", "2021", directory)]))
    collected = backtest.collect(directory, [2020], ["SA", "SD"])
    assert collected.sample is None
    assert collected.without_closing is not None
    evidence = backtest.evidence(collected)
    assert {(row["league"], row["n"]) for row in evidence["without_closing"]} == {("SA", 56)}
    assert [row["forecast"] for row in evidence["without_closing"]] == [name for name in NAMES if name != "closing"]
    text = report_text.render(evidence)
    assert text.startswith("Serie A 2021, n = 56, against results alone:\n")
    assert "\n  distance to closing\n" in text
    assert "\nnot scored, as the files have no opening prices of these seasons: Segunda División\n" in text
    assert {line.split()[0] for line in text.split("\ngoals\n")[1].splitlines()} == {"speed"}


def test_a_match_without_closing_prices_in_a_season_that_has_some_is_no_season_without_any():
    competition, season = np.array(["PL", "PL", "SD", "SD", "SD"]), np.array([2022, 2022, 2022, 2022, 2023])
    closed = np.array([True, False, False, False, True])
    assert backtest.without_any(closed, competition, season).tolist() == [False, False, True, True, False]


def test_probabilities_are_those_of_the_score_grid():
    goals = np.array([[0.4, 0.1, -0.07], [-0.2, 0.6, 0.02]])
    outcomes, over = backtest.probabilities(goals)
    shares = win_and_over(goals)
    assert outcomes[:, [0, 2]] == pytest.approx(shares[:, :2], abs=1e-6)
    assert over == pytest.approx(shares[:, 2], abs=1e-6)


@pytest.mark.parametrize(
    ("seasons", "sentence"),
    [
        ("2324", "holds no season 2324"),
        ("2223,2324,2425", "holds no season 2324, 2425"),
        ("1920", "1920 cannot be forecast"),
        ("2022", "'2022' is no season; write 2324 for 2023-24"),
    ],
)
def test_a_season_that_cannot_be_scored_is_named(mirror, tmp_path, seasons, sentence):
    with pytest.raises(SystemExit, match=sentence):
        backtest.main(["--data", str(mirror), "--seasons", seasons, "--out", str(tmp_path / "x.json")])
    assert not (tmp_path / "x.json").exists()


def test_a_directory_that_is_no_mirror_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"is no mirror of .*: it needs folders like mmz4281/2324"):
        backtest.main(["--data", str(tmp_path), "--seasons", "2324", "--out", str(tmp_path / "x.json")])
