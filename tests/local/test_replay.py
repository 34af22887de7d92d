"""A past season replayed: its record is the one that anyone can work out from the files."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import log
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from local import record_key, replay
from local.errors import LocalError
from local.line_movement import stored_snapshots
from local.record import Record, render
from models.training import dataset, walk_forward
from shared.betting.devig import shin
from shared.betting.prices import Market
from shared.betting.settlement import profit, settle_bet
from shared.clients.sources.football_data_uk_parser import parse_kick_off
from shared.football.calendar import paris_bounds, paris_day
from shared.football.competition import COMPETITIONS
from shared.football.match import Score, match_id
from shared.forecasting.grid import outcome_probabilities, score_grid
from shared.forecasting.temperature_scaling import calibrate
from shared.ledger.tiles import WIDTH, bundle_path, parse_bundle
from shared.services.outcome_model import outcome_model
from shared.services.signing_keys import parse_signing_key
from shared.stores.database import connect
from tests.conftest import Databases
from tests.running import environment, select
from tests.season import copy_mirror, read_season
from tests.waiting import HANG

PROJECT = Path(__file__).resolve().parents[2]
DIVISIONS = ("E0", "I1")
NAMES = ("DATABASE_URL", "FOOTBALL_DATA_UK_URL", "LOG_LEVEL")
FIRST, LAST = date(2024, 4, 26), date(2024, 4, 28)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_mirror(tmp_path_factory.mktemp("mirror"), *DIVISIONS)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the record is published to."""
    return tmp_path_factory.mktemp("public")


@pytest.fixture(scope="module")
def replayed(databases: Databases, empty: str, mirror: Path, public: Path) -> Iterator[tuple[str, Record]]:
    """Three days of April 2024: the database afterwards, and the track record."""
    with databases.copy(empty) as url, environment(**dict.fromkeys(NAMES, "given by the replay")):
        yield url, replay.replay(url, mirror, (FIRST, LAST), record_key.settings(public, public))


def test_the_published_record_is_verified_and_has_every_match(replayed: tuple[str, Record], public: Path) -> None:
    key = parse_signing_key((public / "record_key").read_text()).public
    program = [sys.executable, "-I", "-S", PROJECT / "public" / "verify.py", public / "record", str(key)]
    ended = subprocess.run([*program, "--state", public / "state"], capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    whole, forecasts, *_ = ended.stdout.splitlines()
    assert f"entries are whole; signed by {record_key.LOCAL_NAME}" in whole
    assert forecasts.startswith(f"{replayed[1].forecast} of ")


def test_another_implementation_verifies_the_published_record(replayed: tuple[str, Record], public: Path) -> None:
    aics = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    key = parse_signing_key((public / "record_key").read_text()).public
    note = aics.parse_note((public / "record" / "checkpoint").read_text())
    result = aics.verify_checkpoint(note, aics.parse_vkey(str(key)), [], 0)
    assert result.ok, result
    files = [bundle_path(first // WIDTH, min(WIDTH, result.size - first)) for first in range(0, result.size, WIDTH)]
    entries = [entry for file in files for entry in parse_bundle((public / "record" / file).read_bytes())]
    assert aics.MerkleTree(entries).root() == result.root


def played() -> list[dict[str, str]]:
    """The matches of those days, from the files."""
    rows = [row for division in DIVISIONS for row in read_season(division)]
    return [row for row in rows if FIRST <= paris_day(parse_kick_off(row)) <= LAST]


def fair(row: dict[str, str], middle: str) -> list[float]:
    """A match's probabilities by the average's prices."""
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
        shares = [fair(row, middle) for row in matches]
        assert scores.matches == len(matches)
        assert scores.rps == pytest.approx(fmean(rps(f, o) for f, o in zip(shares, outcomes, strict=True)), abs=1e-9)
        assert scores.log_loss == pytest.approx(
            fmean(-log(f[o]) for f, o in zip(shares, outcomes, strict=True)), abs=1e-9
        )
    published, opening, closing = record.scores
    assert closing.gap is None
    assert opening.gap is not None
    assert opening.gap.value == pytest.approx(opening.rps - closing.rps, abs=1e-12)
    assert published.rps == pytest.approx(opening.rps, abs=0.005), "a forecast starts from the match's prices"
    assert published.rps != opening.rps


def test_every_pick_was_committed_and_settled_in_its_time(replayed: tuple[str, Record]) -> None:
    url, record = replayed
    rows = select(
        url,
        """
        SELECT p.day, d.committed_at, p.price_taken_at, p.kick_off, p.price, e.result, e.profit, e.settled_at,
            m.home_goals, m.away_goals, p.market, p.outcome, p.line
        FROM picks p JOIN pick_days d USING (day) JOIN pick_settlements e USING (day, rank)
            JOIN matches m USING (match_id)
        WHERE p.day <= %s
        """,
        LAST,
    )
    assert record.picks == record.ended == len(rows) > 0
    units = Decimal(0)
    for day, committed_at, price_taken_at, kick_off, price, ending, won, settled_at, home, away, *selection in rows:
        assert price_taken_at < committed_at < kick_off < settled_at
        assert paris_day(kick_off) == day == paris_day(committed_at)
        market, outcome, line = selection
        result = settle_bet(Market(market), outcome, line, Score(home, away))
        assert (ending, won) == (result, profit(result, price))
        units += won
    assert record.units == units


def test_every_day_has_its_choice_and_every_job_ran_on_time(replayed: tuple[str, Record]) -> None:
    url, _ = replayed
    days = [FIRST + timedelta(days=i) for i in range(3)]
    assert [day for (day,) in select(url, "SELECT day FROM pick_days ORDER BY day")] == days
    early = "SELECT count(*) FROM predictions WHERE published_at >= kick_off"
    assert select(url, early) == [(0,)]


def test_the_record_is_rendered_as_text(replayed: tuple[str, Record]) -> None:
    text = "\n".join(render(replayed[1]))
    assert text.startswith(f"matches forecast and ended: {len(played())}\n")
    assert "closing prices" in text
    assert "so few bets say nothing about profit: look at the interval" in text
    assert re.search(r"^bets by price and market .*\n  best of all +h2h +\d+ too few$", text, re.MULTILINE)


def test_the_movement_of_the_replayed_prices_is_that_of_the_files(replayed: tuple[str, Record]) -> None:
    """Their prices are those of Friday afternoon, and their closing lines at kick-off."""
    with connect(replayed[0], "test") as db:
        snapshots = stored_snapshots(db, paris_bounds(LAST)[1] + replay.EXTRA_TIME)
    files = sorted(played(), key=lambda row: (fair(row, ""), fair(row, "C")))
    rows = np.array([[*fair(row, ""), *fair(row, "C")] for row in files])
    stored = np.column_stack([snapshots.price, snapshots.closing])
    assert stored[np.lexsort(stored.T[::-1])] == pytest.approx(rows)
    friday = datetime(2024, 4, 26, 13, tzinfo=UTC)
    assert (snapshots.kick_off - snapshots.age).tolist() == pytest.approx([friday.timestamp() / 3600] * len(files))
    assert snapshots.matches == len(files)


@dataclass(frozen=True)
class Unasked:
    """Stands for the trees that are not served."""

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return np.full((len(rows), 2), np.nan)


def walked(directory: Path, seasons: Sequence[int], first: date, last: date) -> dict[int, tuple[float, ...]]:
    """Training's walk-forward forecasts of some days by the served model: home win, draw, away win."""
    matches = dataset.read(directory, seasons)
    prepared = walk_forward.prepare(matches, COMPETITIONS)
    selected = prepared.forecast & (matches.day >= first.toordinal()) & (matches.day <= last.toordinal())
    served = outcome_model()
    trees: dict[str, Any] = {"no_odds": Unasked(), "past_lines": served.past_lines, "line_move": served.line_move}
    model = walk_forward.Model(**trees, calibrations=served.calibrations)
    goals = walk_forward.forecast(prepared, model, selected)["anchored"][selected]
    calibrated = calibrate(goals, served.calibrations["anchored"])
    chances = outcome_probabilities(score_grid(np.exp(calibrated[:, 0]), np.exp(calibrated[:, 1]), calibrated[:, 2]))
    ids = [
        match_id(str(matches.competition[i]), int(matches.season[i]), "REGULAR_SEASON", *clubs)
        for i, clubs in zip(
            np.flatnonzero(selected), np.column_stack([matches.home, matches.away])[selected].tolist(), strict=True
        )
    ]
    return {match: tuple(shares) for match, shares in zip(ids, chances.tolist(), strict=True)}


def agree(url: str, directory: Path, seasons: Sequence[int], first: date, last: date) -> int:
    """Hold what was last published of the matches of some days against the walk forward; how many there are."""
    query = """
        SELECT DISTINCT ON (match_id) match_id, home, draw, away
        FROM predictions JOIN matches m USING (match_id)
        WHERE (m.kick_off AT TIME ZONE 'Europe/Paris')::date BETWEEN %s AND %s
        ORDER BY match_id, published_at DESC
    """
    expected = walked(directory, seasons, first, last)
    predicted = {match: tuple(shares) for match, *shares in select(url, query, first, last)}
    assert predicted.keys() == expected.keys()
    for match, chances in predicted.items():
        assert chances == pytest.approx(expected[match], abs=1e-9)
    return len(expected)


def test_replayed_forecasts_equal_the_backtests_by_the_same_model(replayed: tuple[str, Record], mirror: Path) -> None:
    """The functions know, feature for feature, what the back-test knew: its figures are those of the product."""
    assert agree(replayed[0], mirror, [2023], FIRST, LAST) == len(played())


def test_replayed_forecasts_early_in_a_season_equal_the_backtests(
    databases: Databases, empty: str, tmp_path: Path
) -> None:
    """With a season before it and a second division: a summer's rest, and clubs that moved up and down."""
    for season in ("2223", "2324"):
        copy_mirror(tmp_path, "E0", "E1", season=season)
    days = date(2023, 8, 26), date(2023, 8, 27)
    with databases.copy(empty) as url, environment(**dict.fromkeys(NAMES, "given by the replay")):
        replay.replay(url, tmp_path, days)
        assert agree(url, tmp_path, [2022, 2023], *days) == 9 + 11, "of the Premier League and of the Championship"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    return subprocess.run(
        [sys.executable, "-m", "local.replay", *arguments],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=5 * HANG,
    )


def test_a_replay_of_a_day_prints_its_record(tmp_path: Path) -> None:
    mirror, friday = copy_mirror(tmp_path, "I1"), date(2023, 9, 22)  # early in a season, after few results
    ended = run("--season", "2324", "--from", str(friday), "--to", str(friday), "--data", str(mirror))
    assert ended.returncode == 0, ended.stderr
    on_friday = [row for row in read_season("I1") if paris_day(parse_kick_off(row)) == friday]
    assert on_friday
    assert ended.stdout.startswith(f"matches forecast and ended: {len(on_friday)}\n")
    assert "RPS" in ended.stdout
    assert "\nmatches with prices and a closing line: 2, moments of prices: 2; fewer than 300" in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
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
def test_invalid_days_are_reported_in_one_sentence(
    arguments: tuple[str, ...], message: str, mirror: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.main([*arguments, "--data", str(mirror)]) == 1
    assert capsys.readouterr() == ("", f"{message}\n")


def test_a_directory_that_is_no_mirror_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        LocalError, match=rf"^{tmp_path} is no mirror of football-data\.co\.uk: it has no folder mmz4281"
    ):
        replay.replay("postgresql://nobody", tmp_path, (FIRST, LAST))


def test_a_wrong_argument_ends_the_process_with_one_sentence() -> None:
    ended = run("--season", "2325", "--data", "/nowhere")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "'2325' is no season; write 2324 for 2023-24.\n"


def test_a_record_is_not_published_over_another_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "checkpoint").write_text("example.org/log")
    assert replay.main(["--season", "2324", "--data", str(tmp_path), "--record", str(tmp_path)]) == 1
    assert "is not empty" in capsys.readouterr().err
