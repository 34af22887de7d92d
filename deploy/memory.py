"""Folders in memory for short-lived files.

Creating a file takes a millisecond of CPU on some machines' disks, and a bundle has two thousand.
"""

import os
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system, not a file


def directory(needed: int) -> Path | None:
    """A file system in memory that has some bytes free and can run programs; None if there is none."""
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK):
        return None
    system = os.statvfs(SHARED_MEMORY)
    has_room = system.f_bavail * system.f_frsize >= needed
    return SHARED_MEMORY if has_room and not system.f_flag & os.ST_NOEXEC else None
