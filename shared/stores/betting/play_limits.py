"""Users' gambling limits and cool-offs."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from shared.accounts.responsible_gambling import Limit, LimitKind, Period
from shared.stores.database import Connection, fetch_value

LIMITS = """
    SELECT kind, period, amount, next_amount, next_from
    FROM play_limits
    WHERE user_id = %(user_id)s
"""


def limits(db: Connection, user_id: UUID, now: datetime) -> dict[tuple[LimitKind, Period], Limit]:
    """A user's limits at an instant for every kind and period, set or not."""
    rows: list[tuple[str, str, Decimal | None, Decimal | None, datetime | None]]
    rows = db.execute(LIMITS, {"user_id": user_id}).fetchall()
    stored = {
        (LimitKind(kind), Period(period)): Limit(amount, next_amount, next_from).at(now)
        for kind, period, amount, next_amount, next_from in rows
    }
    return {(kind, period): stored.get((kind, period), Limit()) for kind in LimitKind for period in Period}


PUT = """
    INSERT INTO play_limits (user_id, kind, period, amount, next_amount, next_from, changed_at)
    VALUES (%(user_id)s, %(kind)s, %(period)s, %(amount)s, %(next_amount)s, %(next_from)s, %(now)s)
    ON CONFLICT (user_id, kind, period) DO UPDATE SET
        amount = excluded.amount,
        next_amount = excluded.next_amount,
        next_from = excluded.next_from,
        changed_at = excluded.changed_at
"""


def put(db: Connection, user_id: UUID, kind: LimitKind, period: Period, limit: Limit, now: datetime) -> None:
    """Store a user's limit."""
    db.execute(PUT, {"user_id": user_id, "kind": kind, "period": period, **asdict(limit), "now": now})


PAUSED_UNTIL = "SELECT ends_at FROM cool_offs WHERE user_id = %(user_id)s AND ends_at > %(now)s"


def paused_until(db: Connection, user_id: UUID, now: datetime) -> datetime | None:
    """The end of a user's active cool-off, or None."""
    return fetch_value(db, PAUSED_UNTIL, {"user_id": user_id, "now": now})


def cooling_off(db: Connection, user_id: UUID, now: datetime) -> bool:
    """Whether a cool-off is active: no picks, no notifications, no bets."""
    return paused_until(db, user_id, now) is not None


PAUSE = """
    INSERT INTO cool_offs (user_id, begun_at, ends_at)
    VALUES (%(user_id)s, %(now)s, %(ends_at)s)
    ON CONFLICT (user_id) DO UPDATE SET
        begun_at = CASE WHEN cool_offs.ends_at > excluded.begun_at THEN cool_offs.begun_at ELSE excluded.begun_at END,
        ends_at = greatest(cool_offs.ends_at, excluded.ends_at)
"""


def pause(db: Connection, user_id: UUID, ends_at: datetime, now: datetime) -> None:
    """Start or extend a cool-off; it is never shortened."""
    db.execute(PAUSE, {"user_id": user_id, "ends_at": ends_at, "now": now})


EXPORT: dict[str, LiteralString] = {
    "play_limits": """
        SELECT kind, period, amount, next_amount, next_from, changed_at
        FROM play_limits
        WHERE user_id = %(user_id)s
        ORDER BY kind, period
    """,
    "cool_offs": "SELECT begun_at, ends_at FROM cool_offs WHERE user_id = %(user_id)s",
}
ERASE: tuple[LiteralString, ...] = (
    "DELETE FROM play_limits WHERE user_id = %(user_id)s",
    "DELETE FROM cool_offs WHERE user_id = %(user_id)s",
)
