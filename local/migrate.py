"""Apply plain SQL migrations in order of file name, forward only, each once and in its own transaction."""

import hashlib
import sys
from pathlib import Path

import psycopg

from local.errors import LocalError
from shared.runtime.settings import SettingsError, settings

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('schema_migrations', 0))"
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
"""A migration that waits for a table in use blocks all later readers, so it gives up soon."""
TABLE = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version text PRIMARY KEY,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""
TEXT_IN_UTF8 = "SELECT tsvector_to_array(to_tsvector('simple', 'l\u2019\u00c9T\u00c9')) = '{l,\u00e9t\u00e9}'"
"""Whether full-text search lower-cases accented letters and separates words at typographic apostrophes.

It does by the database's LC_CTYPE, of which C knows ASCII alone.
"""
APPLIED = "SELECT checksum FROM schema_migrations WHERE version = %(version)s"
APPLY = "INSERT INTO schema_migrations (version, checksum) VALUES (%(version)s, %(checksum)s)"


def migrate(database_url: str, directory: Path = MIGRATIONS) -> list[str]:
    """Apply pending migrations; returns the applied files. Concurrent calls are serialized by a lock.

    Raises:
        LocalError: an applied file was changed, a file fails, a lock timed out, or the database's LC_CTYPE is C.
    """
    applied: list[str] = []
    with psycopg.connect(database_url, autocommit=True, prepare_threshold=None) as db:
        db.execute("SET statement_timeout = 0")  # an index on a large table may take long
        if db.execute(TEXT_IN_UTF8).fetchone() != (True,):
            raise LocalError(
                "The database's LC_CTYPE knows ASCII alone, so that a search finds no accented words. Create the "
                "database with: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
            )
        for file in sorted(directory.glob("*.sql")):
            sql = file.read_bytes()
            row = {"version": file.name, "checksum": hashlib.sha256(sql).hexdigest()}
            with db.transaction():
                db.execute(LOCK)
                db.execute(TABLE)
                recorded = db.execute(APPLIED, row).fetchone()
                if recorded is None:
                    try:
                        db.execute(LOCK_TIMEOUT)
                        db.execute(sql)
                    except psycopg.errors.LockNotAvailable as error:
                        raise LocalError(f"Migration {file.name} waits for what is in use; run it again.") from error
                    except psycopg.Error as error:
                        raise LocalError(f"Migration {file.name} does not run: {error}") from error
                    db.execute(APPLY, row)
                    applied.append(file.name)
                elif recorded[0] != row["checksum"]:
                    raise LocalError(f"Migration {file.name} was changed after it had been applied; write a new one.")
    return applied


def main() -> int:
    """Apply pending migrations to DATABASE_URL and print them."""
    try:
        applied = migrate(settings().require("database_url"))
    except (LocalError, SettingsError, psycopg.OperationalError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(applied) or "nothing to apply")
    return 0


if __name__ == "__main__":
    sys.exit(main())
