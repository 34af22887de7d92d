"""Work list of the settlement of bets: changed matches, and bets that wait for a result or a closing-line value.

Triggers add to it: a new bet is due at its kick-off, and a match whose kick-off, status, score or review has changed is
looked at with all its bets (migration 0009).
"""

from collections.abc import Mapping
from datetime import datetime

from shared.stores.database import Connection, fetch_value, fetch_values

TAKE_MATCH = """
    DELETE FROM matches_to_settle
    WHERE match_id = (
        SELECT match_id FROM matches_to_settle ORDER BY match_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING match_id
"""
MAKE_DUE = "UPDATE bets_due SET due_at = %(now)s WHERE match_id = %(match_id)s"
ADD_ENDED = """
    INSERT INTO bets_due (bet_id, match_id, due_at)
    SELECT bet_id, match_id, %(now)s FROM bets WHERE match_id = %(match_id)s AND kick_off >= %(since)s
    ON CONFLICT (bet_id) DO NOTHING
"""


def take_match(db: Connection, since: datetime, now: datetime) -> bool:
    """Make the bets of the next changed match due; False if there is none.

    Settled bets are due again, as the result may have been corrected, unless their kick-off was before `since`.
    """
    match_id = fetch_value(db, TAKE_MATCH)
    if match_id is None:
        return False
    params = {"match_id": match_id, "since": since, "now": now}
    db.execute(MAKE_DUE, params)
    db.execute(ADD_ENDED, params)
    return True


TAKE = """
    SELECT bet_id FROM bets_due
    WHERE due_at <= %(now)s
    ORDER BY due_at, bet_id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
"""


def take(db: Connection, now: datetime, limit: int) -> list[int]:
    """Lock the next bets that are due and not locked by another run."""
    return fetch_values(db, TAKE, {"now": now, "limit": limit})


PUT_OFF = """
    UPDATE bets_due SET due_at = given.due_at
    FROM unnest(%(bet_ids)s::bigint[], %(due_at)s::timestamptz[]) AS given (bet_id, due_at)
    WHERE bets_due.bet_id = given.bet_id
"""


def put_off(db: Connection, due_at: Mapping[int, datetime | None]) -> None:
    """Look at bets again at an instant; None: when their match changes."""
    db.execute(PUT_OFF, {"bet_ids": list(due_at), "due_at": list(due_at.values())})


REMOVE = "DELETE FROM bets_due WHERE bet_id = ANY(%(bet_ids)s)"


def remove(db: Connection, bet_ids: list[int]) -> None:
    """Remove bets that wait for nothing."""
    db.execute(REMOVE, {"bet_ids": bet_ids})


COUNT = """
    SELECT (SELECT count(*) FROM matches_to_settle) + (SELECT count(*) FROM bets_due WHERE due_at <= %(now)s)
"""


def count(db: Connection, now: datetime) -> int:
    """Number of changed matches and due bets."""
    return fetch_value(db, COUNT, {"now": now})
