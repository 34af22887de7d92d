"""Trains the served model: `python -m models.training.train --data DIR [--before 2023] --out models/outcome`.

Writes both tree models as ONNX, `metadata.json` for serving, the reliability of past forecasts (`reliability.json`) and
a model card. The output is reproducible byte for byte, with the same packages on any x86-64 machine: what the trees are
trained on is rounded to fewer decimals than mathematical libraries differ in. A model that fails the gate is not
written.
"""

import argparse
import hashlib
import json
import sys
from datetime import date
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from models.training import card, dataset, gate, market_bets, outcome, report, walk_forward
from models.training.backtest import probabilities
from models.training.dataset import Floats
from models.training.download import DIVISIONS, SERVICE, download
from models.training.leagues import league_gaps
from models.training.outcome import TrainedTrees
from models.training.progress import Stages
from models.training.reliability import reliability
from models.training.walk_forward import FIRST_SEASON, PreparedMatches, TrainingSet, Walk
from shared.clients.errors import UpstreamError
from shared.clients.sources.football_data_uk import FootballDataUk
from shared.football.calendar import paris_day, season_label, season_of
from shared.football.competition import by_division
from shared.forecasting import metrics
from shared.forecasting.grid import RHO
from shared.forecasting.quality import GAP_BOUNDS
from shared.runtime import clock

FIRST_FILES = 2005
PARITY = 1e-5
SERVED = ("past_lines", "line_move")
SCORED = ("past_lines", "anchored", "closing")
BET_SEASONS = 5
"""Newest seasons whose bets the card shows: only those of 2018-19 on have closing prices of every market."""
PACKAGES = ("numpy", "onnx", "onnxmltools", "onnxruntime", "xgboost-cpu")


def main(arguments: list[str] | None = None) -> None:
    """Trains and writes the model.

    Raises:
        SystemExit: the data is unavailable or insufficient, or the model fails the gate.
    """
    args = _parser().parse_args(arguments)
    try:
        with Stages() as stages:
            if args.data is None:
                _download(args.downloads, args.before or season_of(paris_day(clock.now())), stages)
            data = args.data or args.downloads
            before = args.before or dataset.seasons_in(data)[-1] + 1
            metadata = train(data, before, args.out, stages, report_unseen=args.report)
    except (OSError, ValueError, UpstreamError) as error:
        sys.exit(f"No model was trained: {error}")
    sys.stdout.write(f"{metadata['name']}: {metadata['matches']} matches, in {args.out}\n")


def train(directory: Path, before: int, out: Path, stages: Stages, *, report_unseen: bool = False) -> dict[str, Any]:
    """Trains on the seasons before a given one and writes the files; returns the metadata.

    Args:
        directory: a mirror.
        before: the first held-out season.
        out: output folder.
        stages: receives the progress.
        report_unseen: whether to score the model on the held-out season too.

    Raises:
        FileNotFoundError: the directory is not a mirror.
        ValueError: too few seasons, ONNX differs from XGBoost, or the held-out forecasts are out of bounds
            (`gate.GateFailed`).
    """
    last = before if report_unseen else before - 1
    seasons = [season for season in dataset.seasons_in(directory) if season <= last]
    if not seasons or seasons[0] >= before:
        raise ValueError(f"{directory} holds no season before {season_label(before)}")
    with stages.stage("read", len(seasons)) as advance:
        matches = dataset.read(directory, seasons, lambda _: advance())
    stages.log(matches.left_out_summary)
    with stages.stage("prepare"):
        prepared = walk_forward.prepare(matches, [league.code for league in by_division().values()])
    first = walk_forward.first_forecast(prepared)
    with stages.stage("walk", max(before + 1 - first, 1)) as advance:
        walk = walk_forward.walk(prepared, before, lambda _: advance())
    model = walk.models.get(before)
    if model is None or model.line_move is None:
        raise ValueError(f"{directory} has too few seasons with prices before {season_label(before)}")
    with stages.stage("check"):
        served = {"past_lines": model.past_lines, "line_move": model.line_move}
        sets = walk_forward.training_sets(prepared, before, walk.raw)
        metadata = _metadata(prepared, walk, before, served, {name: sets[name] for name in SERVED})
        metadata["held_out"] = _held_out(prepared, walk, before)
        metadata["picks_by_price"] = _picks_by_price(prepared, walk, before)
        record = json.dumps(_reliability(prepared, walk, before)) + "\n"
        metadata["sha256"]["reliability"] = hashlib.sha256(record.encode()).hexdigest()
    out.mkdir(parents=True, exist_ok=True)
    for name, trees in served.items():
        (out / f"{name}.onnx").write_bytes(trees.onnx)
    (out / "reliability.json").write_text(record)
    (out / "metadata.json").write_text(json.dumps(metadata, indent=1) + "\n")
    (out / "card.md").write_text(card.card(metadata))
    return metadata


def _metadata(
    prepared: PreparedMatches, walk: Walk, before: int, served: dict[str, TrainedTrees], sets: dict[str, TrainingSet]
) -> dict[str, Any]:
    parity = {name: trees.parity(sets[name].rows) for name, trees in served.items()}
    if max(parity.values()) > PARITY:
        raise ValueError(f"ONNX differs from XGBoost by {parity}, more than {PARITY}: nothing was written")
    hashes = {name: hashlib.sha256(trees.onnx).hexdigest() for name, trees in served.items()}
    moments = {name: _moments(training_set.rows) for name, training_set in sets.items()}
    season = prepared.matches.season
    used = prepared.top_five & (season >= FIRST_SEASON) & (season < before)
    both = hashlib.sha256("".join(hashes.values()).encode()).hexdigest()
    return {
        "name": f"outcome-{season_label(before - 1)}-{both[:8]}",
        "seasons": [season_label(int(s)) for s in np.unique(season[used])],
        "matches": len(sets["past_lines"].rows),
        "matches_seen_by_ratings": int((season < before).sum()),
        "last_day": date.fromordinal(int(prepared.matches.day[season < before].max())).isoformat(),
        "seed": outcome.SEED,
        "opset": outcome.OPSET,
        "versions": {package: version(package) for package in PACKAGES},
        "sha256": hashes,
        "parity": {name: ceil(value * 1e6) / 1e6 for name, value in parity.items()},
        "rho": RHO,
        "tempers": {
            name: {"stretch": round(calibration.stretch, 6), "rho_shift": round(calibration.rho_shift, 6)}
            for name, calibration in walk.models[before].calibrations.items()
            if name in SCORED
        },
        "rows": {name: 2 * len(training_set.rows) for name, training_set in sets.items()},
        "columns": {name: list(training_set.columns) for name, training_set in sets.items()},
        "feature_means": {name: _numbers(means) for name, (means, _) in moments.items()},
        "feature_sds": {name: _numbers(deviations) for name, (_, deviations) in moments.items()},
        "average_match": {
            side: _numbers(means)
            for side, means in zip(("home", "away"), sets["past_lines"].rows.mean(axis=0), strict=True)
        },
        "scores": _scores(prepared, walk),
        "leagues": _leagues(prepared, walk, before),
        "gap_bounds": {basis: GAP_BOUNDS[basis][1] for basis in gate.BASES},
    }


def _scores(prepared: PreparedMatches, walk: Walk) -> list[dict[str, Any]]:
    """Scores of the out-of-sample forecasts and of the closing line, by season and league."""
    matches, priced = prepared.matches, _priced(prepared)
    scores: list[dict[str, Any]] = []
    for season in sorted(walk.models):
        in_season = priced & (matches.season == season)
        leagues = [str(code) for code in np.unique(matches.competition[in_season])]
        for league in [report.ALL, *leagues]:
            selected = in_season & ((matches.competition == league) | (league == report.ALL))
            if not selected.any():
                continue
            actual = matches.outcome[selected]
            for name in SCORED:
                forecast = (
                    matches.closing[selected] if name == "closing" else probabilities(walk.forecasts[name][selected])[0]
                )
                scores.append(
                    {
                        "forecast": name,
                        "season": season_label(season),
                        "league": league,
                        "n": int(selected.sum()),
                        "rps": round(float(metrics.rps(forecast, actual).mean()), 6),
                        "log_loss": round(float(metrics.log_loss(forecast, actual).mean()), 6),
                        "ece": round(metrics.calibration_error(forecast, actual), 6),
                        "distance": round(float(metrics.distance(forecast, matches.closing[selected]).mean()), 7),
                    }
                )
    return scores


def _leagues(prepared: PreparedMatches, walk: Walk, before: int) -> dict[str, Any]:
    """Scores by league and basis over all forecast seasons before the held-out one."""
    selected = np.isin(prepared.matches.season, [season for season in walk.models if season < before])
    forecasts: dict[str, Floats] = {}
    for basis, name in gate.BASES.items():
        known = ~np.isnan(walk.forecasts[name][:, 0])
        forecasts[basis] = np.full_like(walk.forecasts[name], np.nan)
        forecasts[basis][known] = probabilities(walk.forecasts[name][known])[0]
    return league_gaps(prepared.matches, forecasts, selected)


def _reliability(prepared: PreparedMatches, walk: Walk, before: int) -> dict[str, Any]:
    """Reliability over all forecast seasons before the held-out one."""
    matches = prepared.matches
    selected = ~np.isnan(matches.opening[:, 0]) & np.isin(matches.season, [s for s in walk.models if s < before])
    return reliability(
        _published(walk, selected), matches.outcome[selected], matches.season[selected], matches.competition[selected]
    )


def _held_out(prepared: PreparedMatches, walk: Walk, before: int) -> list[dict[str, Any]]:
    """The metrics of the newest forecast seasons before `before`, which have passed the gate."""
    matches = prepared.matches
    seasons = sorted(season for season in walk.models if season < before)[-gate.SEASONS :]
    selected = _priced(prepared) & np.isin(matches.season, seasons)
    results = gate.check(_published(walk, selected), matches.closing[selected], matches.outcome[selected])
    return [
        {
            "seasons": [season_label(season) for season in seasons],
            "basis": metric.basis,
            "figure": metric.name,
            "n": metric.n,
            "value_low_high": _numbers(np.array(metric.estimate)),
            "bounds": _numbers(np.array([metric.at_least, metric.at_most])),
        }
        for metric in results
    ]


def _picks_by_price(prepared: PreparedMatches, walk: Walk, before: int) -> dict[str, Any]:
    """Bets of the newest forecast seasons before `before` by kind of price and market."""
    matches = prepared.matches
    seasons = sorted(season for season in walk.models if season < before)[-BET_SEASONS:]
    selected = _priced(prepared) & np.isin(matches.season, seasons)
    bets = market_bets.by_price_and_market(
        walk.forecasts["anchored"][selected],
        market_bets.quotes(matches, prepared.lines.goals, selected),
        matches.numbers["goals"][selected].astype(np.int64),
    )
    return {"seasons": [season_label(season) for season in seasons], "bets": report.rounded(bets)}


def _published(walk: Walk, selected: NDArray[np.bool_]) -> dict[str, Floats]:
    return {name: probabilities(walk.forecasts[name][selected])[0] for name in gate.BASES.values()}


def _priced(prepared: PreparedMatches) -> NDArray[np.bool_]:
    """Which matches of the leagues that the trees are trained on have opening and closing prices."""
    return prepared.top_five & ~np.isnan(prepared.matches.closing[:, 0]) & ~np.isnan(prepared.matches.opening[:, 0])


def _moments(rows: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each column without NaN; 0 where all are NaN."""
    flat = rows.reshape(-1, rows.shape[2])
    counts = np.maximum((~np.isnan(flat)).sum(axis=0), 1)
    means = np.nansum(flat, axis=0) / counts
    return means, np.sqrt(np.nansum((flat - means) ** 2, axis=0) / counts)


def _numbers(values: Floats) -> list[float]:
    return [round(float(value), 6) for value in values]


def _download(directory: Path, before: int, stages: Stages) -> None:
    seasons = range(FIRST_FILES, before)
    with (
        stages.stage("download", len(seasons) * len(DIVISIONS)) as advance,
        httpx.Client() as http,
    ):
        download(directory, seasons, FootballDataUk(SERVICE, http, clock.now), advance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train", description="Train the served model on past seasons.")
    parser.add_argument("--data", type=Path, help="a mirror of football-data.co.uk; without it the files are fetched")
    parser.add_argument("--downloads", type=Path, default=Path(".local/football-data-uk"), help="where they are kept")
    parser.add_argument("--before", type=int, help="the first season that must not be seen (2023); without it, none")
    parser.add_argument("--report", action="store_true", help="score that season too, once a release")
    parser.add_argument("--out", type=Path, default=Path("models/outcome"), help="where the model goes")
    return parser


if __name__ == "__main__":
    main()
