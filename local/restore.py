"""Restore a backup into an empty database and verify it: `python -m local.restore --from 2026-11-22 --to URL`.

The backup is a day in the bucket BACKUP_BUCKET, or a folder with the two files of a day. The secret key of age is read
from a file (`--key`) written by `age-keygen`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from pyrage import (
    DecryptError,
    IdentityError,
    decrypt_io,
    x25519,  # pyright: ignore[reportMissingModuleSource]  # compiled
)

from functions.back_up_database.handler import DUMP, TABLES
from functions.back_up_database.postgres_tools import ToolFailed, command
from local import process_lifetime
from local.errors import LocalError
from shared.clients.errors import UpstreamError
from shared.runtime import wiring
from shared.runtime.settings import SettingsError
from shared.stores.database import connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.operations import snapshots

SETTINGS = ("ALTER DATABASE {} SET statement_timeout TO '10s'",)
"""Settings of the database, which are not in a dump; as in migrations/0001_operations.sql."""


def restore(
    dump: BufferedIOBase, expected: Sequence[dict[str, Any]], url: str, identity: str
) -> list[snapshots.TableChecksum]:
    """Restore a dump into an empty database; returns its verified tables.

    Args:
        expected: row counts and checksums of the tables at the time of the backup.
        url: the database; not a transaction pooler.
        identity: secret key of age (`AGE-SECRET-KEY-1…`).

    Raises:
        LocalError: the database is not empty, the dump cannot be decrypted or is damaged, or the restored tables differ
            from the backup.
    """
    with connect(url, "paris-sportif restore") as db:
        if db.execute(snapshots.NAMES).fetchone() is not None:
            raise LocalError("The database has tables: restore into an empty one that is not in use.")
        for setting in SETTINGS:
            db.execute(sql.SQL(setting).format(sql.Identifier(db.info.dbname)))
    with process_lifetime.folder("restore-") as folder:
        plain = folder / "dump"
        try:
            with plain.open("wb") as file:
                decrypt_io(dump, file, [x25519.Identity.from_str(identity)])
        except (DecryptError, IdentityError, OSError) as error:
            raise LocalError(f"{DUMP} cannot be decrypted with this key: {error}.") from error
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-password")
        arguments, environment = command("pg_restore", url, *options, "--schema=public", str(plain))
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(f"pg_restore of {DUMP} failed: {done.stderr.strip()}")
    with connect(url, "paris-sportif restore") as db, snapshots.exported(db):
        tables = snapshots.tables(db)
    if differing := [row["name"] for row in expected if row not in [asdict(table) for table in tables]]:
        raise LocalError(f"These tables differ from what was backed up: {', '.join(differing)}.")
    return tables


def main(arguments: list[str] | None = None) -> int:
    """Restore, and print a summary."""
    args = _parser().parse_args(arguments)
    try:
        identity = _identity(args.key)
        with ExitStack() as stack:
            dump, expected = _open_backup(args.backup, stack)
            tables = restore(dump, expected, args.to, identity)
    except (LocalError, ToolFailed, SettingsError, UpstreamError, DatabaseUnavailable, psycopg.Error, OSError) as error:
        print(f"Restoring {args.backup} with the key of {args.key}: {error}", file=sys.stderr)
        return 1
    print(f"{len(tables)} tables, {sum(table.rows for table in tables)} rows: each adds up to what was backed up.")
    return 0


def _identity(file: Path) -> str:
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(f"the key file {file} cannot be read ({error}).") from error
    keys = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if not keys:
        raise LocalError(f"{file} holds no secret key of age; `age-keygen` writes such files.")
    return keys[0]


def _open_backup(backup: str, stack: ExitStack) -> tuple[BufferedIOBase, list[dict[str, Any]]]:
    folder = Path(backup)
    if folder.is_dir():
        for name in (DUMP, TABLES):
            if not (folder / name).is_file():
                raise LocalError(f"the folder {backup} has no file {name}; a backup has {DUMP} and {TABLES}.")
        return stack.enter_context((folder / DUMP).open("rb")), _parse_tables((folder / TABLES).read_bytes(), backup)
    storage = wiring.backup_storage()
    if storage is None:
        raise LocalError(f"{backup} is no folder, and BACKUP_BUCKET names no bucket that could hold it.")
    try:
        return storage.open(f"{backup}/{DUMP}"), _parse_tables(storage.open(f"{backup}/{TABLES}").read(), backup)
    except UpstreamError as error:
        days = sorted({key.partition("/")[0] for key in storage.list_keys()})
        known = f"it has {', '.join(days)}" if days else "it has none"
        raise LocalError(f"the bucket has no complete backup of {backup}; {known} ({error}).") from error


def _parse_tables(tables: bytes, backup: str) -> list[dict[str, Any]]:
    try:
        return json.loads(tables)
    except ValueError as error:
        raise LocalError(
            f"{backup}/{TABLES} is cut short or was changed; without it nothing can be compared."
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="restore", description="Restore a backup into an empty database.")
    parser.add_argument("--from", dest="backup", required=True, help="a day of the bucket, or a folder with its files")
    parser.add_argument("--to", required=True, help="address of the empty database, past any pooler")
    parser.add_argument("--key", type=Path, required=True, help="file with the secret key of age")
    return parser


if __name__ == "__main__":
    sys.exit(main())
