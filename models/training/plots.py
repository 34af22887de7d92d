"""Plots of the backtest: reliability, and distance to the closing line over time."""

from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from models.training.paper_bets import chosen_bets
from models.training.report import NAMES, Sample
from shared.football.calendar import season_label
from shared.forecasting import metrics
from shared.forecasting.intervals import share_interval
from shared.forecasting.metrics import Floats, Ints

SHOWN = {"past_lines": "#1b6ca8", "anchored": "#d1495b"}
OVER_TIME = {"no_odds": "#5f6c80"} | SHOWN
OPENING = "#b08900"
LABELS = {"no_odds": "no odds", "past_lines": "past lines", "anchored": "anchored on opening prices"}
EDGES = np.linspace(0, 1, 21)
LEAST_IN_BIN = 15
ROLLING = 400
"""Matches in a rolling mean; a shorter window shows mostly noise."""
LONGEST_PAUSE = 30
"""Days."""
STYLE: Any = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "figure.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "plots",
}


def draw(directory: Path, sample: Sample) -> None:
    """Writes `reliability.svg`, `gap_to_closing.svg` and `closing_line_value.svg`, the same for the same sample."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = {"reliability": _reliability, "gap_to_closing": _gap, "closing_line_value": _closing_line_value}
    with mpl.rc_context(STYLE):
        for name, figure in ((name, draw(sample)) for name, draw in drawn.items()):
            figure.savefig(directory / f"{name}.svg", metadata={"Date": None})


def _reliability(sample: Sample) -> Figure:
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    grid = figure.add_gridspec(2, len(SHOWN), height_ratios=[5, 1])
    happened = (np.arange(3) == sample.outcome[:, None]).ravel()
    for place, (name, colour) in enumerate(SHOWN.items()):
        forecast = sample.forecasts[name].ravel()
        bins = np.clip(np.digitize(forecast, EDGES) - 1, 0, len(EDGES) - 2)
        axes, below = figure.add_subplot(grid[0, place]), figure.add_subplot(grid[1, place])
        points = [_bin(forecast[bins == b], happened[bins == b]) for b in range(len(EDGES) - 1)]
        mean, share, low, high = np.array([values for values in points if values is not None]).reshape(-1, 4).T
        axes.plot([0, 1], [0, 1], color="#555555", linewidth=1, linestyle=(0, (4, 3)), label="perfect")
        axes.fill_between(mean, low, high, color=colour, alpha=0.18, linewidth=0, label="95 % interval")
        axes.plot(mean, share, color=colour, marker="o", markersize=4.5, linewidth=1.8, label="occurred")
        error = metrics.calibration_error(sample.forecasts[name], sample.outcome)
        axes.set_title(f"{LABELS[name].capitalize()} · ECE {error:.4f}", loc="left", fontsize=12)
        axes.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that occurred" if place == 0 else "")
        axes.legend(frameon=False, loc="upper left")
        below.hist(forecast, EDGES.tolist(), color=colour, alpha=0.75, rwidth=0.9)
        below.set(xlim=(0, 1), xlabel="forecast probability (home, draw and away together)")
        below.set_ylabel("forecasts" if place == 0 else "")
        below.grid(visible=False)
        for axis in (axes.xaxis, axes.yaxis, below.xaxis):
            axis.set_major_formatter(lambda value, _: f"{value:.0%}")
    figure.suptitle(f"Do outcomes occur as often as forecast?  {_span(sample)}", x=0.01, ha="left", fontsize=14)
    return figure


def _bin(
    forecast: metrics.Floats, happened: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> tuple[float, ...] | None:
    if len(forecast) < LEAST_IN_BIN or (share := share_interval(int(happened.sum()), len(forecast))) is None:
        return None
    return float(forecast.mean()), *share


def _gap(sample: Sample) -> Figure:
    figure = Figure(figsize=(11, 7.6), layout="constrained")
    panels = figure.subplots(len(OVER_TIME), sharex=True, sharey=True)
    rps = sample.rps()
    gaps = rps - rps[:, [NAMES.index("closing")]]
    opening, *_ = _rolling(sample.day, gaps[:, NAMES.index("opening")])[1]
    for axes, (name, colour) in zip(panels, OVER_TIME.items(), strict=True):
        gap = gaps[:, NAMES.index(name)]
        x, (middle, low, high) = _rolling(sample.day, gap)
        axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(x, opening, color=OPENING, linewidth=1.2, label="opening prices")
        axes.plot(x, middle, color=colour, linewidth=1.8)
        axes.axhline(0, color="#222222", linewidth=1.1)
        axes.axhline(gap.mean(), color=colour, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_title(f"{LABELS[name].capitalize()} · {gap.mean():+.4f} over all", loc="left", color=colour)
        axes.margins(x=0.01)
    panels[0].legend(frameon=False, loc="upper left")
    _date_axis(panels[-1])
    figure.supylabel("RPS above the closing line (0, black; lower is better)", fontsize=11)
    figure.suptitle(f"How far from the closing line?  {_span(sample)}", x=0.01, ha="left", fontsize=14)
    note = f"mean of the last {_window(len(gaps))} matches with its 95 % interval; dashed: the mean of all"
    figure.supxlabel(note, x=0.99, ha="right", fontsize=10, color="#555555")
    return figure


def _closing_line_value(sample: Sample) -> Figure:
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    axes, colour = figure.subplots(), SHOWN["anchored"]
    taken, outcome = chosen_bets(sample.forecasts["anchored"], sample.best)
    value = sample.best[taken, outcome] * sample.forecasts["closing"][taken, outcome] - 1
    if len(value):
        x, (middle, low, high) = _rolling(sample.day[taken], value)
        axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(x, middle, color=colour, linewidth=1.8)
        axes.axhline(value.mean(), color=colour, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_title(
            f"{len(value):,} bets at the best price · {value.mean():+.1%} over all", loc="left", color=colour
        )
        note = f"mean of the last {_window(len(value))} bets with its 95 % interval; dashed: the mean of all"
        figure.supxlabel(note, x=0.99, ha="right", fontsize=10, color="#555555")
    axes.axhline(0, color="#222222", linewidth=1.1)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    _date_axis(axes)
    axes.set_ylabel("closing-line value")
    figure.suptitle(f"Were the prices better than the close?  {_span(sample)}", x=0.01, ha="left", fontsize=14)
    return figure


def _rolling(day: Ints, values: Floats) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
    """Dates, and the rolling mean at the end of each with its 95 % interval; interrupted by NaN in summer breaks."""
    window = _window(len(values))
    last_of_day = np.flatnonzero(np.diff(day[window - 1 :], append=np.inf))
    days = date2num([date.fromordinal(int(day)) for day in day[window - 1 :][last_of_day]])
    breaks = np.flatnonzero(np.diff(days) > LONGEST_PAUSE) + 1
    mean, square = (np.convolve(v, np.full(window, 1 / window), mode="valid")[last_of_day] for v in (values, values**2))
    half = 1.96 * np.sqrt(np.maximum(square - mean**2, 0) / window)
    x, middle, low, high = (np.insert(v, breaks, np.nan) for v in (days, mean, mean - half, mean + half))
    return x, (middle, low, high)


def _window(n: int) -> int:
    return min(ROLLING, max(n // 4, 1))


def _date_axis(axes: Axes) -> None:
    locator = AutoDateLocator(minticks=5, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _span(sample: Sample) -> str:
    labels = [season_label(int(season)) for season in np.unique(sample.season)]
    seasons = " to ".join(dict.fromkeys(f"20{label[:2]}-{label[2:]}" for label in (labels[0], labels[-1])))
    return f"{seasons}, {len(sample.day):,} matches"
