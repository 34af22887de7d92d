"""Every migration preserves existing rows, and lets the release before it go on writing."""

import shutil
from pathlib import Path

import psycopg
import pytest

from local.errors import LocalError
from local.migrate import MIGRATIONS, migrate
from shared.stores.database import Connection, connect
from tests.conftest import Databases

PERSON = "a11ce000-0000-4000-8000-00000000000"
"""And a digit."""
WRITTEN = {
    "0001_operations.sql": """
        INSERT INTO payloads (source, external_id, known_at, digest, content)
            VALUES ('s', 'x{n}', '2024-01-01Z', '\\x00', 'é');
        INSERT INTO jobs (job, last_run_at, day, report) VALUES ('job {n}', '2024-04-28Z', '2024-04-28', '{{}}')
    """,
    "0002_football.sql": """
        INSERT INTO teams (team_id, name, short_name, tla, country, matched)
            VALUES ({n}1, 'A', 'A', 'AAA', 'England', true), ({n}2, 'B', 'B', 'BBB', 'England', true);
        INSERT INTO matches (match_id, competition, season, stage, home_team_id, away_team_id, kick_off, status,
                source, source_updated_at, home_goals, away_goals)
            VALUES ({n}, 'PL', 2023, 'REGULAR_SEASON', {n}1, {n}2, '2024-04-27 14:00Z', 'finished', 's',
                '2024-04-28Z', 2, 1)
    """,
    "0003_forecasting.sql": """
        INSERT INTO learned_results (match_id, day, home_goals, away_goals, with_closing)
            VALUES ({n}, '2024-04-27', 2, 1, false);
        INSERT INTO predictions (match_id, published_at, kick_off, model, basis, home, draw, away, home_rate, away_rate,
                rho, markets)
            VALUES ({n}, '2024-04-27 03:30Z', '2024-04-27 14:00Z', 'm', 'prices', 0.5, 0.3, 0.2, 1.6, 1.1, 0, '{{}}')
    """,
    "0004_people.sql": """
        INSERT INTO accounts (user_id, plan, updated_at)
            VALUES ('{person}{n}', 'premium', '2024-04-28Z');
        INSERT INTO api_keys (key_id, user_id, fingerprint, name, scopes, created_at)
            VALUES ('b0b00000-0000-4000-8000-00000000000{n}', '{person}{n}',
                decode(repeat('0{n}', 32), 'hex'), 'k', '{{read}}', '2024-04-28Z');
        INSERT INTO users (user_id, full_name, adult_declared_at, created_at)
            VALUES ('{person}{n}', 'Camille', '2024-04-27Z', '2024-04-27Z');
        INSERT INTO favourites (user_id, match_id, note, notify_before_match, created_at)
            VALUES ('{person}{n}', {n}, 'derby', true, '2024-04-27Z');
        INSERT INTO deletions (user_id, requested_at) VALUES ('{person}{n}', '2024-04-27Z');
        INSERT INTO idempotency_keys (user_id, key, route, request_hash, status, body, created_at)
            VALUES ('{person}{n}', 'k{n}', 'POST /api/v1/bets', decode(repeat('0{n}', 32), 'hex'), 201, '{{}}',
                '2024-04-27Z')
    """,
    "0005_billing.sql": """
        INSERT INTO customers (user_id, customer_id, plan, synced_at)
            VALUES ('{person}{n}', 'cus_{n}', 'premium', '2024-04-27Z');
        INSERT INTO subscriptions (subscription_id, user_id, status, price_id, plan, entitled_until, created_at,
                period_start, period_end, cancel_at_period_end, refunded_or_disputed)
            VALUES ('sub_{n}', '{person}{n}', 'active', 'price', 'premium', '2024-05-27Z', '2024-04-27Z', '2024-04-27Z',
                '2024-05-27Z', false, false);
        INSERT INTO stripe_events (event_id, type, customer_id, created_at, received_at)
            VALUES ('evt_{n}', 'customer.subscription.updated', 'cus_{n}', '2024-04-27Z', '2024-04-27Z')
    """,
    "0006_betting.sql": """
        INSERT INTO offers (match_id, source, bookmaker, market, line, closing, taken_at, prices)
            VALUES ({n}, 's', 'bet365', 'h2h', 0, false, '2024-04-26 13:00Z', '{{2.1,3.5,4}}');
        INSERT INTO pick_days (day, committed_at, matches) VALUES (date '2024-04-27' + {n}, '2024-04-27 05:00Z', 1);
        INSERT INTO picks (day, rank, match_id, published_at, kick_off, competition, market, outcome, line, probability,
                result_probabilities, price, bookmaker, price_taken_at, value, share)
            VALUES (date '2024-04-27' + {n}, 1, {n}, '2024-04-27 03:30Z', '2024-04-27 14:00Z', 'PL', 'h2h', 'home', 0,
                0.5, '{{0.5,0,0,0,0.5}}', 2.1, 'bet365', '2024-04-26 13:00Z', 0.05, 0.01);
        INSERT INTO pick_settlements (day, rank, entry, result, profit, settled_at)
            VALUES (date '2024-04-27' + {n}, 1, 1, 'won', 1.1, '2024-04-28Z');
        INSERT INTO bankrolls (user_id) VALUES ('{person}{n}');
        INSERT INTO bets (user_id, match_id, kick_off, market, outcome, line, price, amount, followed, placed_at, day)
            VALUES ('{person}{n}', {n}, '2024-04-27 14:00Z', 'h2h', 'home', 0, 2.1, 10.55,
                false, '2024-04-27 09:00Z', '2024-04-27');
        INSERT INTO bankroll_entries (user_id, amount, source, created_at)
            VALUES ('{person}{n}', 200, 'person', '2024-04-27 08:00Z');
        INSERT INTO play_limits (user_id, kind, period, amount, changed_at)
            VALUES ('{person}{n}', 'stake', 'week', 50, '2024-04-27Z');
        INSERT INTO cool_offs (user_id, begun_at, ends_at) VALUES ('{person}{n}', '2024-04-27Z', '2024-04-28Z')
    """,
    "0007_messaging.sql": """
        INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth, created_at, updated_at)
            VALUES ('{person}{n}', 'https://push.invalid/{n}', 'p', 'a', '2024-04-27Z', '2024-04-27Z');
        INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
            SELECT subscription_id, 'picks {n}', user_id, 'sent', 1, '2024-04-27Z' FROM push_subscriptions
            WHERE endpoint = 'https://push.invalid/{n}'
    """,
    "0008_news.sql": """
        INSERT INTO articles (article_id, url, title, extract, outlet, language, published_at, team_ids, kind, story_id,
                known_at)
            VALUES ('{person}{n}', 'https://news.invalid/{n}', 'Title', '', 'o', 'fr', '2024-04-26Z', '{{{n}1}}',
                'preview', '{person}{n}', '2024-04-26Z');
        INSERT INTO feeds (outlet, etag, last_modified, read_at) VALUES ('outlet {n}', '', '', '2024-04-26Z');
        INSERT INTO explanations (match_id, published_at, provider, model, prompt, prompt_hash, content, sources,
                tokens_in, tokens_out, cost, created_at)
            VALUES ({n}, '2024-04-27 03:30Z', 'groq', 'm', 'p', repeat('0', 64), '{{}}', '[]', 1, 1, 0.001,
                '2024-04-27 04:10Z');
        INSERT INTO llm_calls (called_at, match_id, provider, model, prompt, prompt_hash, repair, tokens_in, tokens_out,
                cost, milliseconds, outcome)
            VALUES ('2024-04-27 04:10Z', {n}, 'groq', 'm', 'p', repeat('0', 64), false, 1, 1, 0.001, 900, 'accepted')
    """,
    "0010_corners.sql": """
        INSERT INTO match_statistics (match_id, home_shots, away_shots, home_corners, away_corners)
            VALUES ({n}, 12, 7, 6, NULL)
    """,
}
"""What a release writes once a migration is there, as text: it stays as it is when the code of today moves on."""
ROWS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"


def columns(db: Connection) -> dict[str, list[str]]:
    columns_by_table: dict[str, list[str]] = {}
    for table, column in db.execute(ROWS):
        if table != "schema_migrations":
            columns_by_table.setdefault(table, []).append(column)
    return columns_by_table


def rows(db: Connection, tables: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """The rows in these columns."""
    return {
        table: sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}".encode()).fetchall(), key=repr)  # noqa: S608
        for table, names in tables.items()
    }


def written_columns(db: Connection) -> dict[str, list[str]]:
    """The columns of tables with rows: a later migration may drop a table that no release writes any more."""
    all_columns = columns(db)
    return {table: all_columns[table] for table, stored in rows(db, all_columns).items() if stored}


def write(url: str, name: str, n: int) -> None:
    with connect(url, "release") as db, db.transaction():
        for statement in WRITTEN[name].format(n=n, person=PERSON).split(";"):
            db.execute(statement.encode())


@pytest.mark.case("F4")
def test_each_migration_preserves_existing_rows(databases: Databases, tmp_path: Path) -> None:
    """Up from every schema there has been, with rows of that time in it."""
    with databases.copy("template1") as url:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            with connect(url, "before") as db:
                was = written_columns(db)
                before = rows(db, was)
            shutil.copy(file, tmp_path)
            assert migrate(url, tmp_path) == [file.name]
            with connect(url, "after") as db:
                assert rows(db, was) == before, f"{file.name} changes what was written before it"
            if file.name in WRITTEN:
                write(url, file.name, 1)
        assert migrate(url) == []


@pytest.mark.case("F4", "G11")
def test_rows_written_by_earlier_releases_fit_the_current_schema(url: str) -> None:
    """While a deploy is under way, and after the way back, the code before runs on the schema after."""
    for name in WRITTEN:
        write(url, name, 2)


def test_an_edited_migration_is_rejected_and_a_failed_one_is_rolled_back(databases: Databases, tmp_path: Path) -> None:
    first, second = tmp_path / "0001_a.sql", tmp_path / "0002_b.sql"
    first.write_text("CREATE TABLE a (n int)")
    with databases.copy("template1") as url:
        assert migrate(url, tmp_path) == [first.name]
        second.write_text("CREATE TABLE b (n int); SELECT 1/0")
        with pytest.raises(LocalError, match=r"0002_b\.sql does not run: division by zero"):
            migrate(url, tmp_path)
        with connect(url, "test") as db:
            assert columns(db) == {"a": ["n"]}
        second.unlink()
        first.write_text("CREATE TABLE a (n bigint)")
        with pytest.raises(LocalError, match=r"0001_a\.sql was changed after it had been applied"):
            migrate(url, tmp_path)


@pytest.mark.case("G11")
def test_a_migration_blocked_by_a_lock_times_out_and_can_be_retried(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind it every reader of that table would wait as well, for as long as a backup or a job reads it."""
    monkeypatch.setattr("local.migrate.LOCK_TIMEOUT", "SET LOCAL lock_timeout = '100ms'")
    first, second = tmp_path / "0001_a.sql", tmp_path / "0002_b.sql"
    first.write_text("CREATE TABLE a (n int)")
    with databases.copy("template1") as url:
        migrate(url, tmp_path)
        second.write_text("ALTER TABLE a ADD COLUMN m int")
        with connect(url, "backup") as backup:
            with backup.transaction():
                backup.execute("SELECT n FROM a")
                with pytest.raises(LocalError, match=r"0002_b\.sql waits for what is in use; run it again"):
                    migrate(url, tmp_path)
            assert migrate(url, tmp_path) == [second.name]


def test_a_step_that_would_break_the_release_before_is_found(databases: Databases, tmp_path: Path) -> None:
    for file in sorted(MIGRATIONS.glob("*.sql")):
        shutil.copy(file, tmp_path)
    (tmp_path / "9999_contracts_at_once.sql").write_text("ALTER TABLE picks ADD COLUMN mandatory int NOT NULL")
    with databases.copy("template1") as url:
        migrate(url, tmp_path)
        with pytest.raises(psycopg.errors.NotNullViolation):
            for name in WRITTEN:
                write(url, name, 1)
