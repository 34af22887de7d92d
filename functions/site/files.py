"""The files of the documentation, which deploy/openapi.py and deploy/site.py have put together and packed."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".build" / "site"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is kept.

    Attributes:
        packed: its bytes, by gzip.
        media_type: what it holds.
        etag: names its content, however it is packed on the way.
    """

    packed: bytes
    media_type: str
    etag: str

    def unpacked(self) -> bytes:
        """Its bytes."""
        return gzip.decompress(self.packed)


@cache
def all_files() -> dict[str, File]:
    """The files by name; none where nothing has been built."""
    return {path.stem: _read(path) for path in FOLDER.glob("*.gz")}


def _read(path: Path) -> File:
    packed = path.read_bytes()
    etag = f'W/"{blake2b(packed, digest_size=16).hexdigest()}"'
    return File(packed, guess_type(path.stem)[0] or "application/octet-stream", etag)
