"""On which league's scale the clubs of a match are both rated.

Ratings are learned within a nation, so clubs of two nations cannot be compared by them. In a cup two clubs of one
nation are compared as in its league, except in a final, which has no home side.
"""

from shared.football.competition import COMPETITIONS
from shared.forecasting.strengths import Strengths

_NEUTRAL_GROUND = "FINAL"
"""football-data.org's name of the stage."""


def rating_league(
    strengths: Strengths, competition: str, stage: str, home_team_id: int, away_team_id: int
) -> str | None:
    """The league of a match; in a cup the higher of its clubs' leagues, if those are of one nation.

    None if the clubs are not rated on one scale.
    """
    if COMPETITIONS[competition].division is not None:
        return competition
    clubs = [strengths.clubs.get(team_id) for team_id in (home_team_id, away_team_id)]
    leagues = [COMPETITIONS[club.competition] for club in clubs if club is not None]
    if len(leagues) < 2 or leagues[0].nation != leagues[1].nation or stage == _NEUTRAL_GROUND:
        return None
    return min(leagues, key=lambda league: league.tier).code
