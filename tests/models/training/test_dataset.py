"""Past matches read from files: what becomes a match, and what is told of the rows that do not."""

from pathlib import Path

import pytest

from models.training import backtest, dataset
from tests.season import Row, real_seasons, row, written

GOOD = row("Arsenal", "Chelsea", "13/04/2024 15:00", "2-1")
NAMELESS = dict.fromkeys(GOOD, "")


def mirror_of(directory: Path, *rows: Row, division: str = "E0") -> Path:
    file = directory / f"mmz4281/2324/{division}.csv"
    file.parent.mkdir(parents=True)
    file.write_text(written(rows))
    return directory


def test_a_row_is_a_match(tmp_path: Path):
    matches = dataset.read(mirror_of(tmp_path, GOOD, NAMELESS), [2023])
    assert (len(matches), matches.competition.tolist(), matches.outcome.tolist()) == (1, ["PL"], [0])
    assert matches.left_out == {}
    assert matches.told_of_left_out == ""


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"HomeTeam": "Nobody Rovers"}, "E0 'Nobody Rovers', no club we know"),
        ({"AwayTeam": "Arsenal Ladies"}, "E0 'Arsenal Ladies', no club we know"),
        ({"FTAG": ""}, "E0, no date or no result"),
        ({"Date": "31/02/2024"}, "E0, no date or no result"),
        ({"Time": "25:00"}, "E0, no date or no result"),
    ],
)
def test_a_row_that_is_left_out_is_told_of_and_harms_no_other(tmp_path: Path, bad: Row, told: str):
    matches = dataset.read(mirror_of(tmp_path, GOOD, GOOD | bad, GOOD | bad), [2023])
    assert len(matches) == 1
    assert matches.left_out == {told: 2}
    assert matches.told_of_left_out == f"rows left out: 2 of {told}"


@pytest.mark.case("K5")
def test_a_row_of_two_unknown_clubs_is_told_of_under_both(tmp_path: Path):
    stray = row("One", "Other", "13/04/2024 15:00", "2-1")
    assert set(dataset.read(mirror_of(tmp_path, GOOD, stray), [2023]).left_out) == {
        "E0 'One', no club we know",
        "E0 'Other', no club we know",
    }


def test_the_backtest_says_what_was_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = mirror_of(tmp_path, GOOD | {"AwayTeam": "Nobody Rovers"}, GOOD)
    with pytest.raises(SystemExit):  # one match is too little to be scored
        backtest.main(["--data", str(data), "--seasons", "2324", "--out", str(tmp_path / "out.json")])
    assert "rows left out: 1 of E0 'Nobody Rovers', no club we know" in capsys.readouterr().err


def test_nothing_of_the_real_files_is_left_out():
    matches = dataset.read(real_seasons(), [2017, 2023])
    assert matches.left_out == {}
    assert len(matches) == 3_988 + 3_831
