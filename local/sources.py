"""Source of the matches and start of the clock, chosen once when the launcher starts."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zlib import crc32

from local import demo
from local.errors import LocalError
from shared.clients.errors import UpstreamError
from shared.clients.sources.football_data_uk import FootballDataUk
from shared.clients.sources.football_data_uk_parser import parse_kick_off
from shared.football.competition import COMPETITIONS
from shared.runtime import wiring
from shared.runtime.clock import instant_from
from shared.runtime.settings import Settings, SettingsError

LIVE = Settings.football_data_uk_url
MIRROR = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "football-data-uk"
TIMEOUT = timedelta(seconds=3)
NEAR_FUTURE = timedelta(days=3)
MIN_MATCHES = 30  # matches within three days
SEASON_END_MARGIN = timedelta(days=21)


@dataclass(frozen=True)
class Source:
    """A source of matches."""

    url: str  # address of the CSV service, or a directory laid out like it
    demo: bool  # whether it is the demonstration league
    clock: datetime | None  # start of the simulated clock; None for the real time
    directory: str  # subdirectory of DATA_DIR for its data, specific to source and clock
    message: str  # one line with the choice and its reason


def choose(
    environment: Mapping[str, str],
    data_dir: Path,
    now: datetime,
    mirror: Path = MIRROR,
    is_available: Callable[[str], bool] | None = None,
    live: str = LIVE,
) -> Source:
    """The source that FOOTBALL_DATA_UK_URL names, else the live service, else a mirror, else the demonstration league.

    DEMO=true goes straight to the last.

    Raises:
        LocalError: CLOCK is not an instant, or FOOTBALL_DATA_UK_URL is not readable.
    """
    clock = _clock(environment.get("CLOCK", ""))
    if environment.get("DEMO", "").lower() == "true":
        return _demo(data_dir, clock, now)
    url = environment.get("FOOTBALL_DATA_UK_URL", "")
    if url.startswith(("http://", "https://")):
        return _source("service", url, clock, f"Matches come from {url}.")
    if url:
        return _from_directory("directory", Path(url), clock, now)
    if (is_available or is_service_available)(live):
        return _source("live", live, clock, f"Matches come from {live}.")
    if (mirror / "mmz4281").is_dir():
        return _from_directory("mirror", mirror, clock, now)
    return _demo(data_dir, clock, now)


def is_service_available(address: str) -> bool:
    """Whether the CSV service returns valid fixtures within three seconds."""
    # The client of the functions, so that both agree.
    service = FootballDataUk(address, wiring.http(), lambda: datetime.now(UTC))
    try:
        return service.fetch_fixtures(TIMEOUT) is not None
    except UpstreamError:
        return False


def choose_instant(kick_offs: Iterable[datetime], now: datetime) -> datetime | None:
    """Start of the clock: now (None) if a match is near, else a Saturday morning late in the last season.

    It is the latest Saturday, at least three weeks before the last match, with at least 30 matches within three days,
    else the Saturday with the most.
    """
    instants = sorted(kick_offs)
    if not instants or any(now <= instant < now + NEAR_FUTURE for instant in instants):
        return None
    past = [instant for instant in instants if instant < now] or instants
    latest = past[-1] - SEASON_END_MARGIN
    saturday = datetime.combine(latest.date() - timedelta(days=(latest.weekday() - 5) % 7), time(8), UTC)
    ahead: Counter[datetime] = Counter()
    while saturday + NEAR_FUTURE > past[0]:
        ahead[saturday] = sum(saturday <= instant < saturday + NEAR_FUTURE for instant in past)
        if ahead[saturday] >= MIN_MATCHES:
            return saturday
        saturday -= timedelta(days=7)
    return max(ahead, key=lambda day: ahead[day], default=None)


def kick_offs(directory: Path) -> Iterator[datetime]:
    """Kick-offs of the forecast divisions in the last two seasons of a directory, in UTC."""
    seasons = sorted(
        (folder for folder in (directory / "mmz4281").iterdir() if re.fullmatch(r"\d{4}", folder.name)),
        key=lambda folder: int(folder.name[:2]) + (0 if int(folder.name[:2]) >= 93 else 100),
    )
    divisions = [c.division for c in COMPETITIONS.values() if c.division]
    for folder in seasons[-2:]:
        for division in divisions:
            if (file := folder / f"{division}.csv").exists():
                with file.open(encoding="utf-8-sig", errors="replace", newline="") as rows:
                    yield from filter(None, map(_kick_off, csv.DictReader(rows)))


def _kick_off(row: dict[str, str]) -> datetime | None:
    try:
        return parse_kick_off({name: value for name, value in row.items() if value})
    except (KeyError, ValueError):  # the functions quarantine such rows
        return None


def _from_directory(kind: str, directory: Path, clock: datetime | None, now: datetime) -> Source:
    directory = directory.expanduser().resolve()
    if not (directory / "mmz4281").is_dir():
        raise LocalError(
            f"FOOTBALL_DATA_UK_URL is neither an address nor a directory with a folder mmz4281 in it: {directory}."
        )
    what = "the demonstration league (every club is invented)" if kind == "demo" else f"the directory {directory}"
    message = f"Matches come from {what}."
    if clock is None and (clock := choose_instant(kick_offs(directory), now)) is not None:
        message = f"Matches come from {what}; none is near, so time begins at {clock:%A %d %B %Y, %H:%M} UTC (CLOCK)."
    return _source(kind, str(directory), clock, message)


def _demo(data_dir: Path, clock: datetime | None, now: datetime) -> Source:
    demo.write(data_dir / "demo-league", (clock or now).date())
    return _from_directory("demo", data_dir / "demo-league", clock, now)


def _source(kind: str, url: str, clock: datetime | None, message: str) -> Source:
    """Build a source with its own data directory, so that data of different sources and clocks are separate."""
    name = kind if kind in {"live", "demo"} else f"{kind}-{crc32(url.encode()):08x}"
    suffix = f"-{clock:%Y%m%dT%H%M%S}" if clock else ""
    return Source(url, kind == "demo", clock, name + suffix, message)


def _clock(text: str) -> datetime | None:
    try:
        return instant_from(text) if text else None
    except SettingsError:
        raise LocalError("CLOCK must be an instant with a zone, such as 2024-04-27T08:00:00Z.") from None
