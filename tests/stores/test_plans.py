"""Plans of the statements of jobs in pages, on 100,000 rows: no table is read whole, and a page reads few blocks."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import pytest
from psycopg import sql

from shared.stores.betting import bankrolls, bets, bets_due
from shared.stores.database import Connection, connect
from shared.stores.messaging import next_due, push_deliveries, push_pages, push_subscriptions, webhook_leases, webhooks
from shared.stores.messaging.push_deliveries import MAX_ATTEMPTS
from shared.stores.people import accounts, customers, deletions, stripe_events, users
from tests.conftest import Databases
from tests.factories import KICK_OFF, insert_matches, match_update

NOW = datetime(2024, 4, 28, 4, tzinfo=UTC)
DAY = timedelta(days=1)
VOLUME = """
    INSERT INTO accounts (user_id, plan, updated_at, synced_role)
        SELECT person(n), 'elite', '2024-01-01Z', CASE WHEN n % 1000 <> 0 THEN 'elite' END FROM people;
    INSERT INTO users (user_id, name_synced, created_at) SELECT person(n), n % 1000 <> 0, '2024-01-01Z' FROM people
        WHERE n % 10 = 0;
    INSERT INTO stripe_events (event_id, type, created_at, received_at)
        SELECT 'evt_' || n, 'invoice.paid', '2024-01-01Z', timestamptz '2024-01-01Z' + n * interval '1 minute'
        FROM people WHERE n <= 10000;
    INSERT INTO deletions (user_id, requested_at, attempted_at)
        SELECT person(n), timestamptz '2024-04-01Z' + n * interval '1 second',
            CASE WHEN n % 10 = 0 THEN timestamptz '2024-04-10Z' END FROM people;
    INSERT INTO customers (user_id, customer_id, plan, synced_at)
        SELECT person(n), 'cus_' || n, 'free', timestamptz '2024-04-01Z' + n * interval '1 second' FROM people;
    INSERT INTO bankrolls (user_id) SELECT person(n) FROM people;
    INSERT INTO bets (user_id, match_id, kick_off, market, outcome, line, price, amount, followed, placed_at, day)
        SELECT person(n), m.match_id, m.kick_off - n % 100 * interval '1 day', 'h2h', 'home', 0, 2, 10, false,
            m.kick_off - n % 100 * interval '1 day' - interval '1 hour', '2024-04-27' FROM people, matches m;
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, source, created_at)
        SELECT user_id, bet_id, 'pending', -amount, 'person', placed_at FROM bets;
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, source, created_at)
        SELECT user_id, bet_id, 'won', 20, 'result', kick_off + interval '2 hours' FROM bets WHERE bet_id % 100 <> 0;
    INSERT INTO bets_due (bet_id, match_id, due_at)
        SELECT bet_id, match_id, CASE WHEN bet_id % 1000 = 0 THEN kick_off END FROM bets;
    INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth, created_at, updated_at)
        SELECT person(n), 'https://push.invalid/' || n, 'k', 's', '2024-01-01Z', '2024-01-01Z' FROM people;
    INSERT INTO favourites (user_id, match_id, notify_before_match, created_at)
        SELECT person(n), m.match_id, true, '2024-04-01Z' FROM people, matches m;
    INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
        SELECT subscription_id, 'picks/2024-04-' || d, user_id, 'sent', 1,
            timestamptz '2024-04-01Z' + d * interval '1 day'
        FROM push_subscriptions, generate_series(20, 24) d;
    UPDATE push_subscriptions SET retry_after = timestamptz '2024-04-28Z' + subscription_id * interval '1 minute'
        WHERE subscription_id % 100 = 0;
    INSERT INTO preferences (user_id, language, timezone, odds_format, dark_mode, email_daily_picks,
            email_match_results, push_daily_picks, push_match_start, push_bet_results, default_stake, risk_level,
            favorite_competitions, updated_at)
        SELECT person(n), 'fr', CASE WHEN n % 1000 = 0 THEN 'Europe/London' ELSE 'Europe/Paris' END, 'decimal', false,
            false, false, true, true, true, 10, 'low', '{}', '2024-04-01Z' FROM people WHERE n % 3 = 0;
    INSERT INTO cool_offs (user_id, begun_at, ends_at)
        SELECT person(n), '2024-04-01Z', timestamptz '2024-04-01Z' + n * interval '1 minute' FROM people
        WHERE n % 10 = 0;
    INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
        SELECT subscription_id, 'broadcast/1', user_id, 'failed', 1, '2024-04-28 03:50Z' FROM push_subscriptions
        WHERE subscription_id % 100 = 1;
    INSERT INTO push_pages (page, looked_at) SELECT generate_series(0, 200), '2024-04-27Z';
    INSERT INTO webhooks (webhook_id, user_id, url, events, secret, created_at, test_requested_at, looked_at,
            next_attempt_at)
        SELECT person(n), person(n), 'https://a.example', '{picks.committed}', 'whsec_' || repeat('A', 43) || '=',
            '2024-01-01Z', '2024-01-01Z', '2024-04-27Z', CASE WHEN n % 50 = 0 THEN timestamptz '2024-04-28Z' END
        FROM people WHERE n <= 10000;
    INSERT INTO webhook_deliveries (webhook_id, event, user_id, attempts, attempted_at, response, is_delivered)
        SELECT webhook_id, 'picks.committed/' || d, user_id, 1, timestamptz '2024-04-01Z' + d * interval '1 day', '204',
            true
        FROM webhooks, generate_series(1, 20) d;
    INSERT INTO webhook_deliveries (webhook_id, event, user_id, attempts, attempted_at, response, is_delivered,
            next_attempt_at)
        SELECT webhook_id, 'picks.settled/1', user_id, 1, '2024-04-27Z', '503', false, '2024-04-29Z'
        FROM webhooks WHERE next_attempt_at IS NOT NULL
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE NOT indisunique AND relnamespace = 'public'::regnamespace
"""
"""An index is made faster when its table is full."""
PERSON = """
    CREATE FUNCTION pg_temp.person(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5(n::text)::uuid
"""


NEW_RESULTS = """
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, source, created_at)
    SELECT user_id, bet_id, 'lost', 0, 'result', %(now)s FROM bets WHERE bet_id %% 10 = 0
"""


@pytest.fixture(scope="module")
def volume(databases: Databases, empty: str) -> Iterator[str]:
    with databases.copy(empty) as url:
        with connect(url, "test") as db:
            db.execute("SET statement_timeout = 0")
            insert_matches(db, match_update(score="2-0"))
            db.execute("SET session_replication_role = replica")
            db.execute(PERSON)
            db.execute("CREATE TEMPORARY TABLE people AS SELECT generate_series(1, 100000)::bigint AS n")
            indexes = db.execute(INDEXES).fetchall()
            for name, _ in indexes:
                db.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            for statement in VOLUME.replace("person(", "pg_temp.person(").split(";"):
                db.execute(statement.encode())
            for _, definition in indexes:
                db.execute(definition.encode())
            db.execute("VACUUM ANALYZE")
        yield url


def people(n: int, db: Connection) -> list[UUID]:
    rows = db.execute("SELECT md5(n::text)::uuid FROM generate_series(1, %s) n", [n]).fetchall()
    return [user_id for (user_id,) in rows]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def check_plan(db: Connection, statement: LiteralString, params: Mapping[str, object], blocks: int) -> None:
    """No sequential scan of a table of more than a thousand rows, and so many blocks, and rows, read at most."""
    with db.transaction(force_rollback=True):
        [[[explained]]] = db.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}".encode(), params).fetchall()
    plan = explained["Plan"]
    scans = [
        (node, node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)))
        for node in nodes(plan)
        if "Relation Name" in node and "Scan" in node["Node Type"]
    ]
    whole = {node["Relation Name"] for node, rows in scans if node["Node Type"] == "Seq Scan" and rows > 1000}
    assert not whole, json.dumps(plan, indent=1)
    assert sum(rows for _, rows in scans) <= blocks, json.dumps(plan, indent=1)
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= blocks, json.dumps(plan, indent=1)


LOOKED = {"looked_before": NOW, "attempt_before": NOW, "now": NOW, "until": NOW, "limit": 20}
PAGE = {
    "push_daily_picks": True,
    "push_match_start": True,
    "push_bet_results": True,
    "language": "fr",
    "timezone": "Europe/Paris",
    "now": NOW,
    "first_id": 5000,
    "end_id": 5500,
}
DUE: dict[str, object] = {
    "now": NOW,
    "after": NOW,
    "until": NOW + timedelta(hours=7),
    "since": NOW - 3 * DAY,
    "failed_since": NOW - timedelta(hours=1),
    "max_attempts": MAX_ATTEMPTS,
    "sample_size": next_due.SAMPLE_SIZE,
}
STATEMENTS: list[tuple[str, LiteralString, dict[str, object], int]] = [
    ("deletions, new", deletions.TAKE_NEW, {"requested_before": NOW}, 20),
    ("deletions, failed", deletions.TAKE_FAILED, {"attempted_before": NOW}, 20),
    ("changed match", bets_due.TAKE_MATCH, {}, 20),
    ("due bets", bets_due.TAKE, {"now": NOW, "limit": 500}, 700),
    ("subscriptions", push_subscriptions.REACHABLE, PAGE, 6000),
    ("page", push_pages.TAKE, {"began": NOW, "now": NOW, "until": NOW}, 500),
    ("any result", push_deliveries.HAS_RESULTS, {"since": NOW - DAY}, 20),
    ("kick-offs", push_deliveries.KICK_OFFS, {"start": KICK_OFF, "end": KICK_OFF}, 20),
    ("old notices", push_deliveries.REMOVE_OLD, {"before": NOW - 5 * DAY, "limit": 100}, 2500),
    ("fresh webhooks", webhook_leases.TAKE_FRESH, LOOKED, 1000),
    ("webhooks with retries", webhook_leases.TAKE_RETRIES, LOOKED, 1500),
    ("old deliveries", webhooks.REMOVE_OLD, {"before": NOW - 10 * DAY, "limit": 100}, 2500),
    ("customer", customers.TAKE, {"synced_before": NOW, "now": NOW, "until": NOW}, 50),
    ("role", accounts.TAKE_UNSYNCED_ROLE, {"after": UUID(int=0)}, 20),
    ("name", users.TAKE_UNSYNCED_NAME, {"after": UUID(int=0)}, 20),
    ("old events", stripe_events.REMOVE_OLD, {"before": NOW, "limit": 100}, 1000),
    ("next kick-off", next_due.NEXT_KICK_OFF, DUE | {"after": KICK_OFF - DAY}, 1000),
    ("quiet hours", next_due.QUIET_UNTIL, {}, 20),
    ("time zones", next_due.TIMEZONES, {}, 50),
    ("next device", next_due.NEXT_REACHABLE, DUE, 1000),
    ("next attempt", next_due.NEXT_ATTEMPT, DUE, 1000),
]


@pytest.mark.parametrize(
    ("statement", "params", "blocks"), [row[1:] for row in STATEMENTS], ids=[r[0] for r in STATEMENTS]
)
def test_a_page_is_found_by_an_index(
    volume: str, statement: LiteralString, params: dict[str, object], blocks: int
) -> None:
    with connect(volume, "test") as db:
        check_plan(db, statement, params, blocks)


def test_statements_of_paged_jobs_use_an_index(volume: str) -> None:
    """Of 500 bets, 500 devices or 20 webhooks: a few blocks each, whatever else there is."""
    with connect(volume, "test") as db:
        users, match_ids = people(500, db), [row[0] for row in db.execute("SELECT match_id FROM matches")]
        keys = {"subscription_id": list(range(1, 501)), "event": ["picks/2024-04-24"] * 500}
        claims = {**keys, "event": ["new"] * 500, "user_id": users, "plan": ["elite"] * 500}
        hooks: dict[str, object] = {"webhook_ids": users[:20], "since": NOW - 3 * DAY, "now": NOW}
        values = {"fair_probability": [1] * 500, "closing_line_value": [1] * 500, "source": ["s"] * 500}
        cases: list[tuple[LiteralString, dict[str, object], int]] = [
            (bets.BY_IDS, {"bet_ids": list(range(1, 501))}, 12_000),
            (bets.ADD_CLOSING_VALUES, {**values, "bet_id": list(range(1, 501)), "bookmaker": ["b"] * 500}, 20_000),
            (bankrolls.LOCK_ALL, {"user_ids": users}, 5_000),
            (push_deliveries.DELIVERED, {**keys, "max_attempts": 3}, 5_000),
            (push_deliveries.CLAIM, {**claims, "now": NOW, "max_attempts": 3}, 30_000),
            (push_deliveries.FOLLOWED, {"user_ids": users, "match_ids": match_ids}, 5_000),
            (push_deliveries.RESULTS, {"user_ids": users, "since": NOW - DAY}, 15_000),
            (webhooks.ACTIVE, hooks, 500),
            (webhooks.DELIVERIES, hooks, 500),
        ]
        for statement, params, blocks in cases:
            check_plan(db, statement, params, blocks)


def test_recent_results_are_found_by_user_despite_outdated_statistics(volume: str) -> None:
    """A round has just been settled: not every page reads the results of all users."""
    with connect(volume, "test") as db, db.transaction(force_rollback=True):
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(NEW_RESULTS, {"now": NOW})
        since = {"since": NOW - timedelta(minutes=1)}
        check_plan(db, push_deliveries.HAS_RESULTS, since, 20)
        check_plan(db, push_deliveries.RESULTS, {"user_ids": people(500, db), **since}, 5000)
    with connect(volume, "test") as db:  # the rows that were rolled back would be read by other tests
        db.execute("VACUUM bankroll_entries")
