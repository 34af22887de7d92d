"""Files by column: each value stays in its row and under its name, whatever a line lacks."""

from pathlib import Path

import numpy as np

from models.training.season_file import SeasonFile


def file_of(directory: Path, *lines: str) -> SeasonFile:
    path = directory / "E0.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    return SeasonFile(path)


def test_values_stand_under_their_columns_in_the_order_of_the_rows(tmp_path: Path):
    file = file_of(tmp_path, "Div,HomeTeam,HS,AS", 'E0,"Arsenal, FC",12,3', "E0,Everton,4,5")
    assert len(file) == 2
    assert list(file.texts("HomeTeam")) == ["Arsenal, FC", "Everton"]
    assert file.records(("Div", "AS")) == [{"Div": "E0", "AS": "3"}, {"Div": "E0", "AS": "5"}]
    assert file.numbers(("AS", "HS")).tolist() == [[3, 12], [5, 4]]


def test_what_a_line_or_a_file_lacks_is_empty(tmp_path: Path):
    file = file_of(tmp_path, "Div,HS,AS", "E0,1", "", "E0,2,3,4", ",,")
    assert len(file) == 3, "blank lines are left out, lines of commas are not"
    assert list(file.texts("AS")) == ["", "3", ""]
    assert list(file.texts("Time")) == [""] * 3
    np.testing.assert_array_equal(
        file.numbers(("HS", "AS", "HxG")), [[1, np.nan, np.nan], [2, 3, np.nan], [np.nan] * 3]
    )


def test_a_value_that_is_no_number_leaves_the_others_of_its_column(tmp_path: Path):
    file = file_of(tmp_path, "HS", "1", "x", "2.5")
    np.testing.assert_array_equal(file.numbers(("HS",)), [[1], [np.nan], [2.5]])


def test_a_file_without_matches_has_no_rows(tmp_path: Path):
    for lines in ((), ("Div,HS",)):
        file = file_of(tmp_path, *lines)
        assert (len(file), file.numbers(("HS",)).shape, file.records(("Div",))) == (0, (0, 1), [])
