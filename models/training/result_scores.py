"""Scores against results alone, of leagues whose files have no closing prices of the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.football.calendar import season_label
from shared.football.competition import COMPETITIONS
from shared.forecasting import metrics
from shared.forecasting.metrics import Floats, Ints

NOT_COMPUTED = (
    "RPS above closing",
    "distance to closing",
    "the noise floor of ECE",
    "closing-line value and whether bets beat the close",
    "goals",
)
"""What needs closing prices of the result."""


@dataclass(frozen=True)
class ResultSample:
    """Matches with opening prices and without closing ones, with every forecast of them.

    Attributes:
        season: year in which it began: (n,).
        competition: code: (n,).
        outcome: 0 home win, 1 draw, 2 away win: (n,).
        forecasts: probabilities by name: (n, 3).
    """

    season: Ints
    competition: NDArray[np.str_]
    outcome: Ints
    forecasts: Mapping[str, Floats]


def result_scores(sample: ResultSample) -> list[dict[str, Any]]:
    """A row for each league and forecast; `above_opening` is the mean difference in RPS to opening prices."""
    rows: list[dict[str, Any]] = []
    for league in (code for code in COMPETITIONS if code in sample.competition):
        own = sample.competition == league
        outcome = sample.outcome[own]
        rps = {name: metrics.rps(forecast[own], outcome) for name, forecast in sample.forecasts.items()}
        above = metrics.bootstrap_means(np.column_stack([of - rps["opening"] for of in rps.values()]))
        for (name, of), interval in zip(rps.items(), above, strict=True):
            forecast = sample.forecasts[name][own]
            rows.append(
                {
                    "league": league,
                    "seasons": [season_label(int(season)) for season in np.unique(sample.season[own])],
                    "forecast": name,
                    "n": len(outcome),
                    "rps": float(of.mean()),
                    "log_loss": float(metrics.log_loss(forecast, outcome).mean()),
                    "brier": float(metrics.brier(forecast, outcome).mean()),
                    "ece": metrics.calibration_error(forecast, outcome),
                    "above_opening": interval._asdict(),
                }
            )
    return rows


def render(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table for each league, and what cannot be computed for it."""
    tables: list[str] = []
    for league in dict.fromkeys(row["league"] for row in rows):
        own = [row for row in rows if row["league"] == league]
        lines = [
            f"{COMPETITIONS[league].name} {', '.join(own[0]['seasons'])}, n = {own[0]['n']}, against results alone:",
            "the files have no closing prices of the result, which these figures need:",
            *(f"  {figure}" for figure in NOT_COMPUTED),
            f"{'forecast':<24}{'RPS':>8}{'log loss':>10}{'Brier':>9}{'ECE':>8}   above opening, hundred-thousandths",
        ]
        for row in own:
            value, low, high = (row["above_opening"][key] * 1e5 for key in ("value", "low", "high"))
            lines.append(
                f"{row['forecast']:<24}{row['rps']:8.5f}{row['log_loss']:10.5f}{row['brier']:9.5f}{row['ece']:8.4f}"
                f"   {value:.0f} [{low:.0f}, {high:.0f}]"
            )
        tables.append("\n".join(lines))
    return "\n\n".join(tables)
