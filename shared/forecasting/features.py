"""What the outcome model is told of a match: one function for training and for serving.

A match makes two rows, one seen from either side: `_for` is the side whose goals are asked for, `_against` the other.
docs/data.md says of each column what it is, its unit and when it is known.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from shared.football.competition import COMPETITIONS
from shared.forecasting.attack_defence import log_rates, rest
from shared.forecasting.strengths import KINDS, Club, Strengths

_OF_MARKET = [kind for kind, pace in KINDS.items() if pace.noise is not None]
_OF_CLUB = ("days_rested", "played", "moved_up", "matches_left", "rank", "off_title", "off_europe", "off_relegation")
_OF_CLUB_BY_MARKET = (
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
    *(f"{kind}_{side}" for kind in KINDS for side in _SIDES),
    "market_variance",
    "elo_lead",
    *(f"pi_{side}" for side in _SIDES),
    *(f"{name}_{side}" for name in (*_OF_CLUB, *_OF_CLUB_BY_MARKET) for side in _SIDES),
)
"""Every column, in order."""
NO_ODDS: tuple[str, ...] = tuple(
    name
    for name in COLUMNS
    if not name.startswith(("market", *_OF_CLUB_BY_MARKET)) and name.rpartition("_")[0] not in _OF_MARKET
)
"""The columns that no price has ever entered."""

LONGEST_REST = 15
_EUROPE, _RELEGATION = 5, 3


def features(
    strengths: Strengths, competition: str, season: int, day: date, home_team_id: int, away_team_id: int
) -> tuple[list[float], list[float]]:
    """The two rows of a match, from what is known before its day: seen from the home side, then from the away side."""
    home = strengths.club(home_team_id, competition, season)
    away = strengths.club(away_team_id, competition, season)
    levels = strengths.level(COMPETITIONS[competition].nation)
    rates = [log_rates(level, h, a) for level, h, a in zip(levels, home.kinds, away.kinds, strict=True)]
    variance = _variance(home, day) + _variance(away, day)
    table = strengths.table(competition, season)
    of_home, of_away = _of_club(home, competition, season, day, table), _of_club(away, competition, season, day, table)
    lead = home.elo - away.elo
    return (
        [
            1.0,
            *(rate for pair in rates for rate in pair),
            variance,
            lead,
            home.pi_home,
            away.pi_away,
            *(value for pair in zip(of_home, of_away, strict=True) for value in pair),
        ],
        [
            0.0,
            *(rate for pair in rates for rate in reversed(pair)),
            variance,
            -lead,
            away.pi_away,
            home.pi_home,
            *(value for pair in zip(of_away, of_home, strict=True) for value in pair),
        ],
    )


def _variance(club: Club, day: date) -> float:
    """How unsure the market rating of a club is on a day."""
    kind, pace = club.kinds[0], KINDS["market"]
    days = day.toordinal() - club.last_day if club.last_day else 0
    grown = replace(kind)
    if days > 0:
        rest(grown, pace, days)
    return grown.variance


def _of_club(club: Club, competition: str, season: int, day: date, table: Sequence[int]) -> list[float]:
    """What is told of one club: `_OF_CLUB`, then `_OF_CLUB_BY_MARKET`."""
    begun = (club.competition, club.season) == (competition, season)
    points, played = (club.points, club.played) if begun else (0, 0)
    before = club.tier_before if begun else club.tier if club.last_day else 0
    left = 2 * (len(table) - 1) - played
    to_play_for = max(3 * left, 1)
    return [
        float(min(day.toordinal() - club.last_day, LONGEST_REST)) if club.last_day else float(LONGEST_REST),
        float(played),
        float(before - COMPETITIONS[competition].tier) if before else 0.0,
        float(left),
        sum(other > points for other in table) / len(table),
        _bounded((table[0] - points) / to_play_for),
        _bounded((points - table[min(_EUROPE, len(table) - 1)]) / to_play_for),
        _bounded((points - table[len(table) - _RELEGATION]) / to_play_for),
        club.luck,
        club.surprise_attack,
        club.surprise_defence,
        club.last_surprise_attack,
        club.last_surprise_defence,
        club.drift,
    ]


def _bounded(share: float) -> float:
    return max(-1.5, min(1.5, share))
