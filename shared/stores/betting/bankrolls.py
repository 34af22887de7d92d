"""Bankrolls as append-only ledgers; the balance is the sum of the entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, LiteralString
from uuid import UUID

from shared.betting.bets import BetStatus, Entry
from shared.stores.database import Connection, by_column, fetch_all, fetch_one

EntrySource = Literal["person", "result", "administrator"]


@dataclass(frozen=True, slots=True)
class BankrollRow:
    """A bankroll: initial and current balance in euros, and settings in percent of it."""

    alert_threshold: Decimal
    default_stake_pct: Decimal
    initial: Decimal
    current: Decimal


DEFAULT_BANKROLL = BankrollRow(Decimal(20), Decimal(2), Decimal(0), Decimal(0))
"""The bankroll of a user without a row."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry and the balance after it. An entry without a bet changes the initial balance."""

    entry_id: int
    bet_id: int | None
    status: BetStatus | None
    amount: Decimal
    score: str | None
    source: EntrySource
    created_at: datetime
    balance: Decimal


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A new entry of a bet, with its source and the score that it follows from."""

    user_id: UUID
    bet_id: int
    entry: Entry
    source: EntrySource
    score: str | None = None


OPEN = "INSERT INTO bankrolls (user_id) VALUES (%(user_id)s) ON CONFLICT (user_id) DO NOTHING"


def lock(db: Connection, user_id: UUID) -> BankrollRow:
    """Lock a user's bankroll until the end of the transaction, creating it if missing."""
    db.execute(OPEN, {"user_id": user_id})
    db.execute("SELECT FROM bankrolls WHERE user_id = %(user_id)s FOR UPDATE", {"user_id": user_id})
    return get(db, user_id)


LOCK_ALL = "SELECT FROM bankrolls WHERE user_id = ANY(%(user_ids)s) ORDER BY user_id FOR UPDATE"


def lock_all(db: Connection, user_ids: Iterable[UUID]) -> None:
    """Lock existing bankrolls of several users in a fixed order, which prevents deadlocks."""
    db.execute(LOCK_ALL, {"user_ids": list(user_ids)})


GET = """
    SELECT k.alert_threshold, k.default_stake_pct,
        coalesce(sum(e.amount) FILTER (WHERE e.bet_id IS NULL), 0) AS initial,
        coalesce(sum(e.amount), 0) AS current
    FROM bankrolls k
    LEFT JOIN bankroll_entries e ON e.user_id = k.user_id
    WHERE k.user_id = %(user_id)s
    GROUP BY k.user_id
"""


def get(db: Connection, user_id: UUID) -> BankrollRow:
    """A user's bankroll."""
    return fetch_one(db, BankrollRow, GET, {"user_id": user_id}) or DEFAULT_BANKROLL


SET = """
    UPDATE bankrolls SET alert_threshold = %(alert_threshold)s, default_stake_pct = %(default_stake_pct)s
    WHERE user_id = %(user_id)s
"""


def set_up(
    db: Connection,
    user_id: UUID,
    change: Decimal,
    alert_threshold: Decimal,
    default_stake_pct: Decimal,
    now: datetime,
) -> None:
    """Change the initial balance and the settings (in percent); requires the lock."""
    settings = {"alert_threshold": alert_threshold, "default_stake_pct": default_stake_pct}
    db.execute(SET, {"user_id": user_id, **settings})
    if change:
        nothing = {"bet_id": None, "status": None, "reverses": None, "score": None}
        row = {"user_id": user_id, **nothing, "amount": change, "source": "person"}
        db.execute(ADD, {**by_column([row]), "now": now})


ADD = """
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, reverses, score, source, created_at)
    SELECT user_id, bet_id, status, amount, reverses, score, source, %(now)s
    FROM unnest(
        %(user_id)s::uuid[], %(bet_id)s::bigint[], %(status)s::text[], %(amount)s::numeric[], %(reverses)s::bigint[],
        %(score)s::text[], %(source)s::text[]
    ) WITH ORDINALITY AS given (user_id, bet_id, status, amount, reverses, score, source, position)
    ORDER BY position
"""


def add(db: Connection, entries: Iterable[NewEntry], now: datetime) -> None:
    """Add entries of bets, in order; requires the locks.

    Raises:
        psycopg.errors.UniqueViolation: an entry is already reversed.
    """
    rows = [
        {
            "user_id": new.user_id,
            "bet_id": new.bet_id,
            "status": new.entry.status,
            "amount": new.entry.amount,
            "reverses": new.entry.reverses,
            "score": new.score,
            "source": new.source,
        }
        for new in entries
    ]
    if rows:
        db.execute(ADD, {**by_column(rows), "now": now})


HISTORY = """
    SELECT entry_id, bet_id, status, amount, score, source, created_at,
        sum(amount) OVER (ORDER BY entry_id) AS balance
    FROM bankroll_entries
    WHERE user_id = %(user_id)s
    ORDER BY entry_id DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""


def history(db: Connection, user_id: UUID, limit: int, offset: int) -> list[EntryRow]:
    """A user's entries, newest first."""
    params = {"user_id": user_id, "limit": limit, "offset": offset}
    return fetch_all(db, EntryRow, HISTORY, params)


EXPORT: dict[str, LiteralString] = {
    "bankrolls": "SELECT alert_threshold, default_stake_pct FROM bankrolls WHERE user_id = %(user_id)s",
    "bets": """
        SELECT bet_id, match_id, kick_off, hour_known, market, outcome, line, price, amount, confidence, followed,
            placed_at, day
        FROM bets
        WHERE user_id = %(user_id)s
        ORDER BY bet_id
    """,
    "bankroll_entries": """
        SELECT entry_id, bet_id, status, amount, reverses, score, source, created_at
        FROM bankroll_entries
        WHERE user_id = %(user_id)s
        ORDER BY entry_id
    """,
    "bet_closings": """
        SELECT bet_id, fair_probability, closing_line_value, source, bookmaker
        FROM bet_closings
        WHERE user_id = %(user_id)s
        ORDER BY bet_id
    """,
}
ERASE: tuple[LiteralString, ...] = (
    # Lock first: wait for concurrent inserts, so that all rows are visible.
    "SELECT FROM bankrolls WHERE user_id = %(user_id)s FOR UPDATE",
    "SELECT FROM bets WHERE user_id = %(user_id)s FOR UPDATE",
    "DELETE FROM bet_closings WHERE user_id = %(user_id)s",
    "DELETE FROM bankroll_entries WHERE user_id = %(user_id)s",
    "DELETE FROM bets WHERE user_id = %(user_id)s",
    "DELETE FROM bankrolls WHERE user_id = %(user_id)s",
)
