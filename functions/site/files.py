"""The gzipped files of the documentation, built by deploy/openapi.py and deploy/site.py."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".build" / "site"


@dataclass(frozen=True, slots=True)
class File:
    """A file packed with gzip, and its weak entity tag."""

    packed: bytes
    media_type: str
    etag: str

    def unpacked(self) -> bytes:
        """The uncompressed bytes."""
        return gzip.decompress(self.packed)


@cache
def all_files() -> dict[str, File]:
    """The files by name; empty before a build."""
    return {path.stem: _read(path) for path in FOLDER.glob("*.gz")}


def _read(path: Path) -> File:
    packed = path.read_bytes()
    etag = f'W/"{blake2b(packed, digest_size=16).hexdigest()}"'
    return File(packed, guess_type(path.stem)[0] or "application/octet-stream", etag)
