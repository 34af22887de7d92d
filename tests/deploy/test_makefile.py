"""`make` reports missing arguments before anything is installed or started."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import service
from tests.waiting import HANG

MAKEFILE = (service.ROOT / "Makefile").read_text()
NEEDS = {
    target: names.split()
    for target, names in re.findall(r"^\$\(eval \$\(call needs,([\w-]+),(.+)\)\)$", MAKEFILE, re.M)
}
HINTS = dict(re.findall(r"^HINT_(\S+) := (.+)$", MAKEFILE, re.M))
OPTIONAL = {"PYTEST", "WHERE", "FUNCTIONS", "MAKEFILE_LIST"}
"""What a recipe may pass on as it is, empty or not."""


def make(folder: Path, target: str, *arguments: str) -> tuple[int, str]:
    """The exit status of a target and what it wrote to stderr, in a folder in which nothing is installed."""
    (folder / "Makefile").write_text(MAKEFILE)
    for each in ("deploy", "functions", "shared"):
        (folder / each).mkdir()
    names = {name for each in NEEDS.values() for item in each for name in item.split("|")}
    environment = {name: value for name, value in os.environ.items() if name not in names} | {"UV_PYTHON": "python3"}
    command = ["make", "--no-print-directory", target, "MIRROR=", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG, check=False
    )
    assert done.stdout == ""
    made = {path.name for path in folder.iterdir()} - {"Makefile", "deploy", "functions", "shared"}
    assert made == set(), "nothing is installed first"
    return done.returncode, done.stderr


def test_a_make_that_a_test_starts_has_no_options_of_the_make_that_started_the_tests() -> None:
    assert not {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"} & os.environ.keys()


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
@pytest.mark.parametrize("target", NEEDS)
def test_a_target_without_its_arguments_names_each_and_ends_with_status_2(tmp_path: Path, target: str) -> None:
    status, text = make(tmp_path, target)
    assert status == 2
    assert text.startswith(f"make {target} lacks:\n")
    for item in NEEDS[target]:
        assert f"  {HINTS[item]}\n" in text


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
def test_make_reports_only_missing_arguments(tmp_path: Path) -> None:
    status, text = make(tmp_path, "restore", "FROM=2026-11-22", "KEY=key.txt")
    assert status == 2
    assert text.splitlines()[:2] == ["make restore lacks:", f"  {HINTS['TO']}"]
    assert "FROM=" not in text


def test_every_variable_of_a_recipe_without_a_default_is_required() -> None:
    """Its variables, but those within `$(if …)` and `$(or …)`."""
    own = set(re.findall(r"^(\w+) [:?]?=", MAKEFILE, re.M))
    assert {"PYTHON", "UV"} <= own
    named = {target: {name for item in items for name in item.split("|")} for target, items in NEEDS.items()}
    found: dict[str, set[str]] = {}
    for target, recipe in re.findall(r"^([a-z-]+): .*?##.*\n((?:\t.*\n)+)", MAKEFILE, re.M):
        plain = re.sub(r"\$\((?:if|or|shell) (?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", recipe)
        if taken := set(re.findall(r"\$\(([A-Z_]+)\)", plain)) - own - OPTIONAL:
            found[target] = taken
    assert {"deploy", "verify", "restore"} <= found.keys()
    assert {target: names for target, names in found.items() if names - named.get(target, set())} == {}


def test_each_required_argument_has_a_hint() -> None:
    targets = {"deploy", "rollback", "drift", "verify", "uptime", "reports", "restore", "replay", "backtest", "seasons"}
    assert targets <= NEEDS.keys()
    assert {item for items in NEEDS.values() for item in items} == HINTS.keys()


def test_every_option_that_a_recipe_passes_is_one_of_its_program() -> None:
    joined = MAKEFILE.replace("\\\n", " ")
    passed = {
        (module, option)
        for module, arguments in re.findall(r"\$\(PYTHON\) -m ((?:local|deploy|models)[\w.]+)([^;\n]*)", joined)
        for option in re.findall(r"--[a-z]+", arguments)
    }
    assert len(passed) > 20
    assert [(module, option) for module, option in sorted(passed) if f'"{option}"' not in program(module)] == []


def program(module: str) -> str:
    """The source of a module, or of a package's main module."""
    path = service.ROOT / module.replace(".", "/")
    return (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
