"""The record as data: the rows of a verified log, in CSV and Parquet, and their card."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

import pyarrow.parquet
import pytest

from local.record_columns import COLUMNS
from local.record_data import main
from local.record_tables import tables
from tests.ledger.keys import KEY
from tests.ledger.log_folder import LogFolder, changed, parsed, publish, record

OUTCOMES = ("home", "draw", "away")
MATCH_0 = datetime(2024, 4, 1, 12, tzinfo=UTC)


def export(log: LogFolder, out: Path) -> None:
    main(["--log", str(log.folder), "--key", str(KEY), "--out", str(out)])


def parquet(path: Path) -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(path).to_pylist()


def bodies(steps: list[tuple[datetime, list[bytes]]]) -> list[bytes]:
    return [body for _, step in steps for body in step]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a record of three days in April 2024 gives."""
    folder = tmp_path_factory.mktemp("record")
    export(publish(folder / "log", record(seed=7)), folder / "data")
    return folder / "data"


def test_there_is_a_file_of_each_table_and_season_in_both_formats_and_a_card(exported: Path) -> None:
    files = {f"{table}-2324.{kind}" for table in COLUMNS for kind in ("csv", "parquet")}
    assert {path.name for path in exported.iterdir()} == {*files, "README.md", "record.checkpoint"}


def test_both_formats_have_the_same_rows(exported: Path) -> None:
    for table in COLUMNS:
        rows = parquet(exported / f"{table}-2324.parquet")
        with (exported / f"{table}-2324.csv").open(newline="") as file:
            found = list(csv.DictReader(file))
        assert len(found) == len(rows) > 0
        for line, row in zip(found, rows, strict=True):
            for name, value in row.items():
                if isinstance(value, Decimal):
                    assert Decimal(line[name]) == value
                elif isinstance(value, datetime):
                    assert datetime.fromisoformat(line[name]) == value
                else:
                    assert line[name] == (
                        "" if value is None else str(value).lower() if value in {True, False} else str(value)
                    )


def test_the_scores_of_the_rows_are_those_that_the_verifier_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(publish(tmp_path / "log", record(seed=9, days=4, matches=6)), tmp_path / "data")
    _, scored, closed, settled, _ = capsys.readouterr().out.splitlines()
    rows = [row for row in parquet(tmp_path / "data" / "forecasts-2324.parquet") if row["scored"]]
    by_match = {row["match"]: {each["outcome"]: each for each in rows if each["match"] == row["match"]} for row in rows}
    rps = mean(
        sum((of[side]["probability"] - of[side]["occurred"]) ** 2 for side in ("home", "away")) / 2
        for of in by_match.values()
    )
    assert scored.startswith(f"{len(by_match)} of 24 matches scored: RPS {rps:.5f},")
    picks = parquet(tmp_path / "data" / "picks-2324.parquet")
    assert f"value {100 * mean(pick['closing_line_value'] for pick in picks):+.2f} %" in closed
    assert f"profit {sum(pick['profit'] for pick in picks):+.2f} stakes" in settled


def test_a_pick_has_its_price_its_closing_line_and_its_settlement(exported: Path) -> None:
    pick = parquet(exported / "picks-2324.parquet")[0]
    assert (pick["season"], pick["competition"]) == (2023, "PL")
    assert (pick["match"], pick["kick_off"], pick["day"], pick["rank"]) == (0, MATCH_0, date(2024, 4, 1), 1)
    assert (pick["market"], pick["outcome"], pick["line"], pick["price"]) == ("totals", "under", 2, Decimal("2.1"))
    assert (pick["closing_probability"], pick["closing_at_risk"]) == (Decimal("0.530132"), Decimal("0.9"))
    assert pick["closing_line_value"] == Decimal("0.101949")
    assert (pick["result"], pick["score"], pick["profit"]) == ("won", "1-0", Decimal("1.1"))
    assert pick["committed_at"] < pick["kick_off"] < pick["opened_at"]


def test_a_pick_that_is_not_opened_yet_shows_nothing_but_that_it_is_there() -> None:
    [pick] = tables(bodies(record(seed=7, days=1)[:2])).picks
    shown = {name: value for name, value in pick.items() if value is not None}
    assert shown == {
        "season": 2023,
        "day": date(2024, 4, 1),
        "rank": 1,
        "entry": pick["entry"],
        "committed_at": datetime(2024, 4, 1, 6, tzinfo=UTC),
    }


def test_each_version_of_a_forecast_is_there_and_the_last_from_before_kick_off_is_scored() -> None:
    steps = record(seed=7, days=1)
    at, morning = steps[0]
    first = next(body for body in morning if parsed(body)["type"] == "forecast")
    later = changed(first, at="2024-04-01T05:00:00.000000Z", home="0.500000", draw="0.300000", away="0.200000")
    after = changed(later, at="2024-04-02T05:00:00.000000Z")
    steps.insert(1, (at + timedelta(hours=2), [later]))
    steps.append((at + timedelta(days=1), [after]))
    rows = [row for row in tables(bodies(steps)).forecasts if row["match"] == parsed(first)["match"]]
    assert [(row["version"], row["outcome"], row["scored"]) for row in rows] == [
        (version, outcome, version == 2) for version in (1, 2, 3) for outcome in OUTCOMES
    ]
    assert [row["probability"] for row in rows if row["scored"]] == [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]
    assert sum(row["occurred"] for row in rows if row["scored"]) == 1


def test_a_moved_match_has_its_new_kick_off_and_one_without_forecast_the_reason() -> None:
    steps = record(seed=7, days=1)
    at, morning = steps[0]
    abstained = next(body for body in morning if parsed(body)["type"] == "abstention")
    moved = changed(abstained, at="2024-04-01T05:00:00.000000Z", kick_off="2024-07-02T18:00:00.000000Z")
    steps.insert(1, (at + timedelta(hours=2), [moved]))
    [match] = [row for row in tables(bodies(steps)).matches if row["match"] == parsed(abstained)["match"]]
    assert (match["kick_off"], match["season"]) == (datetime(2024, 7, 2, 18, tzinfo=UTC), 2024)
    assert (match["versions"], match["abstention"], match["day"]) == (0, "no_prices", date(2024, 4, 1))


def test_the_bookmakers_consensus_is_not_passed_on() -> None:
    entries = [
        changed(body, basis="consensus") if parsed(body)["type"] == "forecast" else body
        for body in bodies(record(seed=7, days=1))
    ]
    rows = tables(entries).forecasts
    assert rows
    assert {row["probability"] for row in rows} == {None}


def test_a_log_that_does_not_verify_writes_nothing(tmp_path: Path) -> None:
    log = publish(tmp_path / "log", record(seed=7))
    (log.folder / f"tile/0/000.p/{len(log.entries)}").write_bytes(bytes(32 * len(log.entries)))
    with pytest.raises(SystemExit, match="WRONG: entry 0 is not that of the tree"):
        export(log, tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []


def test_the_card_names_every_file_and_every_column_and_the_terms(exported: Path) -> None:
    card = (exported / "README.md").read_text()
    assert all(f"`{path.name}`" in card for path in exported.iterdir() if path.suffix in {".csv", ".parquet"})
    for name in (column.name for columns in COLUMNS.values() for column in columns):
        assert f"| `{name}` |" in card
    for source in ("football-data.org", "football-data.co.uk", "The Odds API", "MIT"):
        assert source in card


def test_units_and_meanings_are_in_the_parquet_files_too(exported: Path) -> None:
    field = pyarrow.parquet.read_schema(exported / "picks-2324.parquet").field("price")
    assert field.metadata[b"unit"] == b"decimal odds"


def test_of_several_closing_lines_of_a_pick_the_first_counts_and_of_several_settlements_the_last() -> None:
    steps = record(seed=7, days=1)
    closing, settlement = steps[-1][1][-2:]
    again = [changed(closing, closing_line_value="9.000000"), changed(settlement, profit="-1.0000")]
    [pick] = tables([*bodies(steps), *again]).picks
    assert (pick["closing_line_value"], pick["profit"]) == (Decimal("0.101949"), Decimal(-1))
