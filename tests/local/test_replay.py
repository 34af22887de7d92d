"""A past season replayed: its record is the one that anyone can work out from the files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import log
from pathlib import Path
from statistics import fmean

import pytest

from local import replay
from local.problem import Problem
from local.record import Record, lines
from shared.betting.margin import shin
from shared.clients.football_data_uk import kick_off_of
from shared.football.calendar import paris_day
from tests.conftest import Databases
from tests.running import environment, select
from tests.season import mirror_of, read

PROJECT = Path(__file__).resolve().parents[2]
DIVISIONS = ("E0", "I1")
FIRST, LAST = date(2024, 4, 26), date(2024, 4, 28)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mirror_of(tmp_path_factory.mktemp("mirror"), *DIVISIONS)


@pytest.fixture(scope="module")
def replayed(databases: Databases, empty: str, mirror: Path) -> Iterator[tuple[str, Record]]:
    """Three days of April 2024: the database afterwards, and the record."""
    names = ("DATABASE_URL", "FOOTBALL_DATA_UK_URL", "LOG_LEVEL")
    with databases.copy(empty) as url, environment(**dict.fromkeys(names, "given by the replay")):
        yield url, replay.replay(url, mirror, (FIRST, LAST))


def played() -> list[dict[str, str]]:
    """The matches of those days, from the files."""
    rows = [row for division in DIVISIONS for row in read(division)]
    return [row for row in rows if FIRST <= paris_day(kick_off_of(row)) <= LAST]


def fair(row: dict[str, str], middle: str) -> list[float]:
    """What the average's prices say of a match."""
    return [float(p) for p in shin([[float(row[f"Avg{middle}{end}"]) for end in "HDA"]])[0]]


def rps(forecast: list[float], outcome: int) -> float:
    """Ranked probability score, written out."""
    home, draw, _ = forecast
    return ((home - (outcome == 0)) ** 2 + (home + draw - (outcome <= 1)) ** 2) / 2


def test_the_record_agrees_with_the_files(replayed: tuple[str, Record]) -> None:
    _, record = replayed
    matches = played()
    outcomes = ["HDA".index(row["FTR"]) for row in matches]
    assert record.forecast == len(matches) > 10
    for name, middle in (("closing prices", "C"), ("prices of the day", "")):
        (scores,) = [row for row in record.scores if row.name == name]
        said = [fair(row, middle) for row in matches]
        assert scores.matches == len(matches)
        assert scores.rps == pytest.approx(fmean(rps(f, o) for f, o in zip(said, outcomes, strict=True)), abs=1e-9)
        assert scores.log_loss == pytest.approx(
            fmean(-log(f[o]) for f, o in zip(said, outcomes, strict=True)), abs=1e-9
        )
    published, opening, closing = record.scores
    assert closing.gap is None
    assert opening.gap is not None
    assert opening.gap.value == pytest.approx(opening.rps - closing.rps, abs=1e-12)
    assert published.rps == pytest.approx(opening.rps, abs=1e-6), "a forecast starts from the match's prices"


def test_every_pick_was_committed_and_settled_in_its_time(replayed: tuple[str, Record]) -> None:
    url, record = replayed
    rows = select(
        url,
        """
        SELECT p.day, d.committed_at, p.price_taken_at, p.kick_off, p.price, e.ending, e.profit, e.settled_at,
            m.home_goals, m.away_goals, p.outcome
        FROM picks p JOIN pick_days d USING (day) JOIN endings e USING (day, rank) JOIN matches m USING (match_id)
        WHERE p.day <= %s
        """,
        LAST,
    )
    assert record.picks == record.ended == len(rows) > 0
    units = Decimal(0)
    for day, committed_at, price_taken_at, kick_off, price, ending, profit, settled_at, home, away, outcome in rows:
        assert price_taken_at < committed_at < kick_off < settled_at
        assert paris_day(kick_off) == day == paris_day(committed_at)
        came = "home" if home > away else "draw" if home == away else "away"
        assert (ending, profit) == (("won", price - 1) if outcome == came else ("lost", Decimal(-1)))
        units += profit
    assert record.units == units


def test_every_day_has_its_choice_and_every_job_ran_on_time(replayed: tuple[str, Record]) -> None:
    url, _ = replayed
    days = [FIRST + timedelta(days=i) for i in range(3)]
    assert [day for (day,) in select(url, "SELECT day FROM pick_days ORDER BY day")] == days
    early = "SELECT count(*) FROM predictions WHERE published_at >= kick_off"
    assert select(url, early) == [(0,)]


def test_the_record_is_told_in_words(replayed: tuple[str, Record]) -> None:
    told = "\n".join(lines(replayed[1]))
    assert told.startswith(f"matches forecast and ended: {len(played())}\n")
    assert "closing prices" in told
    assert "so few bets say nothing about profit: look at the interval" in told


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    return subprocess.run(
        [sys.executable, "-m", "local.replay", *arguments],
        cwd=PROJECT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_replay_of_two_days_prints_its_record(mirror: Path) -> None:
    ended = run("--season", "2324", "--from", "2024-04-26", "--to", "2024-04-27", "--data", str(mirror))
    assert ended.returncode == 0, ended.stderr
    until_saturday = [row for row in played() if paris_day(kick_off_of(row)) < LAST]
    assert ended.stdout.startswith(f"matches forecast and ended: {len(until_saturday)}\n")
    assert "RPS" in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--season", "2325"), "'2325' is no season; write 2324 for 2023-24."),
        (("--season", "2324", "--from", "2024-04-31"), "'2024-04-31' is no day; write one such as 2024-04-30."),
        (
            ("--season", "2324", "--from", "2024-04-27", "--to", "2024-04-26"),
            "The days 2024-04-27 to 2024-04-26 are not in order or not within season 2324.",
        ),
        (
            ("--season", "2324", "--from", "2023-04-27", "--to", "2023-04-28"),
            "The days 2023-04-27 to 2023-04-28 are not in order or not within season 2324.",
        ),
    ],
)
def test_wrong_days_are_told_in_one_sentence(
    arguments: tuple[str, ...], said: str, mirror: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.main([*arguments, "--data", str(mirror)]) == 1
    assert capsys.readouterr() == ("", f"{said}\n")


def test_a_directory_that_is_no_mirror_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=rf"^{tmp_path} is no mirror of football-data\.co\.uk: it has no folder mmz4281"):
        replay.replay("postgresql://nobody", tmp_path, (FIRST, LAST))


def test_a_wrong_argument_ends_the_process_with_one_sentence() -> None:
    ended = run("--season", "2325", "--data", "/nowhere")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "'2325' is no season; write 2324 for 2023-24.\n"
