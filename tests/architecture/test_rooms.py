import ast
from functools import cache
from pathlib import Path

import pytest

from deploy import service
from deploy.service import ROOT


def rooms(root: Path, function: str) -> set[str]:
    """Folders of shared/ that a function can reach by its imports, those inside functions included."""
    seen: set[Path] = set()
    ahead = list((root / "functions" / function).rglob("*.py"))
    while ahead:
        path = ahead.pop()
        if path not in seen:
            seen.add(path)
            ahead += [module for name in _imported(path) if (module := _module(root, name))]
    shared = [path.relative_to(root / "shared") for path in seen if path.is_relative_to(root / "shared")]
    return {path.parts[0] for path in shared if len(path.parts) > 1}


@cache
def _imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _module(root: Path, name: str) -> Path | None:
    path = root.joinpath(*name.split("."))
    found = [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists()]
    return found[0] if found else None


@pytest.mark.parametrize("function", service.read().functions.values(), ids=lambda function: function.name)
def test_a_bundle_carries_the_rooms_its_function_can_reach_and_no_other(function: service.Function):
    assert set(function.bundle.rooms) == rooms(ROOT, function.name)


def test_serverless_yml_has_one_reader() -> None:
    """What parses YAML besides it reads GitHub's workflows."""
    sources = [
        path
        for folder in ("deploy", "functions", "local", "models", "shared", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    parsing = {path.relative_to(ROOT).as_posix() for path in sources if "yaml" in _imported(path)}
    assert parsing == {"deploy/service.py", "tests/deploy/test_workflows.py"}


def test_rooms_are_reached_through_other_rooms_and_through_imports_inside_functions(tmp_path: Path):
    for path, code in {
        "functions/f/handler.py": "from shared.stores.football import matches",
        "shared/stores/football/matches.py": "def f():\n    from shared.football.team import Team",
        "shared/football/team.py": "",
        "shared/betting/picks.py": "",
        "shared/stores/__init__.py": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code)
    assert rooms(tmp_path, "f") == {"stores", "football"}
