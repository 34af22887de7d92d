"""Folders in memory for short-lived files.

Creating a file takes a millisecond of CPU on some machines' disks, and a bundle has two thousand.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system, not a file


def directory(needed: int) -> Path | None:
    """A file system in memory that has some bytes free and can run programs; None if there is none."""
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK):
        return None
    system = os.statvfs(SHARED_MEMORY)
    has_room = system.f_bavail * system.f_frsize >= needed
    return SHARED_MEMORY if has_room and not system.f_flag & os.ST_NOEXEC else None


@contextmanager
def scratch(owner: Path, needed: int) -> Iterator[Path]:
    """An empty folder, in memory if some bytes are free there, else inside its owner, an existing folder.

    It is removed afterwards. If the process is killed, the next one with the same owner removes it.
    """
    name = f"scratch-{sha256(str(owner).encode()).hexdigest()[:12]}"
    folder = (directory(needed) or owner) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
