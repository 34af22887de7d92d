"""The tables that the migrations make, and what they refuse."""

from datetime import date

import psycopg
import pytest

from local.migrate import MIGRATIONS, migrate
from shared.stores.betting import picks
from shared.stores.database import Connection
from shared.stores.forecasting import predictions
from tests.conftest import Databases
from tests.factories import BEFORE, KICK_OFF, choice, forecast, insert_matches, insert_predictions, match_update, pick

OTHERWISE_NAMED = """
    SELECT indexname FROM pg_indexes
    WHERE schemaname = 'public' AND indexname !~ ('^' || tablename || '_([a-z0-9_]+_)?(pkey|key|idx)$')
    UNION ALL
    SELECT conname FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype = 'c'
        AND conname !~ ('^' || conrelid::regclass || '_.+_check$')
"""
RECORDS = ("offers", "predictions", "pick_days", "picks", "pick_settlements", "pick_closings")


def test_migrations_apply_to_an_empty_database_and_are_idempotent(databases: Databases) -> None:
    with databases.copy("template1") as url:
        assert migrate(url) == sorted(path.name for path in MIGRATIONS.glob("*.sql"))
        assert migrate(url) == []


def test_names_of_indexes_and_checks_state_their_columns_or_rule_in_the_style_of_postgres(db: Connection) -> None:
    """Such as `bets_match_id_idx` and `bets_before_kick_off_check`; neither `bets_check` nor `…_idx1`."""
    assert db.execute(OTHERWISE_NAMED).fetchall() == []


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("change", ["UPDATE {} SET day = NULL", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_a_record_is_never_changed(db: Connection, table: str, change: str) -> None:
    column = "match_id" if table in {"offers", "predictions"} else "day"
    with pytest.raises(psycopg.errors.RaiseException, match="is a record: rows are added, never changed or removed"):
        db.execute(change.replace("day", column).format(table).encode())


def test_an_upsert_cannot_change_a_record_either(db: Connection) -> None:
    insert_predictions(db, match_update())
    statement = (
        "INSERT INTO predictions SELECT * FROM predictions ON CONFLICT (match_id, published_at) DO UPDATE SET home = 1"
    )
    with pytest.raises(psycopg.errors.RaiseException, match="predictions is a record"):
        db.execute(statement)


@pytest.mark.parametrize("late", [KICK_OFF, KICK_OFF.replace(hour=15)])
def test_a_forecast_at_or_after_kick_off_is_rejected(db: Connection, late: object) -> None:
    (match_id,) = insert_matches(db, match_update())
    with pytest.raises(psycopg.errors.CheckViolation):
        predictions.add(db, [forecast(match_id, published_at=late)])


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE matches SET status = 'abandoned'",
        "UPDATE matches SET home_goals = 1",
        "UPDATE matches SET home_goals = -1, away_goals = 0",
        "UPDATE matches SET away_team_id = home_team_id",
        "UPDATE matches SET home_team_id = 0",
        "INSERT INTO offers VALUES (1, 'x', 'x', 'h2h', 0, false, now(), '{2}')",
        "UPDATE matches SET kick_off = NULL",
    ],
)
def test_invalid_input_is_rejected(db: Connection, fault: str) -> None:
    insert_matches(db, match_update())
    with pytest.raises(psycopg.errors.IntegrityError):
        db.execute(fault.encode())


def test_a_pick_needs_the_forecast_it_comes_from(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update())
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match_id)))


@pytest.mark.case("F9")
def test_a_match_is_picked_once_a_day(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    with pytest.raises(psycopg.errors.UniqueViolation):
        picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match_id), pick(match_id, outcome="away")))
