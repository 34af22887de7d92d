"""The entries of the record about matches before they begin: universes, forecasts and abstentions.

Each function appends in the caller's transaction, so that an entry is committed exactly with what it records.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from shared.football.calendar import paris_bounds, paris_day
from shared.ledger import entries
from shared.ledger.canonical_json import canonical_json
from shared.ledger.commitment import SALT_SIZE, commitment
from shared.ledger.entries import Fixture, decimal_text, instant
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.record import commitments, log, statements
from shared.stores.record.commitments import Commitment
from shared.stores.record.log import NewEntry
from shared.stores.record.statements import Listing

RATE_PLACES = 9
"""Decimals of goal rates."""


class AbstentionReason(StrEnum):
    """Why a match has no forecast."""

    CLUB_UNKNOWN = "club_unknown"  # no alias matches the name of a club
    HOUR_UNKNOWN = "hour_unknown"  # it may have begun
    NOT_RATED = "not_rated"  # neither prices nor ratings of both clubs


def add_forecasts(
    db: Connection,
    upcoming: Sequence[MatchRow],
    until: datetime,
    published: Sequence[PredictionRow],
    model_sha256: str,
    abstained: Mapping[int, AbstentionReason],
) -> int:
    """Record the matches of whole days, and the forecasts and abstentions published for them.

    Args:
        db: the connection, in the transaction that publishes them.
        upcoming: the matches of the followed competitions that have not begun, until an instant.
        until: that instant.
        published: the new versions of forecasts.
        model_sha256: hash of the model that made them.
        abstained: matches without a forecast; stated again only where the kick-off is another.

    Returns:
        Number of entries.

    Raises:
        LateEntry: a match has begun meanwhile.
    """
    kick_offs = {row.match_id: row.kick_off for row in upcoming}
    stated = statements.stated(db, abstained) if abstained else {}
    due = [match_id for match_id in abstained if stated.get(match_id) != kick_offs[match_id]]
    universes = _unlisted(db, upcoming, until)
    if not (universes or published or due):
        return 0
    head = log.lock(db, clock.now())
    new = [
        NewEntry(entries.universe(head.at, day, source, fixtures), day=day)
        for (day, source), rows in universes.items()
        if (fixtures := [_fixture(row) for row in rows if row.kick_off > head.at])
    ]
    hidden: list[Commitment] = []
    for row in published:
        content = _content(row)
        salt = secrets.token_bytes(SALT_SIZE)
        committed = commitment(salt, content)
        index = head.size + len(new)
        new.append(NewEntry(_forecast(head.at, row, model_sha256, committed), row.match_id))
        text = canonical_json(content).decode()
        hidden.append(Commitment(index, 1, row.match_id, row.kick_off, committed, salt, text))
    new += [
        NewEntry(entries.abstention(head.at, match_id, kick_offs[match_id], abstained[match_id]), match_id)
        for match_id in due
    ]
    log.append(db, head, new)
    commitments.add(db, hidden)
    return len(new)


def _unlisted(db: Connection, upcoming: Sequence[MatchRow], until: datetime) -> dict[tuple[date, str], list[MatchRow]]:
    """The matches of each day and source of which one is new or has another kick-off than the record lists."""
    whole = [row for row in upcoming if paris_bounds(paris_day(row.kick_off))[1] <= until]
    if not whole:
        return {}
    listed = statements.listed(db, {paris_day(row.kick_off) for row in whole})
    changed = {
        row.match_id for row in whole if listed.get(row.match_id) != Listing(row.match_id, row.kick_off, row.hour_known)
    }
    if not changed:
        return {}
    sources = statements.sources(db, [row.match_id for row in whole])
    groups = defaultdict[tuple[date, str], list[MatchRow]](list)
    for row in whole:
        groups[paris_day(row.kick_off), sources[row.match_id]].append(row)
    return {key: rows for key, rows in sorted(groups.items()) if any(row.match_id in changed for row in rows)}


def _fixture(row: MatchRow) -> Fixture:
    return Fixture(row.match_id, row.competition, row.home_name, row.away_name, row.kick_off, hour_known=row.hour_known)


def _forecast(at: datetime, row: PredictionRow, model_sha256: str, committed: str) -> bytes:
    return entries.forecast(
        at,
        row.match_id,
        row.kick_off,
        basis=row.basis,
        model=row.model,
        model_sha256=model_sha256,
        results_until=row.ratings_day,
        prices_taken_at=row.prices_taken_at,
        probabilities=row.probabilities,
        committed=committed,
    )


def _content(row: PredictionRow) -> dict[str, object]:
    """What a forecast commits to: the parameters of its score grid, and the markets that plans hide."""
    return {
        "match": row.match_id,
        "kick_off": instant(row.kick_off),
        "home_rate": decimal_text(row.home_rate, RATE_PLACES),
        "away_rate": decimal_text(row.away_rate, RATE_PLACES),
        "rho": decimal_text(row.rho, RATE_PLACES),
        "markets": _as_decimals(row.markets),
    }


def _as_decimals(value: object) -> object:
    """Nested numbers as decimals; fair odds are left out, as they follow from the probabilities."""
    if isinstance(value, float):
        return decimal_text(value)
    if isinstance(value, dict):
        return {key: _as_decimals(each) for key, each in value.items() if key != "fair"}
    if isinstance(value, (list, tuple)):
        return [_as_decimals(each) for each in value]
    return value
