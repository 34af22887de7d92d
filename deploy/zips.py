"""Zips of bundles. Each starts from one that holds a part of its packages, so that little is compressed twice."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Groups = tuple[str, ...]
"""Dependency groups of pyproject.toml."""


def origins(sets: Iterable[Groups]) -> dict[Groups, Groups | None]:
    """The largest other set that is a part of each set; smaller sets first, in an order that does not vary."""
    ordered = sorted(set(sets), key=lambda groups: (len(groups), groups))
    parts = {groups: [other for other in ordered if set(other) < set(groups)] for groups in ordered}
    return {groups: others[-1] if others else None for groups, others in parts.items()}


def in_order(origins: Mapping[Groups, Groups | None], wanted: Iterable[Groups]) -> Iterator[Groups]:
    """The wanted sets with those that they are made from, each after its own."""
    needed: set[Groups | None] = set()
    for groups in wanted:
        link: Groups | None = groups
        while link:
            needed.add(link)
            link = origins[link]
    return (groups for groups in origins if groups in needed)


def write(folder: Path, out: Path, origin: Path | None = None, level: int = zlib.Z_DEFAULT_COMPRESSION) -> None:
    """Zip a folder so that the same content gives the same bytes.

    Args:
        folder: the files.
        out: where the zip is written.
        origin: a zip to start from; of the folder, files that are in it already are left out.
        level: of compression.

    Raises:
        ValueError: a file of the folder differs from that of the same name in `origin`.
    """
    out.unlink(missing_ok=True)
    if origin:
        shutil.copyfile(origin, out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        checksums = {entry.filename: entry.CRC for entry in archive.infolist()}
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            content = path.read_bytes()
            if entry.filename not in checksums:
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644) << 16
                archive.writestr(entry, content, compresslevel=level)
            elif checksums[entry.filename] != zlib.crc32(content):
                raise ValueError(f"{entry.filename} differs from that of {origin}")


def weight(path: Path) -> int:
    """The bytes of a zip's files, unzipped."""
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())
