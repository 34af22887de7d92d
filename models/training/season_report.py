"""Scores of season forecasts by horizon, and a picture of their reliability."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.training import season_naive
from models.training.plots import STYLE
from models.training.season_history import HORIZONS, PastSeason
from shared.football.league_rules import Prize
from shared.forecasting.metrics import bootstrap_means
from shared.forecasting.season_simulation import Floats

ALL = "all"
FORECASTS = ("simulated", *season_naive.NAMES)
EVENTS = ("title", "top four", "relegation zone")
"""The relegation zone are the places that go down or play for it."""
BINS, LEAST_IN_BIN, LEAST_DRAWN = 10, 100, 20
BAND_RUNS = 2000


class Scored(NamedTuple):
    """A season at a horizon with its forecasts by name, probabilities of each place: (clubs, places)."""

    past: PastSeason
    forecasts: dict[str, Floats]


class Bin(NamedTuple):
    """Forecasts of one event between two bounds: their number, mean, the share that occurred and its 95 % band.

    A perfect forecast's share lies within the band 95 times of 100.
    """

    event: str
    horizon: str
    n: int
    forecast: float
    occurred: float
    low: float
    high: float

    @property
    def off(self) -> bool:
        """Whether the share lies outside of the band."""
        return not self.low <= self.occurred <= self.high


def event_places(past: PastSeason, event: str) -> list[int]:
    """The places of an event, from 1."""
    prizes = past.rules.prizes(len(past.clubs))
    zone = [*prizes.get(Prize.RELEGATION_PLAY_OFF, ()), *prizes[Prize.RELEGATION]]
    return {"title": [1], "top four": [1, 2, 3, 4], "relegation zone": zone}[event]


def probability(scored: Scored, name: str, event: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Probability of an event for each club, and whether it happened."""
    places = event_places(scored.past, event)
    return scored.forecasts[name][:, [place - 1 for place in places]].sum(axis=1), np.isin(scored.past.places, places)


def rps(scored: Scored, name: str) -> float:
    """Ranked probability score of the places, mean of the clubs."""
    cumulative = scored.forecasts[name].cumsum(axis=1)[:, :-1]
    reached = scored.past.places[:, None] <= np.arange(1, len(scored.past.clubs))
    return float(((cumulative - reached) ** 2).mean())


def bins(scored: Sequence[Scored], event: str, horizon: str, least: int = LEAST_IN_BIN) -> Iterator[Bin]:
    """Ten bins of the simulated probabilities of an event at a horizon, or at `ALL`, those with enough forecasts."""
    chosen_seasons = [each for each in scored if horizon in (each.past.horizon, ALL)]
    pairs = [probability(each, "simulated", event) for each in chosen_seasons]
    forecast, happened = (np.concatenate(of) for of in zip(*pairs, strict=True))
    which = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    for number in range(BINS):
        chosen = which == number
        if (n := int(chosen.sum())) >= least:
            low, high = _band(forecast[chosen])
            yield Bin(event, horizon, n, float(forecast[chosen].mean()), float(happened[chosen].mean()), low, high)


def render(scored: Sequence[Scored]) -> str:
    """The tables: Brier score of each event and ranked probability score of the places, times 10,000."""
    lines = [f"{len({(each.past.competition, each.past.season) for each in scored})} seasons of leagues", ""]
    lines += ["| horizon | what | " + " | ".join(FORECASTS) + " | less the best naive |", "|---" * 7 + "|"]
    for horizon in HORIZONS:
        own = [each for each in scored if each.past.horizon == horizon]
        for event in (*EVENTS, "places"):
            values = np.array([[_score(each, name, event) for name in FORECASTS] for each in own]) * 1e4
            means = values.mean(axis=0)
            best = 1 + int(means[1:].argmin())
            [difference] = bootstrap_means(values[:, :1] - values[:, best : best + 1])
            shown = " | ".join(f"{mean:.0f}" for mean in means)
            lines.append(
                f"| {horizon} | {event} | {shown} | {difference.value:+.0f} [{difference.low:+.0f},"
                f" {difference.high:+.0f}] |"
            )
    filled = [each for event in EVENTS for horizon in (*HORIZONS, ALL) for each in bins(scored, event, horizon)]
    off = [each for each in filled if each.off]
    lines += ["", f"{len(filled)} bins of at least {LEAST_IN_BIN} forecasts, {len(off)} outside of their 95 % band"]
    lines += [
        f"  {each.event}, {each.horizon}: n {each.n}, forecast {each.forecast:.3f}, occurred {each.occurred:.3f},"
        f" band {each.low:.3f} to {each.high:.3f}"
        for each in off
    ]
    return "\n".join(lines)


def draw(directory: Path, scored: Sequence[Scored]) -> None:
    """Writes `season_reliability.svg`."""
    directory.mkdir(parents=True, exist_ok=True)
    style: Any = STYLE
    with mpl.rc_context(style):
        figure = Figure(figsize=(11, 4.2), layout="constrained")
        for axes, event in zip(figure.subplots(1, len(EVENTS), sharey=True), EVENTS, strict=True):
            axes.plot([0, 1], [0, 1], color="#555555", linewidth=1, linestyle=(0, (4, 3)))
            for horizon in HORIZONS:
                points = [(each.forecast, each.occurred) for each in bins(scored, event, horizon, LEAST_DRAWN)]
                axes.plot(*np.array(points).reshape(-1, 2).T, marker="o", markersize=4, linewidth=1.2, label=horizon)
            axes.set(xlim=(0, 1), ylim=(0, 1), title=event, xlabel="forecast")
        figure.axes[0].set_ylabel("share that occurred")
        figure.axes[0].legend(frameon=False)
        figure.savefig(directory / "season_reliability.svg", metadata={"Date": None})


def _band(forecast: Floats) -> tuple[float, float]:
    """Bounds of the share that occurs in 95 of 100 cases if the forecasts are right and independent."""
    rng = np.random.default_rng(len(forecast))
    occurred = np.array([np.count_nonzero(rng.random(len(forecast)) < forecast) for _ in range(BAND_RUNS)])
    low, high = np.quantile(occurred, [0.025, 0.975], method="inverted_cdf") / len(forecast)
    return float(low), float(high)


def _score(scored: Scored, name: str, event: str) -> float:
    if event == "places":
        return rps(scored, name)
    forecast, happened = probability(scored, name, event)
    return float(((forecast - happened) ** 2).mean())
