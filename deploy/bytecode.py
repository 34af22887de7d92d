"""Bytecode of a bundle's modules."""

import os
import shutil
import subprocess
import threading
from hashlib import sha256
from pathlib import Path

READ_BY_THEMSELVES = ("anyio/__init__.py",)
"""Modules that read their own source: from its imports anyio learns which names it may load later, or it loads all."""


class CompileError(RuntimeError):
    """A module does not compile; the message has the compiler's output."""


def byte_compile(folder: Path, python: str, interpreter: Path, cache: Path) -> None:
    """Byte-compile in place; unchecked at import, since dates do not survive the zip.

    Bytecode is read from and added to a cache folder, by path and content of the source: most packages are part of many
    bundles, and bytecode is the same on every machine.

    Args:
        folder: holds the modules.
        python: minor version such as `3.13`.
        interpreter: a Python of that version.
        cache: a folder, which is made if it is missing.

    Raises:
        CompileError: a module does not compile.
    """
    cached: dict[Path, Path] = {}
    for source in folder.rglob("*.py"):
        path = source.relative_to(folder).as_posix()
        digest = sha256(f"{python}\0{path}\0".encode() + source.read_bytes()).hexdigest()
        cached[source] = cache / digest
    missing = [source for source, bytecode in cached.items() if not bytecode.exists()]
    if missing:
        command = [str(interpreter), "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
        command += ["-s", str(folder), "-p", "/var/task", "-i", "-"]  # the paths of tracebacks; the modules on stdin
        # A fixed seed: sets of constants are written in the order of their hashes.
        done = subprocess.run(
            command,
            input="".join(f"{source}\n" for source in missing),
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CompileError(f"{folder} does not compile\n{done.stdout}{done.stderr}")
    cache.mkdir(parents=True, exist_ok=True)
    for source, bytecode in cached.items():
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-{python.replace('.', '')}.pyc"
        if compiled.exists():
            unfinished = shutil.copyfile(compiled, bytecode.with_suffix(f".{threading.get_ident()}"))
            unfinished.replace(bytecode)  # another thread may add the same one
        else:
            compiled.parent.mkdir(exist_ok=True)
            shutil.copyfile(bytecode, compiled)


def drop_sources(folder: Path) -> None:
    """Replace byte-compiled modules by their bytecode, which Python imports where it finds no source."""
    for compiled in sorted(folder.rglob("__pycache__/*.pyc")):
        source = compiled.parent.with_name(compiled.name.partition(".")[0] + ".py")
        if source.relative_to(folder).as_posix() in READ_BY_THEMSELVES:
            continue
        compiled.replace(source.with_suffix(".pyc"))
        source.unlink()
    for cache in sorted(folder.rglob("__pycache__")):
        if not any(cache.iterdir()):
            cache.rmdir()
