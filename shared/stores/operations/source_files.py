"""Shapes of source files, for detecting schema drift and missing rows."""

from dataclasses import dataclass
from datetime import datetime

from shared.stores.database import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class FileShape:
    """Shape of a file: season, columns in order, and number of matches."""

    season: int
    columns: list[str]
    lines: int


LATEST = """
    SELECT season, columns, lines
    FROM source_files
    WHERE file = %(file)s AND season <= %(season)s AND since <= %(now)s
    ORDER BY season DESC
    LIMIT 1
"""


def latest(db: Connection, file: str, season: int, now: datetime) -> FileShape | None:
    """The shape of a season's file at an instant, or that of the latest earlier season."""
    return fetch_one(db, FileShape, LATEST, {"file": file, "season": season, "now": now})


PUT = """
    INSERT INTO source_files (file, season, columns, lines, since)
    VALUES (%(file)s, %(season)s, %(columns)s, %(lines)s, %(now)s)
    ON CONFLICT (file, season) DO UPDATE SET
        columns = EXCLUDED.columns,
        lines = EXCLUDED.lines,
        since = EXCLUDED.since
    WHERE (source_files.columns, source_files.lines) IS DISTINCT FROM (EXCLUDED.columns, EXCLUDED.lines)
"""


def put(db: Connection, file: str, shape: FileShape, now: datetime) -> None:
    """Store the current shape of a file."""
    params = {"file": file, "season": shape.season, "columns": shape.columns, "lines": shape.lines, "now": now}
    db.execute(PUT, params)
