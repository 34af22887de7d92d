"""Whether the record has every match of the last days: each announced one a statement, each played one announced."""

from datetime import datetime, timedelta

from shared.football.calendar import paris_day
from shared.ledger.completeness import Omission, omissions
from shared.ledger.entries import instant
from shared.stores.database import Connection
from shared.stores.record import statements

LOOK_BACK = timedelta(days=1)


class IncompleteRecord(Exception):
    """Announced matches have neither a forecast nor an abstention from before kick-off; the message lists them."""


def check_complete(db: Connection, now: datetime) -> None:
    """Check the matches of today and yesterday that have begun.

    Raises:
        IncompleteRecord: some have no statement.
    """
    days = [paris_day(now - LOOK_BACK), paris_day(now)]
    found = omissions(statements.of_matches_announced_on(db, days), instant(now))
    if found:
        raise IncompleteRecord("; ".join(_text(each) for each in found))


def unannounced(db: Connection, competitions: list[str], now: datetime) -> list[tuple[str, str]]:
    """The matches of the last days that the record does not have, as its sources had them too late; for reports."""
    ids = statements.unannounced(db, competitions, now - LOOK_BACK, now)
    return [(str(match_id), "it was not known before its kick-off") for match_id in ids]


def _text(omission: Omission) -> str:
    return f"match {omission.match_id} of {omission.kick_off}"
