"""The entries of the record about picks: their commitments, closing lines and settlements.

Each function appends in the caller's transaction, so that an entry is committed exactly with what it records.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.betting.consensus import FairProbability
from shared.betting.licensed_operators import display_name
from shared.betting.picks import Choice, Pick
from shared.ledger import entries
from shared.ledger.canonical_json import canonical_json
from shared.ledger.commitment import SALT_SIZE, commitment
from shared.ledger.entries import decimal_text, instant
from shared.runtime import clock
from shared.stores.betting.picks import PickRow
from shared.stores.database import Connection
from shared.stores.record import commitments, log, statements
from shared.stores.record.commitments import Commitment
from shared.stores.record.log import LateEntry, NewEntry

UNNAMED = "market"
"""Stands for a bookmaker that may not be named (docs/decisions/prices-that-may-be-taken.md)."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The new result of a pick."""

    pick: PickRow  # as it was before
    result: str
    score: str | None
    profit: Decimal


@dataclass(frozen=True, slots=True)
class Closed:
    """The closing line of a pick."""

    pick: PickRow
    fair: FairProbability
    value: Decimal


def add_picks(db: Connection, day: date, choice: Choice, passed: Mapping[int, str]) -> None:
    """Record a day's picks as commitments, best first.

    Args:
        db: the connection, in the transaction that commits them.
        day: in Paris.
        choice: the picks.
        passed: the matches considered without a pick, with the reason.

    Raises:
        LateEntry: the match of a pick has begun meanwhile.
    """
    head = log.lock(db, clock.now())
    hidden: list[Commitment] = []
    for rank, pick in enumerate(choice.picks, 1):
        if pick.kick_off <= head.at:
            raise LateEntry(f"match {pick.match_id} began at {pick.kick_off}, before {head.at}")
        content, salt = _content(day, rank, pick), secrets.token_bytes(SALT_SIZE)
        text, committed = canonical_json(content).decode(), commitment(salt, content)
        hidden.append(Commitment(head.size, rank, pick.match_id, pick.kick_off, committed, salt, text))
    body = entries.picks(head.at, day, [each.commitment for each in hidden], passed, choice.reason)
    log.append(db, head, [NewEntry(body, day=day)])
    commitments.add(db, hidden)


def add_settlements(db: Connection, settled: Sequence[Settled], closed: Sequence[Closed]) -> None:
    """Record results and closing lines of picks; a changed result first corrects the earlier one.

    Picks of days that are not in the record are left out.
    """
    indices = statements.picks(db, {each.pick.day for each in (*settled, *closed)}) if settled or closed else {}
    if not indices:
        return
    head = log.lock(db, clock.now())
    new: list[NewEntry] = []
    for item in settled:
        pick, of = item.pick, indices.get(item.pick.day)
        if of is None:
            continue
        if pick.entry is not None and (earlier := statements.last_settlement(db, pick.match_id, of)) is not None:
            new.append(NewEntry(entries.correction(head.at, earlier, "settlement_changed"), pick.match_id))
        body = entries.settlement(head.at, of, pick.rank, item.result, item.score, item.profit)
        new.append(NewEntry(body, pick.match_id))
    for line in closed:
        pick, of = line.pick, indices.get(line.pick.day)
        if of is not None:
            bookmaker = display_name(line.fair.bookmaker) or UNNAMED
            body = entries.closing(
                head.at,
                of,
                pick.rank,
                fair_probability=line.fair.probability,
                at_risk=line.fair.at_risk,
                bookmaker=bookmaker,
                value=line.value,
            )
            new.append(NewEntry(body, pick.match_id))
    log.append(db, head, new)


def _content(day: date, rank: int, pick: Pick) -> dict[str, object]:
    """What the commitment of a pick is about."""
    return {
        "day": day.isoformat(),
        "rank": rank,
        "match": pick.match_id,
        "kick_off": instant(pick.kick_off),
        "market": pick.market.value,
        "outcome": pick.outcome,
        "line": decimal_text(pick.line, 2),
        "probability": decimal_text(pick.probability),
        "price": decimal_text(pick.price, 3),
        "bookmaker": display_name(pick.bookmaker),
        "price_taken_at": instant(pick.price_taken_at),
        "value": decimal_text(pick.value),
        "stake": decimal_text(pick.stake),
    }
