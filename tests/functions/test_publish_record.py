"""The record as it is published: verified by public/verify.py, by another implementation, and by witnesses."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.service import ROOT
from shared.clients.errors import Unavailable
from shared.ledger.checkpoint import is_signed, parse_checkpoint
from shared.ledger.signed_note import parse_verifier_key
from shared.ledger.tiles import parse_bundle
from shared.runtime import clock, wiring
from shared.runtime.settings import SettingsError
from shared.services.record_publication import RecordForked
from shared.services.signing_keys import format_signing_key
from shared.stores.database import connect
from shared.stores.record import log
from tests import season, witness_service
from tests.conftest import Databases
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.ledger.keys import KEY, WITNESS, verify
from tests.running import environment, run, run_all, select
from tests.s3_service import S3Service, s3_service
from tests.season import Service, row
from tests.witness_service import CalendarService, WitnessService

MORNING = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
NEXT_DAY = MORNING + timedelta(days=1)
SIGNING_KEY = format_signing_key(KEY.name, bytes(range(32)))
OTHER_KEY = format_signing_key(KEY.name, bytes(range(2, 34)))
RESULT = row("Arsenal", "Chelsea", "20/04/2024 15:00", "2-1", closing=(1.9, 3.5, 4.2))


@dataclass
class Project:
    """The product with its public folder, witness and calendar."""

    url: str
    source: Service
    public: Path
    witness: WitnessService
    calendar: CalendarService
    settings: dict[str, str]

    def publish(self, at: datetime) -> dict[str, Any]:
        self.witness.now = at
        return run("publish_record", at)

    @contextmanager
    def changed(self, **settings: str) -> Iterator[None]:
        with environment(**{**self.settings, **settings}):
            yield

    @property
    def objects(self) -> dict[str, bytes]:
        """Published files by key."""
        files = (path for path in self.public.rglob("*") if path.is_file())
        return {path.relative_to(self.public).as_posix(): path.read_bytes() for path in files}

    @property
    def folder(self) -> Path:
        """The log's own folder."""
        return self.public / "record"

    def checkpoint(self) -> str:
        return self.objects["record/checkpoint"].decode()


@pytest.fixture(scope="module")
def morning(databases: Databases, empty: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The template after the jobs of a morning: forecasts and a pick, and a match without its hour."""
    url, folder = databases.make(empty), tmp_path_factory.mktemp("service")
    prices = {"MaxH": "2.3", "MaxD": "3.5", "MaxA": "4"}
    everton = row("Everton", "Chelsea", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8)) | prices
    with season.serve(folder) as service, environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=service.url):
        service.results(MORNING, RESULT)
        service.fixtures(MORNING, everton, row("Fulham", "Burnley", "27/04/2024"))
        run_all(MORNING, "sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks")
    return url


@pytest.fixture
def project(databases: Databases, morning: str, service: Service, tmp_path: Path) -> Iterator[Project]:
    with (
        databases.copy(morning) as url,
        witness_service.serve() as (witness, calendar),
    ):
        settings = {
            "DATABASE_URL": url,
            "FOOTBALL_DATA_UK_URL": service.url,
            "RECORD_BUCKET": str(tmp_path / "public"),
            "RECORD_SIGNING_KEY": SIGNING_KEY,
            "RECORD_WITNESSES": f"{WITNESS} {witness.url}",
            "RECORD_CALENDARS": calendar.url,
        }
        with environment(**settings):
            yield Project(url, service, tmp_path / "public", witness, calendar, settings)


@pytest.fixture
def bucket(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Service]:
    """A bucket in place of the folder."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-west-3")
    with s3_service() as bucket, project.changed(RECORD_BUCKET="record-bucket", RECORD_URL=bucket.url):
        yield bucket


def live_next_day(project: Project) -> None:
    """The match is over."""
    project.source.fixtures(NEXT_DAY)
    final = row("Everton", "Chelsea", "27/04/2024 15:00", "2-0", closing=(1.9, 3.5, 4.2))
    project.source.results(NEXT_DAY, RESULT, final)
    run_all(NEXT_DAY, "sync_fixtures", "sync_history", "settle_picks")


def verified(folder: Path, key: str = str(KEY), *options: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "public" / "verify.py", folder, key, *options, "--state", folder / "state"],
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stderr.strip() or ended.stdout


def published_types(project: Project) -> list[str]:
    size = parse_checkpoint(project.checkpoint())[0].size
    bundle = project.objects[f"record/tile/entries/000.p/{size}"]
    return [json.loads(entry)["type"] for entry in parse_bundle(bundle)]


def test_two_days_are_published_and_verified_by_the_program(project: Project) -> None:
    assert project.publish(MORNING)["size"] == 4
    assert published_types(project) == ["universe", "forecast", "abstention", "picks"]
    live_next_day(project)
    report = project.publish(NEXT_DAY)
    assert (report["opened"], report["faults"], report["left"]) == (2, 0, 0)
    lines = verified(project.folder, str(KEY), "--witness", str(WITNESS)).splitlines()
    assert "entries are whole; signed by example.org/log, witness.example/w1" in lines[0]
    assert lines[1].startswith("1 of 2 matches scored")
    assert lines[2].startswith("1 of 1 picks with a closing line")
    assert lines[3] == "1 of 1 picks settled: profit +1.30 stakes (+130.0 %)"


def test_another_implementation_verifies_the_checkpoint_and_the_entries(project: Project) -> None:
    aics = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    project.publish(MORNING)
    witness = aics.cosignature_vkey(WITNESS.name, WITNESS.public_key)
    note = aics.parse_note(project.checkpoint())
    result = aics.verify_checkpoint(note, aics.parse_vkey(str(KEY)), [witness], 1)
    assert (result.ok, result.witnesses) == (True, [WITNESS.name]), result
    bundle = project.objects[f"record/tile/entries/000.p/{result.size}"]
    assert aics.MerkleTree(parse_bundle(bundle)).root() == result.root


@pytest.mark.case("O6")
def test_commitments_are_opened_at_kick_off_and_not_before(project: Project) -> None:
    assert project.publish(KICK_OFF - timedelta(seconds=1))["opened"] == 0
    salts = [salt.hex() for (salt,) in select(project.url, "SELECT salt FROM ledger_commitments")]
    assert len(salts) == 2
    assert not any(salt.encode() in body for salt in salts for body in project.objects.values())
    assert project.publish(KICK_OFF)["opened"] == 2
    assert all(any(salt.encode() in body for body in project.objects.values()) for salt in salts)
    assert select(project.url, "SELECT * FROM ledger_commitments") == []
    assert project.publish(KICK_OFF)["opened"] == 0


def test_a_pick_that_is_void_since_its_match_moved_is_opened_and_its_forecast_is_not(project: Project) -> None:
    with psycopg.connect(project.url) as db:
        db.execute("UPDATE matches SET kick_off = kick_off + interval '20 days' WHERE status = 'scheduled'")
    assert project.publish(KICK_OFF + timedelta(hours=48, seconds=-1))["opened"] == 0
    assert project.publish(KICK_OFF + timedelta(hours=48))["opened"] == 1
    assert select(project.url, "SELECT entry_index FROM ledger_commitments") == [(1,)]


def test_a_moved_match_is_opened_when_it_begins(project: Project) -> None:
    with psycopg.connect(project.url) as db:
        db.execute("UPDATE matches SET kick_off = kick_off + interval '1 day' WHERE status = 'scheduled'")
    assert project.publish(KICK_OFF)["opened"] == 0
    assert project.publish(KICK_OFF + timedelta(days=1))["opened"] == 2


def test_run_again_it_opens_and_signs_nothing(project: Project) -> None:
    project.publish(MORNING)
    before = project.objects
    assert project.publish(MORNING)["files"] == 0
    assert project.objects == before
    assert project.witness.requests == 1


def test_files_come_before_the_checkpoint_and_a_crash_between_is_made_up_for(
    project: Project, bucket: S3Service
) -> None:
    project.publish(MORNING)
    before = bucket.objects["record/checkpoint"]
    live_next_day(project)
    for broken in ("PUT .*tile/entries", "PUT .*tile/0", "PUT .*history", "PUT .*checkpoint"):
        bucket.fails_on = broken
        with pytest.raises(ExceptionGroup) as failed:
            project.publish(NEXT_DAY)
        assert failed.group_contains(Unavailable)
        assert bucket.objects["record/checkpoint"] == before
    bucket.fails_on = "nothing"
    size = project.publish(NEXT_DAY)["size"]
    assert bucket.objects["record/checkpoint"] != before
    assert len(parse_bundle(bucket.objects[f"record/tile/entries/000.p/{size}"])) == size


def test_killed_at_any_statement_it_loses_nothing(project: Project) -> None:
    live_next_day(project)
    steps, executed = 0, 0

    class Dying(psycopg.Cursor[Any]):
        def execute(self, *arguments: Any, **options: Any) -> Any:
            nonlocal executed
            executed += 1
            if executed == steps:
                raise KeyboardInterrupt
            return super().execute(*arguments, **options)

    while True:
        steps, executed = steps + 1, 0
        with clock.at(NEXT_DAY):
            wiring.database().cursor_factory = Dying
        try:
            project.publish(NEXT_DAY)
        except KeyboardInterrupt:
            with connect(project.url, "test") as db:
                db.execute("DELETE FROM job_workers")
                entries = log.between(db, 0, log.size(db))
            openings = sum(b'"type":"opening"' in entry for entry in entries)
            assert openings + select(project.url, "SELECT count(*) FROM ledger_commitments")[0][0] == 2
        else:
            break
    assert steps > 10
    assert "1 picks settled" in verified(project.folder)


def test_a_witness_that_has_seen_an_older_checkpoint_is_given_a_proof_from_there(project: Project) -> None:
    project.publish(MORNING)
    with psycopg.connect(project.url) as db:
        db.execute("DELETE FROM ledger_cosignatures")
    live_next_day(project)
    assert project.publish(NEXT_DAY)["faults"] == 0
    assert WITNESS.name in project.checkpoint()


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ({"is_down": True}, "503"),
        ({"signs": "example.org/log\n1\nAAAA\n"}, "not of this checkpoint"),
        ({"seconds": 3600}, "another time"),
        ({"size": 1_000_000}, "1000000 entries"),
    ],
)
def test_a_witness_that_is_offline_or_lies_is_noticed_and_blocks_nothing(
    project: Project, fault: dict[str, Any], what: str
) -> None:
    for name, value in fault.items():
        setattr(project.witness, name, value)
    assert project.publish(MORNING)["faults"] == 1
    [(about, reported)] = select(project.url, "SELECT about, what FROM reports WHERE kind = 'record'")
    assert about == WITNESS.name
    assert what in reported
    assert is_signed(project.checkpoint(), KEY, verify)
    assert WITNESS.name not in project.checkpoint()


@pytest.mark.case("O10")
def test_while_the_calendar_is_down_checkpoints_wait_and_the_gap_is_shown(project: Project) -> None:
    project.calendar.is_down = True
    assert project.publish(MORNING)["faults"] == 1
    [shown] = json.loads(project.objects["record/anchors.json"])
    assert (shown["size"], shown["proof"]) == (4, None)
    project.calendar.is_down = False
    assert project.publish(MORNING + timedelta(hours=1))["faults"] == 0
    [shown] = json.loads(project.objects["record/anchors.json"])
    proof = project.objects[f"record/{shown['proof']}"]
    assert proof.endswith(project.calendar.digests[0] + project.calendar.timestamp)
    assert project.objects["record/anchors/4"].decode() in project.checkpoint()


@pytest.mark.case("O7")
def test_after_a_rotation_of_the_key_all_heads_verify_with_the_new_one(project: Project) -> None:
    project.publish(MORNING)
    live_next_day(project)
    with project.changed(RECORD_SIGNING_KEY=f"{SIGNING_KEY},{OTHER_KEY}"):
        project.publish(NEXT_DAY)
    old, new = project.objects["record/keys"].decode().splitlines()
    assert old == str(KEY)
    with project.changed(RECORD_SIGNING_KEY=OTHER_KEY):
        project.publish(NEXT_DAY + timedelta(hours=1))
    assert project.objects["record/keys"].decode().splitlines() == [new]
    for note in json.loads(project.objects["record/history.json"]):
        assert all(is_signed(note, parse_verifier_key(key), verify) for key in (old, new))
    assert "1 picks settled" in verified(project.folder, new)


def test_a_database_from_a_backup_never_overwrites_published_entries(project: Project) -> None:
    project.publish(MORNING)
    published = project.objects
    with psycopg.connect(project.url) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("DELETE FROM ledger_entries WHERE index = 3")
        db.execute("UPDATE ledger_tiles SET hashes = substr(hashes, 1, 96)")
        db.execute("DELETE FROM ledger_checkpoints")
        db.execute("DELETE FROM ledger_anchors")
        db.execute("DELETE FROM ledger_cosignatures")
        db.execute("UPDATE ledger_head SET size = 3, published_size = 0")
    with pytest.raises(ExceptionGroup) as failed:
        project.publish(MORNING)
    assert failed.group_contains(RecordForked, match="other entries")
    assert project.objects == published


@pytest.mark.case("O5")
def test_an_announced_match_without_a_statement_fails_the_run_and_is_named(project: Project) -> None:
    with psycopg.connect(project.url) as db:
        db.execute("SET session_replication_role = replica")
        [(match_id,)] = db.execute(
            "UPDATE ledger_entries SET match_id = NULL WHERE type = 'abstention' RETURNING entry::jsonb -> 'match'"
        ).fetchall()
    project.publish(MORNING)
    with pytest.raises(ExceptionGroup) as failed:
        project.publish(NEXT_DAY)
    assert failed.group_contains(Exception, match=f"match {match_id} of 2024-04-27T21:59")
    assert project.checkpoint(), "what is there is published all the same"


def test_a_match_that_was_played_unannounced_is_reported(project: Project) -> None:
    with connect(project.url, "test") as db:
        [match_id] = insert_matches(db, match_update("Liverpool", "Everton", "1-0"))
    project.publish(NEXT_DAY)
    assert (str(match_id),) in select(project.url, "SELECT about FROM reports WHERE kind = 'record'")


def test_without_a_bucket_commitments_are_opened_and_nothing_is_published(project: Project) -> None:
    with project.changed(RECORD_BUCKET=""):
        report = project.publish(KICK_OFF)
    assert (report["opened"], report["skipped"]) == (2, "RECORD_BUCKET is not set")
    assert project.objects == {}


@pytest.mark.parametrize(
    "key", ["", "x", SIGNING_KEY.replace("log+", "log2+"), f"{SIGNING_KEY},{format_signing_key('b', bytes(32))}"]
)
def test_a_malformed_key_is_rejected_without_showing_it(project: Project, key: str) -> None:
    with project.changed(RECORD_SIGNING_KEY=key), pytest.raises(SettingsError) as failed:
        project.publish(MORNING)
    assert SIGNING_KEY.rpartition("+")[2] not in str(failed.value)
