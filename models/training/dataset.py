"""Past matches as arrays, read from a mirror of football-data.co.uk, and their features."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.season_file import SeasonFile
from shared.betting.devig import shin
from shared.betting.policy import POLICY
from shared.clients.sources.football_data_uk import may_be_awarded
from shared.clients.sources.football_data_uk_parser import GOALS, parse_kick_off
from shared.football.calendar import paris_day, season_from_label, season_label
from shared.football.competition import REGULAR_SEASON, by_division
from shared.football.match import match_id
from shared.football.team import Source
from shared.football.teams import find
from shared.forecasting.features import COLUMNS, DECIMALS, features
from shared.forecasting.result import Result, result_from
from shared.forecasting.strengths import Strengths, learn

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NUMBERS = {
    "goals": ("FTHG", "FTAG"),
    "half_time_goals": ("HTHG", "HTAG"),
    "red_cards": ("HR", "AR"),
    "shots": ("HS", "AS"),
    "shots_on_target": ("HST", "AST"),
    "expected_goals": ("HxG", "AxG"),
    "corners": ("HC", "AC"),
    "average": ("AvgH", "AvgD", "AvgA"),
    "average_closing": ("AvgCH", "AvgCD", "AvgCA"),
    "pinnacle": ("PSH", "PSD", "PSA"),
    "pinnacle_closing": ("PSCH", "PSCD", "PSCA"),
    "betfair": ("BFEH", "BFED", "BFEA"),
    "betfair_closing": ("BFECH", "BFECD", "BFECA"),
    "bet365": ("B365H", "B365D", "B365A"),
    "bet365_closing": ("B365CH", "B365CD", "B365CA"),
    "best": ("MaxH", "MaxD", "MaxA"),
    "average_totals": ("Avg>2.5", "Avg<2.5"),
    "average_totals_closing": ("AvgC>2.5", "AvgC<2.5"),
    "pinnacle_totals": ("P>2.5", "P<2.5"),
    "pinnacle_totals_closing": ("PC>2.5", "PC<2.5"),
    "betfair_totals": ("BFE>2.5", "BFE<2.5"),
    "betfair_totals_closing": ("BFEC>2.5", "BFEC<2.5"),
    "bet365_totals": ("B365>2.5", "B365<2.5"),
    "bet365_totals_closing": ("B365C>2.5", "B365C<2.5"),
    "best_totals": ("Max>2.5", "Max<2.5"),
    "bwin": ("BWH", "BWD", "BWA"),
    "handicap_line": ("AHh",),
    "handicap_line_closing": ("AHCh",),
    "best_handicap": ("MaxAHH", "MaxAHA"),
    "average_handicap": ("AvgAHH", "AvgAHA"),
    "average_handicap_closing": ("AvgCAHH", "AvgCAHA"),
    "pinnacle_handicap": ("PAHH", "PAHA"),
    "pinnacle_handicap_closing": ("PCAHH", "PCAHA"),
    "betfair_handicap": ("BFEAHH", "BFEAHA"),
    "betfair_handicap_closing": ("BFECAHH", "BFECAHA"),
    "bet365_handicap": ("B365AHH", "B365AHA"),
    "bet365_handicap_closing": ("B365CAHH", "B365CAHA"),
}
"""Columns of the files by array name."""
_STATISTICS = ("shots", "shots_on_target", "expected_goals", "corners")
_CHECKED = ("Date", "Time", "HomeTeam", "AwayTeam", *GOALS)
BOOKS = ("average", "pinnacle", "betfair", "bet365")
"""In order of precedence, as in `betting.consensus`."""


@dataclass(frozen=True)
class Matches:
    """Finished matches in order of day.

    Attributes:
        day: ordinal of the day in Paris: (n,).
        season: year in which the season began: (n,).
        competition: code: (n,).
        home, away: ids of the clubs: (n,).
        numbers: arrays (n, 2) or (n, 3) by name; NaN where missing.
        fair: fair probabilities by Shin's method of each set of prices, shaped like the prices.
        left_out: number of omitted rows, by reason.
    """

    day: Ints
    season: Ints
    competition: NDArray[np.str_]
    home: Ints
    away: Ints
    numbers: dict[str, Floats]
    fair: dict[str, Floats]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        """Number of matches."""
        return len(self.day)

    @property
    def left_out_summary(self) -> str:
        """The omitted rows, one line per reason; empty if none."""
        return "\n".join(f"rows left out: {rows} of {what}" for what, rows in sorted(self.left_out.items()))

    @property
    def outcome(self) -> Ints:
        """0 home win, 1 draw, 2 away win."""
        goals = self.numbers["goals"]
        return np.where(goals[:, 0] > goals[:, 1], 0, np.where(goals[:, 0] == goals[:, 1], 1, 2))

    @property
    def closing(self) -> Floats:
        """Fair closing probabilities: the market's average, before 2019-20 Pinnacle's; NaN where missing."""
        return _first_known(*(self.fair[f"{book}_closing"] for book in BOOKS))

    @property
    def opening(self) -> Floats:
        """Fair opening probabilities: the market's average, else Pinnacle's, else Bet365's."""
        return _first_known(*(self.fair[book] for book in BOOKS))

    @property
    def closing_over(self) -> Floats:
        """Fair closing probability of three goals or more; falls back to the opening one."""
        closing = _first_known(*(self.fair[f"{book}_totals_closing"] for book in BOOKS))[:, 0]
        return np.where(np.isnan(closing), self.opening_over, closing)

    @property
    def opening_over(self) -> Floats:
        """Fair opening probability of three goals or more."""
        return _first_known(*(self.fair[f"{book}_totals"] for book in BOOKS))[:, 0]


def seasons_in(directory: Path) -> list[int]:
    """The seasons of a mirror, in order.

    Raises:
        FileNotFoundError: the directory is not a mirror, or is empty.
    """
    folders = (directory / "mmz4281").glob("[0-9][0-9][0-9][0-9]")
    seasons = sorted(season_from_label(folder.name) for folder in folders)
    if not seasons:
        raise FileNotFoundError(f"{directory} is no mirror of football-data.co.uk: it needs folders like mmz4281/2324")
    return seasons


def seasons_until(directory: Path, seasons: Collection[int]) -> list[int]:
    """Seasons with files, up to the last one of those that are wanted.

    Raises:
        FileNotFoundError: the directory is not a mirror, or lacks a wanted season.
    """
    available = seasons_in(directory)
    if missing := sorted(set(seasons) - set(available)):
        raise FileNotFoundError(f"{directory} holds no season {', '.join(map(season_label, missing))}")
    return [season for season in available if season <= max(seasons)]


def read(directory: Path, seasons: Sequence[int], on_season: Callable[[str], None] = lambda _: None) -> Matches:
    """Reads the matches of all leagues.

    Args:
        directory: a mirror.
        seasons: years in which they began.
        on_season: called with the label of each season before it is read.

    Raises:
        FileNotFoundError: a season has no file.
    """
    found: list[tuple[int, int, int, str, int, int]] = []
    parts: dict[str, list[Floats]] = {name: [] for name in _NUMBERS}
    left_out: Counter[str] = Counter()
    # A club's name and a day stand in hundreds of rows.
    find_club, parse_day = cache(partial(find, Source.FOOTBALL_DATA_UK)), cache(_day)
    for season in seasons:
        on_season(season_label(season))
        files = [directory / "mmz4281" / season_label(season) / f"{division}.csv" for division in by_division()]
        existing = [file for file in files if file.is_file()]
        if not existing:
            raise FileNotFoundError(f"{files[0].parent} holds no season; give a directory laid out like the service")
        for path in existing:
            competition, file, places = by_division()[path.stem].code, SeasonFile(path), list[int]()
            records = file.records(_CHECKED)
            for place, (row, awarded) in enumerate(zip(records, may_be_awarded(records), strict=True)):
                home, away = find_club(row["HomeTeam"]), find_club(row["AwayTeam"])
                day = parse_day(row["Date"], row["Time"])
                if home is None or away is None or day is None or not (row["FTHG"] and row["FTAG"]):
                    left_out.update(_reasons_left_out(row, path.stem))
                elif awarded:
                    left_out[f"{path.stem}, no score at half-time: a jury may have awarded it"] += 1
                else:
                    key = match_id(competition, season, REGULAR_SEASON, home.team_id, away.team_id)
                    found.append((day.toordinal(), key, season, competition, home.team_id, away.team_id))
                    places.append(place)
            for name, columns in _NUMBERS.items():
                parts[name].append(file.numbers(columns)[places])
    order = sorted(range(len(found)), key=lambda place: found[place][:2])
    numbers = {name: np.concatenate(parts[name])[order] for name in _NUMBERS}
    rows = [found[place] for place in order]
    prices = [name for name in _NUMBERS if name.startswith(BOOKS)]
    for name in prices:
        numbers[name][~_plausible(numbers[name])] = np.nan
    return Matches(
        day=np.array([row[0] for row in rows]),
        season=np.array([row[2] for row in rows]),
        competition=np.array([row[3] for row in rows]),
        home=np.array([row[4] for row in rows]),
        away=np.array([row[5] for row in rows]),
        numbers=numbers,
        fair={name: shin(numbers[name]) for name in prices},
        left_out=left_out,
    )


def results(matches: Matches, closing: Floats, opening: Floats) -> list[Result]:
    """The matches as input of the ratings, given log goal rates implied by closing and opening prices (n, 3)."""
    numbers = {name: matches.numbers[name].tolist() for name in _STATISTICS}
    goals: list[list[int]] = matches.numbers["goals"].astype(np.int64).tolist()
    day, season, home, away = (of.tolist() for of in (matches.day, matches.season, matches.home, matches.away))
    competition, last, before = matches.competition.tolist(), closing.tolist(), opening.tolist()
    return [
        result_from(
            day=date.fromordinal(day[i]),
            competition=competition[i],
            season=season[i],
            clubs=(home[i], away[i]),
            goals=(goals[i][0], goals[i][1]),
            shots=numbers["shots"][i],
            shots_on_target=numbers["shots_on_target"][i],
            expected_goals=numbers["expected_goals"][i],
            corners=numbers["corners"][i],
            closing=last[i],
            opening=before[i],
        )
        for i in range(len(matches))
    ]


def rows_before(
    played: Sequence[Result], selected: Sequence[bool], frozen: date | None = None
) -> tuple[Floats, Strengths]:
    """Features of the selected matches from data before their days: (matches, 2, columns), NaN elsewhere.

    Args:
        played: results in order of day.
        selected: the matches that get features.
        frozen: the day from which nothing is learned any more, if any.

    Returns:
        The features, and the strengths after the last match.
    """
    rows = np.full((len(played), 2, len(COLUMNS)), np.nan)
    strengths = Strengths()
    place = 0
    for day, day_results in groupby(played, key=lambda result: result.day):
        matches = list(day_results)
        for offset, match in enumerate(matches):
            if selected[place + offset]:
                rows[place + offset] = features(
                    strengths, match.competition, match.season, match.day, match.home_team_id, match.away_team_id
                )
        if frozen is None or day < frozen:
            learn(strengths, matches)
        place += len(matches)
    return rows.round(DECIMALS), strengths


def _day(day: str, time: str) -> date | None:
    try:
        return paris_day(parse_kick_off({"Date": day, "Time": time}))
    except ValueError:
        return None


def _plausible(prices: Floats) -> NDArray[np.bool_]:
    """Which rows of prices (n, outcomes) could be a bookmaker's, or the market's average, by the policy: (n,)."""
    low, high = (float(bound) for bound in POLICY.overround)
    with np.errstate(divide="ignore", invalid="ignore"):
        overround = (1 / prices).sum(axis=1)
    return (prices > float(POLICY.min_price)).all(axis=1) & (overround >= low) & (overround <= high)


def _reasons_left_out(row: Mapping[str, str], division: str) -> list[str]:
    """Why a row is omitted; empty for blank rows at the end of a file."""
    names = [name for name in (row["HomeTeam"], row["AwayTeam"]) if name]
    if not names:
        return []
    unknown = [f"{division} {name!r}, no club we know" for name in names if find(Source.FOOTBALL_DATA_UK, name) is None]
    return unknown or [f"{division}, no date or no result"]


def _first_known(*choices: Floats) -> Floats:
    values = choices[0]
    for other in choices[1:]:
        values = np.where(np.isnan(values).any(axis=1, keepdims=True), other, values)
    return values
