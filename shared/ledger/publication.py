"""The files that a log publishes when it grows."""

from collections.abc import Callable, Iterator, Sequence

from shared.ledger.tiles import HASH_SIZE, WIDTH, Tile, TileReader, bundle, bundle_path

EntryReader = Callable[[int, int], Sequence[bytes]]
"""Returns the entries from the first index (included) to the second (excluded)."""


def new_files(old_size: int, size: int, tiles: TileReader, entries: EntryReader) -> Iterator[tuple[str, bytes]]:
    """Paths and contents of the files of a log that those of its older size lack, entries first.

    Files never change: what a reader has fetched stays true. The checkpoint, which does, is not among them.
    """
    for index, width in _grown(old_size, size):
        start = index * WIDTH
        yield bundle_path(index, width), bundle(entries(start, start + width))
    level = 0
    while old_size != size:
        for index, width in _grown(old_size, size):
            tile = Tile(level, index, tiles(level, index)[: width * HASH_SIZE])
            yield tile.path, tile.hashes
        level, old_size, size = level + 1, old_size // WIDTH, size // WIDTH


def _grown(old_size: int, size: int) -> Iterator[tuple[int, int]]:
    """Index and width of the files that hold what came after the older size."""
    for index in range(old_size // WIDTH, -(-size // WIDTH)):
        yield index, min(WIDTH, size - index * WIDTH)
