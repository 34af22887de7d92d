"""Features of the outcome model: one function for training and for serving.

A match has two rows, one per side: `_for` is the side whose goals are predicted, `_against` the opponent.
docs/understand/data.md gives the meaning and the unit of each column, and when it is known.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from shared.football.competition import COMPETITIONS
from shared.forecasting import joint_ratings
from shared.forecasting.attack_defence import grow_variance, log_rates
from shared.forecasting.joint_filter import Fixture
from shared.forecasting.strengths import RATINGS, Club, Strengths

_MARKET_RATINGS = [name for name, parameters in RATINGS.items() if parameters.noise is not None]
_CLUB_COLUMNS = (
    "days_rested",
    "played",
    "moved_up",
    "matches_left",
    "rank",
    "off_title",
    "off_europe",
    "off_relegation",
)
_MARKET_CLUB_COLUMNS = (
    "luck",
    "surprise_attack",
    "surprise_defence",
    "last_surprise_attack",
    "last_surprise_defence",
    "drift",
)
_SIDES = ("for", "against")

COLUMNS: tuple[str, ...] = (
    "at_home",
    *(f"{rating}_{side}" for rating in (*RATINGS, "market_joint") for side in _SIDES),
    "market_variance",
    "elo_lead",
    *(f"pi_{side}" for side in _SIDES),
    *(f"{name}_{side}" for name in (*_CLUB_COLUMNS, *_MARKET_CLUB_COLUMNS) for side in _SIDES),
)
"""Every column, in order."""
NO_ODDS: tuple[str, ...] = tuple(
    name
    for name in COLUMNS
    if not name.startswith(("market", *_MARKET_CLUB_COLUMNS)) and name.rpartition("_")[0] not in _MARKET_RATINGS
)
"""The columns that depend on no price."""
DECIMALS = 5
"""To which all features are rounded, in training and in serving: later ones depend on the machine's libraries."""

MAX_REST_DAYS = 15
_EUROPE, _RELEGATION = 5, 3


def features(
    strengths: Strengths, competition: str, season: int, day: date, home_team_id: int, away_team_id: int
) -> tuple[list[float], list[float]]:
    """The two rows of a match, of the home side and of the away side, from what is known before its day."""
    home = strengths.club(home_team_id, competition, season)
    away = strengths.club(away_team_id, competition, season)
    division = COMPETITIONS[competition]
    levels, fixture = strengths.level(division.nation), Fixture(home_team_id, away_team_id, division.tier, season)
    rates = [
        *(log_rates(level, h, a) for level, h, a in zip(levels, home.ratings, away.ratings, strict=True)),
        joint_ratings.log_rates(strengths.joint_state(division.nation), fixture, day.toordinal()),
    ]
    variance = _variance(home, day) + _variance(away, day)
    table = strengths.table(competition, season)
    home_values, away_values = (
        _club_values(home, competition, season, day, table),
        _club_values(away, competition, season, day, table),
    )
    lead = home.elo - away.elo
    return (
        [
            1.0,
            *(rate for pair in rates for rate in pair),
            variance,
            lead,
            home.pi_home,
            away.pi_away,
            *(value for pair in zip(home_values, away_values, strict=True) for value in pair),
        ],
        [
            0.0,
            *(rate for pair in rates for rate in reversed(pair)),
            variance,
            -lead,
            away.pi_away,
            home.pi_home,
            *(value for pair in zip(away_values, home_values, strict=True) for value in pair),
        ],
    )


def _variance(club: Club, day: date) -> float:
    """Variance of a club's market rating on a day."""
    rating, parameters = club.ratings[0], RATINGS["market"]
    days = day.toordinal() - club.last_day if club.last_day else 0
    grown = replace(rating)
    if days > 0:
        grow_variance(grown, parameters, days)
    return grown.variance


def _club_values(club: Club, competition: str, season: int, day: date, table: Sequence[int]) -> list[float]:
    """The values of `_CLUB_COLUMNS`, then those of `_MARKET_CLUB_COLUMNS`."""
    in_season = (club.competition, club.season) == (competition, season)
    points, played = (club.points, club.played) if in_season else (0, 0)
    before = club.tier_before if in_season else club.tier if club.last_day else 0
    left = 2 * (len(table) - 1) - played
    points_left = max(3 * left, 1)
    return [
        float(min(day.toordinal() - club.last_day, MAX_REST_DAYS)) if club.last_day else float(MAX_REST_DAYS),
        float(played),
        float(before - COMPETITIONS[competition].tier) if before else 0.0,
        float(left),
        sum(other > points for other in table) / len(table),
        _clip((table[0] - points) / points_left),
        _clip((points - table[min(_EUROPE, len(table) - 1)]) / points_left),
        _clip((points - table[len(table) - _RELEGATION]) / points_left),
        club.luck,
        club.surprise_attack,
        club.surprise_defence,
        club.last_surprise_attack,
        club.last_surprise_defence,
        club.drift,
    ]


def _clip(share: float) -> float:
    return max(-1.5, min(1.5, share))
