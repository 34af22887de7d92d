"""How good forecasts made at half-time are: scores beside naive ones, reliability, and a plot."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.training import plots
from models.training.half_times import HalfTimes, final_scores, fit
from models.training.report import ALL
from shared.football.calendar import season_label
from shared.forecasting import metrics
from shared.forecasting.calibration import FIVE_POINT_EDGES, buckets
from shared.forecasting.grid import SIZE, outcome_probabilities, over_probability, score_grid
from shared.forecasting.in_play import RED_CARD, LeadEffects
from shared.forecasting.intervals import share_interval
from shared.forecasting.metrics import Floats

IN_PLAY = "in_play"
NAMES = (IN_PLAY, "no_lead_effects", "half_the_rate", "base_rates", "before_the_match")
"""The forecasts, in the order in which they are shown."""
MIN_COUNT = 100
"""Cases of a bin of which the reliability is judged."""
_NONE = LeadEffects(home=(1.0,) * 5, away=(1.0,) * 5)


def evidence(matches: HalfTimes, seasons: Sequence[int]) -> dict[str, Any]:
    """Scores and reliability of the seasons' half-times, each forecast by effects fitted to earlier seasons.

    Args:
        matches: those of the seasons and of all before them.
        seasons: years in which they began, in order.
    """
    scored = matches.of(np.isin(matches.season, seasons))
    effects = {season: fit(matches.of(matches.season < season)) for season in (*seasons, seasons[-1] + 1)}
    grids = np.empty((len(scored.season), SIZE, SIZE))
    rates = np.empty((len(grids), 3))
    for season in seasons:
        selected = scored.season == season
        grids[selected] = final_scores(scored.of(selected), effects[season])
        rates[selected] = _base_rates(matches.of(matches.season < season), scored.of(selected))
    home, away = np.exp(scored.goals[:, :2].T)
    others = {
        "no_lead_effects": final_scores(scored, _NONE),
        "half_the_rate": final_scores(scored, _NONE, share=0.5),
        "before_the_match": score_grid(home, away, scored.goals[:, 2]),
    }
    forecasts = {name: outcome_probabilities(of) for name, of in ({IN_PLAY: grids} | others).items()}
    totals = {name: over_probability(of, 2.5) for name, of in ({IN_PLAY: grids} | others).items()}
    return {
        "effects": {season_label(season): of for season, of in effects.items()},
        "rows": list(_rows(scored, forecasts | {"base_rates": rates})),
        "over": _over(scored, totals),
        "reliability": {
            league: _reliability(forecasts[IN_PLAY][selected], _outcome(scored)[selected])
            for league, selected in _leagues(scored)
        },
        "red_cards": _red_cards(scored, grids),
    }


def _outcome(matches: HalfTimes) -> metrics.Ints:
    lead = matches.final[:, 0] - matches.final[:, 1]
    return 1 - np.sign(lead)


def _leagues(matches: HalfTimes) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield ALL, np.ones(len(matches.season), dtype=np.bool_)
    for code in np.unique(matches.competition):
        yield str(code), matches.competition == code


def _base_rates(past: HalfTimes, scored: HalfTimes) -> Floats:
    """Share of each outcome after a score at half-time, in earlier seasons, with a third of a match added to each."""
    counts = np.full((SIZE, SIZE, 3), 1 / 3)
    np.add.at(counts, (past.at_break[:, 0], past.at_break[:, 1], _outcome(past)), 1)
    rates = counts / counts.sum(axis=-1, keepdims=True)
    return rates[scored.at_break[:, 0], scored.at_break[:, 1]]


def _rows(matches: HalfTimes, forecasts: Mapping[str, Floats]) -> Iterator[dict[str, Any]]:
    outcome = _outcome(matches)
    rps = {name: metrics.rps(forecasts[name], outcome) for name in NAMES}
    losses = {name: metrics.log_loss(forecasts[name], outcome) for name in NAMES}
    seasons = [(season_label(int(season)), matches.season == season) for season in np.unique(matches.season)]
    for part, selected in [*_leagues(matches), *seasons]:
        others = np.column_stack([rps[name][selected] - rps[IN_PLAY][selected] for name in NAMES])
        for name, excess in zip(NAMES, metrics.bootstrap_means(others), strict=True):
            yield {
                "forecast": name,
                "part": part,
                "n": int(selected.sum()),
                "rps": float(rps[name][selected].mean()),
                "log_loss": float(losses[name][selected].mean()),
                "above_in_play": list(excess),
            }


def _over(matches: HalfTimes, totals: Mapping[str, Floats]) -> dict[str, Any]:
    """Log loss of over 2.5 goals, of matches in which it is open at half-time, and its reliability."""
    still_open = matches.at_break.sum(axis=1) <= 2
    happened = matches.final.sum(axis=1)[still_open] > 2.5
    loss = {name: metrics.binary_log_loss(over[still_open], happened) for name, over in totals.items()}
    excess = metrics.bootstrap_means(np.column_stack([loss[name] - loss[IN_PLAY] for name in totals]))
    cases = zip(totals[IN_PLAY][still_open].tolist(), happened.tolist(), strict=True)
    return {
        "n": int(still_open.sum()),
        "log_loss": {name: float(values.mean()) for name, values in loss.items()},
        "above_in_play": {name: list(interval) for name, interval in zip(totals, excess, strict=True)},
        "reliability": _bins(list(cases)),
    }


def _reliability(forecast: Floats, outcome: metrics.Ints) -> dict[str, list[dict[str, Any]]]:
    """The bins of home win, draw and away win, and of all three together."""
    occurred = np.eye(3, dtype=np.bool_)[outcome]
    columns = {"home": 0, "draw": 1, "away": 2, ALL: slice(None)}
    return {
        name: _bins(list(zip(forecast[:, of].ravel().tolist(), occurred[:, of].ravel().tolist(), strict=True)))
        for name, of in columns.items()
    }


def _bins(cases: list[tuple[float, bool]]) -> list[dict[str, Any]]:
    """Bins of five points with the 95 % interval of the share that occurred."""
    intervals = [(of, share_interval(of.occurred, of.count)) for of in buckets(cases, FIVE_POINT_EDGES)]
    return [
        {
            "n": bucket.count,
            "forecast": bucket.forecast,
            "occurred": interval.value,
            "interval": [interval.low, interval.high],
            "within": interval.low <= bucket.forecast <= interval.high,
        }
        for bucket, interval in intervals
        if interval is not None
    ]


def _red_cards(matches: HalfTimes, grids: Floats) -> dict[str, Any]:
    """Goals after half-time over those forecast, of matches with a single red card; when it was shown is not known."""
    single = np.nan_to_num(matches.red_cards).sum(axis=1) == 1
    sent_off = matches.red_cards[single].argmax(axis=1)
    goals = np.arange(SIZE)
    expected = np.column_stack([grids.sum(axis=2) @ goals, grids.sum(axis=1) @ goals]) - matches.at_break
    scored = matches.final - matches.at_break
    rows = np.arange(len(sent_off))
    shares = [
        float(scored[single][rows, side].sum() / expected[single][rows, side].sum())
        for side in (sent_off, 1 - sent_off)
    ]
    return {"n": int(single.sum()), "side_with_ten": shares[0], "other_side": shares[1], "served": list(RED_CARD)}


def render(evidence: Mapping[str, Any]) -> str:
    """The report as text."""
    lines = ["factors of the rates after half-time, by the home side's lead of -2 or less to 2 or more: home; away"]
    for label, sides in evidence["effects"].items():
        lines.append(f"  for {label}: {'; '.join(', '.join(f'{of:.3f}' for of in side) for side in sides)}")
    lines.append(f"{'':<10}{'n':>7}  RPS above in_play with its 95 % interval (in ten-thousandths), log loss")
    for row in evidence["rows"]:
        value, low, high = (1e4 * of for of in row["above_in_play"])
        lines.append(
            f"{row['part']:<10}{row['n']:>7}  {row['forecast']:<18}RPS {row['rps']:.5f}"
            f"  {value:+7.1f} [{low:+.1f}, {high:+.1f}]  log loss {row['log_loss']:.5f}"
        )
    over = evidence["over"]
    lines.append(f"over 2.5 while open at half-time, n = {over['n']}; log loss above in_play with its 95 % interval")
    for name, loss in over["log_loss"].items():
        lines.append(f"  {name:<18}{loss:.5f}  {', '.join(f'{of:+.5f}' for of in over['above_in_play'][name])}")
    lines.append(f"bins of n ≥ {MIN_COUNT} whose forecast lies outside the 95 % interval of what occurred")
    tables = {f"{league} {of}": bins for league, by in evidence["reliability"].items() for of, bins in by.items()}
    for name, bins in (tables | {"all over 2.5": over["reliability"]}).items():
        judged = [of for of in bins if of["n"] >= MIN_COUNT]
        outside = [
            f"{of['forecast']:.3f} (n = {of['n']}): {of['occurred']:.3f}"
            f" [{of['interval'][0]:.3f}, {of['interval'][1]:.3f}]"
            for of in judged
            if not of["within"]
        ]
        lines.append(f"  {name:<14}{len(outside)} of {len(judged)}  {'; '.join(outside)}")
    cards = evidence["red_cards"]
    lines.append(
        f"matches with one red card, n = {cards['n']}: goals after half-time over those forecast"
        f" {cards['side_with_ten']:.3f} (side with ten), {cards['other_side']:.3f} (the other)"
    )
    return "\n".join(lines)


def draw(file: Path, evidence: Mapping[str, Any]) -> None:
    """Writes a plot of the reliability at half-time, the same for the same evidence."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(plots.STYLE):
        figure = Figure(figsize=(11, 4.6), layout="constrained")
        panels = {"home": "Home win", "draw": "Draw", "away": "Away win"}
        for axes, (of, title) in zip(figure.subplots(1, 3, sharex=True, sharey=True), panels.items(), strict=True):
            bins = [row for row in evidence["reliability"][ALL][of] if row["n"] >= MIN_COUNT]
            forecast, occurred = (np.array([row[key] for row in bins]) for key in ("forecast", "occurred"))
            low, high = np.array([row["interval"] for row in bins]).reshape(-1, 2).T
            axes.plot([0, 1], [0, 1], color="#555555", linewidth=1, linestyle=(0, (4, 3)), label="perfect")
            axes.errorbar(
                *(forecast, occurred, [occurred - low, high - occurred]),
                fmt="o", color="#1b6ca8", markersize=4, linewidth=1.2, label="occurred, 95 % interval",
            )  # fmt: skip
            axes.set_title(title, loc="left", fontsize=12)
            axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="forecast at half-time")
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_formatter(lambda value, _: f"{value:.0%}")
        figure.axes[0].set_ylabel("share that occurred")
        figure.axes[0].legend(frameon=False, loc="upper left")
        n = next(row["n"] for row in evidence["rows"] if row["part"] == ALL)
        title = f"Forecasts at half-time, {n:,} matches; bins of {MIN_COUNT} cases or more"
        figure.suptitle(title, x=0.01, ha="left", fontsize=14)
        figure.savefig(file, metadata={"Date": None})
