"""Chances that a club creates and allows, in goals, from its chances rating, and its rank within the league."""

from collections.abc import Collection
from dataclasses import dataclass
from math import exp

from shared.forecasting.strengths import RATINGS, Strengths

_CHANCES = list(RATINGS).index("chances")


@dataclass(frozen=True, slots=True)
class ChanceCreation:
    """A club by its chances rating, which is learned from goals (0.3) and expected goals or shots (0.7)."""

    created: float  # expected goals a match against an average club of its nation, averaged over home and away
    allowed: float  # expected goals of an average club against it
    attack_percentile: float  # share of the league's other clubs that create less
    defence_percentile: float  # share of them that allow more


def chance_creation(strengths: Strengths, nation: str, team_id: int) -> ChanceCreation | None:
    """Returns what a club creates; None without a rating of it, of another club or of its nation's level.

    Args:
        strengths: of its league's clubs.
        nation: the nation whose level applies.
    """
    ratings = {club_id: club.ratings[_CHANCES] for club_id, club in strengths.clubs.items()}
    own, levels = ratings.pop(team_id, None), strengths.levels.get(nation)
    if own is None or not ratings or levels is None:
        return None
    average = levels[_CHANCES].away + levels[_CHANCES].home_advantage / 2
    return ChanceCreation(
        created=exp(average + own.attack),
        allowed=exp(average - own.defence),
        attack_percentile=_share_below(own.attack, [other.attack for other in ratings.values()]),
        defence_percentile=_share_below(own.defence, [other.defence for other in ratings.values()]),
    )


def _share_below(own: float, others: Collection[float]) -> float:
    return sum(other < own for other in others) / len(others)
