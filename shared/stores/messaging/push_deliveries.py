"""What people's browsers were told, each thing at most once; and what there is to tell."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_all
from shared.stores.messaging.push_subscriptions import Device

MAX_ATTEMPTS = 3
"""Of one notice to one browser, where the push service says each time that it has not taken it."""


@dataclass(frozen=True, slots=True)
class KickOffRow:
    """A match that a person follows and wants to be told of before it begins."""

    user_id: UUID
    match_id: int
    kick_off: datetime
    home_name: str
    away_name: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A bet that a result has ended: how, as its newest entry says, and when."""

    user_id: UUID
    bet_id: int
    match_id: int
    entry_id: int
    status: str
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
    """Of some notices the subscriptions that are not to be sent them any more, each with the notice."""
    params = {"events": list(events), "max_attempts": MAX_ATTEMPTS}
    return {(subscription_id, event) for subscription_id, event in db.execute(DELIVERED, params).fetchall()}


# The person is looked at once more, for much may have happened since the run began.
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
    """Write down that a browser is about to be told something; commit before it is.

    False, and it is not to be told, where that was done before, or its person pauses or has another plan by now.
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
    """Write down what became of what was claimed."""
    db.execute(COMPLETE, {"subscription_id": subscription_id, "event": event, "state": state})


COUNTS = "SELECT state, count(*) FROM push_deliveries WHERE event = %(event)s GROUP BY state"


def counts(db: Connection, event: str) -> dict[str, int]:
    """How many browsers stand in each state with a notice."""
    return dict(db.execute(COUNTS, {"event": event}).fetchall())


REMOVE_OLD = "DELETE FROM push_deliveries WHERE claimed_at < %(before)s"


def remove_old(db: Connection, before: datetime) -> None:
    """Remove what was claimed before an instant."""
    db.execute(REMOVE_OLD, {"before": before})


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
    """The matches in a span of time that people with a browser follow and want to be told of."""
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
    """The bets of people with a browser that results have ended, or ended otherwise, since an instant."""
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
