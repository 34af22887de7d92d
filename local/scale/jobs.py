"""The jobs that work per person: what they have left, and what shows that each item was worked off exactly once."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from local.scale.population import Population


@dataclass(frozen=True)
class Outcome:
    """What there is to see after a backlog was worked off."""

    url: str  # of the database
    messages: Counter[str]  # how often each was received
    requests: Counter[str]  # to Stripe, by customer
    kills: int
    starts: int  # by the schedule: passes over the work


@dataclass(frozen=True)
class ScaleJob:
    """A job."""

    items: str  # attribute of `Population` that its work grows with
    pending: LiteralString  # SQL for the number of items that are not worked off
    backlog: Population | None = None  # one with a large backlog; None if it is not tested with kills
    faults: Callable[[Outcome], list[str]] = lambda outcome: []  # finds what was lost or done twice


IN_FLIGHT = 64
"""Messages that a worker may have sent without recording the outcome when it is killed."""
REQUESTS_OF_A_CHECK = 2
"""To Stripe, at most: of a customer whose state differs."""

SETTLED_TWICE = """
    SELECT count(*) FROM (
        SELECT bet_id FROM bankroll_entries WHERE source = 'result' GROUP BY bet_id HAVING count(*) <> 1
    ) doubled
"""
REMAINS = """
    SELECT count(*) FROM accounts a
    JOIN LATERAL (
        SELECT user_id FROM bankrolls UNION ALL SELECT user_id FROM bets UNION ALL SELECT user_id FROM favourites
        UNION ALL SELECT user_id FROM push_subscriptions
    ) p ON p.user_id = a.user_id
    WHERE a.deleted_at IS NOT NULL
"""
CLAIMED = "SELECT count(*) FROM push_deliveries WHERE state <> 'sent'"


def _bet_faults(outcome: Outcome) -> list[str]:
    doubled = _count(outcome.url, SETTLED_TWICE)
    return [f"{doubled} bets have not exactly one settlement"] if doubled else []


def _deletion_faults(outcome: Outcome) -> list[str]:
    remains = _count(outcome.url, REMAINS)
    return [f"{remains} rows of deleted people remain"] if remains else []


def _push_faults(outcome: Outcome) -> list[str]:
    doubled, unknown = sum(count > 1 for count in outcome.messages.values()), _count(outcome.url, CLAIMED)
    faults = [f"{doubled} notifications were sent twice"] if doubled else []
    if unknown > outcome.kills * IN_FLIGHT:
        faults.append(f"{unknown} claimed notifications have no outcome after {outcome.kills} kills")
    return faults


def _webhook_faults(outcome: Outcome) -> list[str]:
    """An event may arrive again after a crash, with the same id (docs/use/webhooks.md)."""
    repeated, kills = sum(count - 1 for count in outcome.messages.values()), outcome.kills
    return [f"{repeated} events were repeated after {kills} kills"] if repeated > kills * IN_FLIGHT else []


def customer_faults(outcome: Outcome) -> list[str]:
    """A pass requests each customer once, and once more where Stripe's state differs, as all do in the first pass.

    Beyond that only customers whose check was killed are requested again.
    """
    repeated = sum(max(count - outcome.starts - 1, 0) for count in outcome.requests.values())
    if repeated > REQUESTS_OF_A_CHECK * outcome.kills:
        return [f"{repeated} requests to Stripe were repeated after {outcome.kills} kills"]
    return []


JOBS: Mapping[str, ScaleJob] = {
    "finish_deletions": ScaleJob(
        "deletions",
        "SELECT count(*) FROM deletions",
        Population(people=200_000, followers=60_000, open_bets=200_000, customers=10_000, deletions=200_000),
        _deletion_faults,
    ),
    "settle_bets": ScaleJob(
        "open_bets",
        """
        SELECT count(*) FROM bets b WHERE 'pending' = (
            SELECT status FROM bankroll_entries e WHERE e.bet_id = b.bet_id ORDER BY entry_id DESC LIMIT 1
        )
        """,
        Population(people=200_000, open_bets=1_000_000, settled_bets=1_000_000),
        _bet_faults,
    ),
    "send_notifications": ScaleJob(
        "followers",
        """
        SELECT count(*) FROM push_subscriptions s
        WHERE NOT EXISTS (SELECT FROM push_deliveries d WHERE d.subscription_id = s.subscription_id)
        """,
        Population(people=100_000, followers=100_000),
        _push_faults,
    ),
    "send_webhooks": ScaleJob(
        "webhooks",
        """
        SELECT count(*) FROM webhooks w
        WHERE NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.webhook_id)
        """,
        Population(people=10_000, webhooks=10_000),
        _webhook_faults,
    ),
    "reconcile_subscriptions": ScaleJob(
        "customers",
        "SELECT count(*) FROM customers WHERE synced_at < now() - interval '1 day'",
        Population(people=50_000, customers=50_000),
        customer_faults,
    ),
}


def pending(job: str, url: str) -> int:
    """The number of items that a job has not worked off."""
    return _count(url, JOBS[job].pending)


def received(file: Path) -> Counter[str]:
    """How often each message was received."""
    return Counter(file.read_text().splitlines()) if file.exists() else Counter()


def _count(url: str, query: LiteralString) -> int:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET statement_timeout = 0")
        row = db.execute(query).fetchone()
    assert row is not None  # noqa: S101  # an aggregate
    return int(row[0])
