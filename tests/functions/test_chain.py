"""The jobs one after the other: run twice, killed anywhere, late, and on data whose future was changed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shared.clients.sources.football_data_uk_parser import parse_kick_off
from shared.runtime import clock, wiring
from tests.conftest import SATURDAY, Databases
from tests.running import Rows, environment, handler_of, read_rows, rows_of, run_all, select
from tests.season import Service, copy_mirror, read_season, row, scramble_unknown, to_csv
from tests.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
CHAIN = ("sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks", "settle_picks")
MORNING = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
EVENING = datetime(2024, 4, 28, 3, 40, tzinfo=UTC)
DIVISIONS = ("E0", "I1")
DAYS = (-3, -2, 0, 1)
"""Days with matches, counted from Saturday."""
MARCH = datetime(2024, 3, 1, tzinfo=UTC)
SCORES = "SELECT match_id, kick_off, status, home_goals, away_goals FROM matches ORDER BY match_id"
FORECASTS = """
    SELECT DISTINCT ON (match_id) match_id, basis, home, draw, away, home_rate, away_rate, prices_taken_at
    FROM predictions WHERE kick_off > %s ORDER BY match_id, published_at DESC
"""
WRITES = {"sync_fixtures": 6, "sync_history": 5, "update_ratings": 5, "publish_predictions": 3, "choose_picks": 3}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The matches of two leagues from March on."""
    directory = tmp_path_factory.mktemp("mirror")
    (directory / "mmz4281/2324").mkdir(parents=True)
    for division in DIVISIONS:
        rows = [row for row in read_season(division) if parse_kick_off(row) >= MARCH]
        (directory / f"mmz4281/2324/{division}.csv").write_text(to_csv(rows))
    return directory


@dataclass(frozen=True)
class Outcome:
    """What days of jobs have left: all rows after Saturday and Sunday, and on Sunday the matches and forecasts."""

    rows: dict[int, Rows]
    scores: list[tuple[Any, ...]]
    forecasts: list[tuple[Any, ...]]


def run_days(databases: Databases, empty: str, mirror: Path, days: Sequence[int] = DAYS, times: int = 1) -> Outcome:
    """Run every job, a number of times, on each day."""
    rows: dict[int, Rows] = {}
    with databases.copy(empty) as url, environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(mirror)):
        for day in days:
            for name in CHAIN:
                run_all(SATURDAY + timedelta(days=day), *[name] * times)
            if day >= 0:
                rows[day] = rows_of(url)
        return Outcome(rows, select(url, SCORES), select(url, FORECASTS, SATURDAY + timedelta(days=1)))


@pytest.fixture(scope="module")
def once(databases: Databases, empty: str, mirror: Path) -> Outcome:
    """What every job leaves when it runs once a day."""
    return run_days(databases, empty, mirror)


def put_weekend(service: Service) -> None:
    """A small weekend: two results, a coming match worth a bet, and all that can be odd about a line."""
    service.results(
        MORNING,
        row("Arsenal", "Chelsea", "20/04/2024 15:00", "2-1", closing=(1.9, 3.5, 4.2)),
        row("Everton", "Nobody Rovers", "20/04/2024 15:00", "0-0"),
        row("Everton", "Fulham", "20/04/2024 99:00", "0-0"),
    )
    service.fixtures(
        MORNING,
        row("Everton", "Chelsea", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8))
        | {"MaxH": "2.3", "MaxD": "3.5", "MaxA": "4"},
        row("Arsenal", "Nobody Rovers", "27/04/2024 15:00"),
        row("Fulham", "Arsenal", "27/04/2024 15:00", prices=(1.01, 30.0, 50.0)),
    )


def put_results(service: Service) -> None:
    """The match that was bet on is over."""
    service.results(EVENING, row("Everton", "Chelsea", "27/04/2024 15:00", "2-0", closing=(1.9, 3.5, 4.2)))


def without_clock(rows: Rows) -> dict[str, Any]:
    """Rows without the times at which something was read."""
    return {table: table_rows for table, table_rows in without_salts(rows).items() if table != "jobs"}


def without_salts(rows: Rows) -> dict[str, Any]:
    """Rows without what is random in the record: the salts of commitments, and what is hashed from them."""
    comparable = {**rows, "ledger_tiles": [row[:2] for row in rows["ledger_tiles"]]}
    comparable["ledger_entries"] = sorted(
        (index, re.sub(r'"[0-9a-f]{64}"', '"…"', entry)) for index, _, _, _, entry in rows["ledger_entries"]
    )
    comparable["ledger_commitments"] = [
        (*row[:4], row[-1]) for row in sorted(rows["ledger_commitments"], key=lambda row: row[:2])
    ]
    return comparable


@pytest.mark.case("G1", "G4")
def test_running_every_job_twice_gives_the_same_rows_as_once(
    databases: Databases, empty: str, mirror: Path, once: Outcome
) -> None:
    twice = run_days(databases, empty, mirror, times=2)
    assert without_clock(twice.rows[1]) == without_clock(once.rows[1])
    for table in ("picks", "pick_settlements", "ledger_entries"):
        assert twice.rows[1][table]


def test_running_every_job_again_at_once_changes_only_its_job_row(
    databases: Databases, saturday: str, saturday_mirror: Path
) -> None:
    with databases.copy(saturday) as url, environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(saturday_mirror)):
        before = without_clock(rows_of(url))
        run_all(SATURDAY, *CHAIN)
        assert without_clock(rows_of(url)) == before


class Interrupted(Exception):
    """What a statement dies of in these tests."""


def dying(at: int) -> type[psycopg.Cursor[Any]]:
    """Cursors of which the statement of a number is not carried out."""
    executed = 0

    def step() -> None:
        nonlocal executed
        executed += 1
        if executed == at:
            raise Interrupted

    class Dying(psycopg.Cursor[Any]):
        def execute(self, *arguments: Any, **options: Any) -> Any:
            step()
            return super().execute(*arguments, **options)

        def executemany(self, *arguments: Any, **options: Any) -> None:
            step()
            super().executemany(*arguments, **options)

        def copy(self, *arguments: Any, **options: Any) -> Any:
            step()
            return super().copy(*arguments, **options)

    return Dying


@pytest.mark.case("G3")
@pytest.mark.parametrize("name", CHAIN)
def test_a_job_that_dies_at_any_statement_leaves_nothing_and_is_done_when_run_again(
    name: str, bundle: Service, url: str, databases: Databases
) -> None:
    put_weekend(bundle)
    instant = EVENING if name == "settle_picks" else MORNING
    run_all(MORNING, *CHAIN[: CHAIN.index(name)])
    if name == "settle_picks":
        put_results(bundle)
        run_all(EVENING, *CHAIN[:3])
    wiring.database().close()
    before = rows_of(url, "job_failures")
    with databases.copy(url) as other, environment(DATABASE_URL=other, FOOTBALL_DATA_UK_URL=bundle.url):
        run_all(instant, name)
        undisturbed = without_salts(rows_of(other, "job_failures"))
    assert undisturbed != without_salts(before)
    steps = 0
    with psycopg.connect(url, autocommit=True) as reader:
        while True:
            steps += 1
            with clock.at(instant):
                wiring.database().cursor_factory = dying(steps)
            try:
                run_all(instant, name)
            except Interrupted:
                assert read_rows(reader, "job_failures") == before, f"statement {steps} died, and something stayed"
            else:
                break
    assert steps > WRITES.get(name, 3), "or nothing was interrupted"
    assert without_salts(rows_of(url, "job_failures")) == undisturbed


@pytest.mark.case("G3")
def test_a_job_that_is_killed_in_the_middle_is_done_when_run_again(
    databases: Databases, empty: str, tmp_path: Path
) -> None:
    mirror = copy_mirror(tmp_path, *DIVISIONS)  # whole seasons, so that there is a middle
    code = "from functions.sync_history.handler import handler; handler({'seasons': 1}, None)"
    with databases.copy(empty) as url:
        variables = {"DATABASE_URL": url, "FOOTBALL_DATA_UK_URL": str(mirror), "CLOCK": SATURDAY.isoformat()}
        process = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, env=variables)
        try:
            wait_until(lambda: writes_payloads(url))
            os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: not writes_payloads(url))
        left = rows_of(url)
        assert left["matches"] == left["payloads"] == []
        with environment(**variables):
            assert handler_of("sync_history")({"seasons": 1}, None)["files"] == 2
        killed = rows_of(url)
    with databases.copy(empty) as url, environment(**{**variables, "DATABASE_URL": url}):
        handler_of("sync_history")({"seasons": 1}, None)
        assert rows_of(url) == killed


def writes_payloads(url: str) -> bool:
    """Whether some transaction has written payloads and not ended."""
    locks = "SELECT 1 FROM pg_locks WHERE relation = 'payloads'::regclass AND mode = 'RowExclusiveLock'"
    return bool(select(url, locks))


@pytest.mark.case("G5")
def test_missed_days_are_caught_up_with(databases: Databases, empty: str, mirror: Path, once: Outcome) -> None:
    late = run_days(databases, empty, mirror, days=(DAYS[0], DAYS[-1]))
    for table in ("club_strengths", "level_strengths", "learned_results", "external_ids"):
        assert late.rows[1][table] == once.rows[1][table]
    assert late.scores == once.scores
    assert late.forecasts == once.forecasts != []


@pytest.mark.case("M4")
def test_changing_the_future_changes_nothing_bit_by_bit_until_it_is_known(
    databases: Databases, empty: str, mirror: Path, once: Outcome, tmp_path: Path
) -> None:
    """Everything that came after Saturday morning is made up."""
    for division in DIVISIONS:
        scramble_unknown(mirror, tmp_path, division, SATURDAY)
    scrambled = run_days(databases, empty, tmp_path)
    before = without_salts(once.rows[0])
    assert without_salts(scrambled.rows[0]) == before
    for table in ("payloads", "matches", "offers", "club_strengths", "predictions", "picks", "ledger_entries"):
        assert before[table], f"{table} is empty, so that nothing was compared"
    for table in ("matches", "offers", "club_strengths"):
        assert scrambled.rows[1][table] != once.rows[1][table]
