"""The latest Elo ratings of clubs, apart from all their strengths, which load numpy."""

from collections.abc import Sequence

from shared.stores.database import Connection

ELO = """
    SELECT DISTINCT ON (team_id) team_id, elo
    FROM club_strengths
    WHERE team_id = ANY(%(team_ids)s)
    ORDER BY team_id, day DESC
"""


def latest(db: Connection, team_ids: Sequence[int]) -> dict[int, float]:
    """The latest Elo rating by club."""
    return dict(db.execute(ELO, {"team_ids": list(team_ids)}).fetchall())
