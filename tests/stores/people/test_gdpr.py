"""Personal data is exported and erased, whatever table it stands in.

A new table with people's rows needs its store in `shared.stores.people.gdpr`, and one of its rows here.
"""

from datetime import UTC, datetime
from itertools import chain

import pytest

from shared.stores.database import Connection
from shared.stores.people import gdpr
from tests.factories import insert_matches, match_update
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 29, 15, tzinfo=UTC)
OF_PEOPLE = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'uuid'
    ORDER BY table_name
"""
NOBODYS = {
    ("api_keys", "key_id"),
    ("articles", "article_id"),
    ("articles", "story_id"),
    ("webhooks", "webhook_id"),
    ("webhook_deliveries", "webhook_id"),
}
"""Ids that are no person's."""

ROWS = {
    "bankrolls": "INSERT INTO bankrolls (user_id) VALUES (%(user)s)",
    "bets": """
        INSERT INTO bets (
            user_id, match_id, kick_off, market, outcome, line, price, amount, followed, placed_at, day
        )
        VALUES (%(user)s, %(match)s, %(later)s, 'h2h', 'home', 0, 2, 10, true, %(now)s, %(now)s)
    """,
    "bankroll_entries": """
        INSERT INTO bankroll_entries (user_id, bet_id, status, amount, source, created_at)
        SELECT user_id, bet_id, 'pending', -amount, 'person', placed_at FROM bets WHERE user_id = %(user)s
    """,
    "bet_closings": """
        INSERT INTO bet_closings
        SELECT bet_id, user_id, 0.5, 0.1, 'football_data_uk', 'market_average' FROM bets WHERE user_id = %(user)s
    """,
    "play_limits": """
        INSERT INTO play_limits (user_id, kind, period, amount, changed_at)
        VALUES (%(user)s, 'loss', 'day', 20, %(now)s)
    """,
    "cool_offs": "INSERT INTO cool_offs VALUES (%(user)s, %(now)s, %(later)s)",
    "customers": """
        INSERT INTO customers (user_id, customer_id, synced_at) VALUES (%(user)s, 'cus_' || %(user)s, %(now)s)
    """,
    "subscriptions": """
        INSERT INTO subscriptions (
            subscription_id, user_id, status, plan, created_at, period_start, period_end,
            cancel_at_period_end, refunded_or_disputed
        )
        VALUES ('sub_' || %(user)s, %(user)s, 'active', 'elite', %(now)s, %(now)s, %(later)s, false, false)
    """,
    "accounts": "INSERT INTO accounts (user_id, plan, updated_at) VALUES (%(user)s, 'elite', %(now)s)",
    "admin_actions": "INSERT INTO admin_actions (user_id, action, requested_at) VALUES (%(user)s, 'POST /', %(now)s)",
    "api_keys": """
        INSERT INTO api_keys (key_id, user_id, fingerprint, name, scopes, created_at)
        VALUES (gen_random_uuid(), %(user)s, sha256(%(user)s::text::bytea), 'mine', ARRAY['read'], %(now)s)
    """,
    "broadcasts": """
        INSERT INTO broadcasts VALUES ('b' || %(user)s, %(user)s, 'title', 'body', '/', NULL, %(now)s)
    """,
    "push_subscriptions": """
        INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth, created_at, updated_at)
        VALUES (%(user)s, 'https://fcm.googleapis.com/' || %(user)s, 'key', 'secret', %(now)s, %(now)s)
    """,
    "push_deliveries": """
        INSERT INTO push_deliveries
        SELECT subscription_id, 'picks/2026-11-22', user_id, 'sent', 1, created_at
        FROM push_subscriptions
        WHERE user_id = %(user)s
    """,
    "webhooks": """
        INSERT INTO webhooks (webhook_id, user_id, url, events, secret, created_at, test_requested_at)
        VALUES (
            gen_random_uuid(), %(user)s, 'https://a.example/', ARRAY['picks.committed'],
            'whsec_' || repeat('A', 43) || '=', %(now)s, %(now)s
        )
    """,
    "webhook_deliveries": """
        INSERT INTO webhook_deliveries (webhook_id, event, user_id, attempts, attempted_at, response, is_delivered)
        SELECT webhook_id, 'webhook.test/1', user_id, 1, created_at, '200', true
        FROM webhooks
        WHERE user_id = %(user)s
    """,
    "deletions": "INSERT INTO deletions (user_id, requested_at) VALUES (%(user)s, %(now)s)",
    "favourites": """
        INSERT INTO favourites (user_id, match_id, notify_before_match, created_at)
        VALUES (%(user)s, %(match)s, true, %(now)s)
    """,
    "idempotency_keys": """
        INSERT INTO idempotency_keys (user_id, key, route, request_hash, status, body, created_at)
        VALUES (%(user)s, 'k', 'POST /', sha256('x'), 200, '{}', %(now)s)
    """,
    "job_starts": """
        INSERT INTO job_starts (job, event, started_by, started_at) VALUES ('sync', '{}', %(user)s, %(now)s)
    """,
    "users": "INSERT INTO users (user_id, full_name, created_at) VALUES (%(user)s, 'Somebody', %(now)s)",
    "preferences": """
        INSERT INTO preferences VALUES (
            %(user)s, 'fr', 'Europe/Paris', 'decimal', true, true, true, true, true, true, 10, 'low', '{}',
            NULL, %(now)s
        )
    """,
}
"""A row of each table, the tables that others refer to first."""
RETAINED = {"accounts", "admin_actions", "broadcasts", "job_starts"}
AT_FIRST = {"customers", "deletions", "subscriptions"}
"""Retained, and retained until the rest is erased; `shared.stores.people.gdpr` gives the reasons."""


@pytest.fixture
def full(db: Connection) -> Connection:
    """A database that holds something about two people in each table."""
    (match_id,) = insert_matches(db, match_update())
    for user in (ALICE, BOB):
        for statement in ROWS.values():
            db.execute(statement.encode(), {"user": user, "match": match_id, "now": NOW, "later": LATER})
    return db


def holders(db: Connection) -> dict[str, str]:
    """The tables with people's ids, and the column of each."""
    columns = [place for place in db.execute(OF_PEOPLE).fetchall() if place not in NOBODYS]
    assert len(columns) == len(dict(columns)), "a table refers to two people: declare in `gdpr` what becomes of both"
    return dict(columns)


def rows_of(db: Connection, user: object) -> dict[str, int]:
    """How many rows each table has of a person."""
    return {
        table: len(db.execute(f"SELECT FROM {table} WHERE {column} = %s".encode(), [user]).fetchall())
        for table, column in holders(db).items()
    }


@pytest.mark.case("P1")
def test_every_table_with_personal_data_is_exported(full: Connection) -> None:
    """A table that is missing from `shared.stores.people.gdpr`, or from the rows above, fails here."""
    tables = holders(full).keys()
    assert ROWS.keys() == tables
    assert gdpr.export_user(full, ALICE).keys() == tables


@pytest.mark.case("P1", "A13")
def test_an_export_holds_all_of_one_person_and_nothing_of_another(full: Connection) -> None:
    exported = gdpr.export_user(full, ALICE)
    assert {table: len(rows) for table, rows in exported.items()} == rows_of(full, ALICE) == dict.fromkeys(ROWS, 1)
    full.execute("UPDATE users SET full_name = 'Bob' WHERE user_id = %s", [BOB])
    assert "Bob" not in repr(exported)
    assert not any(isinstance(value, bytes) for row in chain(*exported.values()) for value in row.values()), "no JSON"


@pytest.mark.case("P2")
def test_erasure_removes_all_but_the_retained_tables(full: Connection) -> None:
    """Other people lose nothing, and a second erasure changes nothing."""
    for _ in range(2):
        gdpr.erase(full, ALICE)
        assert {table for table, count in rows_of(full, ALICE).items() if count} == RETAINED | AT_FIRST
        assert rows_of(full, BOB) == dict.fromkeys(ROWS, 1)
    for _ in range(2):
        gdpr.erase_last(full, ALICE)
        assert {table for table, count in rows_of(full, ALICE).items() if count} == RETAINED
        assert rows_of(full, BOB) == dict.fromkeys(ROWS, 1)


ROOTS_WITHOUT_TRIGGER = """
    SELECT c.relname
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relname = ANY(%(tables)s)
        AND NOT EXISTS (
            SELECT FROM pg_trigger t
            WHERE t.tgrelid = c.oid AND t.tgfoid = 'reject_deleted_user'::regproc AND t.tgenabled = 'O'
        )
        AND NOT EXISTS (
            SELECT FROM pg_constraint f
            JOIN pg_class parent ON parent.oid = f.confrelid
            WHERE f.contype = 'f' AND f.conrelid = c.oid AND parent.relname = ANY(%(tables)s) AND parent.oid <> c.oid
        )
"""


@pytest.mark.case("P2")
def test_no_rows_can_be_written_for_a_deleted_person(db: Connection) -> None:
    """Each erased table rejects their rows, or needs a row of one that does."""
    forgotten = sorted(ROWS.keys() - RETAINED - AT_FIRST)
    assert db.execute(ROOTS_WITHOUT_TRIGGER, {"tables": forgotten}).fetchall() == []
