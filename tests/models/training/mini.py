"""A mirror of two small leagues over four seasons, made by chance: the same each time."""

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import numpy as np

from shared.football.calendar import season_label
from shared.forecasting.grid import outcome_probabilities, over_probability, score_grid
from tests.season import Row, row, to_csv

CLUBS = {
    "E0": ("Arsenal", "Chelsea", "Liverpool", "Everton", "Tottenham", "Aston Villa", "Newcastle", "West Ham"),
    "I1": ("Juventus", "Milan", "Inter", "Roma", "Lazio", "Napoli", "Torino", "Fiorentina"),
}
SEASONS = (2019, 2020, 2021, 2022)
MARGIN = 1.05


def make(directory: Path) -> Path:
    """Write the mirror into a directory."""
    chance = np.random.default_rng(7)
    for division, clubs in CLUBS.items():
        strength = chance.normal(0, 0.3, len(clubs))
        for season in SEASONS:
            rows = _season(chance, division, clubs, strength, season)
            file = directory / f"mmz4281/{season_label(season)}/{division}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(to_csv(rows))
            strength = strength + chance.normal(0, 0.1, len(clubs))
    return directory


def _season(
    chance: np.random.Generator, division: str, clubs: tuple[str, ...], strength: np.ndarray, season: int
) -> list[Row]:
    pairs = list(permutations(range(len(clubs)), 2))
    chance.shuffle(pairs)
    start, rows = date(season, 8, 20), []
    for number, (home, away) in enumerate(pairs):
        rates = np.exp([0.35 + strength[home] - strength[away], 0.1 + strength[away] - strength[home]])
        goals = chance.poisson(rates)
        priced = rates * np.exp(chance.normal(0, 0.05, 2))
        opening, over = _prices(priced * np.exp(chance.normal(0, 0.05, 2)))
        closing, over_closing = _prices(priced)
        columns = {
            **{f"Max{end}": f"{price * 1.04:.2f}" for end, price in zip("HDA", opening, strict=True)},
            **{f"Avg{end}": f"{price:.2f}" for end, price in zip((">2.5", "<2.5"), over, strict=True)},
            **{f"AvgC{end}": f"{price:.2f}" for end, price in zip((">2.5", "<2.5"), over_closing, strict=True)},
            **dict(zip(("HS", "AS"), map(str, goals * 3 + 5), strict=True)),
            **dict(zip(("HST", "AST"), map(str, goals + 2), strict=True)),
            **dict(zip(("HC", "AC"), map(str, goals + 3), strict=True)),
        }
        day = start + timedelta(days=4 * number)
        rows.append(
            row(
                clubs[home],
                clubs[away],
                f"{day:%d/%m/%Y} 15:00",
                f"{goals[0]}-{goals[1]}",
                prices=_rounded(opening),
                closing=_rounded(closing),
                division=division,
                **columns,
            )
        )
    return rows


def _prices(rates: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    grid = score_grid(rates[0], rates[1], -0.07)
    over = float(over_probability(grid, 2.5))
    return 1 / (outcome_probabilities(grid) * MARGIN), (1 / (over * MARGIN), 1 / ((1 - over) * MARGIN))


def _rounded(prices: np.ndarray) -> tuple[float, float, float]:
    home, draw, away = (round(float(price), 2) for price in prices)
    return home, draw, away
