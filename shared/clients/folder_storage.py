"""A folder in place of a public bucket, on one machine."""

from pathlib import Path


class FolderStorage:
    """Files below a folder, by key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, body: bytes, *, content_type: str = "", cache_control: str = "") -> None:
        """Write a file, which readers see whole or not at all; headers are not stored."""
        file = self._folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{file.name}")
        temporary.write_bytes(body)
        temporary.replace(file)

    def read(self, key: str) -> bytes | None:
        """The content of a file; None if it is missing."""
        file = self._folder / key
        return file.read_bytes() if file.is_file() else None
