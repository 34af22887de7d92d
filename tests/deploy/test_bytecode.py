"""Bytecode of a bundle's modules."""

import shutil
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from deploy import bytecode

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NO_COMPILER = Path(shutil.which("false") or "false")


def test_a_package_is_imported_from_its_bytecode_alone(tmp_path: Path):
    files = {"p/__init__.py": "from p.part import VALUE", "p/part.py": "VALUE = 7", "single.py": "import p"}
    folder = write_files(tmp_path / "folder", files)
    bytecode.byte_compile(folder, PYTHON, Path(sys.executable), tmp_path / "cache")
    bytecode.drop_sources(folder)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == [
        *("p", "p/__init__.pyc", "p/part.pyc", "single.pyc")
    ]
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys; sys.path[0:0] = sys.argv[1:]; import single; print(single.p.VALUE)",
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "7\n"


def write_files(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(content)
    return folder


def test_the_same_module_is_compiled_once_for_all_bundles(tmp_path: Path):
    first = write_files(tmp_path / "first", {"p/part.py": "VALUE = 7"})
    bytecode.byte_compile(first, PYTHON, Path(sys.executable), tmp_path / "cache")
    second = write_files(tmp_path / "second", {"p/part.py": "VALUE = 7"})
    bytecode.byte_compile(second, PYTHON, NO_COMPILER, tmp_path / "cache")
    (compiled,), (copied,) = first.rglob("*.pyc"), second.rglob("*.pyc")
    assert copied.relative_to(second) == compiled.relative_to(first)
    assert copied.read_bytes() == compiled.read_bytes()
    for path, source in (("p/part.py", "VALUE = 8"), ("q/part.py", "VALUE = 7")):
        with pytest.raises(bytecode.CompileError):
            bytecode.byte_compile(
                write_files(tmp_path / source / path, {path: source}), PYTHON, NO_COMPILER, tmp_path / "cache"
            )


def test_anyio_loads_its_parts_when_they_are_used(tmp_path: Path):
    """It reads its own source to know them; without it a start imports all of them."""
    (package,) = anyio.__path__
    folder = tmp_path / "folder"
    shutil.copytree(package, folder / "anyio", ignore=shutil.ignore_patterns("__pycache__"))
    bytecode.byte_compile(folder, PYTHON, Path(sys.executable), tmp_path / "cache")
    bytecode.drop_sources(folder)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import anyio; print(anyio.__cached__, *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    cached, *modules = done.stdout.split()
    assert Path(cached).is_relative_to(folder)
    assert Path(cached).exists(), "it is compiled nevertheless"
    assert "anyio" in modules
    assert "anyio.itertools" not in modules
    assert [path.name for path in folder.rglob("*.py")] == ["__init__.py"]
