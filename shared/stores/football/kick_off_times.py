"""Kick-off times of matches whose own source has only the day."""

from collections.abc import Mapping
from datetime import datetime

from shared.stores.database import Connection

FILL = """
    UPDATE matches SET kick_off = given.kick_off, hour = 'borrowed'
    FROM unnest(%(match_ids)s::bigint[], %(kick_offs)s::timestamptz[]) AS given (match_id, kick_off)
    WHERE matches.match_id = given.match_id AND matches.hour = 'unknown' AND matches.status = 'scheduled'
        AND (matches.kick_off AT TIME ZONE 'Europe/Paris')::date = (given.kick_off AT TIME ZONE 'Europe/Paris')::date
"""


def fill(db: Connection, kick_offs: Mapping[int, datetime]) -> None:
    """Set the kick-off of scheduled matches without a time to a bookmaker's time on the same day."""
    db.execute(FILL, {"match_ids": list(kick_offs), "kick_offs": list(kick_offs.values())})
