"""The demonstration league: invented clubs, simulated matches and prices, in football-data.co.uk's own layout.

The seasons are deterministic. Every season is written to its end; readers compare kick-offs with the clock.
"""

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from shared.football.calendar import season_label, season_of
from shared.football.outcome import outcome_of
from shared.football.teams import all_teams

CLUBS = tuple(team.name for team in all_teams() if team.country == "DEMO")
SEASONS = 3
# Ten clubs play 90 matches: three a week for 30 weeks from the end of August. The next match is never more than three
# days away and always announced: the service renews its fixtures on Tuesdays and Fridays at 13:00, and the last match
# of each file begins shortly after the next file is published.
KICK_OFFS = ((0, time(16, 0)), (3, time(13, 45)), (6, time(13, 45)))
BOOKMAKERS = 6
MARGIN = 0.05
HOME_ADVANTAGE = 0.22  # of the logarithm of goals
GOALS = 1.3  # of a middling side away
MOST_GOALS = 12
Prices = list[float]


@dataclass(frozen=True)
class Strength:
    """Attack and defence in log rates, relative to an average club."""

    attack: float
    defence: float


def write(directory: Path, today: date) -> None:
    """Write the season of a day and the previous ones."""
    for season in range(season_of(today) - SEASONS + 1, season_of(today) + 1):
        folder = directory / "mmz4281" / season_label(season)
        folder.mkdir(parents=True, exist_ok=True)
        rows = list(matches(season))
        with (folder / "DEMO.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)


def matches(season: int) -> Iterator[dict[str, str | int]]:
    """The rows of a season, in the order of their kick-offs (UK time, as the service writes them)."""
    random = Random(f"demo {season}")  # noqa: S311 reproducible
    strengths = {club: _strength(club, season) for club in CLUBS}
    first = _first_saturday(season)
    for number, (home, away) in enumerate(pair for pairs in rounds() for pair in pairs):
        week, slot = divmod(number, len(KICK_OFFS))
        day, at = KICK_OFFS[slot]
        kick_off = datetime.combine(first + timedelta(days=7 * week + day), at)
        yield _match(random, kick_off, home, away, strengths)


def rounds() -> list[list[tuple[str, str]]]:
    """A double round robin of 18 rounds: every pair meets home and away, once in each half of the season."""
    turning, fixed = CLUBS[:-1], CLUBS[-1]
    first_half: list[list[tuple[str, str]]] = []
    for number in range(len(turning)):
        ring = turning[number:] + turning[:number]
        sides = [(ring[0], fixed), *((ring[i], ring[-i]) for i in range(1, len(CLUBS) // 2))]
        # The places swap from round to round for the fixed club and from pair to pair for the others.
        first_half.append([(b, a) if (i or number) % 2 else (a, b) for i, (a, b) in enumerate(sides)])
    return first_half + [[(away, home) for home, away in pairs] for pairs in first_half]


def _first_saturday(season: int) -> date:
    latest = date(season, 8, 28)
    return latest - timedelta(days=(latest.weekday() - 5) % 7)


def _strength(club: str, season: int) -> Strength:
    """A club's own strength with a small random effect per season."""
    own, year = Random(club), Random(f"{club} {season}")  # noqa: S311
    return Strength(own.gauss(0, 0.22) + year.gauss(0, 0.08), own.gauss(0, 0.18) + year.gauss(0, 0.08))


def _match(
    random: Random, kick_off: datetime, home: str, away: str, strengths: dict[str, Strength]
) -> dict[str, str | int]:
    expected = (
        GOALS * math.exp(HOME_ADVANTAGE + strengths[home].attack - strengths[away].defence),
        GOALS * math.exp(strengths[away].attack - strengths[home].defence),
    )
    goals = [_poisson(random, mean) for mean in expected]
    half_time = [sum(random.random() < 0.45 for _ in range(scored)) for scored in goals]
    on_target = [scored + _poisson(random, 3.0 * mean / GOALS) for scored, mean in zip(goals, expected, strict=True)]
    shots = [few + _poisson(random, 7.0 * mean / GOALS) for few, mean in zip(on_target, expected, strict=True)]
    return {
        "Div": "DEMO",
        "Date": f"{kick_off:%d/%m/%Y}",
        "Time": f"{kick_off:%H:%M}",
        "HomeTeam": home,
        "AwayTeam": away,
        "FTHG": goals[0],
        "FTAG": goals[1],
        "FTR": "H" if goals[0] > goals[1] else "A" if goals[0] < goals[1] else "D",
        "HTHG": half_time[0],
        "HTAG": half_time[1],
        "HS": shots[0],
        "AS": shots[1],
        "HST": on_target[0],
        "AST": on_target[1],
    } | _odds(random, _probabilities(*expected))


def _odds(random: Random, probabilities: Prices) -> dict[str, str]:
    """Opening prices and closing prices (`C`), which have a smaller error."""
    odds: dict[str, str] = {}
    for moment, error in (("", 0.07), ("C", 0.03)):
        book = [_prices(random, probabilities, error) for _ in range(BOOKMAKERS)]
        for who, choice in (("B365", lambda prices: prices[0]), ("Max", max), ("Avg", lambda p: sum(p) / len(p))):
            odds |= _columns(f"{who}{moment}", book, choice)
    return odds


def _columns(prefix: str, book: list[Prices], choice: Callable[[Prices], float]) -> dict[str, str]:
    named = zip(("H", "D", "A", ">2.5", "<2.5"), zip(*book, strict=True), strict=True)
    return {f"{prefix}{outcome}": f"{choice(list(prices)):.2f}" for outcome, prices in named}


def _prices(random: Random, probabilities: Prices, error: float) -> Prices:
    """One bookmaker's prices: noisy probabilities, and a margin on each market."""
    noisy = [p * math.exp(random.gauss(0, error)) for p in probabilities]
    three_way, totals = sum(noisy[:3]), sum(noisy[3:])
    return [max(1.01, total / p / (1 + MARGIN)) for p, total in zip(noisy, [three_way] * 3 + [totals] * 2, strict=True)]


def _probabilities(home_mean: float, away_mean: float) -> Prices:
    """Home win, draw, away win, over and under 2.5 goals, for independent Poisson goals."""
    chances = [0.0] * 5
    for home in range(MOST_GOALS):
        for away in range(MOST_GOALS):
            chance = _mass(home, home_mean) * _mass(away, away_mean)
            chances[outcome_of(home, away)] += chance
            chances[3 if home + away > 2 else 4] += chance
    return chances


def _mass(count: int, mean: float) -> float:
    return math.exp(-mean) * mean**count / math.factorial(count)


def _poisson(random: Random, mean: float) -> int:
    left, count = random.random() - _mass(0, mean), 0
    while left > 0 and count < 3 * MOST_GOALS:
        count += 1
        left -= _mass(count, mean)
    return count
