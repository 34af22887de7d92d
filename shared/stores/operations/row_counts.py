"""Row counts and latest timestamps of the main tables."""

from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Row counts by table, and latest timestamps."""

    teams: int
    unmatched_teams: int  # clubs that no alias matches
    matches: int
    finished: int
    scheduled: int
    newest_match: datetime | None
    predictions: int  # prediction versions; `predicted_matches` counts each match once
    predicted_matches: int
    newest_prediction: datetime | None
    offers: int
    newest_offer: datetime | None
    standings: int
    competitions_with_standings: int
    newest_table: datetime | None
    picks: int
    settled_picks: int
    reports: int
    paying: int  # users with a paid plan, without administrators


COUNT_ROWS = """
    SELECT
        (SELECT count(*) FROM teams) AS teams,
        (SELECT count(*) FROM teams WHERE NOT matched) AS unmatched_teams,
        m.matches, m.finished, m.scheduled, m.newest_match,
        p.predictions, p.predicted_matches, p.newest_prediction,
        o.offers, o.newest_offer,
        s.standings, s.competitions_with_standings, s.newest_table,
        (SELECT count(*) FROM picks) AS picks,
        (SELECT count(DISTINCT (day, rank)) FROM pick_settlements) AS settled_picks,
        (SELECT count(*) FROM reports) AS reports,
        a.paying
    FROM (
        SELECT count(*) AS matches, count(*) FILTER (WHERE status = 'finished') AS finished,
            count(*) FILTER (WHERE status = 'scheduled') AS scheduled, max(source_updated_at) AS newest_match
        FROM matches
    ) m
    CROSS JOIN (
        SELECT count(*) AS predictions, count(DISTINCT match_id) AS predicted_matches,
            max(published_at) AS newest_prediction
        FROM predictions
    ) p
    CROSS JOIN (SELECT count(*) AS offers, max(taken_at) AS newest_offer FROM offers) o
    CROSS JOIN (
        SELECT count(*) AS standings, count(DISTINCT competition) AS competitions_with_standings,
            max(source_updated_at) AS newest_table
        FROM standings
    ) s
    CROSS JOIN (
        SELECT count(*) AS paying
        FROM accounts
        WHERE plan <> 'free' AND NOT is_admin AND deleted_at IS NULL
    ) a
"""


def count_rows(db: Connection) -> RowCounts:
    """Count the rows."""
    row = fetch_one(db, RowCounts, COUNT_ROWS)
    assert row is not None  # noqa: S101  # aggregates always yield a row
    return row
