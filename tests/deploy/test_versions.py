import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from shutil import copytree

import psycopg
import pytest

from deploy import versions

PACKAGES = Path(psycopg.__file__).parents[1]


def installed(folder: Path) -> Path:
    """A copy of psycopg as it is installed here, with its metadata."""
    for package in ("psycopg", "psycopg_binary"):
        copytree(PACKAGES / package, folder / package)
        metadata = f"{package}-{version(package)}.dist-info"
        copytree(PACKAGES / metadata, folder / metadata)
    return folder


def test_a_package_states_its_version_without_looking_it_up(tmp_path: Path) -> None:
    versions.write_constants(installed(tmp_path))
    # On some versions of Python psycopg needs packages that lie beside it.
    show = f"import sys; sys.path += [{str(tmp_path)!r}, {str(PACKAGES)!r}]; import psycopg, psycopg_binary; "
    show += "print(psycopg.__version__, psycopg_binary.__version__, 'importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [version("psycopg"), version("psycopg-binary"), "False"]


def test_a_package_that_looks_its_version_up_in_another_way_is_rejected(tmp_path: Path) -> None:
    module = installed(tmp_path) / "psycopg/version.py"
    module.write_text(module.read_text().replace("metadata.version", "metadata.find_version"))
    with pytest.raises(
        ValueError, match=r"^psycopg/version\.py looks its version up in another way: mend deploy\.versions"
    ):
        versions.write_constants(tmp_path)


def test_a_folder_without_those_packages_stays_as_it_is(tmp_path: Path) -> None:
    versions.write_constants(tmp_path)
    assert list(tmp_path.iterdir()) == []
