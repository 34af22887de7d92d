"""Downloads season files from football-data.co.uk, one at a time, into a mirror of the service."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import sleep

import httpx

from shared.clients.sources.football_data_uk import FootballDataUk
from shared.football.calendar import season_label
from shared.football.competition import available_competitions
from shared.runtime import clock
from shared.runtime.settings import Settings

SERVICE = Settings.football_data_uk_url
PAUSE = 0.5
"""Seconds between two files, to spare a small service."""
DIVISIONS = tuple(c.division for c in available_competitions(demo=False) if c.division)


def download(
    directory: Path,
    seasons: Sequence[int],
    service: FootballDataUk,
    advance: Callable[[], None] = lambda: None,
    pause: Callable[[float], None] = sleep,
) -> None:
    """Downloads missing files; a file that the service does not have is skipped.

    Args:
        directory: target folder of `mmz4281/2324/E0.csv` and so on.
        seasons: years in which they began.
        service: the client.
        advance: called after each file.
        pause: waits between two files.

    Raises:
        UpstreamError: the service is unreachable, or its response is invalid.
    """
    for season in seasons:
        for division in DIVISIONS:
            path = f"mmz4281/{season_label(season)}/{division}.csv"
            file = directory / path
            if not file.is_file():
                response = service.fetch_file(path)
                if response is not None:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    # Written under another name first, so that an interrupted download leaves no partial season.
                    part = file.with_suffix(".part")
                    part.write_bytes(response.body)
                    part.replace(file)
                pause(PAUSE)
            advance()


def main(arguments: Sequence[str] | None = None) -> None:
    """Downloads the seasons for tests and replays: `python -m models.training.download DIRECTORY [FIRST LAST]`."""
    parser = argparse.ArgumentParser(prog="python -m models.training.download", description="Mirror season files.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("first", type=int, nargs="?", default=2005, help="year in which the first season began")
    parser.add_argument("last", type=int, nargs="?", default=2023)
    args = parser.parse_args(arguments)
    seasons = range(args.first, args.last + 1)
    with httpx.Client() as http:
        download(args.directory, seasons, FootballDataUk(SERVICE, http, clock.now))


if __name__ == "__main__":
    main()
