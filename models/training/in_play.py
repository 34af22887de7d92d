"""The forecast of a match in play, fitted and scored at half-time: `python -m models.training.in_play --data DIR`.

The effects of a lead are fitted to scores at half-time and at the end. Each season's half-times are forecast with
effects that were fitted to earlier seasons, from goal rates before the match: those of the walk-forward's `anchored`
forecast, and before its first season those of opening prices.
"""

import argparse
import json
import sys
from pathlib import Path

from models.training import half_times, in_play_report
from models.training.progress import Stages
from shared.football.calendar import season_from_label

FIFTEEN = "0809,0910,1011,1112,1213,1314,1415,1516,1617,1718,1819,1920,2021,2122,2223"


def main(arguments: list[str] | None = None) -> None:
    """Fits and scores, then writes and prints the report.

    Raises:
        SystemExit: the data or the seasons are missing.
    """
    args = _parser().parse_args(arguments)
    try:
        seasons = sorted(season_from_label(label) for label in args.seasons.split(","))
        with Stages() as stages:
            matches = half_times.read(args.data, seasons[-1], stages)
            with stages.stage("score"):
                evidence = in_play_report.evidence(matches, seasons)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(evidence, indent=1) + "\n")
    sys.stdout.write(in_play_report.render(evidence) + "\n")
    if args.plot is not None:
        in_play_report.draw(args.plot, evidence)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="in_play", description="Fit and score forecasts made at half-time.")
    parser.add_argument("--data", type=Path, required=True, help="a mirror of football-data.co.uk")
    parser.add_argument("--seasons", default=FIFTEEN, help="seasons to score, as in 2223,2324")
    parser.add_argument("--out", type=Path, default=Path(".build/in_play.json"), help="the JSON file to write")
    parser.add_argument("--plot", type=Path, help="an SVG file to write")
    return parser


if __name__ == "__main__":
    main()
