"""Short-lived files are in memory where there is room for them."""

from pathlib import Path

import pytest

from deploy import memory


def test_a_file_system_in_memory_is_used_if_it_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARED_MEMORY", tmp_path)
    assert memory.directory(1) == tmp_path
    assert memory.directory(1 << 60) is None


def test_without_one_files_are_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SHARED_MEMORY", tmp_path / "shm")
    assert memory.directory(1) is None
