"""Naive forecasts of a season's end: probabilities of each place, (clubs, places).

`table` and `last_season` are how often earlier clubs at the same place, of the table at that horizon or of the season
before, ended at each place. `extrapolated` gives each club its points per match in the matches that are left. Before
the first round there is no table, and `last_season` stands for all three.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from models.training.season_history import PastSeason
from shared.forecasting.season_simulation import Floats, SeasonInput

NAMES = ("table", "extrapolated", "last_season")
MATCH_VARIANCE = 1.7
"""Of the points of a match that ends 45, 26 or 29 times of 100 as home win, draw, away win."""
RUNS = 4000
SMOOTHING = 0.1
"""Added to each count of places."""


def naive(seasons: Sequence[PastSeason]) -> list[dict[str, Floats]]:
    """The naive forecasts of each season, in their order; frequencies are of all seasons that began before it."""
    rng = np.random.default_rng(1)
    last = _last_places(seasons)
    counts: dict[tuple[str, str, int, int], Floats] = defaultdict(lambda: np.zeros(0))
    forecasts: list[dict[str, Floats]] = [{} for _ in seasons]
    for year in sorted({past.season for past in seasons}):
        numbers = [number for number, past in enumerate(seasons) if past.season == year]
        keys = {number: _keys(seasons[number], last) for number in numbers}
        for number in numbers:
            past = seasons[number]
            forecasts[number] = {name: np.array([_share(counts[key], past) for key in of]) for name, of in keys[number]}
            extrapolated = forecasts[number]["table"] if past.horizon == "August" else _extrapolated(past.input, rng)
            forecasts[number]["extrapolated"] = extrapolated
        for number in numbers:
            size = len(seasons[number].clubs)
            for _, of in keys[number]:
                for key, place in zip(of, seasons[number].places.tolist(), strict=True):
                    counts[key] = (counts[key] if len(counts[key]) else np.zeros(size)) + np.eye(size)[place - 1]
    return forecasts


def _keys(
    past: PastSeason, last: dict[tuple[str, int], dict[int, int]]
) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """What each club is compared by: name, horizon, size of the league and place; promoted clubs follow the last."""
    size = len(past.clubs)
    before = last.get((past.competition, past.season - 1)) or last.get((past.competition, past.season - 2), {})
    last_places = [before.get(club, size + 1) for club in past.clubs]
    places = {"last_season": last_places, "table": last_places if past.horizon == "August" else _table(past.input)}
    return [(name, [(name, past.horizon, size, place) for place in of]) for name, of in places.items()]


def _last_places(seasons: Sequence[PastSeason]) -> dict[tuple[str, int], dict[int, int]]:
    return {
        (past.competition, past.season): dict(zip(past.clubs, past.places.tolist(), strict=True)) for past in seasons
    }


def _table(known: SeasonInput) -> list[int]:
    """Places by points per match, then by goal difference."""
    points, played, difference = _standing(known)
    order = np.lexsort((-difference, -points / np.maximum(played, 1)))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places.tolist()


def _standing(known: SeasonInput) -> tuple[Floats, Floats, Floats]:
    """Points, matches played and goal difference of each club."""
    home, away = (known.goals[..., side].astype(np.int64) * known.played for side in (0, 1))
    won, lost = (home > away) & known.played, (home < away) & known.played
    drawn = known.played & ~won & ~lost
    points = (3 * won + drawn).sum(axis=1) + (3 * lost + drawn).sum(axis=0) + np.array(known.deductions)
    played = known.played.sum(axis=1) + known.played.sum(axis=0)
    difference = (home - away).sum(axis=1) - (home - away).sum(axis=0)
    return points.astype(np.float64), played.astype(np.float64), difference.astype(np.float64)


def _extrapolated(known: SeasonInput, rng: np.random.Generator) -> Floats:
    points, played, difference = _standing(known)
    left = 2 * (len(points) - 1) - played
    mean = points + points / np.maximum(played, 1) * left + difference / 1000
    noise = np.sqrt(MATCH_VARIANCE * left)[:, None] * rng.standard_normal((len(points), RUNS))
    places = (-(mean[:, None] + noise)).argsort(axis=0).argsort(axis=0)
    return np.stack([(places == place).mean(axis=1) for place in range(len(points))], axis=1)


def _share(counts: Floats, past: PastSeason) -> Floats:
    smoothed = (counts if len(counts) else np.zeros(len(past.clubs))) + SMOOTHING
    return smoothed / smoothed.sum()
