"""The rooms of `shared/` that a function needs, found by following its imports."""

import ast
from functools import cache
from pathlib import Path


def reachable_rooms(root: Path, function: str) -> set[str]:
    """Folders of `shared/` that a function reaches by its imports, those inside functions included."""
    seen: set[Path] = set()
    ahead = list((root / "functions" / function).rglob("*.py"))
    while ahead:
        path = ahead.pop()
        if path not in seen:
            seen.add(path)
            ahead += [module for name in imports(path) if (module := _module(root, name))]
    shared = [path.relative_to(root / "shared") for path in seen if path.is_relative_to(root / "shared")]
    return {path.parts[0] for path in shared if len(path.parts) > 1}


@cache
def imports(path: Path) -> list[str]:
    """Dotted names that a module imports."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _module(root: Path, name: str) -> Path | None:
    path = root.joinpath(*name.split("."))
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists()), None)
