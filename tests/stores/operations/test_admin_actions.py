import psycopg
import pytest

from shared.stores.database import Connection
from shared.stores.operations import admin_actions
from tests.factories import BEFORE
from tests.tokens import ALICE


def test_an_admin_action_is_recorded_with_its_user_and_time(db: Connection) -> None:
    admin_actions.add(db, ALICE, "POST /api/v1/sync/weekly?days=7", BEFORE)
    rows = db.execute("SELECT user_id, action, requested_at FROM admin_actions").fetchall()
    assert rows == [(ALICE, "POST /api/v1/sync/weekly?days=7", BEFORE)]


@pytest.mark.parametrize(
    "change", ["UPDATE admin_actions SET action = ''", "DELETE FROM admin_actions", "TRUNCATE admin_actions"]
)
def test_admin_actions_cannot_be_updated_or_deleted(db: Connection, change: str) -> None:
    admin_actions.add(db, ALICE, "POST /", BEFORE)
    with pytest.raises(psycopg.errors.RaiseException, match="admin_actions is a record"):
        db.execute(change.encode())
