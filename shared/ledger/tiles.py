"""The files of a log: tiles of 256 hashes, and bundles of up to 256 entries.

C2SP tlog-tiles (https://c2sp.org/tlog-tiles, read 2026-11-30). A full tile or bundle never changes again; a partial one
is a file of its own for each width.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.ledger.merkle_tree import SubtreeHash, hash_of_range, node_hash

WIDTH = 256
"""Hashes of a full tile, and entries of a full bundle."""
HASH_SIZE = 32
MAX_ENTRY = 2**16 - 1
"""Bytes of an entry: a bundle stores its length in two bytes."""
CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes of consecutive subtrees."""

    level: int  # each hash covers 256 ** level entries
    index: int
    hashes: bytes

    @property
    def width(self) -> int:
        """Number of hashes."""
        return len(self.hashes) // HASH_SIZE

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix.

        >>> Tile(1, 1234067, bytes(32)).path
        'tile/1/x001/x234/067.p/1'
        """
        return f"tile/{self.level}/{_number(self.index, self.width)}"


TileReader = Callable[[int, int], bytes]
"""Returns the hashes of a tile by level and index."""


def bundle_path(index: int, width: int) -> str:
    """Where a bundle of entries is served, below the log's prefix.

    >>> bundle_path(0, 256), bundle_path(1000, 5)
    ('tile/entries/000', 'tile/entries/x001/000.p/5')
    """
    return f"tile/entries/{_number(index, width)}"


def bundle(entries: Iterable[bytes]) -> bytes:
    """The file of up to 256 entries.

    Raises:
        ValueError: an entry is too long.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError(f"an entry has at most {MAX_ENTRY} bytes, not {len(entry)}")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def parse_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        ValueError: it ends within an entry.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise ValueError(f"the bundle ends within entry {len(entries)}")
        entries.append(data[start:place])
    return entries


def appended(last_tiles: Mapping[int, Tile], leaves: Sequence[bytes]) -> list[Tile]:
    """The tiles that change when leaves are appended, each with all its hashes.

    Args:
        last_tiles: the last tile of each level; a level without one is missing.
        leaves: hashes of the new entries.
    """
    changed: list[Tile] = []
    level, hashes = 0, list(leaves)
    while hashes:
        last = last_tiles.get(level)
        index, before = (0, b"") if last is None else (last.index, last.hashes)
        if len(before) == WIDTH * HASH_SIZE:
            index, before = index + 1, b""
        after = before + b"".join(hashes)
        tiles = [
            Tile(level, index + number, after[place : place + WIDTH * HASH_SIZE])
            for number, place in enumerate(range(0, len(after), WIDTH * HASH_SIZE))
        ]
        changed += tiles
        level, hashes = level + 1, [_root(tile.hashes) for tile in tiles if tile.width == WIDTH]
    return changed


def subtree_hashes(read: TileReader) -> SubtreeHash:
    """Hashes of complete subtrees, from tiles."""

    def complete(start: int, end: int) -> bytes:
        level, within = divmod((end - start).bit_length() - 1, WIDTH.bit_length() - 1)
        tile, place = divmod(start // WIDTH**level, WIDTH)
        return _root(read(level, tile)[place * HASH_SIZE : (place + (1 << within)) * HASH_SIZE])

    return complete


def root(read: TileReader, size: int) -> bytes:
    """The root of a tree of a given size."""
    return hash_of_range(subtree_hashes(read), 0, size)


def _root(hashes: bytes) -> bytes:
    """The root over hashes, whose number is a power of two."""
    level = [hashes[place : place + HASH_SIZE] for place in range(0, len(hashes), HASH_SIZE)]
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _number(index: int, width: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")
