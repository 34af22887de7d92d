"""Short-lived files are in memory where there is room for them."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy import memory


def test_a_file_system_in_memory_is_used_if_it_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARED_MEMORY", tmp_path)
    assert memory.directory(1) == tmp_path
    assert memory.directory(1 << 60) is None


def test_without_one_files_are_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARED_MEMORY", tmp_path / "shm")
    assert memory.directory(1) is None


def test_one_that_runs_no_programs_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = os.statvfs(tmp_path).f_flag | os.ST_NOEXEC
    monkeypatch.setattr(memory, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=1 << 20, f_frsize=4096, f_flag=flags))
    assert memory.directory(1) is None


@pytest.mark.parametrize("needed", [1, 1 << 60])
def test_a_scratch_folder_is_empty_after_a_killed_run_and_removed_after_an_error(
    needed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shm, owner = tmp_path / "shm", tmp_path / "owner"
    shm.mkdir()
    owner.mkdir()
    monkeypatch.setattr(memory, "SHARED_MEMORY", shm)
    with memory.scratch(owner, needed) as folder:
        place = folder
    assert place.parent == (shm if needed == 1 else owner)
    place.mkdir()
    (place / "left").touch()
    with pytest.raises(ZeroDivisionError), memory.scratch(owner, needed) as folder:
        assert folder == place
        assert not list(folder.iterdir())
        raise ZeroDivisionError
    assert not place.exists()
