"""Seasons for tests: rows in the format of football-data.co.uk, and a server of its files."""

import csv
import io
import os
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from local import demo
from shared.clients.sources.football_data_uk_parser import parse_kick_off

Row = dict[str, str]
Prices = tuple[float, float, float]
TEN_CLUBS = (
    "Arsenal", "Aston Villa", "Brentford", "Chelsea", "Everton", "Fulham", "Liverpool", "Luton", "Newcastle", "Wolves"
)  # fmt: skip

PRE_MATCH_COLUMNS = {"Div", "Date", "Time", "HomeTeam", "AwayTeam", "AHh"} | {
    prefix + end
    for prefixes, ends in (
        (("B365", "BW", "IW", "PS", "WH", "VC", "Max", "Avg"), ("H", "D", "A")),
        (("B365", "P", "Max", "Avg"), (">2.5", "<2.5", "AHH", "AHA")),
    )
    for prefix in prefixes
    for end in ends
}
"""The columns that are filled before a match."""
SATURDAY_DIVISIONS = ("E0", "SP1", "D1", "I1", "F1", "E1", "F2")
"""The five leagues, a second division that has picks, and one that has none."""
MIRROR = Path(__file__).resolve().parents[2] / "shared" / "data" / "football-data-uk"
NO_SEASONS = "no real seasons: `make mirror` fetches them to ../shared/data/football-data-uk"


def has_real_seasons() -> bool:
    """Whether the directory of real seasons exists."""
    return (MIRROR / "mmz4281").is_dir()


def real_seasons() -> Path:
    """The directory of real seasons. If it is missing, the test is skipped; in CI it fails."""
    if not has_real_seasons():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_SEASONS)
    return MIRROR


def write_invented_season(directory: Path, saturday: date) -> Path:
    """Write an invented season of ten Premier League clubs, played up to a Saturday; returns the directory."""
    chance, first = random.Random(1), saturday - timedelta(weeks=15)
    rows = []
    for week, pairs in enumerate(demo.rounds()):
        for number, pair in enumerate(pairs):
            home, away = (TEN_CLUBS[demo.CLUBS.index(club)] for club in pair)
            when = f"{first + timedelta(weeks=week):%d/%m/%Y} {12 + number}:30"
            goals = [chance.choice((0, 0, 1, 1, 2, 3)) for _ in "HA"]
            score = f"{goals[0]}-{goals[1]}" if week < 15 else ""
            prices = (round(chance.uniform(1.6, 3.2), 2), 3.4, 3.4)
            rows.append(row(home, away, when, score, prices, closing=prices if score else None))
    for name, listed in (("mmz4281/2324/E0.csv", rows[:75]), ("fixtures.csv", rows[75:80])):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(to_csv(listed))
    return directory


def row(
    home: str,
    away: str,
    when: str,
    score: str = "",
    prices: Prices | None = (2.0, 3.5, 4.0),
    closing: Prices | None = None,
    division: str = "E0",
    **columns: str,
) -> Row:
    """A match: `when` is "27/04/2024 15:00" in London; the average prices before it, and at its close."""
    day, _, time = when.partition(" ")
    columns_ = {"Div": division, "Date": day, "Time": time, "HomeTeam": home, "AwayTeam": away}
    if score:
        columns_["FTHG"], columns_["FTAG"] = score.split("-")
    for middle, triple in (("", prices), ("C", closing)):
        if triple is not None:
            columns_ |= {f"Avg{middle}{end}": str(price) for end, price in zip("HDA", triple, strict=True)}
    return columns_ | columns


def to_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Format rows as CSV."""
    listed = list(rows)
    text = io.StringIO()
    columns = dict.fromkeys(name for row in listed for name in row) or ("Div", "Date", "HomeTeam", "AwayTeam")
    writer = csv.DictWriter(text, list(columns), restval="")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def copy_mirror(directory: Path, *divisions: str, season: str = "2324") -> Path:
    """Copy a few divisions of a real season; returns the directory."""
    (directory / "mmz4281" / season).mkdir(parents=True, exist_ok=True)
    for division in divisions:
        file = f"mmz4281/{season}/{division}.csv"
        shutil.copyfile(real_seasons() / file, directory / file)
    return directory


def read_season(division: str, season: str = "2324", directory: Path | None = None) -> list[Row]:
    """The rows of a season file, by default of a real season."""
    with ((directory or real_seasons()) / f"mmz4281/{season}/{division}.csv").open(
        encoding="utf-8-sig", newline=""
    ) as lines:
        return list(csv.DictReader(lines))


def scramble_unknown(source: Path, target: Path, division: str, instant: datetime) -> None:
    """Copy a season, with random values for all results, statistics and closing prices after an instant."""
    chance, rows = random.Random(f"{division}{instant}"), read_season(division, directory=source)
    for row in rows:
        if parse_kick_off(row) + timedelta(hours=3) > instant:
            row |= {
                name: str(chance.randint(0, 9)) if name[:2] in {"FT", "HT"} else f"{chance.uniform(2, 9):.2f}"
                for name in row.keys() - PRE_MATCH_COLUMNS
            }
    file = target / f"mmz4281/2324/{division}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(to_csv(rows))


class Service:
    """A fake of football-data.co.uk: files with modification times."""

    def __init__(self, directory: Path, url: str) -> None:
        self.directory, self.url = directory, url

    def fixtures(self, at: datetime, *rows: Mapping[str, str]) -> None:
        """Replace the file of upcoming matches."""
        self.put("fixtures.csv", to_csv(rows), at)

    def results(self, at: datetime, *rows: Mapping[str, str], season: str = "2324", division: str = "E0") -> None:
        """Replace the results of a division."""
        self.put(f"mmz4281/{season}/{division}.csv", to_csv(rows), at)

    def put(self, path: str, content: str | bytes, at: datetime) -> None:
        """Write a file."""
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (at.timestamp(), at.timestamp()))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serve(directory: Path) -> Iterator[Service]:
    """Serve until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(directory))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Service(directory, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
