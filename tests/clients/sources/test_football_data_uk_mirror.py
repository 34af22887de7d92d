"""A directory as the service would have shown it: everything that was known at an instant and nothing later."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from shared.clients.errors import InvalidResponse
from shared.clients.sources.football_data_uk_mirror import MirrorTransport
from shared.clients.sources.football_data_uk_parser import parse_kick_off
from tests.season import copy_mirror, read_season, scramble_unknown

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_mirror(tmp_path_factory.mktemp("mirror"), "E0", "F1")


def show(directory: Path, path: str, now: datetime = NOW) -> httpx.Response:
    with httpx.Client(transport=MirrorTransport(directory, lambda: now)) as http:
        return http.get(f"http://mirror/{path}")


def rows(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text)))


def test_a_result_appears_three_hours_after_kick_off_with_all_its_columns(directory: Path) -> None:
    kick_off = datetime(2024, 4, 23, 19, tzinfo=UTC)  # Arsenal 5-0 Chelsea
    before = rows(show(directory, "mmz4281/2324/E0.csv", kick_off + timedelta(hours=3, seconds=-1)))
    after = show(directory, "mmz4281/2324/E0.csv", kick_off + timedelta(hours=3))
    assert len(rows(after)) == len(before) + 1
    new = rows(after)[-1]
    assert (new["HomeTeam"], new["AwayTeam"], new["FTHG"], new["FTAG"]) == ("Arsenal", "Chelsea", "5", "0")
    assert new["AvgCH"]
    assert after.headers["Last-Modified"] == "Tue, 23 Apr 2024 22:00:00 GMT"


def test_a_season_file_holds_only_finished_matches(directory: Path) -> None:
    shown = rows(show(directory, "mmz4281/2324/E0.csv"))
    assert {parse_kick_off(row) + timedelta(hours=3) <= NOW for row in shown} == {True}
    assert len(shown) == sum(parse_kick_off(row) + timedelta(hours=3) <= NOW for row in read_season("E0"))


def test_coming_matches_have_neither_result_nor_closing_price(directory: Path) -> None:
    shown = rows(show(directory, "fixtures.csv"))
    columns = set(shown[0])
    assert {"Div", "Date", "Time", "HomeTeam", "AwayTeam", "AvgH", "MaxA", "P>2.5"} <= columns
    assert not {"FTHG", "FTR", "HTHG", "HS", "HY", "Referee", "AvgCH", "B365CA", "PC>2.5", "AvgC<2.5"} & columns
    assert {parse_kick_off(row) > NOW for row in shown} == {True}
    assert max(parse_kick_off(row) for row in shown) < datetime(2024, 4, 30, 15, tzinfo=UTC), "not beyond the next file"


def test_each_match_appears_in_exactly_one_publication(directory: Path) -> None:
    entries: list[tuple[str, str]] = []
    for day in range(14):
        instant = datetime(2024, 4, 12, 13, 0, 1, tzinfo=UTC) + timedelta(days=day)
        if instant.weekday() in {1, 4}:
            entries += [(row["HomeTeam"], row["AwayTeam"]) for row in rows(show(directory, "fixtures.csv", instant))]
    played = [
        (row["HomeTeam"], row["AwayTeam"])
        for division in ("E0", "F1")
        for row in read_season(division)
        if datetime(2024, 4, 12, 14, tzinfo=UTC) <= parse_kick_off(row) < datetime(2024, 4, 26, 14, tzinfo=UTC)
    ]
    assert sorted(entries) == sorted(played)


@pytest.mark.case("M4")
@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_the_mirror_does_not_depend_on_future_rows(directory: Path, tmp_path: Path, hour: int) -> None:
    now = datetime(2024, 4, 27, hour, tzinfo=UTC)
    changed = tmp_path / "changed"
    for division in ("E0", "F1"):
        scramble_unknown(directory, changed, division, now)
    for path in ("fixtures.csv", "mmz4281/2324/E0.csv", "mmz4281/2324/F1.csv"):
        one, other = show(directory, path, now), show(changed, path, now)
        assert (one.content, one.headers["Last-Modified"]) == (other.content, other.headers["Last-Modified"])


def test_the_scrambled_rows_differ_once_they_are_published(directory: Path, tmp_path: Path) -> None:
    file = "mmz4281/2324/E0.csv"
    scramble_unknown(directory, tmp_path, "E0", NOW)
    later = NOW + timedelta(days=2)
    assert show(directory, file, later).content != show(tmp_path, file, later).content


def test_before_the_first_result_there_is_no_file(directory: Path) -> None:
    assert show(directory, "mmz4281/2324/E0.csv", datetime(2023, 8, 11, 21, 59, tzinfo=UTC)).status_code == 404
    assert show(directory, "mmz4281/2324/E0.csv", datetime(2023, 8, 11, 22, tzinfo=UTC)).status_code == 200
    assert rows(show(directory, "fixtures.csv", datetime(2023, 7, 1, tzinfo=UTC))) == []


def test_files_may_be_links(directory: Path, tmp_path: Path) -> None:
    season = tmp_path / "mmz4281/2324"
    season.mkdir(parents=True)
    (season / "E0.csv").symlink_to(directory / "mmz4281/2324/E0.csv")
    assert show(season / "../..", "mmz4281/2324/E0.csv").content == show(directory, "mmz4281/2324/E0.csv").content


@pytest.mark.parametrize("path", ["mmz4281/2425/E0.csv", "mmz4281/2324", "", "../outside.csv", "%2e%2e/outside.csv"])
def test_a_missing_file_or_one_outside_the_directory_is_a_404(directory: Path, path: str) -> None:
    (directory.parent / "outside.csv").write_text("Div,Date,HomeTeam,AwayTeam\nE0,01/01/2024,Arsenal,Chelsea\n")
    assert show(directory, path).status_code == 404


def test_a_changed_file_is_reloaded(tmp_path: Path) -> None:
    file = tmp_path / "mmz4281/2324/E0.csv"
    file.parent.mkdir(parents=True)
    head = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG\n"
    file.write_text(head + "E0,20/04/2024,15:00,Arsenal,Chelsea,1,0\n")
    assert rows(show(tmp_path, "mmz4281/2324/E0.csv"))[0]["FTHG"] == "1"
    file.write_text(head + "E0,20/04/2024,15:00,Arsenal,Chelsea,2,0\n")
    assert rows(show(tmp_path, "mmz4281/2324/E0.csv"))[0]["FTHG"] == "2"


@pytest.mark.case("E9")
@pytest.mark.parametrize("path", ["mmz4281/2324/E0.csv", "fixtures.csv"])
@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("20/04/2024,25:00", "'25:00' is no time of day"),
        ("20/04/2024,noon", "'noon' is no time of day"),
        ("31/04/2024,15:00", "day is out of range for month"),
        ("April,15:00", "time data 'April' does not match format '%d/%m/%y'"),
    ],
)
def test_an_invalid_kick_off_is_reported_with_its_file_and_line(
    tmp_path: Path, path: str, when: str, message: str
) -> None:
    file = tmp_path / "mmz4281/2324/E0.csv"
    file.parent.mkdir(parents=True)
    good, bad = "E0,20/04/2024,15:00,Arsenal,Chelsea,1,0\n", f"E0,{when},Everton,Fulham,1,0\n"
    file.write_text(f"Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG\n{good}{bad}{good}")
    with pytest.raises(InvalidResponse) as caught:
        show(tmp_path, path)
    assert str(caught.value) == f"{file}, line 3: {message}; mend or remove it"
