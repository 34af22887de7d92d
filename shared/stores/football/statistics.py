"""Match statistics."""

from collections.abc import Sequence

from shared.football.match import MatchStatistics
from shared.stores.database import Connection, by_column

PUT = """
    INSERT INTO match_statistics (
        match_id, home_shots, away_shots, home_shots_on_target, away_shots_on_target,
        home_expected_goals, away_expected_goals, home_corners, away_corners
    )
    SELECT
        match_id, home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_expected_goals,
        away_expected_goals, home_corners, away_corners
    FROM unnest(
        %(match_id)s::bigint[], %(home_shots)s::float8[], %(away_shots)s::float8[],
        %(home_shots_on_target)s::float8[], %(away_shots_on_target)s::float8[],
        %(home_expected_goals)s::float8[], %(away_expected_goals)s::float8[],
        %(home_corners)s::float8[], %(away_corners)s::float8[]
    ) AS given (
        match_id, home_shots, away_shots, home_shots_on_target, away_shots_on_target,
        home_expected_goals, away_expected_goals, home_corners, away_corners
    )
    ON CONFLICT (match_id) DO UPDATE SET
        home_shots = EXCLUDED.home_shots,
        away_shots = EXCLUDED.away_shots,
        home_shots_on_target = EXCLUDED.home_shots_on_target,
        away_shots_on_target = EXCLUDED.away_shots_on_target,
        home_expected_goals = EXCLUDED.home_expected_goals,
        away_expected_goals = EXCLUDED.away_expected_goals,
        home_corners = EXCLUDED.home_corners,
        away_corners = EXCLUDED.away_corners
"""


def put(db: Connection, statistics: Sequence[MatchStatistics]) -> None:
    """Store statistics, replacing older ones."""
    rows = {row.match_id: {name: getattr(row, name) for name in row.__slots__} for row in statistics}
    if rows:
        db.execute(PUT, by_column(list(rows.values())))
