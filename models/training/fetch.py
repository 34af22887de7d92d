"""Training data from our own API, as files laid out like football-data.co.uk: `python -m models.training.fetch`.

The key is read from standard input, so that no process list shows it. `models.training.train` downloads the remaining
seasons from football-data.co.uk and keeps existing files.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

PATH = "/api/v1/ml/training-data"
FIRST = ("Div", "Date", "Time", "HomeTeam", "AwayTeam")
"""The first columns; the others follow in order of appearance."""


def fetch(directory: Path, http: httpx.Client, key: str) -> dict[str, int]:
    """Writes `mmz4281/2324/E0.csv` and so on; returns the number of matches of each file.

    Args:
        directory: target folder; existing files are replaced.
        http: client with the base URL of the API.
        key: the training key.

    Raises:
        httpx.HTTPError: the API is unreachable, or rejects the request.
        ValueError: the response is invalid, or has no match.
    """
    files: dict[str, list[dict[str, str]]] = defaultdict(list)
    for match in _matches(http, key):
        division, season, _ = str(match["id"]).split("/", 2)
        if not (division.isalnum() and len(season) == 4 and season.isdecimal()):
            raise ValueError(f"{match['id']!r} is no match of a division and a season")
        files[f"mmz4281/{season}/{division}.csv"].append(match["row"])
    if not files:
        raise ValueError("the API holds no match: has sync_history run?")
    for path, rows in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        columns = dict.fromkeys([*FIRST, *(column for row in rows for column in row)])
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns)
            writer.writeheader()
            writer.writerows(rows)
    return {path: len(rows) for path, rows in files.items()}


def _matches(http: httpx.Client, key: str) -> Iterator[dict[str, Any]]:
    after: str | None = ""
    while after is not None:
        response = http.get(PATH, params={"after": after}, headers={"X-API-Key": key})
        response.raise_for_status()
        page = response.json()
        yield from page["matches"]
        if page["next"] is not None and page["next"] <= after:
            raise ValueError("the API goes round in circles")
        after = page["next"]


def main(arguments: list[str] | None = None) -> None:
    """Fetches the data and prints the number of matches.

    Raises:
        SystemExit: the data cannot be fetched.
    """
    parser = argparse.ArgumentParser(prog="fetch", description="Training data from our own API; the key on stdin.")
    parser.add_argument("--from", dest="api", required=True, help="address of the API")
    parser.add_argument("--downloads", type=Path, default=Path(".local/football-data-uk"), help="where files are kept")
    args = parser.parse_args(arguments)
    try:
        with httpx.Client(base_url=args.api, timeout=30) as http:
            written = fetch(args.downloads, http, sys.stdin.readline().strip())
    except (OSError, ValueError, httpx.HTTPError) as error:
        sys.exit(f"No training data: {error}")
    print(f"{sum(written.values())} matches in {len(written)} files of {args.downloads}")


if __name__ == "__main__":
    main()
