"""Push deliveries to browsers, at most once an event, and queries for events to notify about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from shared.betting.bets import BetStatus
from shared.stores.database import Connection, by_column, fetch_all
from shared.stores.messaging.push_subscriptions import Device

MAX_ATTEMPTS = 3
"""Delivery attempts of one event to one browser after definite failures."""


Key = tuple[int, str]
"""A delivery: subscription and event."""


@dataclass(frozen=True, slots=True)
class KickOffRow:
    """A match about to begin."""

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
    SELECT d.subscription_id, d.event
    FROM unnest(%(subscription_id)s::bigint[], %(event)s::text[]) AS given (subscription_id, event)
    JOIN push_deliveries d ON d.subscription_id = given.subscription_id AND d.event = given.event
    WHERE NOT (d.state = 'failed' AND d.attempts < %(max_attempts)s)
"""


def delivered(db: Connection, keys: Collection[Key]) -> set[Key]:
    """Those of some deliveries that need no further attempt."""
    return set(db.execute(DELIVERED, {**_columns(keys), "max_attempts": MAX_ATTEMPTS}).fetchall())


# Plan and cool-off are checked again, as they may have changed since the devices were read.
CLAIM = """
    INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
    SELECT s.subscription_id, given.event, s.user_id, 'claimed', 1, %(now)s
    FROM unnest(%(subscription_id)s::bigint[], %(event)s::text[], %(user_id)s::uuid[], %(plan)s::text[])
        AS given (subscription_id, event, user_id, plan)
    JOIN push_subscriptions s ON s.subscription_id = given.subscription_id AND s.user_id = given.user_id
    LEFT JOIN accounts a ON a.user_id = s.user_id
    WHERE coalesce(a.status, 'free') = given.plan
        AND coalesce((SELECT c.ends_at <= %(now)s FROM cool_offs c WHERE c.user_id = s.user_id), true)
    ORDER BY s.subscription_id, given.event
    FOR KEY SHARE OF s
    ON CONFLICT (subscription_id, event) DO UPDATE SET
        state = 'claimed',
        attempts = push_deliveries.attempts + 1,
        claimed_at = excluded.claimed_at
    WHERE push_deliveries.state = 'failed' AND push_deliveries.attempts < %(max_attempts)s
    RETURNING subscription_id, event
"""


def claim(db: Connection, deliveries: Iterable[tuple[Device, str]], now: datetime) -> set[Key]:
    """Claim deliveries of events to devices; commit before sending.

    Returns:
        Those claimed. Nothing else may be sent: it is claimed already, or the user is in a cool-off or changed plan.
    """
    rows = [
        {"subscription_id": d.subscription_id, "event": event, "user_id": d.user_id, "plan": d.plan}
        for d, event in deliveries
    ]
    if not rows:
        return set()
    params = {**by_column(rows), "now": now, "max_attempts": MAX_ATTEMPTS}
    return set(db.execute(CLAIM, params).fetchall())


COMPLETE = """
    UPDATE push_deliveries d SET state = %(state)s
    FROM unnest(%(subscription_id)s::bigint[], %(event)s::text[]) AS given (subscription_id, event)
    WHERE d.subscription_id = given.subscription_id AND d.event = given.event AND d.state = 'claimed'
"""


def complete(db: Connection, keys: Collection[Key], state: Literal["sent", "failed", "refused"]) -> None:
    """Record the outcome of claimed deliveries."""
    db.execute(COMPLETE, {**_columns(keys), "state": state})


def _columns(keys: Collection[Key]) -> dict[str, list[object]]:
    return {"subscription_id": [key[0] for key in keys], "event": [key[1] for key in keys]}


COUNTS = "SELECT state, count(*) FROM push_deliveries WHERE event = %(event)s GROUP BY state"


def counts(db: Connection, event: str) -> dict[str, int]:
    """Number of deliveries of an event by state."""
    return dict(db.execute(COUNTS, {"event": event}).fetchall())


REMOVE_OLD = """
    DELETE FROM push_deliveries d
    USING (
        SELECT subscription_id, event FROM push_deliveries
        WHERE claimed_at < %(before)s
        ORDER BY claimed_at
        LIMIT %(limit)s
    ) old
    WHERE d.subscription_id = old.subscription_id AND d.event = old.event
"""


def remove_old(db: Connection, before: datetime, limit: int) -> int:
    """Delete some of the deliveries claimed before an instant; returns how many."""
    return db.execute(REMOVE_OLD, {"before": before, "limit": limit}).rowcount


KICK_OFFS = """
    SELECT m.match_id, m.kick_off, h.name AS home_name, a.name AS away_name
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE m.status = 'scheduled' AND m.hour <> 'unknown' AND m.kick_off >= %(start)s AND m.kick_off <= %(end)s
"""


def kick_offs(db: Connection, start: datetime, end: datetime) -> list[KickOffRow]:
    """Matches with a kick-off in a time range."""
    return fetch_all(db, KickOffRow, KICK_OFFS, {"start": start, "end": end})


FOLLOWED = """
    SELECT user_id, match_id FROM favourites
    WHERE user_id = ANY(%(user_ids)s) AND match_id = ANY(%(match_ids)s) AND notify_before_match
"""


def followed(db: Connection, user_ids: Collection[UUID], match_ids: Collection[int]) -> set[tuple[UUID, int]]:
    """Users and matches of which they have asked to be reminded."""
    params = {"user_ids": list(user_ids), "match_ids": list(match_ids)}
    return set(db.execute(FOLLOWED, params).fetchall())


# Its index is of no use to `RESULTS`, for which a planner with statistics of yesterday would prefer it: it would
# believe that few results are new, and read those of all users for each page.
HAS_RESULTS = """
    SELECT EXISTS (
        SELECT FROM bankroll_entries WHERE source = 'result' AND reverses IS NULL AND created_at > %(since)s
    )
"""


def has_results(db: Connection, since: datetime) -> bool:
    """Whether a result has settled any bet after an instant."""
    (row,) = db.execute(HAS_RESULTS, {"since": since}).fetchall()
    return bool(row[0])


RESULTS = """
    SELECT b.user_id, b.bet_id, b.match_id, e.entry_id, e.status, e.score, e.created_at AS settled_at,
        h.name AS home_name, a.name AS away_name
    FROM bankroll_entries e
    JOIN bets b ON b.bet_id = e.bet_id
    JOIN matches m ON m.match_id = b.match_id
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE e.user_id = ANY(%(user_ids)s) AND e.source = 'result' AND e.created_at > %(since)s
        AND e.status NOT IN ('pending', 'deleted')
        AND NOT EXISTS (SELECT FROM bankroll_entries l WHERE l.bet_id = e.bet_id AND l.entry_id > e.entry_id)
    ORDER BY e.entry_id
"""


def results(db: Connection, user_ids: Collection[UUID], since: datetime) -> list[ResultRow]:
    """Users' bets settled or corrected by results after an instant, in the order of settlement."""
    return fetch_all(db, ResultRow, RESULTS, {"user_ids": list(user_ids), "since": since})


EXPORT: dict[str, LiteralString] = {
    "push_deliveries": """
        SELECT subscription_id, event, state, attempts, claimed_at
        FROM push_deliveries
        WHERE user_id = %(user_id)s
        ORDER BY claimed_at, subscription_id, event
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM push_deliveries WHERE user_id = %(user_id)s",)
