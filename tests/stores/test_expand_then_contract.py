"""F4: every migration keeps the rows that it finds, and lets the release before it go on writing."""

import shutil
from pathlib import Path

import psycopg
import pytest

from local.migrate import MIGRATIONS, migrate
from local.problem import Problem
from shared.stores.database import Connection, connect
from tests.conftest import Databases

WRITTEN = {
    "0001_first_matchday.sql": """
        INSERT INTO payloads (source, outside_id, known_at, digest, content)
            VALUES ('s', 'x{n}', '2024-01-01Z', '\\x00', 'é');
        INSERT INTO teams (team_id, name, short_name, tla, country, matched)
            VALUES ({n}1, 'A', 'A', 'AAA', 'England', true), ({n}2, 'B', 'B', 'BBB', 'England', true);
        INSERT INTO matches (match_id, competition, season, stage, home_team_id, away_team_id, kick_off, status,
                told_by, told_at, home_goals, away_goals)
            VALUES ({n}, 'PL', 2023, 'REGULAR_SEASON', {n}1, {n}2, '2024-04-27 14:00Z', 'finished', 's',
                '2024-04-28Z', 2, 1);
        INSERT INTO offers (match_id, source, bookmaker, market, line, closing, taken_at, prices)
            VALUES ({n}, 's', 'bet365', 'h2h', 0, false, '2024-04-26 13:00Z', '{{2.1,3.5,4}}');
        INSERT INTO predictions (match_id, published_at, kick_off, model, basis, home, draw, away, home_rate, away_rate,
                rho, markets)
            VALUES ({n}, '2024-04-27 03:30Z', '2024-04-27 14:00Z', 'm', 'prices', 0.5, 0.3, 0.2, 1.6, 1.1, 0, '{{}}');
        INSERT INTO pick_days (day, committed_at, matches) VALUES (date '2024-04-27' + {n}, '2024-04-27 05:00Z', 1);
        INSERT INTO picks (day, rank, match_id, published_at, kick_off, competition, market, outcome, line, probability,
                price, bookmaker, price_taken_at, value, share)
            VALUES (date '2024-04-27' + {n}, 1, {n}, '2024-04-27 03:30Z', '2024-04-27 14:00Z', 'PL', 'h2h', 'home', 0,
                0.5, 2.1, 'bet365', '2024-04-26 13:00Z', 0.05, 0.01);
        INSERT INTO endings (day, rank, entry, ending, profit, settled_at)
            VALUES (date '2024-04-27' + {n}, 1, 1, 'won', 1.1, '2024-04-28Z');
        INSERT INTO jobs (job, last_run_at, day, report) VALUES ('job {n}', '2024-04-28Z', '2024-04-28', '{{}}')
    """,
    "0002_forecaster.sql": """
        INSERT INTO learned_results (match_id, day, home_goals, away_goals, with_statistics, with_closing)
            VALUES ({n}, '2024-04-27', 2, 1, false, false)
    """,
    "0007_accounts.sql": """
        INSERT INTO accounts (user_id, plan, updated_at)
            VALUES ('a11ce000-0000-4000-8000-00000000000{n}', 'premium', '2024-04-28Z');
        INSERT INTO api_keys (key_id, user_id, fingerprint, name, scopes, created_at)
            VALUES ('b0b00000-0000-4000-8000-00000000000{n}', 'a11ce000-0000-4000-8000-00000000000{n}',
                decode(repeat('0{n}', 32), 'hex'), 'k', '{{read}}', '2024-04-28Z')
    """,
    "0025_bets.sql": """
        INSERT INTO bankrolls (user_id) VALUES ('a11ce000-0000-4000-8000-00000000000{n}');
        INSERT INTO bets (user_id, match_id, kick_off, market, outcome, line, price, amount, followed, placed_at, day)
            VALUES ('a11ce000-0000-4000-8000-00000000000{n}', {n}, '2024-04-27 14:00Z', 'h2h', 'home', 0, 2.1, 10.55,
                false, '2024-04-27 09:00Z', '2024-04-27')
    """,
}
"""What a release writes once a migration is there, as text: it stays as it is when the code of today moves on."""
CONTRACTED = {"club_ratings", "level_ratings", "rated_results"}
"""Tables that are gone, with the code that wrote them; so are their rows."""
ROWS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"


def columns(db: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in db.execute(ROWS):
        if table not in {"schema_migrations", *CONTRACTED}:
            found.setdefault(table, []).append(column)
    return found


def rows(db: Connection, of: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """What is in the columns of an earlier schema."""
    return {
        table: sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}".encode()).fetchall(), key=repr)  # noqa: S608
        for table, names in of.items()
    }


def write(url: str, name: str, n: int) -> None:
    with connect(url, "release") as db, db.transaction():
        for statement in WRITTEN[name].format(n=n).split(";"):
            db.execute(statement.encode())


def test_each_step_from_each_earlier_schema_keeps_its_rows(databases: Databases, tmp_path: Path) -> None:
    """F4: up from every schema there has been, with rows of that time in it."""
    with databases.copy("template1") as url:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            with connect(url, "before") as db:
                was = columns(db)
                before = rows(db, was)
            shutil.copy(file, tmp_path)
            assert migrate(url, tmp_path) == [file.name]
            with connect(url, "after") as db:
                assert rows(db, was) == before, f"{file.name} changes what was written before it"
            if file.name in WRITTEN:
                write(url, file.name, 1)
        assert migrate(url) == []


def test_what_earlier_releases_write_is_taken_by_the_schema_of_today(url: str) -> None:
    """F4: while a deploy is under way, and after the way back, the code before runs on the schema after."""
    for name in WRITTEN:
        write(url, name, 2)


def test_a_migration_that_was_edited_is_refused_and_one_that_fails_leaves_nothing(
    databases: Databases, tmp_path: Path
) -> None:
    first, second = tmp_path / "0001_a.sql", tmp_path / "0002_b.sql"
    first.write_text("CREATE TABLE a (n int)")
    with databases.copy("template1") as url:
        assert migrate(url, tmp_path) == [first.name]
        second.write_text("CREATE TABLE b (n int); SELECT 1/0")
        with pytest.raises(Problem, match=r"0002_b\.sql does not run: division by zero"):
            migrate(url, tmp_path)
        with connect(url, "test") as db:
            assert columns(db) == {"a": ["n"]}
        second.unlink()
        first.write_text("CREATE TABLE a (n bigint)")
        with pytest.raises(Problem, match=r"0001_a\.sql was changed after it had been applied"):
            migrate(url, tmp_path)


def test_a_step_that_would_break_the_release_before_is_found(databases: Databases, tmp_path: Path) -> None:
    for file in sorted(MIGRATIONS.glob("*.sql")):
        shutil.copy(file, tmp_path)
    (tmp_path / "9999_contracts_at_once.sql").write_text("ALTER TABLE picks ADD COLUMN must_be_told int NOT NULL")
    with databases.copy("template1") as url:
        migrate(url, tmp_path)
        with pytest.raises(psycopg.errors.NotNullViolation):
            write(url, "0001_first_matchday.sql", 1)
