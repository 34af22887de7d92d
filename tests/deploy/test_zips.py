import zipfile
from pathlib import Path

import pytest

from deploy import zips

ORIGINS = {("a",): None, ("a", "b"): ("a",), ("a", "c"): ("a",), ("d", "b", "a"): ("a", "b"), ("c", "e", "f"): None}


def folder_of(path: Path, **contents: str) -> Path:
    path.mkdir()
    for name, content in contents.items():
        (path / f"{name}.py").write_text(content)
    return path


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path: Path):
    zips.write(folder_of(tmp_path / "one", a="1", b="2"), tmp_path / "one.zip")
    zips.write(folder_of(tmp_path / "two", b="2", a="1"), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_that_starts_from_another_holds_each_file_once_and_leaves_the_other_as_it_was(tmp_path: Path):
    packages = tmp_path / "packages.zip"
    zips.write(folder_of(tmp_path / "packages", p="1", q="22"), packages)
    before = packages.read_bytes()
    zips.write(folder_of(tmp_path / "more", p="1", q="22", a="333"), tmp_path / "more.zip", packages)
    with zipfile.ZipFile(tmp_path / "more.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "p.py": b"1",
            "q.py": b"22",
            "a.py": b"333",
        }
        assert archive.namelist() == ["p.py", "q.py", "a.py"]
    assert zips.weight(tmp_path / "more.zip") == 6
    assert packages.read_bytes() == before


def test_a_file_that_differs_from_that_of_the_zip_it_starts_from_is_rejected(tmp_path: Path):
    zips.write(folder_of(tmp_path / "packages", p="1"), tmp_path / "packages.zip")
    with pytest.raises(ValueError, match=r"p\.py differs from that of .*packages\.zip"):
        zips.write(folder_of(tmp_path / "other", p="2"), tmp_path / "other.zip", tmp_path / "packages.zip")


def test_a_set_of_packages_starts_from_the_largest_that_is_a_part_of_it():
    assert zips.origins(reversed(ORIGINS)) == zips.origins(ORIGINS) == ORIGINS


def test_a_set_comes_after_those_that_it_is_made_from():
    assert list(zips.in_order(ORIGINS, [("d", "b", "a")])) == [("a",), ("a", "b"), ("d", "b", "a")]
    assert next(zips.in_order(ORIGINS, ORIGINS)) == ("a",)
