"""The published record read back into a database from an older backup."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local import record_restore
from local.errors import LocalError
from shared.stores.database import connect
from shared.stores.record import checkpoints, log
from tests.conftest import Databases
from tests.ledger.keys import KEY, WITNESS
from tests.ledger.log_folder import LogFolder, publish, record
from tests.running import environment


@pytest.fixture
def published(tmp_path: Path) -> LogFolder:
    """A published log of three days, cosigned."""
    return publish(tmp_path, record(seed=7))


@pytest.fixture
def old(databases: Databases, empty: str) -> Iterator[str]:
    """An empty database: the oldest backup there can be."""
    with databases.copy(empty) as url:
        yield url


def restore(url: str, published: LogFolder) -> int:
    with connect(url, "test") as db:
        return record_restore.restore(db, record_restore.reader(str(published.folder)), KEY)


def test_what_the_database_lacks_is_appended_with_its_checkpoints(old: str, published: LogFolder) -> None:
    assert restore(old, published) == len(published.entries)
    with connect(old, "test") as db:
        assert log.between(db, 0, log.size(db)) == published.entries
        newest = checkpoints.published(db)
        assert newest is not None
        assert newest.signed_note == published.notes[-1]
        assert checkpoints.seen_by_witnesses(db) == {WITNESS.name: newest.size}
        assert len(checkpoints.history(db)) == len(published.notes)
        settled = db.execute("SELECT count(*) FROM ledger_entries WHERE type = 'settlement' AND match_id IS NOT NULL")
        assert settled.fetchone() == (3,)
    assert restore(old, published) == 0


def test_another_log_is_not_appended(old: str, published: LogFolder, tmp_path: Path) -> None:
    restore(old, publish(tmp_path / "other", record(seed=8)))
    with pytest.raises(LocalError, match="other entries"):
        restore(old, published)


def test_a_damaged_log_leaves_nothing(old: str, published: LogFolder) -> None:
    bundle = next(published.folder.rglob(f"entries/000.p/{len(published.entries)}"))
    bundle.write_bytes(bundle.read_bytes().replace(b"no_value", b"no_price"))
    with pytest.raises(LocalError, match="do not lead"):
        restore(old, published)
    with psycopg.connect(old) as db:
        assert db.execute("SELECT size FROM ledger_head").fetchone() == (0,)


def test_the_command_reports_its_result_and_rejects_a_wrong_key(
    old: str, published: LogFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(DATABASE_URL=old):
        assert record_restore.main([str(published.folder), str(KEY)]) == 0
        assert capsys.readouterr().out == f"{len(published.entries)} entries were appended.\n"
        assert record_restore.main([str(published.folder), str(WITNESS)]) == 1
        assert "not signed" in capsys.readouterr().err
        assert record_restore.main([]) == 2
