"""The entries of the record about results of matches."""

from datetime import datetime, timedelta

from shared.football.match import Status
from shared.ledger import entries
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.record import log, statements
from shared.stores.record.log import NewEntry

LOOK_BACK = timedelta(days=27)
"""How long after its kick-off a result is awaited or corrected.

`settle_picks` looks back longer, so that each corrected result settles its pick again: by the days by which a match may
move from the kick-off of its pick, and one for the next run.
"""


def add_results(db: Connection, now: datetime) -> int:
    """Record the results that the record lacks or has otherwise, in the transaction that stores them.

    A changed score, or another kick-off of a match with a score, first corrects the earlier entry.

    Returns:
        Their number.
    """
    rows = statements.results(db, now - LOOK_BACK)
    if not rows:
        return 0
    head = log.lock(db, clock.now())
    new: list[NewEntry] = []
    for row in rows:
        if row.recorded is not None and row.had_goals:
            new.append(NewEntry(entries.correction(head.at, row.recorded, "result_changed"), row.match_id))
        goals = None
        if row.status is Status.FINISHED and row.home_goals is not None and row.away_goals is not None:
            goals = row.home_goals, row.away_goals
        new.append(NewEntry(entries.result(head.at, row.match_id, row.kick_off, row.status, goals), row.match_id))
    log.append(db, head, new)
    return len(rows)
