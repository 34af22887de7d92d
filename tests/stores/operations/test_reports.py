from datetime import timedelta

from shared.stores.database import Connection
from shared.stores.operations import reports
from tests.factories import BEFORE


def test_repeated_reports_are_stored_once(db: Connection) -> None:
    reports.add(db, "line", [("a", "broken"), ("a", "broken"), ("b", "broken")], BEFORE)
    reports.add(db, "line", [("a", "broken"), ("a", "broken otherwise")], BEFORE + timedelta(hours=1))
    reports.add(db, "match", [("a", "broken")], BEFORE)
    reports.add(db, "match", [], BEFORE)
    rows = db.execute("SELECT kind, about, what, first_seen_at FROM reports ORDER BY 1, 2, 3").fetchall()
    assert rows == [
        ("line", "a", "broken", BEFORE),
        ("line", "a", "broken otherwise", BEFORE + timedelta(hours=1)),
        ("line", "b", "broken", BEFORE),
        ("match", "a", "broken", BEFORE),
    ]
