"""Report of a backtest: scores by season and league, and goals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.paper_bets import kelly_growth, paper_bets
from shared.football.calendar import season_label
from shared.forecasting import metrics
from shared.forecasting.metrics import Floats, Ints
from shared.forecasting.quality import CLOSING_LINE_VALUE_BOUNDS, GAP_BOUNDS

NAMES = (
    "uniform",
    "base_rates",
    "elo",
    "poisson_penaltyblog",
    "dixon_coles_penaltyblog",
    "no_odds",
    "past_lines",
    "opening",
    "opening_recalibrated",
    "anchored",
    "closing",
)
"""The forecasts, in the order in which they are shown."""
DIFFERENCES = (("past_lines", "no_odds"), ("anchored", "opening"), ("anchored", "opening_recalibrated"))
"""The pairs of forecasts that are compared on the same matches."""
ALL = "all"
DIGITS = 8
"""Decimals in the report: later ones may depend on the machine."""


@dataclass(frozen=True)
class Sample:
    """The scored matches, with every forecast of them.

    Attributes:
        day: ordinal of the day in Paris: (n,).
        season: year in which it began: (n,).
        competition: code: (n,).
        outcome: 0 home win, 1 draw, 2 away win: (n,).
        over: whether three goals or more fell: (n,).
        best: best opening prices: (n, 3); NaN where unknown.
        market_bets: bets of the anchored forecast by kind of price and market: see `models.training.market_bets`.
        forecasts: probabilities by name: (n, 3).
        totals: probability of three goals or more by name: (n,); NaN where unknown.
        expected_goals: whether the source has expected goals of these matches.
    """

    day: Ints
    season: Ints
    competition: NDArray[np.str_]
    outcome: Ints
    over: NDArray[np.bool_]
    best: Floats
    market_bets: Mapping[str, Mapping[str, Any]]
    forecasts: Mapping[str, Floats]
    totals: Mapping[str, Floats]
    expected_goals: bool

    def rps(self) -> Floats:
        """Ranked probability scores, a column each of `NAMES`: (n, names)."""
        return np.column_stack([metrics.rps(self.forecasts[name], self.outcome) for name in NAMES])

    def distances(self) -> Floats:
        """Distances to the closing line, a column each of `NAMES`: (n, names)."""
        closing = self.forecasts["closing"]
        return np.column_stack([metrics.distance(self.forecasts[name], closing) for name in NAMES])


def evidence(sample: Sample) -> dict[str, Any]:
    """All metrics of a sample except speed; deterministic."""
    rows = list(_rows(sample))
    closing = sample.forecasts["closing"]
    floor, alarm = metrics.calibration_noise(closing)
    result: dict[str, Any] = {
        "rows": rows,
        "totals": _totals(sample),
        "paired": _paired(sample),
        "picks": {
            name: paper_bets(sample.forecasts[name], sample.best, closing, sample.outcome)
            for name in ("anchored", "opening", "no_odds")
        },
        "picks_by_price": sample.market_bets,
        "bankroll": kelly_growth(
            sample.forecasts["anchored"], sample.best, sample.outcome, sample.day, sample.competition
        ),
        "ece_noise_floor": {"n": len(sample.outcome), "mean": floor, "95%": alarm},
    }
    result["goals"] = _goals(result, expected_goals=sample.expected_goals)
    return rounded(result)


def _rows(sample: Sample) -> Iterator[dict[str, Any]]:
    rps = sample.rps()
    gaps, distances = rps - rps[:, [NAMES.index("closing")]], sample.distances()
    seasons = [(season_label(int(s)), sample.season == s) for s in np.unique(sample.season)]
    leagues = [(str(c), sample.competition == c) for c in np.unique(sample.competition)]
    everything = (ALL, np.ones(len(sample.season), dtype=np.bool_))
    for season, in_season in [everything, *seasons]:
        for league, in_league in [everything, *leagues]:
            selected = np.flatnonzero(in_season & in_league)
            if len(selected):
                intervals = metrics.bootstrap_means(np.column_stack([gaps, distances])[selected])
                outcome = sample.outcome[selected]
                for place, name in enumerate(NAMES):
                    forecast = sample.forecasts[name][selected]
                    gap, distance = intervals[place], intervals[len(NAMES) + place]
                    yield {
                        "forecast": name,
                        "season": season,
                        "league": league,
                        "n": len(selected),
                        "rps": float(rps[selected, place].mean()),
                        "log_loss": float(metrics.log_loss(forecast, outcome).mean()),
                        "brier": float(metrics.brier(forecast, outcome).mean()),
                        "ece": metrics.calibration_error(forecast, outcome),
                        "gap_rps": gap.value,
                        "gap_low": gap.low,
                        "gap_high": gap.high,
                        "distance": distance.value,
                        "distance_low": distance.low,
                        "distance_high": distance.high,
                    }


def _totals(sample: Sample) -> dict[str, Any]:
    is_known = ~np.isnan(np.column_stack(list(sample.totals.values()))).any(axis=1)
    losses = {
        name: float(metrics.binary_log_loss(over[is_known], sample.over[is_known]).mean())
        for name, over in sample.totals.items()
        if is_known.any()
    }
    return {"n": int(is_known.sum()), "log_loss": losses}


def _paired(sample: Sample) -> dict[str, Any]:
    """Scores and distance of one forecast minus those of another, for each of `DIFFERENCES`; negative is better."""
    closing, pairs = sample.forecasts["closing"], {}
    for one, other in DIFFERENCES:
        ours, theirs = sample.forecasts[one], sample.forecasts[other]
        differences = [
            metrics.rps(ours, sample.outcome) - metrics.rps(theirs, sample.outcome),
            metrics.log_loss(ours, sample.outcome) - metrics.log_loss(theirs, sample.outcome),
            metrics.distance(ours, closing) - metrics.distance(theirs, closing),
        ]
        intervals = metrics.bootstrap_means(np.column_stack(differences))
        named = {key: i._asdict() for key, i in zip(("rps", "log_loss", "distance"), intervals, strict=True)}
        pairs[f"{one}_minus_{other}"] = {"n": len(sample.outcome), **named}
    return pairs


def _goals(evidence: Mapping[str, Any], *, expected_goals: bool) -> list[dict[str, Any]]:
    """The goals of the project with their measured values.

    They are distances from the closing line, because scores differ more between seasons than between forecasts.
    """
    overall = {row["forecast"]: row for row in evidence["rows"] if row["season"] == row["league"] == ALL}
    closing = overall["closing"]
    paired = evidence["paired"]["anchored_minus_opening_recalibrated"]
    totals, floor = evidence["totals"]["log_loss"], evidence["ece_noise_floor"]
    clv = evidence["picks"]["anchored"]["clv"] or {}
    past, anchored = overall["past_lines"], overall["anchored"]
    no_odds_limit = 0.0029 if expected_goals else 0.0033
    return [
        at_most("A", "no_odds: RPS above closing", overall["no_odds"]["gap_rps"], no_odds_limit, 0.0019),
        at_most("B", "past_lines: RPS above closing", past["gap_rps"], 0.0015, overall["opening"]["gap_rps"]),
        at_most("B", "past_lines: distance to closing", past["distance"], 0.00137),
        at_most("B", "past_lines: log loss above closing", past["log_loss"] - closing["log_loss"], 0.0045),
        at_most("C", "anchored: RPS above closing", anchored["gap_rps"], 0.0003, GAP_BOUNDS["prices"][0]),
        at_most("C", "anchored: distance to closing", anchored["distance"], 0.00069),
        at_most("C", "anchored − opening_recalibrated: distance, high", paired["distance"]["high"], 0.0),
        at_most("ECE", "past_lines, against the noise floor's mean", past["ece"], floor["mean"]),
        at_most("ECE", "anchored, against the noise floor's mean", anchored["ece"], floor["mean"]),
        at_most("ECE alarm", "past_lines, against the floor's 95 %", past["ece"], floor["95%"]),
        at_most("ECE alarm", "anchored, against the floor's 95 %", anchored["ece"], floor["95%"]),
        at_most("totals B", "past_lines: log loss above closing", _above(totals, "past_lines"), 0.0039, -0.0006),
        at_most("totals C", "anchored: log loss above closing", _above(totals, "anchored"), 0.0029, -0.0006),
        at_least("CLV", "anchored at the best price: mean", clv.get("mean"), 0.025, CLOSING_LINE_VALUE_BOUNDS[1]),
        at_least("CLV", "anchored at the best price: lower bound", clv.get("low"), 0.02),
        at_least(
            "CLV", "anchored at the best price: beat the close", evidence["picks"]["anchored"]["beat_close"], 0.70
        ),
    ]


def _above(losses: Mapping[str, float], name: str) -> float | None:
    return losses[name] - losses["closing"] if losses else None


def at_most(
    goal: str, figure: str, value: float | None, limit: float, suspicious_below: float | None = None
) -> dict[str, Any]:
    """A goal with an upper limit; a suspiciously good value suggests a leak."""
    suspicious = value is not None and suspicious_below is not None and value < suspicious_below
    reached = value is not None and value <= limit
    return {
        "goal": goal,
        "figure": figure,
        "value": value,
        "at_most": limit,
        "reached": reached,
        "suspicious": suspicious,
    }


def at_least(
    goal: str, figure: str, value: float | None, limit: float, suspicious_above: float | None = None
) -> dict[str, Any]:
    """A goal with a lower limit."""
    suspicious = value is not None and suspicious_above is not None and value > suspicious_above
    reached = value is not None and value >= limit
    return {
        "goal": goal,
        "figure": figure,
        "value": value,
        "at_least": limit,
        "reached": reached,
        "suspicious": suspicious,
    }


def rounded(value: Any) -> Any:
    """A report with its numbers rounded to `DIGITS`."""
    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {key: rounded(inner) for key, inner in value.items()}
        case list():
            return [rounded(inner) for inner in value]
        case _:
            return value
