"""What a club creates and allows, in goals, as its chances rating says; and how that compares within its league."""

from collections.abc import Collection
from dataclasses import dataclass
from math import exp

from shared.forecasting.strengths import KINDS, Strengths

_CHANCES = list(KINDS).index("chances")


@dataclass(frozen=True, slots=True)
class Created:
    """A club by its chances rating, which learns from goals (0.3) and expected goals or shots (0.7).

    Attributes:
        made: goals a match that its chances are worth against an average club of its nation, home and away alike.
        allowed: those of an average club against it.
        better_attack: share of its league's other clubs that create less.
        better_defence: share of them that allow more.
    """

    made: float
    allowed: float
    better_attack: float
    better_defence: float


def created(strengths: Strengths, nation: str, team_id: int) -> Created | None:
    """What a club creates; None where no rating of it is known, or none of another club to compare it with.

    Args:
        strengths: those of its league's clubs.
        nation: on whose scale they are.
        team_id: the club.
    """
    ratings = {club_id: club.kinds[_CHANCES] for club_id, club in strengths.clubs.items()}
    own, levels = ratings.pop(team_id, None), strengths.levels.get(nation)
    if own is None or not ratings or levels is None:
        return None
    usual = levels[_CHANCES].away + levels[_CHANCES].home_advantage / 2
    return Created(
        made=exp(usual + own.attack),
        allowed=exp(usual - own.defence),
        better_attack=_share_below(own.attack, [other.attack for other in ratings.values()]),
        better_defence=_share_below(own.defence, [other.defence for other in ratings.values()]),
    )


def _share_below(own: float, others: Collection[float]) -> float:
    return sum(other < own for other in others) / len(others)
