"""Back up the database, encrypted. Cron: 01:00 UTC. Safe to run twice or late: a day has one backup, the last."""

import json
import re
from dataclasses import asdict
from datetime import date

from functions.back_up_database.dump import dump
from functions.back_up_database.retention import outdated
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.stores.database import connect
from shared.stores.operations import snapshots

DUMP, TABLES = "dump.age", "tables.json"
"""The objects of a day: `2026-11-22/dump.age`, and `2026-11-22/tables.json` once the dump is complete."""
OBJECT_KEY = re.compile(
    rf"(?P<day>[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))/(?P<name>{re.escape(DUMP)}|{re.escape(TABLES)})"
)
"""Matches the keys of these objects."""


def back_up(run: Run) -> None:
    """Upload the dump of a snapshot and its table counts, then delete outdated backups."""
    storage = wiring.backup_storage()
    if storage is None:
        run.report(skipped="BACKUP_BUCKET is not set")
        return
    url, recipients = settings().require("direct_database_url"), settings().require("backup_recipients").split(",")
    with connect(url, "paris-sportif backup") as db, snapshots.exported(db) as snapshot:
        tables = snapshots.tables(db)
        with storage.upload(f"{run.day}/{DUMP}") as upload:
            dump(url, snapshot, recipients, upload)
    storage.put(f"{run.day}/{TABLES}", json.dumps([asdict(table) for table in tables]).encode())
    keys = storage.list_keys()
    objects = [(key, match) for key in keys if (match := OBJECT_KEY.fullmatch(key))]
    complete = {date.fromisoformat(match["day"]) for _, match in objects if match["name"] == TABLES}
    retained = complete - outdated(complete)
    for key, match in objects:
        if date.fromisoformat(match["day"]) not in retained:
            storage.delete(key)
    rows = sum(table.rows for table in tables)
    run.report(
        tables=len(tables),
        rows=rows,
        bytes=upload.size,
        retained=len(retained),
        deleted=len(complete) - len(retained),
        foreign=len(keys) - len(objects),  # other objects in the bucket are left alone
    )


handler = job("back_up_database", back_up)
