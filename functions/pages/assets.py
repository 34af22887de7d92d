"""The stylesheet, scripts and pictures of the pages. Their addresses name their content, so that they never expire."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

FOLDER = Path(__file__).with_name("assets")
MEDIA_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file."""

    content: bytes
    media_type: str
    version: str  # a hash of the content


@cache
def all_assets() -> dict[str, Asset]:
    """The assets by name."""
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir())}


def address(name: str) -> str:
    """The address of an asset with its version."""
    return f"/assets/{name}?v={all_assets()[name].version}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = MEDIA_TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
    return Asset(content, media_type, blake2b(content, digest_size=6).hexdigest())
