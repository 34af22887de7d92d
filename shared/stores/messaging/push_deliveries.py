"""Push deliveries to browsers, at most once an event, and queries for events to notify about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from shared.betting.bets import BetStatus
from shared.stores.database import Connection, fetch_all
from shared.stores.messaging.push_subscriptions import Device

MAX_ATTEMPTS = 3
"""Delivery attempts of one event to one browser after definite failures."""


@dataclass(frozen=True, slots=True)
class KickOffRow:
    """A favourite match with a reminder before kick-off."""

    user_id: UUID
    match_id: int
    kick_off: datetime
    home_name: str
    away_name: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A bet settled by a result."""

    user_id: UUID
    bet_id: int
    match_id: int
    entry_id: int
    status: BetStatus
    score: str | None
    settled_at: datetime
    home_name: str
    away_name: str


DELIVERED = """
    SELECT subscription_id, event
    FROM push_deliveries
    WHERE event = ANY(%(events)s) AND NOT (state = 'failed' AND attempts < %(max_attempts)s)
"""


def delivered(db: Connection, events: Collection[str]) -> set[tuple[int, str]]:
    """Subscription and event of deliveries that need no further attempt."""
    params = {"events": list(events), "max_attempts": MAX_ATTEMPTS}
    return {(subscription_id, event) for subscription_id, event in db.execute(DELIVERED, params).fetchall()}


# Plan and cool-off are checked again, as they may have changed since the run started.
CLAIM = """
    INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
    SELECT s.subscription_id, %(event)s, s.user_id, 'claimed', 1, %(now)s
    FROM push_subscriptions s
    LEFT JOIN accounts a ON a.user_id = s.user_id
    LEFT JOIN cool_offs c ON c.user_id = s.user_id
    WHERE s.subscription_id = %(subscription_id)s AND s.user_id = %(user_id)s
        AND coalesce(a.status, 'free') = %(plan)s
        AND coalesce(c.ends_at <= %(now)s, true)
    FOR KEY SHARE OF s
    ON CONFLICT (subscription_id, event) DO UPDATE SET
        state = 'claimed',
        attempts = push_deliveries.attempts + 1,
        claimed_at = excluded.claimed_at
    WHERE push_deliveries.state = 'failed' AND push_deliveries.attempts < %(max_attempts)s
"""


def claim(db: Connection, device: Device, event: str, now: datetime) -> bool:
    """Claim a delivery; commit before sending.

    Returns False, and nothing may be sent, if it is claimed already, or the user is in a cool-off or changed plan.
    """
    params = {
        "subscription_id": device.subscription_id,
        "user_id": device.user_id,
        "plan": device.plan,
        "event": event,
        "now": now,
        "max_attempts": MAX_ATTEMPTS,
    }
    return db.execute(CLAIM, params).rowcount > 0


COMPLETE = """
    UPDATE push_deliveries SET state = %(state)s
    WHERE subscription_id = %(subscription_id)s AND event = %(event)s AND state = 'claimed'
"""


def complete(db: Connection, subscription_id: int, event: str, state: Literal["sent", "failed", "refused"]) -> None:
    """Record the outcome of a claimed delivery."""
    db.execute(COMPLETE, {"subscription_id": subscription_id, "event": event, "state": state})


COUNTS = "SELECT state, count(*) FROM push_deliveries WHERE event = %(event)s GROUP BY state"


def counts(db: Connection, event: str) -> dict[str, int]:
    """Number of deliveries of an event by state."""
    return dict(db.execute(COUNTS, {"event": event}).fetchall())


def remove_old(db: Connection, before: datetime) -> None:
    """Delete deliveries claimed before an instant."""
    db.execute("DELETE FROM push_deliveries WHERE claimed_at < %(before)s", {"before": before})


KICK_OFFS = """
    SELECT f.user_id, f.match_id, m.kick_off, h.name AS home_name, a.name AS away_name
    FROM favourites f
    JOIN matches m ON m.match_id = f.match_id
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE f.notify_before_match AND m.status = 'scheduled'
        AND m.hour <> 'unknown' AND m.kick_off >= %(start)s AND m.kick_off <= %(end)s
        AND EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = f.user_id)
    ORDER BY m.kick_off, f.match_id, f.user_id
"""


def kick_offs(db: Connection, start: datetime, end: datetime) -> list[KickOffRow]:
    """Favourite matches with a reminder and kick-off in a time range, of users with a push subscription."""
    return fetch_all(db, KickOffRow, KICK_OFFS, {"start": start, "end": end})


RESULTS = """
    SELECT b.user_id, b.bet_id, b.match_id, e.entry_id, e.status, e.score, e.created_at AS settled_at,
        h.name AS home_name, a.name AS away_name
    FROM bankroll_entries e
    JOIN bets b ON b.bet_id = e.bet_id
    JOIN matches m ON m.match_id = b.match_id
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE e.source = 'result' AND e.created_at > %(since)s AND e.status NOT IN ('pending', 'deleted')
        AND NOT EXISTS (SELECT FROM bankroll_entries l WHERE l.bet_id = e.bet_id AND l.entry_id > e.entry_id)
        AND EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = b.user_id)
    ORDER BY e.entry_id
"""


def results(db: Connection, since: datetime) -> list[ResultRow]:
    """Bets settled or corrected by results after an instant, of users with a push subscription."""
    return fetch_all(db, ResultRow, RESULTS, {"since": since})


EXPORT: dict[str, LiteralString] = {
    "push_deliveries": """
        SELECT subscription_id, event, state, attempts, claimed_at
        FROM push_deliveries
        WHERE user_id = %(user_id)s
        ORDER BY claimed_at, subscription_id, event
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM push_deliveries WHERE user_id = %(user_id)s",)
